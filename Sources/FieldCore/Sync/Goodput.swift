import SyncProtocol

/// What the link has carried of late, and what to hand it at once
/// (PROTOCOL.md §10).
struct Goodput: Sendable {
  /// Bytes per second, smoothed; nil before anything was measured.
  private(set) var bytesPerSecond: Double?
  /// Seconds of the shortest exchange seen; nil before there was one.
  private(set) var roundTrip: Double?
  private static let segmentSeconds = 3.0
  private static let longestSegmentSeconds = 15.0
  private static let photoSeconds = 60.0
  /// So many round trips of sending for each that is waited for: 5 %.
  private static let roundTrips = 20.0
  /// Seconds, before one was measured.
  private static let usualRoundTrip = 0.5
  private static let weight = 0.3
  /// Smaller bodies measure the round trip, not the link.
  private static let smallestSample: Int64 = 8192
  private static let smallestSegment = 4096.0
  private static let smallestPiece = 1_048_576.0
  /// Bodies below this are sent whole: they are over before anybody could wait.
  private static let wholeSeconds = 1.0
  private static let smallestWhole = 16_384.0

  init(bytesPerSecond: Double?) { self.bytesPerSecond = bytesPerSecond }

  /// Takes in that an answer took so many milliseconds to come.
  mutating func note(roundTrip milliseconds: Int64) {
    let seconds = Double(max(milliseconds, 1)) / 1000
    roundTrip = min(roundTrip ?? seconds, seconds)
  }

  /// Takes in that the link carried so many bytes in so many milliseconds, the
  /// wait for the answer included.
  mutating func note(bytes: Int64, milliseconds: Int64) {
    guard bytes >= Self.smallestSample else { return }
    let seconds = Double(max(milliseconds, 1)) / 1000
    // Where the wait would be all, the round trip was another day's.
    let sending = max(seconds - (roundTrip ?? 0), seconds / 2)
    let sample = Double(bytes) / sending
    bytesPerSecond = bytesPerSecond.map { $0 + Self.weight * (sample - $0) } ?? sample
  }

  /// How large a segment may be: three seconds of the link, or twenty round
  /// trips where the air is far.
  var segmentBytes: Int {
    guard let bytesPerSecond else { return Limits.firstSegmentBytes }
    let far = min((roundTrip ?? Self.usualRoundTrip) * Self.roundTrips, Self.longestSegmentSeconds)
    let wanted = max(bytesPerSecond * max(Self.segmentSeconds, far), Self.smallestSegment)
    return Int(min(wanted, Double(Limits.segmentBytes)))
  }

  /// How much of a photo goes into one request that cannot be ended early:
  /// little enough that an urgent report need not wait long for it, so much that
  /// round trips do not count.
  var pieceBytes: Int64 {
    let wanted = max((bytesPerSecond ?? 0) * Self.photoSeconds, Self.smallestPiece)
    return Int64(min(wanted, Double(Limits.photoBytes)))
  }

  /// Up to this size a body is not worth interrupting.
  var wholeBytes: Int64 {
    Int64(max((bytesPerSecond ?? 0) * Self.wholeSeconds, Self.smallestWhole))
  }

  /// What may go into the request that begins an upload.
  var creationBytes: Int64 { max(Int64(segmentBytes), Int64(Limits.firstSegmentBytes)) }
}
