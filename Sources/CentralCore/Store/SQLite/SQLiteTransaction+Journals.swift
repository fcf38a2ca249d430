import Database
import Domain
import SyncProtocol

extension SQLiteTransaction {
  private func isLane(_ key: LaneKey) -> SQL {
    """
    city = \(city) AND device = \(key.device.text) AND incarnation = \(key.incarnation.text)
      AND lane = \(key.lane.rawValue)
    """
  }

  func position(of lane: LaneKey) throws -> SessionAnswer.LanePosition? {
    try connection.row("SELECT received, hash FROM lane WHERE \(isLane(lane))") {
      SessionAnswer.LanePosition(
        received: try $0.integer(0), hash: try Self.digest($0.blob(1)))
    }
  }

  func lanes() throws -> [LaneKey] {
    // The entries are asked too: a lane whose position was lost is not unseen.
    try connection.rows(
      """
      SELECT device, incarnation, lane FROM lane WHERE city = \(city)
      UNION SELECT device, incarnation, lane FROM operation WHERE city = \(city) ORDER BY 1, 2, 3
      """
    ) { row in
      guard let lane = Lane(rawValue: try row.text(2)) else {
        throw DatabaseError(.unexpectedValue, message: "lane")
      }
      return LaneKey(
        device: try Self.id(row.text(0)), incarnation: try Self.id(row.text(1)), lane: lane)
    }
  }

  func hash(of lane: LaneKey, seq: Int64) throws -> Digest? {
    try connection.row("SELECT hash FROM operation WHERE \(isLane(lane)) AND seq = \(seq)") {
      try Self.digest($0.blob(0))
    }
  }

  func operations(of lane: LaneKey, first: Int64, last: Int64) throws -> [JournaledOperation] {
    try connection.rows(
      """
      SELECT seq, op, result, code, version, record, line, hash, received_at FROM operation
      WHERE \(isLane(lane)) AND seq BETWEEN \(first) AND \(last) ORDER BY seq
      """
    ) { row in
      guard let outcome = OperationResult.Outcome(rawValue: try row.text(2)) else {
        throw DatabaseError(.unexpectedValue, message: "result")
      }
      let result = OperationResult(
        seq: try row.integer(0), op: try row.optionalText(1).map(Self.id), result: outcome,
        code: try row.optionalText(3).map(RefusalCode.init), version: try row.optionalInteger(4))
      return JournaledOperation(
        result: result, record: try row.optionalText(5).map(Self.id), line: try row.blob(6),
        hash: try Self.digest(row.blob(7)), receivedAt: try row.integer(8))
    }
  }

  func hasOperation(_ op: UniqueID) throws -> Bool {
    try connection.row(Self.operationLookup(city: city, op: op.text)) { _ in } != nil
  }

  func entries(
    on record: UniqueID, through version: Int64, limit: Int
  ) throws -> [RecordEntry] {
    try connection.rows(
      """
      SELECT device, version, result, line FROM operation
      WHERE city = \(city) AND record = \(record.text) AND version <= \(version)
      ORDER BY version DESC LIMIT \(limit)
      """
    ) { row in
      guard let outcome = OperationResult.Outcome(rawValue: try row.text(2)) else {
        throw DatabaseError(.unexpectedValue, message: "result")
      }
      return RecordEntry(
        device: try Self.id(row.text(0)), version: try row.integer(1), outcome: outcome,
        line: try row.blob(3))
    }
  }

  func refusal(of op: UniqueID) throws -> RefusalCode? {
    try connection.row(
      """
      SELECT code FROM operation WHERE city = \(city) AND op = \(op.text)
        AND code IS NOT 'duplicate'
      """
    ) { try $0.optionalText(0).map(RefusalCode.init) } ?? nil
  }

  /// The last condition is what makes the partial index `operation_once` fit;
  /// whatever was refused as a duplicate has another row that it repeats.
  static func operationLookup(city: String, op: String) -> SQL {
    """
    SELECT 1 FROM operation WHERE city = \(city) AND op = \(op) AND code IS NOT 'duplicate'
    """
  }

  func append(_ operation: JournaledOperation, to lane: LaneKey) throws {
    let result = operation.result
    try connection.run(
      """
      INSERT INTO operation (city, device, incarnation, lane, seq, op, record, line, hash,
        received_at, result, code, version)
      VALUES (\(city), \(lane.device.text), \(lane.incarnation.text), \(lane.lane.rawValue),
        \(result.seq), \(result.op?.text), \(operation.record?.text), \(operation.line),
        \(operation.hash.bytes), \(operation.receivedAt), \(result.result.rawValue),
        \(result.code?.rawValue), \(result.version))
      """)
    if result.seq == 1 {
      try connection.run(
        """
        INSERT INTO lane (city, device, incarnation, lane, received, hash)
        VALUES (\(city), \(lane.device.text), \(lane.incarnation.text), \(lane.lane.rawValue),
          1, \(operation.hash.bytes))
        """)
      return
    }
    try connection.run(
      """
      UPDATE lane SET received = \(result.seq), hash = \(operation.hash.bytes)
      WHERE \(isLane(lane)) AND received = \(result.seq - 1)
      """)
    // The entry must be the lane's next: anything else is a mistake in here.
    guard connection.changes == 1 else { throw DatabaseError(.constraint, message: "lane") }
  }

  func announce(_ results: [OperationResult], of lane: LaneKey, version: Int64) throws {
    guard let first = results.first else { return }
    let change = Change.receipt(
      incarnation: lane.incarnation, lane: lane.lane, results: results, version: version)
    try tell(
      .device(lane.device), type: "receipt",
      subject: "\(lane.incarnation.text) \(lane.lane.rawValue) \(first.seq)", version: version,
      body: Self.json(change))
  }
}
