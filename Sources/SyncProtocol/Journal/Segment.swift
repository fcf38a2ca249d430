import Domain

/// A run of journal entries of one lane, sealed for one upload (PROTOCOL.md §4).
///
/// The lines are kept as bytes: they are what is hashed and stored, and a line
/// that is no operation is refused alone, without holding up the others.
public struct Segment: Sendable, Hashable {
  /// The first line of a segment.
  public struct Header: Sendable, Hashable, Codable {
    /// Names the format: `segment/1`.
    public var gridwalk: String
    /// The device that sealed it.
    public var device: UniqueID
    /// The life of that device's journal.
    public var incarnation: UniqueID
    /// The chain.
    public var lane: Lane
    /// The first entry's place.
    public var first: Int64
    /// The last entry's place.
    public var last: Int64
    /// The hash before `first`.
    public var previous: Digest
    /// The hash of `last`.
    public var hash: Digest
    /// Version of the operation format.
    public var schema: Int
  }

  /// Why some bytes are no segment.
  public enum Fault: Error, Sendable, Hashable {
    /// More bytes, lines or bytes in a line than the limits.
    case tooLarge
    /// The header is missing or not of this format.
    case headerMalformed
    /// The header does not fit the number of lines, or the last line has no end.
    case linesMissing
    /// The lines do not chain from `previous` to `hash`.
    case chainBroken
  }

  static let format = "segment/1"

  /// What the segment says of itself.
  public let header: Header
  /// The operations' lines without newlines, in order.
  public let lines: [[UInt8]]

  /// Seals consecutive lines of a lane.
  ///
  /// - Parameter lines: at least one; the caller keeps to `Limits`.
  public init(
    device: UniqueID, incarnation: UniqueID, lane: Lane, first: Int64, previous: Digest,
    lines: [[UInt8]]
  ) {
    var hash = previous
    for line in lines { hash = JournalChain.hash(line, after: hash) }
    header = Header(
      gridwalk: Self.format, device: device, incarnation: incarnation, lane: lane, first: first,
      last: first + Int64(lines.count) - 1, previous: previous, hash: hash,
      schema: Limits.schema)
    self.lines = lines
  }

  /// Reads and verifies a segment: limits, form and chain. Whether the lines
  /// are operations is for the reader of each line.
  public init(bytes: [UInt8]) throws(Fault) {
    guard bytes.count <= Limits.segmentBytes else { throw .tooLarge }
    guard bytes.last == Self.newline else { throw .linesMissing }
    // One line more than the limit is enough to see that there are too many.
    let parts = bytes.dropLast().split(
      separator: Self.newline, maxSplits: Limits.segmentOperations + 1,
      omittingEmptySubsequences: false)
    guard let head = parts.first, head.count <= Limits.operationBytes else {
      throw .headerMalformed
    }
    let header: Header
    do { header = try WireJSON.decode(Header.self, from: head) } catch { throw .headerMalformed }
    guard header.gridwalk == Self.format, header.first >= 1, header.last >= header.first,
      header.last < Limits.numbers
    else { throw .headerMalformed }
    let lines = parts.dropFirst()
    guard lines.count <= Limits.segmentOperations else { throw .tooLarge }
    guard Int64(lines.count) == header.last - header.first + 1 else { throw .linesMissing }
    guard lines.allSatisfy({ $0.count <= Limits.operationBytes }) else { throw .tooLarge }
    var hash = header.previous
    for line in lines { hash = JournalChain.hash(line, after: hash) }
    guard hash == header.hash else { throw .chainBroken }
    self.header = header
    self.lines = lines.map { Array($0) }
  }

  /// The bytes that travel.
  public func bytes() throws -> [UInt8] {
    var bytes = try WireJSON.encode(header)
    bytes.append(Self.newline)
    for line in lines {
      bytes.append(contentsOf: line)
      bytes.append(Self.newline)
    }
    return bytes
  }

  private static let newline: UInt8 = 0x0a
}
