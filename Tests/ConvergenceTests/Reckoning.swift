import Domain
import SyncProtocol

/// What a line says, read by another reader than the centre's.
struct LoggedLine: Decodable {
  let op: UniqueID
  let record: UniqueID
  let action: String
  let grid: String?
  let parent: String?
  let position: FieldValue?
  let fields: [String: FieldValue]?
  let base: Int64
  let undoes: UniqueID?
  let resolves: [UniqueID]?
  let seen: [UniqueID]?
}

/// The centre's records, conflicts and results, worked out from the stored lines
/// in server order: the rules of PROTOCOL §5 as they are written there, each
/// question answered by a whole pass over what happened, with no state carried
/// along but the list of it.
struct Reckoning {
  /// What one operation did.
  struct Event {
    let line: LoggedLine
    let incarnation: UniqueID
    let version: Int64
    /// What it wrote and what shows since: fields, `#grid`, `#parent`, `#position`.
    var wrote: [String: FieldValue] = [:]
    /// Whether it took the record away or brought it back.
    var deletes: Bool?
  }

  /// Two values of one field.
  struct Dispute: Equatable {
    let record: UniqueID
    let field: String
    let base: FieldValue
    let shown: FieldValue
    let kept: FieldValue
    let op: UniqueID
    let shownBy: UniqueID
    let keptBy: UniqueID
    let version: Int64
    var resolved: UniqueID?
  }

  private(set) var events: [Event] = []
  private(set) var disputes: [Dispute] = []
  private(set) var outcomes: [String] = []

  private func history(_ record: UniqueID) -> [Event] { events.filter { $0.line.record == record } }

  private func lastWriter(_ field: String, _ record: UniqueID) -> Event? {
    history(record).last { field == "#deleted" ? $0.deletes != nil : $0.wrote[field] != nil }
  }

  func value(_ field: String, of record: UniqueID) -> FieldValue {
    lastWriter(field, record)?.wrote[field] ?? .null
  }

  func isDeleted(_ record: UniqueID) -> Bool {
    lastWriter("#deleted", record)?.deletes ?? false
  }

  func fields(of record: UniqueID) -> [String: FieldValue] {
    let names = Set(history(record).flatMap(\.wrote.keys)).filter { !$0.hasPrefix("#") }
    return names.reduce(into: [:]) { fields, name in
      let value = value(name, of: record)
      if value != .null { fields[name] = value }
    }
  }

  /// The decisions that stand: those of operations that none has taken back.
  private var decisions: [Event] {
    events.filter { event in
      (event.line.resolves != nil || event.line.seen != nil)
        && ["update", "delete"].contains(event.line.action)
        && !events.contains {
          $0.line.undoes == event.line.op && $0.line.record == event.line.record
        }
    }
  }

  private static func isAbout(_ line: LoggedLine, _ field: String) -> Bool {
    switch field {
    case "#deleted": true
    case "#grid": line.grid != nil
    case "#parent": line.parent != nil
    case "#position": line.position != nil
    default: line.fields?[field] != nil
    }
  }

  /// What an operation has seen of a field: its base, or the conflict it decides.
  private func seen(_ field: String, by line: LoggedLine, _ open: [Dispute]) -> Int64 {
    let own = disputes.filter { dispute in
      guard dispute.record == line.record, dispute.field == field else { return false }
      if line.resolves?.contains(Conflict.id(op: dispute.op, field: field)) == true { return true }
      let sides = Set([dispute.shownBy, dispute.keptBy])
      guard Self.isAbout(line, field) else { return false }
      return open.contains(dispute) && sides.isSubset(of: Set(line.seen ?? []))
    }
    return max(line.base, own.map(\.version).max() ?? 0)
  }

  private func base(_ field: String, _ line: LoggedLine) -> FieldValue {
    let before = history(line.record).filter { $0.version <= line.base }
    if field == "#deleted" {
      if before.isEmpty { return .null }
      return .bool(before.last { $0.deletes != nil }?.deletes ?? false)
    }
    return before.last { $0.wrote[field] != nil }?.wrote[field] ?? .null
  }

  /// Takes the next line that took effect.
  mutating func apply(_ logged: LoggedLine, by incarnation: UniqueID, version: Int64) {
    var line = logged
    // A base above all that was given out is of a history that is no more.
    if line.base >= version { line = line.withoutBase }
    var event = Event(line: line, incarnation: incarnation, version: version)
    let open = openDisputes
    let record = line.record
    let before = history(record)
    func foreign(_ field: String) -> Event? {
      guard let last = lastWriter(field, record), last.incarnation != incarnation,
        last.version > seen(field, by: line, open)
      else { return nil }
      return last
    }
    let names = Set(before.flatMap(\.wrote.keys)).union(["#deleted"])
    let foreigners = names.compactMap(foreign)
    var made: [Dispute] = []
    /// Whether the value shows from now on.
    func write(_ field: String, _ value: FieldValue, over former: FieldValue) -> Bool {
      guard let last = foreign(field), value != former else { return true }
      let isLate = decisions.contains {
        $0.line.seen?.contains(line.op) == true && Self.isAbout($0.line, field)
      }
      made.append(
        Dispute(
          record: record, field: field, base: base(field, line), shown: isLate ? former : value,
          kept: isLate ? value : former, op: line.op, shownBy: isLate ? last.line.op : line.op,
          keptBy: isLate ? line.op : last.line.op, version: version))
      return !isLate
    }
    switch line.action {
    case "create":
      event.wrote = line.members
      event.deletes = false
    case "delete":
      if let newest = foreigners.max(by: { $0.version < $1.version }), !isDeleted(record) {
        made.append(
          Dispute(
            record: record, field: "#deleted", base: base("#deleted", line), shown: false,
            kept: true, op: line.op, shownBy: newest.line.op, keptBy: line.op, version: version))
      } else {
        event.deletes = true
      }
    default:
      for (field, value) in line.members {
        let former = self.value(field, of: record)
        if field.hasPrefix("#"), former == value { continue }
        if write(field, value, over: former) { event.wrote[field] = value }
      }
      if isDeleted(record), write("#deleted", false, over: true) { event.deletes = false }
    }
    outcomes.append(!made.isEmpty ? "conflict" : foreigners.isEmpty ? "applied" : "merged")
    disputes += made
    events.append(event)
    for index in disputes.indices { disputes[index].resolved = decider(of: disputes[index]) }
  }

  var openDisputes: [Dispute] { disputes.filter { $0.resolved == nil } }

  /// The first decision that stands and closes a dispute.
  private func decider(of dispute: Dispute) -> UniqueID? {
    let mine = decisions.filter { $0.line.record == dispute.record }
    let id = Conflict.id(op: dispute.op, field: dispute.field)
    if let named = mine.first(where: { $0.line.resolves?.contains(id) == true }) {
      return named.line.op
    }
    let isLate = dispute.keptBy == dispute.op
    return mine.first { decision in
      let seen = Set(decision.line.seen ?? [])
      guard Self.isAbout(decision.line, dispute.field), seen.contains(dispute.op) else {
        return false
      }
      return isLate || seen.isSuperset(of: [dispute.shownBy, dispute.keptBy])
    }?.line.op
  }
}

extension LoggedLine {
  fileprivate var withoutBase: LoggedLine {
    LoggedLine(
      op: op, record: record, action: action, grid: grid, parent: parent, position: position,
      fields: fields, base: 0, undoes: undoes, resolves: resolves, seen: seen)
  }

  /// Everything it writes, by field or by what stands for none.
  fileprivate var members: [String: FieldValue] {
    var members = fields ?? [:]
    members["#grid"] = grid.map { .text($0) }
    members["#parent"] = parent.map { .text($0) }
    members["#position"] = position
    return members
  }
}
