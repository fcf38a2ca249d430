import Database
import Foundation

/// A value of JSON as Foundation reads it; null for what is absent.
typealias JSONValue = NSObject

enum JSONText {
  static func object(_ bytes: some Sequence<UInt8>) -> [String: JSONValue] {
    let value = try? JSONSerialization.jsonObject(with: Data(bytes))
    return value as? [String: JSONValue] ?? [:]
  }

  static func value(_ text: String) -> JSONValue {
    let read = try? JSONSerialization.jsonObject(
      with: Data(text.utf8), options: [.fragmentsAllowed])
    return read as? JSONValue ?? NSNull()
  }
}

/// Opens a copy of a database, because opening the database itself would write
/// to the machine's disk behind the shim's back.
enum CopiedDatabase {
  static func read<T>(_ path: String, of machine: Machine, _ body: (Connection) throws -> T) throws
    -> T
  {
    let copy = "\(machine.root).fault/copy-\(UInt64.random(in: 0 ... .max))"
    defer { for suffix in ["", "-wal", "-shm"] { unlink(copy + suffix) } }
    machine.control.holding {
      for suffix in ["", "-wal"] {
        guard let bytes = FileManager.default.contents(atPath: path + suffix) else { continue }
        _ = FileManager.default.createFile(atPath: copy + suffix, contents: bytes)
      }
    }
    return try body(try Connection(path: copy))
  }
}

/// One operation in a journal.
struct JournalRow {
  var op: String
  var record: String
  var action: String
  var line: [String: JSONValue]
  var photos: [String] { line["photos"] as? [String] ?? [] }
}

/// What shows of a record, at either end.
struct ShownRecord: Equatable {
  var kind: String
  var grid: String
  var parent: String
  var fields: [String: JSONValue]
  var photos: Set<String>
  var place: [Double]
  var isDeleted: Bool
  var version: Int64
}

/// What a handheld's database says.
struct DeviceReading {
  var device: String?
  var epoch: String?
  var lastSync: String?
  var entries: [(ordinal: Int64, JournalRow)] = []
  /// Operations with a receipt of this epoch.
  var received: [(op: String, epoch: String, result: String)] = []
  /// Operations of the present incarnation without a receipt.
  var waiting: Set<String> = []
  /// Records with an operation that was refused and that nobody dismissed.
  var refusedRecords: Set<String> = []
  var records: [String: ShownRecord] = [:]
  var leaving: Set<String> = []
  var photos: [(sha256: String, isReceived: Bool)] = []
  var conflicts: Set<String> = []

  init(_ machine: Machine) throws {
    self = try CopiedDatabase.read("\(machine.root)/data/gridwalk.db", of: machine) {
      try DeviceReading($0)
    }
  }

  private init(_ connection: Connection) throws {
    _ = try connection.row("SELECT device, epoch, last_sync_result FROM device") {
      (device, epoch) = (try $0.optionalText(0), try $0.optionalText(1))
      lastSync = try $0.optionalText(2)
    }
    entries = try connection.rows(
      "SELECT ordinal, op, record, action, line FROM journal ORDER BY ordinal"
    ) {
      (
        try $0.integer(0),
        JournalRow(
          op: try $0.text(1), record: try $0.text(2), action: try $0.text(3),
          line: JSONText.object(try $0.blob(4)))
      )
    }
    received = try connection.rows(
      """
      SELECT op, epoch, CASE code WHEN 'duplicate' THEN 'duplicate' ELSE result END
      FROM receipt JOIN journal USING (incarnation, lane, seq)
      """
    ) { (try $0.text(0), try $0.text(1), try $0.text(2)) }
    waiting = Set(
      try connection.rows(
        """
        SELECT op FROM journal LEFT JOIN receipt USING (incarnation, lane, seq)
        WHERE receipt.seq IS NULL AND incarnation = (SELECT max(number) FROM incarnation)
        """
      ) { try $0.text(0) })
    refusedRecords = Set(
      try connection.rows(
        """
        SELECT record FROM receipt JOIN journal USING (incarnation, lane, seq)
        WHERE result = 'refused' AND code <> 'duplicate' AND dismissed_at IS NULL
        """
      ) { try $0.text(0) })
    for (id, record, isLeaving) in try connection.rows(
      """
      SELECT id, kind, grid, parent, fields, photos, latitude, longitude, deleted, version, leaving
      FROM record
      """,
      { row in
        let place = [try row.optionalReal(6), try row.optionalReal(7)].compactMap { $0 }
        return (
          try row.text(0), try Self.shown(row, place: place, isDeleted: row.bool(8)),
          try row.bool(10)
        )
      })
    {
      records[id] = record
      if isLeaving { leaving.insert(id) }
    }
    photos = try connection.rows("SELECT sha256, received_at IS NOT NULL FROM photo") {
      (try $0.text(0), try $0.bool(1))
    }
    conflicts = Set(
      try connection.rows("SELECT id FROM conflict WHERE resolved IS NULL") { try $0.text(0) })
  }

  private static func shown(_ row: Row, place: [Double], isDeleted: Bool) throws -> ShownRecord {
    ShownRecord(
      kind: try row.text(1), grid: try row.text(2), parent: try row.optionalText(3) ?? "",
      fields: JSONText.object(try row.text(4).utf8),
      photos: Set(
        try row.optionalText(5).map { JSONText.value($0) as? [String] ?? [] } ?? []),
      place: place, isDeleted: isDeleted, version: try row.integer(9))
  }
}

/// One row of the centre's journal.
struct CentralRow {
  var op: String
  var incarnation: String
  var result: String
  var code: String?
  var version: Int64?
  var journal: JournalRow
  var base: Int64 { (journal.line["base"] as? NSNumber)?.int64Value ?? 0 }
}

/// What the centre's database says.
struct CentralReading {
  var epoch = ""
  var rows: [CentralRow] = []
  var records: [String: ShownRecord] = [:]
  var conflicts: [(id: String, record: String, field: String, kept: JSONValue, op: String)] = []
  var openConflicts: Set<String> = []
  var photos: Set<String> = []
  /// Photos whose bytes lie in the database and hash to their name.
  var bodies: Set<String> = []
  /// Grids by worker, and the worker of each device.
  var grids: [String: Set<String>] = [:]
  var workers: [String: String] = [:]

  init(_ machine: Machine, path: String? = nil) throws {
    self = try CopiedDatabase.read(
      path ?? "\(machine.root)/data/gridwalkd.db", of: machine
    ) { try CentralReading($0) }
  }

  private init(_ connection: Connection) throws {
    epoch =
      try connection.row("SELECT value FROM centre WHERE name = 'epoch'") { try $0.text(0) } ?? ""
    rows = try connection.rows(
      "SELECT op, incarnation, result, code, version, line, record FROM operation"
    ) {
      let line = JSONText.object(try $0.blob(5))
      let op = try $0.optionalText(0) ?? ""
      return CentralRow(
        op: op, incarnation: try $0.text(1), result: try $0.text(2), code: try $0.optionalText(3),
        version: try $0.optionalInteger(4),
        journal: JournalRow(
          op: op, record: try $0.optionalText(6) ?? "", action: line["action"] as? String ?? "",
          line: line))
    }
    for (id, record) in try connection.rows(
      "SELECT id, kind, grid, parent, fields, photos, position, deleted, version FROM record",
      { row in
        let place = JSONText.object(try (row.optionalText(6) ?? "").utf8)
        return (
          try row.text(0),
          ShownRecord(
            kind: try row.text(1), grid: try row.text(2), parent: try row.optionalText(3) ?? "",
            fields: JSONText.object(try row.text(4).utf8),
            photos: Set(
              try row.optionalText(5).map { JSONText.value($0) as? [String] ?? [] } ?? []),
            place: ["latitude", "longitude"].compactMap { (place[$0] as? NSNumber)?.doubleValue },
            isDeleted: try row.bool(7), version: try row.integer(8))
        )
      })
    { records[id] = record }
    conflicts = try connection.rows("SELECT id, record, field, kept, op FROM conflict") {
      (
        try $0.text(0), try $0.text(1), try $0.text(2), JSONText.value(try $0.text(3)),
        try $0.text(4)
      )
    }
    openConflicts = Set(
      try connection.rows("SELECT id FROM conflict WHERE resolved IS NULL") { try $0.text(0) })
    photos = Set(try connection.rows("SELECT sha256 FROM photo") { try $0.text(0) })
    for (name, body) in try connection.rows(
      "SELECT sha256, body FROM photo_body", { (try $0.text(0), try $0.blob(1)) })
    where Hash.hex(body) == name { bodies.insert(name) }
    for (worker, grid) in try connection.rows(
      "SELECT worker, grid FROM worker_grid", { (try $0.text(0), try $0.text(1)) })
    { grids[worker, default: []].insert(grid) }
    for (device, worker) in try connection.rows(
      "SELECT id, worker FROM device", { (try $0.text(0), try $0.text(1)) })
    { workers[device] = worker }
  }

  /// Operations that the centre has an answer to.
  var answered: Set<String> { Set(rows.map(\.op)) }
}
