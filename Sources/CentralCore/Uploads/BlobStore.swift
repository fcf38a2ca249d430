import Glibc
import Locks
import SyncProtocol

/// Where the centre keeps photos, by their SHA-256: a directory now, an object
/// store later.
public protocol BlobStore: Sendable {
  /// Moves a finished file into the store. Durable when it returns; a blob that
  /// is there already stays.
  func adopt(file path: String, as digest: Digest) throws(BlobFault)
  /// Where to read a blob; nil when it is not there.
  func path(of digest: Digest) -> String?
  /// The length of a blob that survives a loss of power; nil when there is none.
  func bytes(of digest: Digest) -> Int64?
}

/// What a blob store's disk refused.
public enum BlobFault: Error, Sendable, Hashable {
  /// The disk is full.
  case full
  /// Anything else, by errno.
  case inputOutput(errno: Int32)

  init(errno code: Int32) {
    self = code == ENOSPC || code == EDQUOT ? .full : .inputOutput(errno: code)
  }
}

/// Photos as files `ab/abcdef…` below one directory.
public struct DirectoryBlobStore: BlobStore {
  private let root: String
  private let shelves = Shelves()

  /// Blobs below this directory, which is made when it is not there.
  ///
  /// All 256 directories are made now, so that no photo is ever placed in one
  /// whose own name is not durable yet.
  public init(root: String) throws(BlobFault) {
    self.root = root
    try DurableFiles.makeDirectory(root)
    let digits = Array("0123456789abcdef")
    for high in digits {
      for low in digits {
        guard mkdir("\(root)/\(high)\(low)", 0o700) == 0 || errno == EEXIST else {
          throw BlobFault(errno: errno)
        }
      }
    }
    try DurableFiles.syncDirectory(root)
  }

  /// Renames the file into place and fsyncs the directory: the name is durable
  /// before any row names it.
  public func adopt(file path: String, as digest: Digest) throws(BlobFault) {
    let directory = shelf(of: digest)
    try shelves.placing(on: directory) { () throws(BlobFault) in
      guard rename(path, "\(directory)/\(digest.hex)") == 0 else { throw BlobFault(errno: errno) }
      try DurableFiles.syncDirectory(directory)
    }
  }

  /// The file of a blob.
  public func path(of digest: Digest) -> String? {
    let path = "\(root)/\(digest.hex.prefix(2))/\(digest.hex)"
    return access(path, R_OK) == 0 ? path : nil
  }

  /// The length of a blob's file. Whoever placed it may have died, or its disk
  /// failed, before the name was durable, so that is made sure of here.
  public func bytes(of digest: Digest) -> Int64? {
    var status = stat()
    guard let path = path(of: digest), stat(path, &status) == 0 else { return nil }
    return shelves.isDurable(shelf(of: digest)) ? Int64(status.st_size) : nil
  }

  private func shelf(of digest: Digest) -> String { "\(root)/\(digest.hex.prefix(2))" }
}

/// Which directories hold only names that this process knows to be durable.
private final class Shelves: Sendable {
  private struct Shelf {
    var placing = 0
    var placed = 0
    var isSettled = false
  }

  private let shelves = Mutex<[String: Shelf]>([:])

  /// Runs a body that puts a name on a shelf and fsyncs it.
  func placing(
    on directory: String, _ body: () throws(BlobFault) -> Void
  ) throws(BlobFault) {
    change(directory) {
      $0.placing += 1
      $0.isSettled = false
    }
    var isDurable = false
    defer {
      change(directory) {
        $0.placing -= 1
        $0.placed += 1
        $0.isSettled = isDurable && $0.placing == 0
      }
    }
    try body()
    isDurable = true
  }

  /// Whether all names seen on a shelf before this call are durable; fsyncs it
  /// when that is not known.
  func isDurable(_ directory: String) -> Bool {
    let before = shelves.withLock { $0[directory] ?? Shelf() }
    if before.isSettled { return true }
    do { try DurableFiles.syncDirectory(directory) } catch { return false }
    change(directory) { shelf in
      if shelf.placing == 0, shelf.placed == before.placed { shelf.isSettled = true }
    }
    return true
  }

  private func change(_ directory: String, _ body: (inout Shelf) -> Void) {
    shelves.withLock { body(&$0[directory, default: Shelf()]) }
  }
}

/// The few system calls that make files last.
enum DurableFiles {
  /// Makes a directory whose name is durable when this returns.
  static func makeDirectory(_ path: String) throws(BlobFault) {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw BlobFault(errno: errno) }
    try syncDirectory(parent(of: path))
  }

  /// Makes a directory and those above it that are missing.
  static func makeDirectories(_ path: String) throws(BlobFault) {
    if access(path, F_OK) != 0, parent(of: path) != path {
      try makeDirectories(parent(of: path))
    }
    try makeDirectory(path)
  }

  static func parent(of path: String) -> String {
    let trimmed = path.hasSuffix("/") ? path.dropLast() : path[...]
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }

  static func syncDirectory(_ path: String) throws(BlobFault) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw BlobFault(errno: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw BlobFault(errno: errno) }
  }

  /// The names in a directory, its own and its parent's left out.
  static func names(in directory: String) throws(BlobFault) -> [String] {
    guard let stream = opendir(directory) else { throw BlobFault(errno: errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  static func size(of descriptor: Int32) throws(BlobFault) -> Int64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw BlobFault(errno: errno) }
    return Int64(status.st_size)
  }
}
