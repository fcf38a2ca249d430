import Domain
import SyncProtocol

/// Goes through the operations of one record in the order in which they took
/// effect, and says whether the record is what they make of it.
///
/// It does not merge again: it holds every member of the record to the operation
/// that its writer names, and every value that does not show to a later writer
/// or a conflict. So it is another account of the same thing than `Merge` is.
struct Replay {
  let id: UniqueID
  /// The record as it is stored; nil when there is none.
  private let stored: StoredRecord?
  private var unexplained: [String: StoredRecord.Writer]
  private var photos: Set<String> = []
  private var last: Int64 = 0
  private var hasCreation = false
  /// What is wrong.
  private(set) var faults: [Examination.Fault] = []

  init(_ id: UniqueID, stored: StoredRecord?) {
    self.id = id
    self.stored = stored
    unexplained = stored?.writers ?? [:]
    if stored == nil { faults.append(.recordMissing(id)) }
  }

  /// Takes the next operation.
  ///
  /// - Parameter hasConflict: whether a conflict came with it.
  mutating func take(
    _ entry: JournaledOperation, at place: Foundation.Place, hasConflict: () throws -> Bool
  ) throws {
    guard let operation = Self.operation(entry, place) else {
      faults.append(.operationOther(place.lane, seq: place.seq))
      return
    }
    guard let version = entry.result.version, version > last else {
      faults.append(.versionOrder(place.lane, seq: place.seq))
      return
    }
    last = version
    photos.formUnion(operation.photos ?? [])
    if operation.action == .create { begin(operation, entry, place) }
    if entry.result.result == .conflict, try !hasConflict() {
      faults.append(.valueLost(place.lane, seq: place.seq))
    }
    let isDisputed = entry.result.result == .conflict
    let writer = StoredRecord.Writer(version: version, by: place.lane.incarnation)
    for (name, value) in members(of: operation) {
      explain(name, value, by: writer, isDisputed: isDisputed, place)
    }
    if unexplained[Merge.photosMember] == writer { unexplained[Merge.photosMember] = nil }
  }

  /// What is left to say when there are no more operations.
  mutating func finish() {
    guard let stored else { return }
    if !hasCreation { faults.append(.recordUnfounded(id)) }
    for name in unexplained.keys.sorted() { faults.append(.memberUnfounded(id, name)) }
    if stored.record.version != last { faults.append(.memberUnfounded(id, "#version")) }
    if Set(stored.record.photos ?? []) != photos {
      faults.append(.memberUnfounded(id, Merge.photosMember))
    }
    for name in stored.record.fields.keys.sorted() where stored.writers[name] == nil {
      faults.append(.memberUnfounded(id, name))
    }
  }

  /// The operation of a line, when it is the one that its row says.
  private static func operation(
    _ entry: JournaledOperation, _ place: Foundation.Place
  ) -> Operation? {
    do {
      let operation = try WireJSON.decode(Operation.self, from: entry.line)
      let isTheRows =
        operation.op == entry.result.op && operation.record == entry.record
        && operation.seq == place.seq && operation.lane == place.lane.lane
      return isTheRows ? operation : nil
    } catch {
      return nil
    }
  }

  private mutating func begin(
    _ operation: Operation, _ entry: JournaledOperation, _ place: Foundation.Place
  ) {
    guard let stored else { return }
    let isTheRecords =
      operation.kind == stored.record.kind && operation.element == stored.record.element
      && entry.receivedAt == stored.createdAt
    if hasCreation || !isTheRecords { faults.append(.resultOther(place.lane, seq: place.seq)) }
    hasCreation = true
  }

  /// What an operation writes: the names that `Merge` gives, and the values.
  private func members(of operation: Operation) -> [(String, FieldValue)] {
    var members = (operation.fields ?? [:]).map { ($0.key, $0.value) }
    if let grid = operation.grid { members.append((Merge.gridMember, .text(grid))) }
    if let parent = operation.parent {
      members.append((Merge.parentMember, .text(parent.text)))
    }
    if let position = operation.position {
      members.append((Merge.positionMember, Self.value(position)))
    }
    members.append((Merge.deletedMember, .bool(operation.action == .delete)))
    return members.sorted { $0.0 < $1.0 }
  }

  private mutating func explain(
    _ name: String, _ value: FieldValue, by writer: StoredRecord.Writer, isDisputed: Bool,
    _ place: Foundation.Place
  ) {
    guard let stored else { return }
    let shown = stored.writers[name]
    if shown == writer {
      unexplained[name] = nil
      if shownValue(name) != value { faults.append(.memberUnfounded(id, name)) }
      return
    }
    // A later writer covers it; an earlier one only where the value was no other
    // or waits in a conflict.
    if let shown, shown.version > writer.version || isDisputed { return }
    if name == Merge.deletedMember, value == .bool(false) { return }
    let isPlace = name.hasPrefix("#")
    if isPlace, shownValue(name) == value { return }
    faults.append(.resultOther(place.lane, seq: place.seq))
  }

  private func shownValue(_ name: String) -> FieldValue {
    guard let record = stored?.record else { return .null }
    switch name {
    case Merge.gridMember: return .text(record.grid)
    case Merge.parentMember: return record.parent.map { .text($0.text) } ?? .null
    case Merge.positionMember: return record.position.map(Self.value) ?? .null
    case Merge.deletedMember: return .bool(record.deleted == true)
    default: return record.fields[name] ?? .null
    }
  }

  private static func value(_ position: Position) -> FieldValue {
    .array([
      .decimal(position.latitude), .decimal(position.longitude),
      position.accuracy.map { .decimal($0) } ?? .null, .text(position.source.rawValue),
      position.at.map { .integer($0) } ?? .null, .bool(position.outside == true),
    ])
  }
}
