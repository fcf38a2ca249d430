import Domain
import SyncProtocol

/// Merges one operation into a record, field by field and by causality, never
/// by clocks (PROTOCOL.md §5).
///
/// Pure: the same record, operation and version always give the same result.
struct Merge {
  /// What a merge came to.
  struct Outcome {
    var record: StoredRecord
    var result: OperationResult.Outcome
    /// What was written differently by two who had not seen each other.
    var disputes: [Dispute]
  }

  /// Two values of one field.
  struct Dispute {
    var field: String
    /// The value that goes on showing.
    var shown: FieldValue
    /// The other one.
    var kept: FieldValue
    /// Whether the operation wrote the one that shows.
    var isOperationShown: Bool
    /// Who wrote the other one.
    var other: StoredRecord.Writer?
  }

  /// Stand for what is not a field of the form.
  static let gridMember = "#grid"
  static let parentMember = "#parent"
  static let positionMember = "#position"
  static let photosMember = "#photos"
  static let deletedMember = "#deleted"

  let operation: Operation
  let incarnation: UniqueID
  let version: Int64
  /// Fields whose conflicts the operation decides, with the version at which
  /// they arose: whoever decides has seen it.
  var seen: [String: Int64] = [:]
  /// Fields about which a person decided against or for this operation before it
  /// came: what shows has already heard of it.
  var decided: Set<String> = []

  /// The merge of an operation that is given this version.
  init(operation: Operation, incarnation: UniqueID, version: Int64) {
    var operation = operation
    // No device has seen a version that was not given out: this base is of a
    // history that is no more (PROTOCOL.md §9), and says nothing of this one.
    if operation.base >= version { operation.base = 0 }
    self.operation = operation
    self.incarnation = incarnation
    self.version = version
  }

  /// The record that a creation makes.
  func created(grid: String, at now: Int64) -> StoredRecord {
    var record = Record(
      id: operation.record, element: operation.element, kind: operation.kind, grid: grid,
      parent: operation.parent, position: operation.position, version: version)
    record.set(operation.fields ?? [:])
    var writers = [Self.deletedMember: writer, Self.gridMember: writer]
    for name in (operation.fields ?? [:]).keys { writers[name] = writer }
    if operation.parent != nil { writers[Self.parentMember] = writer }
    if operation.position != nil { writers[Self.positionMember] = writer }
    var stored = StoredRecord(record: record, writers: writers, createdAt: now)
    addPhotos(to: &stored)
    return stored
  }

  /// The record after an update.
  func updated(_ stored: StoredRecord) -> Outcome {
    var outcome = Outcome(record: stored, result: baseline(stored), disputes: [])
    for (name, value) in (operation.fields ?? [:]).sorted(by: { $0.key < $1.key }) {
      let former = stored.record.fields[name] ?? .null
      if write(name, from: former, to: value, into: &outcome) {
        outcome.record.record.set([name: value])
      }
    }
    changePlace(of: stored.record, in: &outcome)
    addPhotos(to: &outcome.record)
    if stored.record.deleted == true { revive(&outcome) }
    outcome.record.record.version = version
    return outcome
  }

  private func changePlace(of former: Record, in outcome: inout Outcome) {
    if let grid = operation.grid, grid != former.grid,
      write(Self.gridMember, from: .text(former.grid), to: .text(grid), into: &outcome)
    {
      outcome.record.record.grid = grid
    }
    if let parent = operation.parent, parent != former.parent,
      write(
        Self.parentMember, from: former.parent.map { .text($0.text) } ?? .null,
        to: .text(parent.text), into: &outcome)
    {
      outcome.record.record.parent = parent
    }
    if let position = operation.position, position != former.position,
      write(
        Self.positionMember, from: Self.value(former.position), to: Self.value(position),
        into: &outcome)
    {
      outcome.record.record.position = position
    }
  }

  /// The record after a deletion. A record that somebody else changed since
  /// stays, and the deletion waits in a conflict.
  func deleted(_ stored: StoredRecord) -> Outcome {
    var outcome = Outcome(record: stored, result: baseline(stored), disputes: [])
    outcome.record.record.version = version
    // Two deletions agree, whatever went before the first.
    if outcome.result == .merged, stored.record.deleted != true {
      let others = stored.writers.filter { isForeign($0.value, $0.key) }.map(\.value)
      outcome.dispute(
        Self.deletedMember, shown: false, kept: true, isOperationShown: false,
        other: others.max { $0.version < $1.version })
      return outcome
    }
    outcome.record.record.deleted = true
    outcome.record.writers[Self.deletedMember] = writer
    return outcome
  }

  private var writer: StoredRecord.Writer {
    StoredRecord.Writer(version: version, by: incarnation)
  }

  /// An update of a deleted record brings it back: nobody's work is dropped.
  /// It is a conflict unless the one who deleted it takes that back herself.
  private func revive(_ outcome: inout Outcome) {
    let deleter = outcome.record.writers[Self.deletedMember]
    if isForeign(deleter, Self.deletedMember) {
      let isDecided = decided.contains(Self.deletedMember)
      outcome.dispute(
        Self.deletedMember, shown: .bool(isDecided), kept: .bool(!isDecided),
        isOperationShown: !isDecided, other: deleter)
      if isDecided { return }
    }
    outcome.record.record.deleted = nil
    outcome.record.writers[Self.deletedMember] = writer
  }

  /// Whether the operation's value is the one that shows from now on.
  private func write(
    _ name: String, from former: FieldValue, to value: FieldValue, into outcome: inout Outcome
  ) -> Bool {
    let last = outcome.record.writers[name]
    if isForeign(last, name), former != value {
      let isDecided = decided.contains(name)
      outcome.dispute(
        name, shown: isDecided ? former : value, kept: isDecided ? value : former,
        isOperationShown: !isDecided, other: last)
      if isDecided { return false }
    }
    outcome.record.writers[name] = writer
    return true
  }

  /// Whether somebody else wrote this since the operation's base. A device's
  /// own earlier operations are never foreign: its lane is in order.
  private func isForeign(_ writer: StoredRecord.Writer?, _ name: String) -> Bool {
    guard let writer else { return false }
    return writer.version > max(operation.base, seen[name] ?? 0) && writer.by != incarnation
  }

  /// `merged` when anybody else touched the record since the base.
  private func baseline(_ stored: StoredRecord) -> OperationResult.Outcome {
    stored.writers.contains { isForeign($0.value, $0.key) } ? .merged : .applied
  }

  /// Photos are only ever added, so two devices' photos never conflict; their
  /// writer tells a deletion that it has not seen them.
  private func addPhotos(to stored: inout StoredRecord) {
    for photo in operation.photos ?? [] where stored.record.photos?.contains(photo) != true {
      stored.record.photos = (stored.record.photos ?? []) + [photo]
      stored.writers[Self.photosMember] = writer
    }
  }

  /// All that is known of a position: the one that is covered is kept whole.
  static func value(_ position: Position?) -> FieldValue {
    guard let position else { return .null }
    var members: [String: FieldValue] = [
      "latitude": .decimal(position.latitude), "longitude": .decimal(position.longitude),
      "source": .text(position.source.rawValue),
    ]
    if let accuracy = position.accuracy { members["accuracy"] = .decimal(accuracy) }
    if let at = position.at { members["at"] = .integer(at) }
    if let outside = position.outside { members["outside"] = .bool(outside) }
    return .object(members)
  }
}

extension Merge.Outcome {
  fileprivate mutating func dispute(
    _ field: String, shown: FieldValue, kept: FieldValue, isOperationShown: Bool,
    other: StoredRecord.Writer?
  ) {
    result = .conflict
    disputes.append(
      Merge.Dispute(
        field: field, shown: shown, kept: kept, isOperationShown: isOperationShown, other: other))
  }
}

extension FieldValue: ExpressibleByDictionaryLiteral {
  /// An object.
  public init(dictionaryLiteral elements: (String, FieldValue)...) {
    self = .object(Dictionary(elements) { first, _ in first })
  }
}
