import CLI
import Glibc

/// The sync agent's program, which lies beside this one or on the search path.
enum AgentProgram {
  private static let name = "gridwalk-sync"

  /// Becomes it, so that there is one process for whoever waits, stops or kills
  /// it.
  ///
  /// - Returns: nil when there is no such program; otherwise it does not return.
  static func become(_ arguments: [String]) -> Int32? {
    // Ignored signals stay ignored in the program that follows.
    let before = signal(SIGPIPE, SIG_DFL)
    defer { signal(SIGPIPE, before) }
    let words = copies(of: arguments)
    defer { for word in words { free(word) } }
    if let beside { execv(beside, words) }
    execvp(name, words)
    return nil
  }

  /// Runs it to its end with this program's streams.
  ///
  /// Ctrl-C reaches it as part of the same foreground group; until it ends,
  /// this program waits and lets it tidy up.
  ///
  /// - Returns: its exit code, 128 + the signal that ended it, or nil when
  ///   there is no such program.
  static func run(_ arguments: [String]) -> Int32? {
    let before = signal(SIGINT, SIG_IGN)
    defer { signal(SIGINT, before) }
    guard let child = spawn(arguments) else { return nil }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { return ExitCode.failure.rawValue }
    }
    let signalNumber = status & 0x7f
    return signalNumber == 0 ? (status >> 8) & 0xff : 128 + signalNumber
  }

  private static func spawn(_ arguments: [String]) -> pid_t? {
    var attributes = posix_spawnattr_t()
    guard posix_spawnattr_init(&attributes) == 0 else { return nil }
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    sigaddset(&defaults, SIGINT)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    let words = copies(of: arguments)
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    if let beside, access(beside, X_OK) == 0,
      posix_spawn(&child, beside, nil, &attributes, words, environ) == 0
    {
      return child
    }
    return posix_spawnp(&child, name, nil, &attributes, words, environ) == 0 ? child : nil
  }

  /// The program's name and arguments as C wants them, a null at the end.
  private static func copies(of arguments: [String]) -> [UnsafeMutablePointer<CChar>?] {
    ([name] + arguments).map { strdup($0) } + [nil]
  }

  /// Where it lies when it was installed with this program.
  private static var beside: String? { ownDirectory().map { "\($0)/\(name)" } }

  private static func ownDirectory() -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    guard length > 0 else { return nil }
    let path = String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    return path.lastIndex(of: "/").map { String(path[..<$0]) }
  }
}
