import Database
import Domain
import SyncProtocol

/// A run of entries of one lane, sealed for one upload. Nothing of it changes
/// before its receipt; its bytes are written again from the journal.
struct SealedSegment: Sendable, Hashable {
  var lane: Lane
  var first: Int64
  var last: Int64
  var sha256: Digest
  var length: Int64
  /// Where its upload goes on; nil when the centre has named none.
  var upload: String?
  /// Tries so far.
  var attempts: Int64
  /// Times the centre called its bytes bad.
  var refusals: Int64

  /// After so many it waits for somebody (PROTOCOL.md §7).
  static let refusalLimit: Int64 = 3

  static let columns: SQL = "lane, first, last, sha256, length, upload, attempts, refusals"

  init(_ row: Row) throws {
    lane = try Column.word(Lane.self, row.text(0))
    first = try row.integer(1)
    last = try row.integer(2)
    sha256 = try Column.digest(row.text(3))
    length = try row.integer(4)
    upload = try row.optionalText(5)
    attempts = try row.integer(6)
    refusals = try row.integer(7)
  }
}

extension FieldStore {
  /// Bytes set aside for a segment's header line.
  private static let headerBytes = 1024

  /// The last place of a lane that the device holds a receipt for.
  func receivedThrough(_ lane: Lane) throws -> Int64 {
    try connection.row(
      """
      SELECT coalesce(max(seq), 0) FROM receipt WHERE lane = \(lane.rawValue)
        AND incarnation = (SELECT max(number) FROM incarnation)
      """
    ) { try $0.integer(0) } ?? 0
  }

  /// Whether an entry of a lane has no receipt yet.
  func waits(in lane: Lane) throws(FieldError) -> Bool {
    try worded {
      try connection.row(
        """
        SELECT EXISTS (SELECT 1 FROM journal WHERE lane = \(lane.rawValue)
          AND incarnation = (SELECT max(number) FROM incarnation)
          AND seq > \(try receivedThrough(lane)))
        """
      ) { try $0.bool(0) } ?? false
    }
  }

  /// The segment that is next in a lane: the sealed one, else one sealed now
  /// and on the disk when this returns; nil when nothing waits.
  ///
  /// - Parameter bytes: what the link can be expected to carry; at least one
  ///   entry goes in whatever its size.
  func nextSegment(_ lane: Lane, bytes: Int) throws(FieldError) -> SealedSegment? {
    try transaction {
      if let sealed = try sealedSegment(lane) { return sealed }
      let first = try receivedThrough(lane) + 1
      let last = try lastFitting(lane, from: first, bytes: bytes)
      guard last >= first else { return nil }
      let content = try segmentBytes(lane, first: first, last: last)
      try connection.run(
        """
        INSERT INTO segment (incarnation, lane, first, last, sha256, length, sealed_at)
        VALUES (\(try incarnationNumber()), \(lane.rawValue), \(first), \(last),
          \(SHA256.hash(content).hex), \(Int64(content.count)), \(environment.now()))
        """)
      return try sealedSegment(lane)
    }
  }

  private func sealedSegment(_ lane: Lane) throws -> SealedSegment? {
    try connection.row(
      """
      SELECT \(SealedSegment.columns) FROM segment WHERE lane = \(lane.rawValue)
        AND incarnation = (SELECT max(number) FROM incarnation)
      """, SealedSegment.init)
  }

  func lastFitting(_ lane: Lane, from first: Int64, bytes: Int) throws -> Int64 {
    var room = Int64(min(bytes, Limits.segmentBytes) - Self.headerBytes)
    var last = first - 1
    try connection.forEach(
      """
      SELECT seq, length(line) + 1 FROM journal
      WHERE incarnation = (SELECT max(number) FROM incarnation)
        AND lane = \(lane.rawValue) AND seq >= \(first)
      ORDER BY seq LIMIT \(Limits.segmentOperations)
      """
    ) { row in
      room -= try row.integer(1)
      guard room >= 0 || last < first else { return false }
      last = try row.integer(0)
      return room > 0
    }
    return last
  }

  /// The bytes of a run of entries as they travel.
  func segmentBytes(_ lane: Lane, first: Int64, last: Int64) throws -> [UInt8] {
    let journal = try journal()
    let previous = try journal.hash(of: lane, at: first - 1)
    guard let device = try device().device else { throw FieldError.notEnrolled }
    guard let previous else { throw FieldError.damaged }
    let lines = try connection.rows(
      """
      SELECT line FROM journal WHERE incarnation = \(journal.incarnation)
        AND lane = \(lane.rawValue) AND seq BETWEEN \(first) AND \(last) ORDER BY seq
      """
    ) { try $0.blob(0) }
    guard Int64(lines.count) == last - first + 1 else { throw FieldError.damaged }
    return try Segment(
      device: device, incarnation: journal.incarnationID, lane: lane, first: first,
      previous: previous, lines: lines
    ).bytes()
  }

  /// A sealed segment's bytes; nil when they no longer hash as sealed (a newer
  /// program writes the header otherwise), and it has to be sealed anew.
  func bytes(of segment: SealedSegment) throws(FieldError) -> [UInt8]? {
    try worded {
      let bytes = try segmentBytes(segment.lane, first: segment.first, last: segment.last)
      return SHA256.hash(bytes) == segment.sha256 ? bytes : nil
    }
  }

  /// Takes back the sealing of a lane's segment: its entries are sealed anew.
  func unseal(_ lane: Lane) throws(FieldError) {
    try transaction { try connection.run("DELETE FROM segment WHERE lane = \(lane.rawValue)") }
  }

  /// Counts a try to send a lane's segment.
  func noteAttempt(_ lane: Lane) throws(FieldError) {
    try transaction {
      try connection.run(
        "UPDATE segment SET attempts = attempts + 1 WHERE lane = \(lane.rawValue)")
    }
  }

  /// Keeps where a lane's segment is uploaded to.
  func saveUpload(_ upload: String?, of lane: Lane) throws(FieldError) {
    try transaction {
      try connection.run("UPDATE segment SET upload = \(upload) WHERE lane = \(lane.rawValue)")
    }
  }

  /// Counts that the centre called a lane's segment bad.
  func noteRefusal(_ code: String, of lane: Lane) throws(FieldError) {
    try transaction {
      try connection.run(
        """
        UPDATE segment SET refusals = refusals + 1, problem = \(code), upload = NULL
        WHERE lane = \(lane.rawValue)
        """)
    }
  }
}
