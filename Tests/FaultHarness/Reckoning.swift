import Foundation

/// Works out from the centre's journal alone, by PROTOCOL.md §5 and without the
/// product's code, what every record must show and which values were covered.
struct Reckoning {
  private struct Place {
    var value: JSONValue
    var version: Int64
    var by: String
  }

  private(set) var records: [String: [String: JSONValue]] = [:]
  private(set) var deleted: Set<String> = []
  /// What was covered: record, field, the operation that covered it, the value.
  private(set) var covered: [(record: String, field: String, op: String, kept: JSONValue)] = []
  private(set) var faults: [String] = []
  private var places: [String: [String: Place]] = [:]

  init(_ centre: CentralReading) {
    let effective = centre.rows.filter { $0.result != "refused" }
    for row in effective.sorted(by: { $0.version ?? 0 < $1.version ?? 0 }) { take(row) }
    compare(centre)
  }

  private mutating func take(_ row: CentralRow) {
    let record = row.journal.record
    let version = row.version ?? 0
    let before = covered.count
    // A base that was not given out when the operation came is of a lost history.
    let base = row.base >= version ? 0 : row.base
    switch row.journal.action {
    case "create":
      if places[record] != nil { faults.append("\(row.op) created \(record) a second time") }
      places[record] = ["#deleted": Place(value: NSNull(), version: version, by: row.incarnation)]
      write(row, base: .max)
    case "update":
      write(row, base: base)
      if deleted.contains(record) { revive(row, base) }
    case "delete":
      let isForeign = places[record]?.values.contains {
        $0.version > base && $0.by != row.incarnation
      }
      if isForeign == true, !deleted.contains(record) {
        covered.append((record, "#deleted", row.op, NSNumber(value: true)))
      } else {
        deleted.insert(record)
        places[record]?["#deleted"] = Place(value: NSNull(), version: version, by: row.incarnation)
      }
    default: faults.append("\(row.op) is a \(row.journal.action) and took effect")
    }
    let isConflict = covered.count > before
    if isConflict != (row.result == "conflict") {
      faults.append(
        "\(row.op) was answered \(row.result), reckoned \(isConflict ? "a" : "no") conflict")
    }
  }

  private mutating func revive(_ row: CentralRow, _ base: Int64) {
    let record = row.journal.record
    if let place = places[record]?["#deleted"], place.version > base, place.by != row.incarnation {
      covered.append((record, "#deleted", row.op, NSNumber(value: true)))
    }
    deleted.remove(record)
    places[record]?["#deleted"] = Place(
      value: NSNull(), version: row.version ?? 0, by: row.incarnation)
  }

  private mutating func write(_ row: CentralRow, base: Int64) {
    let record = row.journal.record
    let isCreation = row.journal.action == "create"
    var values = row.journal.line["fields"] as? [String: JSONValue] ?? [:]
    for name in ["grid", "parent", "position"] {
      if let value = row.journal.line[name] { values["#" + name] = value }
    }
    for (name, value) in values {
      let former = places[record]?[name]
      let old = former?.value ?? NSNull()
      // What is no field is written only when it changes.
      if name.hasPrefix("#"), !isCreation, old == value { continue }
      if let former, former.version > base, former.by != row.incarnation, old != value {
        covered.append((record, name, row.op, old))
      }
      places[record, default: [:]][name] = Place(
        value: value, version: row.version ?? 0, by: row.incarnation)
    }
    let photos = row.journal.photos.filter {
      !(places[record]?["#photos"]?.value as? [String] ?? []).contains($0)
    }
    if !photos.isEmpty {
      let all = (places[record]?["#photos"]?.value as? [String] ?? []) + photos
      places[record, default: [:]]["#photos"] = Place(
        value: all as NSArray, version: row.version ?? 0, by: row.incarnation)
    }
  }

  /// The centre's records and conflicts against what was reckoned.
  private mutating func compare(_ centre: CentralReading) {
    for (id, record) in centre.records {
      let reckoned = (places[id] ?? [:]).filter {
        !$0.key.hasPrefix("#") && $0.value.value != NSNull()
      }
      .mapValues(\.value)
      let shown = record.fields.filter { $0.value != NSNull() }
      if reckoned != shown { faults.append("record \(id) shows \(shown), reckoned \(reckoned)") }
      if record.isDeleted != deleted.contains(id) {
        faults.append("record \(id) deleted: \(record.isDeleted), reckoned otherwise")
      }
    }
    for id in places.keys where centre.records[id] == nil {
      faults.append("record \(id) took effect and is not there")
    }
    for (record, field, op, kept) in covered {
      let stands = centre.conflicts.contains {
        $0.record == record && $0.field == field && $0.op == op
          && (field.hasPrefix("#") || $0.kept == kept)
      }
      if !stands {
        faults.append("\(op) covered \(field) of \(record), and no conflict keeps \(kept)")
      }
    }
  }
}
