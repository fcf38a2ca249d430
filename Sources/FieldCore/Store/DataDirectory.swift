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

  /// Makes the folder and its parents where they are missing, mode 0700.
  func create() throws(FieldError) {
    for end in path.indices where path[end] == "/" && end != path.startIndex {
      // A parent that cannot be made shows in the error of the last mkdir.
      mkdir(String(path[..<end]), 0o700)
    }
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw .directoryUnusable(errno: errno)
    }
    // A folder that was there keeps its owner and loses everybody else's rights.
    guard chmod(path, 0o700) == 0 else { throw .directoryUnusable(errno: errno) }
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
