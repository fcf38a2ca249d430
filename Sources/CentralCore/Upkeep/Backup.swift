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

  /// Copies everything into a new directory; returns the number of photos.
  ///
  /// - Throws: `CentralStoreFault.exists` when a backup lies there already.
  public func run(into directory: String) throws -> Int {
    try DurableFiles.makeDirectory(directory)
    try centre.store.backup(to: Centre.databasePath(directory))
    let photos = try centre.store.read { try $0.photos() }
    let copy = try DirectoryBlobStore(root: "\(directory)/photos")
    for photo in photos {
      guard let path = centre.blobs.path(of: photo) else { continue }
      let temporary = "\(directory)/photos/\(photo.hex).part"
      try DurableFiles.duplicate(path, to: temporary)
      try copy.adopt(file: temporary, as: photo)
    }
    try DurableFiles.syncDirectory(directory)
    return photos.count
  }
}

extension DurableFiles {
  private static let copyBytes = 1_048_576

  /// Links a file that never changes, or copies and fsyncs it when the two
  /// places are on different file systems.
  static func duplicate(_ source: String, to destination: String) throws(BlobFault) {
    if link(source, destination) == 0 { return }
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
