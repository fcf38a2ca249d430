import Domain
import SyncProtocol

// Records, conflicts and the feed, held to the journals.
extension Examination {
  /// Every record is what its operations make of it.
  func verifyRecords(_ progress: Progress) throws -> Part {
    try centre.store.read { store in
      var part = Part()
      let head = try store.head()
      var replay: Replay?
      func end() throws {
        replay?.finish()
        replay?.faults.forEach { part.add($0) }
      }
      try store.eachFoundation { row in
        if replay?.id != row.record {
          try end()
          let stored = try store.record(row.record)
          replay = Replay(row.record, stored: stored)
          if let stored {
            part.count += 1
            part.add(try Self.faults(of: stored, head: head, in: store))
            progress(.records, part.count)
          }
        }
        guard let place = row.place,
          let entry = try store.operations(of: place.lane, first: place.seq, last: place.seq).first
        else { return }
        if entry.result.version ?? 0 > head { part.add(.beyondHead("operation")) }
        try replay?.take(entry, at: place) {
          try entry.result.op.map { try store.hasConflict(on: row.record, op: $0) } ?? false
        }
      }
      try end()
      return part
    }
  }

  /// A record's rows beside it: its place in the feed, its photos.
  private static func faults(
    of stored: StoredRecord, head: Int64, in store: any CentralReading
  ) throws -> [Fault] {
    let record = stored.record
    var faults: [Fault] = []
    if record.version > head { faults.append(.beyondHead("record \(record.id.text)")) }
    let told = try store.changeVersion(
      .grid(record.grid), type: "record", subject: record.id.text)
    if told != record.version { faults.append(.feedOther(record.id.text)) }
    for name in record.photos ?? [] {
      let isKnown = try Digest(hex: name).map { try store.shows(record.id, photo: $0) }
      if isKnown != true { faults.append(.photoUnlinked(record.id)) }
    }
    return faults
  }

  /// Every row of the feed is about something that is so.
  func verifyFeed(_ progress: Progress) throws -> Part {
    try centre.store.read { store in
      var part = Part()
      let head = try store.head()
      try store.eachChange { row in
        part.count += 1
        progress(.feed, part.count)
        if row.version > head { part.add(.beyondHead("feed \(row.scope)")) }
        if try !Self.isTrue(row, in: store) { part.add(.feedOther(row.subject)) }
      }
      for form in try store.forms()
      where try store.changeVersion(.city, type: "form", subject: form.id) == nil {
        part.add(.feedOther(form.id))
      }
      return part
    }
  }

  private static func isTrue(_ row: ChangeRow, in store: any CentralReading) throws -> Bool {
    switch row.type {
    case "record", "gone":
      guard let record = try UniqueID(row.subject).map({ try store.record($0) })??.record
      else { return false }
      let isThere = row.scope == Scope.grid(record.grid).key
      return row.type == "record" ? isThere && row.version == record.version : !isThere
    case "form": return try row.scope == Scope.city.key && store.form(row.subject) != nil
    default: return true
    }
  }

  /// Every conflict is about a record that is there and an operation that came,
  /// every photo of a record is one that it shows, and no operation has two
  /// places.
  func verifyConflicts(_ progress: Progress) throws -> Part {
    try centre.store.read { store in
      var part = Part()
      try store.eachConflict { row in
        part.count += 1
        progress(.conflicts, part.count)
        let isFounded = try store.record(row.record) != nil && store.hasOperation(row.op)
        if !isFounded { part.add(.conflictUnfounded(row.id)) }
      }
      try store.eachRecordPhoto { photo, record in
        let shown = try store.record(record)?.record.photos
        if shown?.contains(photo.hex) != true { part.add(.photoUnlinked(record)) }
      }
      let repeated = try store.repeatedOperations(limit: Report.faultLimit)
      part.add(repeated.map(Fault.operationTwice))
      return part
    }
  }
}
