import Database
import Domain
import SyncProtocol

extension FieldStore {
  /// The record of this identifier, deleted ones included; nil when none.
  public func record(_ id: UniqueID) throws(FieldError) -> StoredRecord? {
    try worded {
      try connection.row(
        "SELECT \(StoredRecord.columns) FROM record WHERE id = \(id.text)", StoredRecord.init)
    }
  }

  /// The records of a kind, by title; deleted ones left out.
  ///
  /// - Parameters:
  ///   - grid: only those of this grid; nil for all.
  ///   - limit: at most so many.
  public func records(
    kind: String, grid: String? = nil, limit: Int = 1000
  ) throws(FieldError) -> [RecordSummary] {
    let inGrid: SQL = grid.map { "AND grid = \($0)" } ?? ""
    return try summaries("kind = \(kind) AND deleted = 0 \(inGrid) ORDER BY title", limit)
  }

  /// The records that belong to this one (the members of a household) in the
  /// order they came here; deleted ones left out.
  public func children(of parent: UniqueID) throws(FieldError) -> [RecordSummary] {
    try summaries("parent = \(parent.text) AND deleted = 0 ORDER BY created_at, rowid", 10_000)
  }

  /// The records that changed last, newest first; deleted ones left out.
  public func recentRecords(limit: Int = 20) throws(FieldError) -> [RecordSummary] {
    try summaries("deleted = 0 ORDER BY updated_at DESC, id DESC", limit)
  }

  /// How many records of each kind there are; deleted ones left out.
  public func recordCounts() throws(FieldError) -> [String: Int] {
    try worded {
      let rows = try connection.rows(
        "SELECT kind, count(*) FROM record WHERE deleted = 0 GROUP BY kind"
      ) { (try $0.text(0), Int(try $0.integer(1))) }
      return Dictionary(uniqueKeysWithValues: rows)
    }
  }

  func summaries(_ condition: SQL, _ limit: Int) throws(FieldError) -> [RecordSummary] {
    try worded {
      try connection.rows(
        "SELECT \(RecordSummary.columns) FROM record WHERE \(condition) LIMIT \(limit)",
        RecordSummary.init)
    }
  }

  /// Writes a record as it now shows; makes its row when there is none.
  func save(_ stored: StoredRecord) throws {
    let record = stored.record
    let keys = try Column.json(SearchKeys.of(record))
    let place = record.position
    let fields = try Column.json(record.fields)
    let server = try stored.server.map(Column.json)
    let photos = try record.photos.map(Column.json)
    try connection.run(
      """
      INSERT INTO record (id, element, kind, grid, parent, fields, server, version,
        latitude, longitude, accuracy, position_source, position_at, position_outside,
        photos, title, search, told, deleted, created_at, updated_at, number)
      VALUES (\(record.id.text), \(record.element.rawValue), \(record.kind), \(record.grid),
        \(record.parent?.text), \(fields), \(server), \(record.version),
        \(place?.latitude), \(place?.longitude), \(place?.accuracy), \(place?.source.rawValue),
        \(place?.at), \(place?.outside.map { $0 ? Int64(1) : 0 }),
        \(photos), \(record.title), \(keys), \(SearchText.of(record)),
        \(record.deleted ?? false), \(stored.createdAt), \(stored.updatedAt),
        (SELECT coalesce(max(number), 0) + 1 FROM record))
      ON CONFLICT (id) DO UPDATE SET element = excluded.element, kind = excluded.kind,
        grid = excluded.grid, parent = excluded.parent, fields = excluded.fields,
        server = excluded.server, version = excluded.version, latitude = excluded.latitude,
        longitude = excluded.longitude, accuracy = excluded.accuracy,
        position_source = excluded.position_source, position_at = excluded.position_at,
        position_outside = excluded.position_outside, photos = excluded.photos,
        title = excluded.title, search = excluded.search, told = excluded.told,
        deleted = excluded.deleted, updated_at = excluded.updated_at
      """)
  }

  /// Gives keys to records that a program without them wrote.
  func keyRecords() throws(FieldError) {
    while true {
      let ids = try worded {
        try connection.rows(
          "SELECT id FROM record WHERE search = '{}' LIMIT \(Self.keyedAtOnce)"
        ) { try Column.id($0.text(0)) }
      }
      if ids.isEmpty { return }
      try transaction {
        for id in ids {
          if let stored = try record(id) { try save(stored) }
        }
      }
    }
  }

  private static let keyedAtOnce = 1000
}
