import Database
import Domain
import SyncProtocol

/// Something that is not at the centre yet, or that the centre refused.
public struct QueueItem: Sendable, Hashable {
  /// What it is.
  public enum Subject: Sendable, Hashable {
    /// An operation on a record, with what a person calls the record.
    case operation(UniqueID, record: UniqueID, action: Action, title: String)
    /// A photo, with the reason the centre does not take it, when it said so.
    case photo(Digest, problem: String?)
  }

  /// What it is.
  public var subject: Subject
  /// Its lane; nil for a photo.
  public var lane: Lane?
  /// How many bytes it has.
  public var bytes: Int64
  /// When it was made, by the device's clock.
  public var at: Int64
  /// How far it has come.
  public var state: QueueState
}

/// How much waits.
public struct QueueSummary: Sendable, Hashable {
  /// Operations without a receipt, and their bytes, by lane.
  public var operations: [Lane: Count] = [:]
  /// Photos without a receipt.
  public var photos = Count()
  /// Operations the centre refused and nobody has dismissed.
  public var refused = 0
  /// Lanes and photos that wait for somebody, because the centre does not take
  /// them.
  public var held = 0
  /// When the oldest waiting operation was made, by the device's clock.
  public var oldestAt: Int64?

  /// A number of things and their bytes.
  public struct Count: Sendable, Hashable {
    /// How many.
    public var items = 0
    /// How many bytes.
    public var bytes: Int64 = 0
  }

  /// Whether nothing waits to be sent.
  public var isEmpty: Bool { photos.items == 0 && operations.values.allSatisfy { $0.items == 0 } }
}

extension FieldStore {
  /// What waits, in the order it will be sent, then what was refused.
  public func queue(limit: Int = 1000) throws(FieldError) -> [QueueItem] {
    try snapshot {
      try waitingOperations(limit) + waitingPhotos(limit) + refusedOperations(limit)
    }
  }

  private func waitingOperations(_ limit: Int) throws -> [QueueItem] {
    try [Lane.urgent, .normal].flatMap { lane in
      let sealed = try sentThrough(lane, try journal())
      return try connection.rows(
        """
        SELECT journal.op, journal.record, journal.action, coalesce(record.title, ''),
          journal.lane, length(journal.line), journal.at, journal.seq <= \(sealed)
        FROM journal LEFT JOIN record ON record.id = journal.record
        WHERE \(try waiting(in: lane)) ORDER BY journal.seq LIMIT \(limit)
        """
      ) { try Self.operationItem($0, state: $0.bool(7) ? .sending : .waiting) }
    }
  }

  /// The entries of a lane without a receipt: a lane is received from its
  /// beginning on, so they are the ones behind the last receipt.
  private func waiting(in lane: Lane) throws -> SQL {
    """
    journal.incarnation = \(try incarnationNumber()) AND journal.lane = \(lane.rawValue)
      AND journal.seq > \(try receivedThrough(lane))
    """
  }

  private func refusedOperations(_ limit: Int) throws -> [QueueItem] {
    try connection.rows(
      """
      SELECT journal.op, journal.record, journal.action, coalesce(record.title, ''),
        journal.lane, length(journal.line), journal.at, receipt.code
      FROM receipt JOIN journal USING (incarnation, lane, seq)
      LEFT JOIN record ON record.id = journal.record
      WHERE receipt.result = 'refused' AND receipt.code IS NOT 'duplicate'
        AND receipt.dismissed_at IS NULL
      ORDER BY journal.ordinal LIMIT \(limit)
      """
    ) { row in
      let code = try row.optionalText(7).map(RefusalCode.init) ?? .malformed
      return try Self.operationItem(row, state: .refused(code))
    }
  }

  private static func operationItem(_ row: Row, state: QueueState) throws -> QueueItem {
    QueueItem(
      subject: .operation(
        try Column.id(row.text(0)), record: try Column.id(row.text(1)),
        action: try Column.word(Action.self, row.text(2)), title: try row.text(3)),
      lane: try Column.word(Lane.self, row.text(4)), bytes: try row.integer(5),
      at: try row.integer(6), state: state)
  }

  private func waitingPhotos(_ limit: Int) throws -> [QueueItem] {
    try connection.rows(
      """
      SELECT \(StoredPhoto.columns) FROM photo WHERE \(Self.photoWaits)
      ORDER BY bytes, sha256 LIMIT \(limit)
      """
    ) { row in
      let photo = try StoredPhoto(row)
      return QueueItem(
        subject: .photo(photo.sha256, problem: photo.problem), lane: nil, bytes: photo.bytes,
        at: photo.addedAt, state: photo.upload == nil ? .waiting : .sending)
    }
  }

  /// How much waits.
  public func queueSummary() throws(FieldError) -> QueueSummary {
    try snapshot {
      var summary = QueueSummary()
      for lane in Lane.allCases {
        let (count, oldest) = try waitingCount(lane)
        if count.items > 0 { summary.operations[lane] = count }
        if let oldest { summary.oldestAt = min(summary.oldestAt ?? .max, oldest) }
      }
      let photos = try connection.row(
        "SELECT count(*), coalesce(sum(bytes), 0) FROM photo WHERE \(Self.photoWaits)"
      ) { QueueSummary.Count(items: Int(try $0.integer(0)), bytes: try $0.integer(1)) }
      summary.photos = photos ?? .init()
      summary.refused = try refusedCount()
      summary.held = try heldCount()
      return summary
    }
  }

  private func waitingCount(_ lane: Lane) throws -> (QueueSummary.Count, oldest: Int64?) {
    let found = try connection.row(
      """
      SELECT count(*), coalesce(sum(length(line)), 0), min(at) FROM journal
      WHERE \(try waiting(in: lane))
      """
    ) { row in
      let count = QueueSummary.Count(items: Int(try row.integer(0)), bytes: try row.integer(1))
      return (count, try row.optionalInteger(2))
    }
    return found.map { ($0.0, oldest: $0.1) } ?? (.init(), nil)
  }

  /// Whether a photo waits to be sent: not one that only dismissed refusals name.
  private static let photoWaits: SQL = """
    received_at IS NULL AND EXISTS (
      SELECT 1 FROM record_photo JOIN journal ON journal.op = record_photo.op
      LEFT JOIN receipt USING (incarnation, lane, seq)
      WHERE record_photo.sha256 = photo.sha256 AND receipt.dismissed_at IS NULL
        AND (receipt.seq IS NOT NULL
          OR journal.incarnation = (SELECT max(number) FROM incarnation)))
    """

  private func heldCount() throws -> Int {
    try connection.row(
      """
      SELECT (SELECT count(*) FROM segment WHERE refusals >= \(SealedSegment.refusalLimit)
          AND incarnation = (SELECT max(number) FROM incarnation))
        + (SELECT count(*) FROM photo WHERE problem IS NOT NULL AND \(Self.photoWaits))
      """
    ) { Int(try $0.integer(0)) } ?? 0
  }

  private func refusedCount() throws -> Int {
    try connection.row(
      """
      SELECT count(*) FROM receipt WHERE result = 'refused' AND code IS NOT 'duplicate'
        AND dismissed_at IS NULL
      """
    ) { Int(try $0.integer(0)) } ?? 0
  }

  /// Takes a refused operation off the queue; the journal and its receipt keep
  /// it.
  ///
  /// - Throws: `.notFound` when no such operation was refused.
  public func dismissRefusal(_ op: UniqueID) throws(FieldError) {
    try transaction {
      try connection.run(
        """
        UPDATE receipt SET dismissed_at = \(environment.now())
        WHERE result = 'refused' AND (incarnation, lane, seq) IN
          (SELECT incarnation, lane, seq FROM journal WHERE op = \(op.text))
        """)
      if connection.changes == 0 { throw FieldError.notFound(op.text) }
      try dropLeft()
    }
  }
}
