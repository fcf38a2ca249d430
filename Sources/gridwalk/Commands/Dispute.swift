import Domain
import FieldCore
import SyncProtocol

/// What waits about one field of one record, and what can be chosen.
struct Dispute {
  /// Where a value to choose comes from.
  enum Source {
    /// This device wrote it.
    case mine
    /// Somebody else wrote it against this device.
    case theirs
    /// One of several others wrote it.
    case others
    /// It was there before.
    case base
    /// It shows at present.
    case present
  }

  /// A value to choose, by one key.
  struct Option {
    let key: Character
    let source: Source
    let value: FieldValue
    let author: Conflict.Author?
  }

  /// The field, or `#grid`, `#parent`, `#position`, `#deleted`.
  let field: String
  /// What waits about it, newest first; at least one.
  let conflicts: [StoredConflict]
  private(set) var options: [Option] = []

  /// What waits, by field.
  static func byField(_ conflicts: [StoredConflict], of record: Record?) -> [Dispute] {
    var fields: [String] = []
    for conflict in conflicts where !fields.contains(conflict.conflict.field) {
      fields.append(conflict.conflict.field)
    }
    return fields.map { field in
      Dispute(field, conflicts.filter { $0.conflict.field == field }, of: record)
    }
  }

  private init(_ field: String, _ conflicts: [StoredConflict], of record: Record?) {
    self.field = field
    self.conflicts = conflicts
    if conflicts.count == 1, let mine = conflicts[0].mine {
      add("m", .mine, conflicts[0].value(of: mine), conflicts[0].author(of: mine))
      add("t", .theirs, conflicts[0].value(of: mine.other), conflicts[0].author(of: mine.other))
    } else {
      for conflict in conflicts {
        for side in [StoredConflict.Side.shown, .kept] {
          add(
            Character(String((options.count + 1) % 10)), conflict.mine == side ? .mine : .others,
            conflict.value(of: side), conflict.author(of: side))
        }
      }
    }
    if let present = record.flatMap(present) { add("n", .present, present, nil) }
    if let oldest = conflicts.last { add("b", .base, oldest.conflict.base, nil) }
  }

  /// A value that is there already is not offered twice, and one that cannot be
  /// written not at all.
  private mutating func add(
    _ key: Character, _ source: Source, _ value: FieldValue, _ author: Conflict.Author?
  ) {
    guard isWritable(value), !options.contains(where: { $0.value == value }) else { return }
    options.append(Option(key: key, source: source, value: value, author: author))
  }

  /// Whether a record can be given this value; nothing takes a parent or a
  /// position away.
  private func isWritable(_ value: FieldValue) -> Bool {
    switch (field, value) {
    case ("#grid", .text), ("#parent", .text), ("#position", .object), ("#deleted", .bool): true
    case ("#grid", _), ("#parent", _), ("#position", _), ("#deleted", _): false
    default: true
    }
  }

  private func present(in record: Record) -> FieldValue? {
    switch field {
    case "#grid": .text(record.grid)
    case "#parent": record.parent.map { .text($0.text) }
    case "#position": nil
    case "#deleted": .bool(record.deleted == true)
    default: record.fields[field] ?? .null
    }
  }

  /// The value that `--take` names; nil when there is none such.
  func value(taking word: String) -> FieldValue? {
    let own = conflicts.first { $0.mine != nil }
    let value: FieldValue? =
      switch word {
      case "mine": own.flatMap { own in own.mine.map(own.value) }
      case "theirs": own.flatMap { own in own.mine.map { own.value(of: $0.other) } }
      case "shown": conflicts.first?.conflict.shown
      case "kept": conflicts.first?.conflict.kept
      default: conflicts.last?.conflict.base
      }
    return value.flatMap { isWritable($0) ? $0 : nil }
  }

  /// What is decided when this value is chosen.
  func choices(_ value: FieldValue) -> [ConflictChoice] {
    conflicts.map { ConflictChoice($0.conflict.id, value) }
  }
}

extension StoredConflict.Side {
  var other: StoredConflict.Side { self == .shown ? .kept : .shown }
}

extension StoredConflict {
  func value(of side: Side) -> FieldValue { side == .shown ? conflict.shown : conflict.kept }
  func author(of side: Side) -> Conflict.Author? {
    side == .shown ? conflict.shownBy : conflict.keptBy
  }
}
