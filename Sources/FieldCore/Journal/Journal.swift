import Database
import Domain
import SyncProtocol

/// The append-only journal of the present incarnation. Everything here runs
/// inside a transaction of the store.
struct Journal {
  let connection: Connection
  let environment: FieldEnvironment
  /// The present incarnation's number in this database.
  let incarnation: Int64
  /// The present incarnation.
  let incarnationID: UniqueID

  /// The end of a lane: the last place and the hash there.
  struct Head {
    var seq: Int64
    var hash: Digest
  }

  /// Where a lane ends; place 0 and the genesis hash when it is empty.
  func head(of lane: Lane) throws -> Head {
    let last = try connection.row(
      """
      SELECT seq, hash FROM journal WHERE incarnation = \(incarnation) AND lane = \(lane.rawValue)
      ORDER BY seq DESC LIMIT 1
      """
    ) { row in (try row.integer(0), try row.blob(1)) }
    guard let last else {
      return Head(seq: 0, hash: JournalChain.genesis(incarnation: incarnationID, lane: lane))
    }
    guard let hash = Digest(bytes: last.1) else { throw FieldError.damaged }
    return Head(seq: last.0, hash: hash)
  }

  /// The chain hash at a place; nil when the lane does not reach it.
  func hash(of lane: Lane, at seq: Int64) throws -> Digest? {
    if seq == 0 { return JournalChain.genesis(incarnation: incarnationID, lane: lane) }
    return try connection.row(
      """
      SELECT hash FROM journal WHERE incarnation = \(incarnation) AND lane = \(lane.rawValue)
        AND seq = \(seq)
      """
    ) { row in
      guard let hash = Digest(bytes: try row.blob(0)) else { throw FieldError.damaged }
      return hash
    }
  }

  /// A number for the entries of one commit, above all before it.
  func nextBatch() throws -> Int64 {
    1
      + (try connection.row("SELECT coalesce(max(batch), 0) FROM journal") { try $0.integer(0) }
        ?? 0)
  }

  /// Puts an operation at the end of its lane; its place is set here.
  func append(_ operation: Operation, batch: Int64) throws -> Entry {
    var operation = operation
    let head = try head(of: operation.lane)
    operation.seq = head.seq + 1
    let line = try WireJSON.encode(operation)
    guard line.count <= Limits.operationBytes else {
      throw FieldError.operationTooLarge(bytes: line.count, limit: Limits.operationBytes)
    }
    let hash = JournalChain.hash(line, after: head.hash)
    try connection.run(
      """
      INSERT INTO journal (incarnation, lane, seq, batch, op, record, action, undoes, line, hash, at)
      VALUES (\(incarnation), \(operation.lane.rawValue), \(operation.seq), \(batch),
        \(operation.op.text), \(operation.record.text), \(operation.action.rawValue),
        \(operation.undoes?.text), \(line), \(hash.bytes), \(operation.evidence.at))
      """)
    return Entry(operation: operation, line: line, hash: hash, batch: batch)
  }
}

extension FieldStore {
  /// The journal of the present incarnation.
  func journal() throws -> Journal {
    let present = try connection.row(
      "SELECT number, id FROM incarnation ORDER BY number DESC LIMIT 1"
    ) { row in (try row.integer(0), try Column.id(row.text(1))) }
    guard let present else { throw FieldError.damaged }
    return Journal(
      connection: connection, environment: environment, incarnation: present.0,
      incarnationID: present.1)
  }

  /// A number that grows with every operation made here.
  public func journalEnd() throws(FieldError) -> Int64 {
    try worded {
      try connection.row("SELECT coalesce(max(ordinal), 0) FROM journal") { try $0.integer(0) } ?? 0
    }
  }

  /// The lane in which a record's operations travel; nil when it has none yet.
  func lane(of record: UniqueID) throws -> Lane? {
    try connection.row(
      "SELECT lane FROM journal WHERE record = \(record.text) ORDER BY ordinal LIMIT 1"
    ) { try Column.word(Lane.self, $0.text(0)) }
  }

  /// Begins another life of the journal, because the centre knows another
  /// journal under the present one (PROTOCOL.md §7, `chain-forked`). What the
  /// centre has not received stands again in the new chains, under the same
  /// operation identifiers, so that nothing takes effect twice.
  ///
  /// - Parameter epoch: the history of the centre that counts. What only another
  ///   history received stands again too; what a restored centre has of it is
  ///   answered as a duplicate. nil when no other history is known of.
  func beginIncarnation(in epoch: UniqueID?) throws {
    let old = try journal()
    let waiting = try unreceived(in: epoch, old)
    if let epoch { try offerRefusedAgain(epoch) }
    try connection.run("DELETE FROM segment")
    try connection.run(
      """
      INSERT INTO incarnation (number, id, started_at)
      VALUES (\(old.incarnation + 1), \(environment.newIncarnation().text), \(environment.now()))
      """)
    let new = try journal()
    let offset = try new.nextBatch()
    for entry in waiting {
      _ = try new.append(entry.operation, batch: offset + entry.batch)
    }
  }

  /// The operations that the centre of this history is not known to have, in the
  /// order they were made, each once.
  private func unreceived(in epoch: UniqueID?, _ journal: Journal) throws -> [Entry] {
    guard let epoch else {
      return try connection.rows(
        """
        SELECT \(Entry.columns) FROM journal LEFT JOIN receipt USING (incarnation, lane, seq)
        WHERE journal.incarnation = \(journal.incarnation) AND receipt.seq IS NULL
        ORDER BY ordinal
        """, Entry.init)
    }
    return try connection.rows(
      """
      SELECT \(Entry.columns) FROM journal WHERE \(Self.isUnknown(in: epoch))
        AND ordinal = (SELECT min(ordinal) FROM journal AS first WHERE first.op = journal.op)
      ORDER BY ordinal
      """, Entry.init)
  }

  /// Whether a row of the journal is an operation that no receipt of this history
  /// speaks of, nor a refusal that the worker has dismissed.
  private static func isUnknown(in epoch: UniqueID) -> SQL {
    """
    NOT EXISTS (
      SELECT 1 FROM journal AS again JOIN receipt USING (incarnation, lane, seq)
      WHERE again.op = journal.op
        AND (receipt.epoch = \(epoch.text) OR receipt.dismissed_at IS NOT NULL))
    """
  }

  /// Whether an earlier incarnation has operations that this history of the
  /// centre may lack, and that do not stand in the present one.
  func hasForgotten(in epoch: UniqueID) throws -> Bool {
    let present = try journal().incarnation
    return try connection.row(
      """
      SELECT 1 FROM journal WHERE incarnation < \(present) AND \(Self.isUnknown(in: epoch))
        AND NOT EXISTS (SELECT 1 FROM journal AS now
          WHERE now.op = journal.op AND now.incarnation = \(present))
      LIMIT 1
      """
    ) { _ in true } ?? false
  }

  /// Refusals of another history say nothing: their operations stand again.
  private func offerRefusedAgain(_ epoch: UniqueID) throws {
    try connection.run(
      """
      UPDATE receipt SET dismissed_at = \(environment.now())
      WHERE result = 'refused' AND code IS NOT 'duplicate' AND dismissed_at IS NULL
        AND epoch <> \(epoch.text)
      """)
  }
}
