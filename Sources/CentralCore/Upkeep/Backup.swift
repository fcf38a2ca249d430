import Glibc
import SyncProtocol

/// A copy of the centre taken while it serves.
///
/// The database is copied first and the photos after: photos are only ever
/// added, so every photo that the copy's rows name is there. Unfinished uploads
/// stay behind; the devices still have their bytes. Whoever serves the copy
/// begins a new epoch (PROTOCOL.md §9).
public struct Backup: Sendable {
  private let centre: Centre

  /// A backup of this centre.
  public init(of centre: Centre) {
    self.centre = centre
  }

  /// Copies everything into a new directory; returns the number of photos
  /// copied. One that the centre has lost (`Examination` names it) is left out.
  ///
  /// The database gets its name last: a directory with one is a whole backup,
  /// and one that was broken off is gone on with.
  ///
  /// - Throws: `CentralStoreFault.exists` when a backup lies there already.
  public func run(into directory: String) throws -> Int {
    try DurableFiles.makeDirectory(directory)
    let database = Centre.databasePath(directory)
    guard access(database, F_OK) != 0 else { throw CentralStoreFault.exists }
    let staged = "\(database).copied"
    unlink(staged)
    try centre.store.backup(to: staged)
    let copied = try copyPhotos(to: "\(directory)/photos")
    guard rename(staged, database) == 0 else { throw BlobFault(errno: errno) }
    try DurableFiles.syncDirectory(directory)
    return copied
  }

  private func copyPhotos(to root: String) throws -> Int {
    let copy = try DirectoryBlobStore(root: root)
    var copied = 0
    for photo in try centre.store.read({ try $0.photos() + $0.thumbnails() }) {
      guard let place = try centre.photos.find(photo) else { continue }
      // One that lies in the store was copied with it.
      if case .file(let path) = place, copy.bytes(of: photo) != centre.blobs.bytes(of: photo) {
        let temporary = "\(root)/\(photo.hex).part"
        unlink(temporary)
        try DurableFiles.duplicate(path, to: temporary)
        try copy.adopt(file: temporary, as: photo)
      }
      copied += 1
    }
    return copied
  }
}

extension DurableFiles {
  private static let copyBytes = 1_048_576

  /// Links a file that never changes, or copies and fsyncs it when the two
  /// places are on different file systems.
  static func duplicate(_ source: String, to destination: String) throws(BlobFault) {
    if link(source, destination) == 0 { return }
    // Never through a name that is there: it may be the source's own bytes.
    guard errno != EEXIST else { throw BlobFault(errno: EEXIST) }
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw BlobFault(errno: errno) }
    defer { close(input) }
    let output = try UploadFile(path: destination)
    var buffer = [UInt8](repeating: 0, count: copyBytes)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(input, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw BlobFault(errno: errno) }
      if count == 0 { break }
      let result = buffer.withUnsafeBytes { bytes in
        Result { () throws(BlobFault) in
          try output.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
      }
      try result.get()
    }
    _ = try output.acknowledge()
  }
}
