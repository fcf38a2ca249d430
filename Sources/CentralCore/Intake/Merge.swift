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
    /// What no longer shows: the field, the value that covers it and the value
    /// that was covered.
    var covered: [(field: String, shown: FieldValue, kept: FieldValue)]
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
    var outcome = Outcome(record: stored, result: baseline(stored), covered: [])
    for (name, value) in (operation.fields ?? [:]).sorted(by: { $0.key < $1.key }) {
      let former = stored.record.fields[name] ?? .null
      write(name, from: former, to: value, into: &outcome)
    }
    outcome.record.record.set(operation.fields ?? [:])
    if let grid = operation.grid, grid != stored.record.grid {
      write(Self.gridMember, from: .text(stored.record.grid), to: .text(grid), into: &outcome)
      outcome.record.record.grid = grid
    }
    if let parent = operation.parent, parent != stored.record.parent {
      let former = stored.record.parent.map { FieldValue.text($0.text) } ?? .null
      write(Self.parentMember, from: former, to: .text(parent.text), into: &outcome)
      outcome.record.record.parent = parent
    }
    if let position = operation.position, position != stored.record.position {
      write(
        Self.positionMember, from: Self.value(stored.record.position), to: Self.value(position),
        into: &outcome)
      outcome.record.record.position = position
    }
    addPhotos(to: &outcome.record)
    if stored.record.deleted == true { revive(&outcome) }
    outcome.record.record.version = version
    return outcome
  }

  /// The record after a deletion. A record that somebody else changed since
  /// stays, and the deletion waits in a conflict.
  func deleted(_ stored: StoredRecord) -> Outcome {
    var outcome = Outcome(record: stored, result: baseline(stored), covered: [])
    outcome.record.record.version = version
    // Two deletions agree, whatever went before the first.
    if outcome.result == .merged, stored.record.deleted != true {
      outcome.result = .conflict
      outcome.covered.append((Self.deletedMember, .bool(false), .bool(true)))
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
    if isForeign(outcome.record.writers[Self.deletedMember]) {
      outcome.result = .conflict
      outcome.covered.append((Self.deletedMember, .bool(false), .bool(true)))
    }
    outcome.record.record.deleted = nil
    outcome.record.writers[Self.deletedMember] = writer
  }

  private func write(
    _ name: String, from former: FieldValue, to value: FieldValue, into outcome: inout Outcome
  ) {
    if isForeign(outcome.record.writers[name]), former != value {
      outcome.covered.append((name, value, former))
      outcome.result = .conflict
    }
    outcome.record.writers[name] = writer
  }

  /// Whether somebody else wrote this since the operation's base. A device's
  /// own earlier operations are never foreign: its lane is in order.
  private func isForeign(_ writer: StoredRecord.Writer?) -> Bool {
    guard let writer else { return false }
    return writer.version > operation.base && writer.by != incarnation
  }

  /// `merged` when anybody else touched the record since the base.
  private func baseline(_ stored: StoredRecord) -> OperationResult.Outcome {
    stored.writers.values.contains(where: isForeign) ? .merged : .applied
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
  private static func value(_ position: Position?) -> FieldValue {
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

extension FieldValue: ExpressibleByDictionaryLiteral {
  /// An object.
  public init(dictionaryLiteral elements: (String, FieldValue)...) {
    self = .object(Dictionary(elements) { first, _ in first })
  }
}
