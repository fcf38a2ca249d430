import Glibc

/// How many files and sockets the process may have open.
enum OpenFiles {
  private static let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  /// What POSIX systems grant when nothing is known.
  private static let usual = 1024

  /// Asks for as many as the administrator allows; gives how many there are.
  static func raise() -> Int {
    var limit = rlimit()
    guard getrlimit(kind, &limit) == 0 else { return usual }
    limit.rlim_cur = limit.rlim_max
    // Refused or not, what holds is asked for next.
    setrlimit(kind, &limit)
    guard getrlimit(kind, &limit) == 0 else { return usual }
    return Int(clamping: limit.rlim_cur)
  }

  /// The connections that leave room for uploads and the store: a flood of
  /// them must not keep a database from being opened.
  static func connections(of files: Int) -> Int { files - min(files / 4, 4096) }
}
