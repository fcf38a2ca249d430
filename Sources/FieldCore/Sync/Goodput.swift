import SyncProtocol

/// What the link has carried of late, and what to hand it at once
/// (PROTOCOL.md §10).
struct Goodput: Sendable {
  /// Bytes per second, smoothed; nil before anything was measured.
  private(set) var bytesPerSecond: Double?
  private static let segmentSeconds = 3.0
  private static let photoSeconds = 60.0
  private static let weight = 0.3
  /// Smaller bodies measure the round trip, not the link.
  private static let smallestSample: Int64 = 8192
  private static let smallestSegment = 4096.0
  private static let smallestPiece = 1_048_576.0

  init(bytesPerSecond: Double?) { self.bytesPerSecond = bytesPerSecond }

  /// Takes in that the link carried so many bytes in so many milliseconds.
  mutating func note(bytes: Int64, milliseconds: Int64) {
    guard bytes >= Self.smallestSample else { return }
    let sample = Double(bytes) * 1000 / Double(max(milliseconds, 1))
    bytesPerSecond = bytesPerSecond.map { $0 + Self.weight * (sample - $0) } ?? sample
  }

  /// How large a segment may be.
  var segmentBytes: Int {
    guard let bytesPerSecond else { return Limits.firstSegmentBytes }
    let wanted = max(bytesPerSecond * Self.segmentSeconds, Self.smallestSegment)
    return Int(min(wanted, Double(Limits.segmentBytes)))
  }

  /// How much of a photo goes into one request: little enough that an urgent
  /// report need not wait long for it, so much that round trips do not count.
  var pieceBytes: Int64 {
    let wanted = max((bytesPerSecond ?? 0) * Self.photoSeconds, Self.smallestPiece)
    return Int64(min(wanted, Double(Limits.photoBytes)))
  }

  /// What may go into the request that begins an upload.
  var creationBytes: Int64 { max(Int64(segmentBytes), Int64(Limits.firstSegmentBytes)) }
}
