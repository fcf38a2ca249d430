import Domain
import SyncProtocol

extension FieldStore {
  private static let pieceBytes = 262_144

  /// Writes a planned bundle, in pieces of at most a segment or 256 KiB.
  ///
  /// - Parameter put: takes the bytes in order; an error of it ends the writing.
  /// - Throws: `.damaged` when journal or photos no longer hold what was planned.
  public func write(
    _ plan: BundlePlan, to put: ([UInt8]) throws -> Void
  ) throws {
    let manifest = try plan.manifest.bytes()
    try write(BundleArchive.manifestName, manifest, to: put)
    try write(
      BundleArchive.codeName, BundleArchive.code(of: manifest, key: plan.key), to: put)
    for (member, source) in zip(plan.manifest.members, plan.sources) {
      switch source {
      case .segment(let lane, let first, let last):
        let bytes = try segmentBytes(lane, first: first, last: last)
        guard SHA256.hash(bytes) == member.sha256 else { throw FieldError.damaged }
        try write(member.name, bytes, to: put)
      case .photo(let sha256):
        try put(BundleArchive.header(member.name, bytes: member.bytes))
        try copy(sha256, bytes: member.bytes, to: put)
        try put(BundleArchive.padding(after: member.bytes))
      }
    }
    try put(BundleArchive.ending)
  }

  private func write(
    _ name: String, _ bytes: [UInt8], to put: ([UInt8]) throws -> Void
  ) throws {
    let size = Int64(bytes.count)
    try put(BundleArchive.header(name, bytes: size))
    try put(bytes)
    try put(BundleArchive.padding(after: size))
  }

  private func copy(
    _ photo: Digest, bytes: Int64, to put: ([UInt8]) throws -> Void
  ) throws {
    let files = POSIXFileSystem()
    let file = try files.openForReading(photos.path(of: photo))
    defer { files.close(file) }
    var digest = SHA256()
    var rest = Int(bytes)
    while rest > 0 {
      var piece = [UInt8](repeating: 0, count: min(rest, Self.pieceBytes))
      let result = piece.withUnsafeMutableBytes { buffer -> Result<Int, FileFault> in
        do throws(FileFault) { return .success(try files.read(file, into: buffer)) } catch {
          return .failure(error)
        }
      }
      let count = try result.get()
      guard count > 0 else { throw FieldError.damaged }
      piece.removeLast(piece.count - count)
      digest.update(piece)
      try put(piece)
      rest -= count
    }
    guard digest.finalize() == photo else { throw FieldError.damaged }
  }
}
