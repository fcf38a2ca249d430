/// Reads a bundle from its first byte to its last, and lets nothing pass that
/// the device did not write (PROTOCOL.md §12). Holds the manifest and one
/// member's piece in memory, whatever the bundle's size.
public struct BundleReader {
  /// Fills as much of a buffer as there is; 0 at the end of the file.
  public typealias Source = (UnsafeMutableRawBufferPointer) throws -> Int

  private let source: Source
  private static let pieceBytes = 262_144

  /// A reader of a file that stands at its beginning.
  public init(_ source: @escaping Source) {
    self.source = source
  }

  /// Reads the manifest, with its bytes and what the file says is their code.
  ///
  /// - Throws: `BundleFault`, or what the source throws.
  public func manifest() throws -> (manifest: BundleManifest, bytes: [UInt8], code: [UInt8]) {
    let size = try firstSize()
    guard size <= Int64(Limits.bundleManifestBytes) else { throw BundleFault.tooLarge }
    let bytes = try take(Int(size))
    try expect(BundleArchive.padding(after: size), in: BundleArchive.manifestName)
    let name = BundleArchive.codeName
    try expect(BundleArchive.header(name, bytes: BundleArchive.codeBytes), in: name)
    let code = try take(Int(BundleArchive.codeBytes))
    try expect(BundleArchive.padding(after: BundleArchive.codeBytes), in: name)
    return (try BundleManifest(bytes: bytes), bytes, code)
  }

  /// Reads the next member, whose bytes must have the announced digest.
  ///
  /// - Parameter piece: given the bytes in order; what it does with them before
  ///   this returns without an error is not yet vouched for.
  public func member(
    _ member: BundleManifest.Member, piece: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try expect(BundleArchive.header(member.name, bytes: member.bytes), in: member.name)
    var digest = SHA256()
    var rest = member.bytes
    while rest > 0 {
      let bytes = try take(Int(min(rest, Int64(Self.pieceBytes))))
      digest.update(bytes)
      try bytes.withUnsafeBytes { try piece($0) }
      rest -= Int64(bytes.count)
    }
    guard digest.finalize() == member.sha256 else { throw BundleFault.altered(member.name) }
    try expect(BundleArchive.padding(after: member.bytes), in: member.name)
  }

  /// Reads what comes after the last member: the ending, and nothing more.
  public func end() throws {
    try expect(BundleArchive.ending, in: "end")
    var more: [UInt8] = [0]
    guard try more.withUnsafeMutableBytes({ try source($0) }) == 0 else {
      throw BundleFault.altered("end")
    }
  }

  private func firstSize() throws -> Int64 {
    var header = [UInt8](repeating: 0, count: BundleArchive.blockBytes)
    let count = try fill(&header)
    let name = Array(BundleArchive.manifestName.utf8)
    guard header.starts(with: name.prefix(count)), count > 0 else { throw BundleFault.foreign }
    guard count == header.count else { throw BundleFault.truncated }
    guard let size = BundleArchive.size(in: header, of: BundleArchive.manifestName) else {
      throw BundleFault.altered(BundleArchive.manifestName)
    }
    return size
  }

  private func expect(_ wanted: [UInt8], in member: String) throws {
    guard try take(wanted.count) == wanted else { throw BundleFault.altered(member) }
  }

  private func take(_ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard try fill(&bytes) == count else { throw BundleFault.truncated }
    return bytes
  }

  private func fill(_ bytes: inout [UInt8]) throws -> Int {
    var filled = 0
    while filled < bytes.count {
      let count = try bytes.withUnsafeMutableBytes {
        try source(UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
      }
      guard count > 0 else { break }
      filled += count
    }
    return filled
  }
}
