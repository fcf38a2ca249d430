import Database
import Domain
import SyncProtocol

/// Something in the store that is not as it was written.
public enum StoreFault: Sendable, Hashable {
  /// SQLite finds its file damaged.
  case database(String)
  /// An entry's hash is not the one its line and predecessor give.
  case chain(incarnation: UniqueID, lane: Lane, seq: Int64)
  /// An entry is no operation, or not the one its row says.
  case entry(incarnation: UniqueID, lane: Lane, seq: Int64)
  /// A receipt speaks of an entry that is not there, or leaves one out.
  case receipt(lane: String, seq: Int64)
  /// A sealed segment's bytes cannot be written again as they were.
  case segment(Lane, first: Int64)
  /// A photo's file is gone.
  case photoMissing(Digest)
  /// A photo's file does not hash to its name.
  case photoChanged(Digest)
  /// A part could not be read at all.
  case unreadable(FieldError)
}

extension FieldStore {
  /// Computes both chains anew, from their beginning or from where an anchor
  /// stands for what was dropped (PROTOCOL.md §11), and compares everything
  /// that has a digest with it; reads every photo.
  ///
  /// - Returns: what was found wrong; empty when all is sound.
  public func verify() -> [StoreFault] {
    var faults: [StoreFault] = []
    let checks = [
      databaseFaults, chainFaults, receiptFaults, segmentFaults, photoFaults,
    ]
    for check in checks {
      do {
        faults += try connection.snapshot { try check() }
      } catch {
        faults.append(.unreadable(FieldError(error)))
      }
    }
    return faults
  }

  private func databaseFaults() throws -> [StoreFault] {
    try connection.integrityFaults().map { .database($0) }
  }

  private func chainFaults() throws -> [StoreFault] {
    let incarnations = try connection.rows("SELECT number, id FROM incarnation ORDER BY number") {
      (try $0.integer(0), try Column.id($0.text(1)))
    }
    return try incarnations.flatMap { number, id in
      try Lane.allCases.flatMap { try chainFaults(number, id, $0) }
    }
  }

  private func chainFaults(
    _ number: Int64, _ incarnation: UniqueID, _ lane: Lane
  ) throws -> [StoreFault] {
    var faults: [StoreFault] = []
    let anchor = try Journal(
      connection: connection, environment: environment, incarnation: number,
      incarnationID: incarnation
    ).anchor(of: lane)
    var previous = anchor?.hash ?? JournalChain.genesis(incarnation: incarnation, lane: lane)
    var expected = (anchor?.seq ?? 0) + 1
    try connection.forEach(
      """
      SELECT seq, line, hash, op, record FROM journal
      WHERE incarnation = \(number) AND lane = \(lane.rawValue) ORDER BY seq
      """
    ) { row in
      let seq = try row.integer(0)
      let line = try row.blob(1)
      let hash = JournalChain.hash(line, after: previous)
      let stored = try row.blob(2)
      if seq != expected || hash.bytes != stored {
        faults.append(.chain(incarnation: incarnation, lane: lane, seq: seq))
      }
      if !Self.isOperation(line, lane, seq, op: try row.text(3), record: try row.text(4)) {
        faults.append(.entry(incarnation: incarnation, lane: lane, seq: seq))
      }
      // Going on from the stored hash, so that one altered line is one fault.
      previous = Digest(bytes: stored) ?? hash
      expected = seq + 1
      return true
    }
    return faults
  }

  private static func isOperation(
    _ line: [UInt8], _ lane: Lane, _ seq: Int64, op: String, record: String
  ) -> Bool {
    do {
      let operation = try WireJSON.decode(Operation.self, from: line)
      return operation.lane == lane && operation.seq == seq && operation.op.text == op
        && operation.record.text == record
    } catch {
      return false
    }
  }

  private func receiptFaults() throws -> [StoreFault] {
    try connection.rows(
      """
      SELECT lane, seq FROM receipt WHERE NOT EXISTS (
        SELECT 1 FROM journal WHERE journal.incarnation = receipt.incarnation
          AND journal.lane = receipt.lane AND journal.seq = receipt.seq)
      UNION ALL
      SELECT lane, seq FROM receipt WHERE seq > 1 AND NOT EXISTS (
        SELECT 1 FROM receipt AS earlier WHERE earlier.incarnation = receipt.incarnation
          AND earlier.lane = receipt.lane AND earlier.seq = receipt.seq - 1)
        AND NOT EXISTS (SELECT 1 FROM anchor WHERE anchor.incarnation = receipt.incarnation
          AND anchor.lane = receipt.lane AND anchor.seq = receipt.seq - 1)
      """
    ) { .receipt(lane: try $0.text(0), seq: try $0.integer(1)) }
  }

  private func segmentFaults() throws -> [StoreFault] {
    let sealed = try connection.rows(
      """
      SELECT \(SealedSegment.columns) FROM segment
      WHERE incarnation = (SELECT max(number) FROM incarnation)
      """, SealedSegment.init)
    return try sealed.filter { try bytes(of: $0) == nil }
      .map { .segment($0.lane, first: $0.first) }
  }

  private func photoFaults() throws -> [StoreFault] {
    let photos = try connection.rows("SELECT sha256 FROM photo WHERE dropped_at IS NULL") {
      try Column.digest($0.text(0))
    }
    return photos.compactMap { photo in
      switch FileDigest.of(self.photos.path(of: photo)) {
      case photo: nil
      case nil: .photoMissing(photo)
      default: .photoChanged(photo)
      }
    }
  }
}
