import Glibc

/// The folder that holds everything this handheld knows, readable by its owner
/// only.
public struct DataDirectory: Sendable, Hashable {
  /// The folder.
  public let path: String

  /// A folder that need not exist yet.
  public init(path: String) { self.path = path }

  /// The SQLite database.
  public var database: String { path + "/gridwalk.db" }
  /// The photos, each named by its SHA-256.
  public var photos: String { path + "/photos" }
  /// Locked by the one sync agent that runs.
  public var agentLock: String { path + "/lock" }

  /// Makes the folder and its parents where they are missing, mode 0700, so
  /// that they survive a loss of power. A folder that was there loses everybody
  /// else's rights when it is empty or one of ours; any other keeps its mode,
  /// and what is put in it is the owner's alone anyway.
  func create() throws(FieldError) {
    for end in path.indices where path[end] == "/" && end != path.startIndex {
      // A parent that cannot be made shows in the error of the last mkdir.
      Self.make(String(path[..<end]))
    }
    if Self.make(path) { return }
    guard errno == EEXIST else { throw .directoryUnusable(errno: errno) }
    guard access(database, F_OK) == 0 || isEmpty else { return }
    guard chmod(path, 0o700) == 0 else { throw .directoryUnusable(errno: errno) }
  }

  /// False, with `errno`, when it could not be made or was there.
  @discardableResult
  private static func make(_ path: String) -> Bool {
    guard mkdir(path, 0o700) == 0 else { return false }
    // fsync(2): "does not necessarily ensure that the entry in the directory
    // containing the file has also reached disk".
    let slash = path.lastIndex(of: "/")
    let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 {
      // A file system that cannot do this for folders has nothing better.
      fsync(descriptor)
      close(descriptor)
    }
    return true
  }

  private var isEmpty: Bool {
    guard let folder = opendir(path) else { return false }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let first = entry.pointee.d_name
      let isDot = first.0 == 0x2e && (first.1 == 0 || (first.1 == 0x2e && first.2 == 0))
      if !isDot { return false }
    }
    return true
  }
}

extension DataDirectory {
  /// The folder a run works in: the option's, else `$GRIDWALK_DATA`, else
  /// `$XDG_DATA_HOME/gridwalk` (XDG Base Directory: only when absolute), else
  /// `~/.local/share/gridwalk`.
  public static func chosen(
    option: String?, environment: (String) -> String?
  ) -> DataDirectory {
    if let option { return DataDirectory(path: option) }
    if let set = environment("GRIDWALK_DATA"), !set.isEmpty { return DataDirectory(path: set) }
    if let data = environment("XDG_DATA_HOME"), data.hasPrefix("/") {
      return DataDirectory(path: data + "/gridwalk")
    }
    return DataDirectory(path: (environment("HOME") ?? ".") + "/.local/share/gridwalk")
  }
}
