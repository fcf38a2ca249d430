import Glibc

extension DataDirectory {
  /// Folders below one another that are emptied; photos lie two deep.
  private static let depth = 16

  /// Removes everything in the folder but the database, its log and the agent's
  /// lock, and makes the photo folders anew, empty; on the disk when it returns.
  func removeAllButDatabase() throws(FieldError) {
    let kept = ["", "-wal", "-shm", "-journal"].map { database + $0 } + [agentLock]
    for name in try Self.names(in: path) where !kept.contains("\(path)/\(name)") {
      try Self.remove("\(path)/\(name)", depth: Self.depth)
    }
    do { _ = try BlobDirectory(root: photos) } catch { throw FieldError(error) }
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .directoryUnusable(errno: errno) }
    defer { close(descriptor) }
    // Not every file system can do this for folders; none has anything better.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw .directoryUnusable(errno: errno)
    }
  }

  private static func remove(_ path: String, depth: Int) throws(FieldError) {
    if unlink(path) == 0 || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM, depth > 0 else {
      throw .directoryUnusable(errno: errno)
    }
    for name in try names(in: path) { try remove("\(path)/\(name)", depth: depth - 1) }
    guard rmdir(path) == 0 || errno == ENOENT else { throw .directoryUnusable(errno: errno) }
  }

  private static func names(in path: String) throws(FieldError) -> [String] {
    guard let folder = opendir(path) else {
      if errno == ENOENT { return [] }
      throw .directoryUnusable(errno: errno)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
