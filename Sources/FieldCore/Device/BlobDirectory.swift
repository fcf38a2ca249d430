import SyncProtocol

/// The device's photos, each a file named by the SHA-256 of its bytes:
/// `ab/abcdef…` under the root.
///
/// A name appears only after the bytes are on the disk, so a file that has its
/// name is whole; whatever dies in between leaves at most a file in
/// `incoming/`. Blobs never change. Several processes may use one directory.
public struct BlobDirectory: Sendable {
  /// Where the blobs lie.
  public let root: String
  private let files: any FileSystem
  private var incoming: String { root + "/incoming" }

  /// The blobs below a directory whose parent exists; it is made if need be.
  public init(root: String, files: any FileSystem = POSIXFileSystem()) throws(FileFault) {
    self.root = root
    self.files = files
    try files.makeDirectory(root)
    try files.makeDirectory(root + "/incoming")
  }

  /// The file of a blob, whether it is there or not.
  public func path(of digest: Digest) -> String {
    shelf(of: digest) + "/" + digest.hex
  }

  /// Keeps bytes and returns their name; when this returns they survive a loss
  /// of power.
  ///
  /// Placing what is there already only confirms it. After a throw the blob is
  /// absent or whole, and placing it again is right.
  public func place(_ bytes: [UInt8]) throws(FileFault) -> Digest {
    let digest = SHA256.hash(bytes)
    let (shelf, target) = (shelf(of: digest), path(of: digest))
    try files.makeDirectory(shelf)
    if try !holds(bytes, at: target) {
      let temporary = try write(bytes)
      do throws(FileFault) {
        try files.rename(temporary, to: target)
      } catch {
        discard(temporary)
        throw error
      }
    }
    // Also when the blob was there: whoever placed it may have died before this.
    try files.synchronizeDirectory(shelf)
    try files.synchronizeDirectory(root)
    return digest
  }

  /// Whether the blob is there.
  public func exists(_ digest: Digest) throws(FileFault) -> Bool {
    try size(of: digest) != nil
  }

  /// The blob's bytes in number, or nil when it is not there.
  public func size(of digest: Digest) throws(FileFault) -> Int? {
    try files.status(at: path(of: digest))?.size
  }

  /// Opens a blob for reading; the caller closes it. `notFound` when absent.
  public func open(_ digest: Digest) throws(FileFault) -> OpenFile {
    try files.openForReading(path(of: digest))
  }

  /// The blob's bytes, or nil when they are more than `limit`.
  public func read(
    _ digest: Digest, limit: Int = PhotoFile.maximumBytes
  ) throws(FileFault) -> [UInt8]? {
    let file = try open(digest)
    defer { files.close(file) }
    return try files.readAll(file, limit: limit)
  }

  /// Removes a blob; false when it was not there.
  public func remove(_ digest: Digest) throws(FileFault) -> Bool {
    do throws(FileFault) {
      try files.unlink(path(of: digest))
    } catch .notFound {
      return false
    }
    try files.synchronizeDirectory(shelf(of: digest))
    return true
  }

  /// Removes what writers that died left behind, last changed before the given
  /// seconds since 1970; returns how many files.
  ///
  /// Choose an hour ago: a writer at work is never that slow.
  public func removeAbandoned(before moment: Int64) throws(FileFault) -> Int {
    var count = 0
    for name in try files.names(in: incoming) {
      let path = incoming + "/" + name
      guard let found = try files.status(at: path), found.modifiedAt < moment else { continue }
      do throws(FileFault) {
        try files.unlink(path)
        count += 1
      } catch .notFound {
        // Another process was tidying too.
      }
    }
    return count
  }

  /// Whether a file has these very bytes; one that a broken disk changed is
  /// written anew.
  private func holds(_ bytes: [UInt8], at path: String) throws(FileFault) -> Bool {
    guard try files.status(at: path)?.size == bytes.count else { return false }
    do throws(FileFault) {
      let file = try files.openForReading(path)
      defer { files.close(file) }
      return try files.readAll(file, limit: bytes.count) == bytes
    } catch .inputOutput {
      return false
    }
  }

  private func shelf(of digest: Digest) -> String {
    root + "/" + digest.hex.prefix(2)
  }

  /// Writes bytes under a name of their own, on the disk when it returns.
  private func write(_ bytes: [UInt8]) throws(FileFault) -> String {
    let path = incoming + "/" + String(UInt64.random(in: 0 ... .max), radix: 16)
    let file = try files.create(path)
    do throws(FileFault) {
      defer { files.close(file) }
      try files.writeAll(bytes, to: file)
      try files.synchronize(file)
    } catch {
      discard(path)
      throw error
    }
    return path
  }

  private func discard(_ path: String) {
    // The first fault is what the caller has to know; `removeAbandoned` gets
    // what stays.
    try? files.unlink(path)
  }
}
