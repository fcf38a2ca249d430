import Database
import Domain
import SyncProtocol

extension FieldStore {
  /// Keeps what the centre answered to a segment, and moves the records and
  /// photos it speaks of accordingly: one transaction. A result that was kept
  /// before changes nothing.
  ///
  /// - Parameter missing: photos the centre lacks of those the operations
  ///   name; nil when the answer does not say (the change feed).
  func keep(
    _ results: [OperationResult], lane: Lane, epoch: UniqueID, missing: Set<Digest>?
  ) throws(FieldError) {
    try transaction {
      let journal = try journal()
      var touched: [UniqueID: [(Operation, OperationResult)]] = [:]
      for result in results {
        guard let entry = try entry(lane, result.seq, journal) else { throw FieldError.damaged }
        guard try insert(result, lane: lane, epoch: epoch, journal.incarnation) else { continue }
        touched[entry.operation.record, default: []].append((entry.operation, result))
        if let missing { try settlePhotos(entry.operation, result, missing, epoch) }
      }
      for (record, results) in touched { try fold(results, into: record) }
      try connection.run(
        """
        DELETE FROM segment WHERE lane = \(lane.rawValue) AND last <= \(try receivedThrough(lane))
        """)
      try dropLeft()
    }
  }

  /// Whether an answer speaks of exactly this segment's operations.
  func fits(_ results: [OperationResult], _ segment: SealedSegment) throws(FieldError) -> Bool {
    try worded {
      let journal = try journal()
      guard results.map(\.seq) == Array(segment.first...segment.last) else { return false }
      for result in results {
        guard let op = result.op else { continue }
        guard try entry(segment.lane, result.seq, journal)?.operation.op == op else {
          return false
        }
      }
      return true
    }
  }

  func entry(_ lane: Lane, _ seq: Int64, _ journal: Journal) throws -> Entry? {
    try connection.row(
      """
      SELECT \(Entry.columns) FROM journal WHERE incarnation = \(journal.incarnation)
        AND lane = \(lane.rawValue) AND seq = \(seq)
      """, Entry.init)
  }

  private func insert(
    _ result: OperationResult, lane: Lane, epoch: UniqueID, _ incarnation: Int64
  ) throws -> Bool {
    try connection.run(
      """
      INSERT OR IGNORE INTO receipt (incarnation, lane, seq, result, code, version, epoch,
        received_at)
      VALUES (\(incarnation), \(lane.rawValue), \(result.seq), \(result.result.rawValue),
        \(result.code?.rawValue), \(result.version), \(epoch.text), \(environment.now()))
      """)
    return connection.changes == 1
  }

  /// Puts operations that took effect under the centre's state, so that they
  /// keep showing until the feed brings it (PROTOCOL.md §8, Base after a
  /// receipt).
  private func fold(_ results: [(Operation, OperationResult)], into id: UniqueID) throws {
    var server = try record(id)?.server
    for (operation, result) in results where result.refusal == nil {
      // A deletion that conflicts did not happen: update against delete keeps
      // the record.
      if operation.action == .delete, result.result == .conflict { continue }
      let before = server
      server = Rebase.apply(operation, to: before)
      if result.result == .applied, let version = result.version {
        server?.version = max(version, before?.version ?? 0)
      }
    }
    try rebase(id, onto: server)
  }

  private func settlePhotos(
    _ operation: Operation, _ result: OperationResult, _ missing: Set<Digest>, _ epoch: UniqueID
  ) throws {
    for text in operation.photos ?? [] {
      guard let digest = Digest(hex: text) else { continue }
      if missing.contains(digest) {
        try connection.run(
          """
          UPDATE photo SET received_at = NULL, epoch = NULL
          WHERE sha256 = \(digest.hex) AND dropped_at IS NULL
          """)
      } else if result.refusal == nil {
        try keepPhotoReceipt(digest, epoch: epoch)
      }
    }
  }

  /// Keeps that the centre has a photo.
  func keepPhotoReceipt(_ sha256: Digest, epoch: UniqueID) throws(FieldError) {
    try transaction {
      try connection.run(
        """
        UPDATE photo SET received_at = \(environment.now()), epoch = \(epoch.text), upload = NULL,
          problem = NULL
        WHERE sha256 = \(sha256.hex) AND received_at IS NULL
        """)
    }
  }
}
