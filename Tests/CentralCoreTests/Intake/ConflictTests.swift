import Domain
import SyncProtocol
import Testing

@testable import CentralCore

/// Conflicts as a person meets them (PROTOCOL §5): what they say, how they are
/// decided, and what a restored centre makes of them.
@Suite("Conflicts")
struct ConflictTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      let op, field, id: String
    }
    let conflicts: [Case]
  }

  /// A record that two handhelds of two workers have seen.
  private struct Pair {
    let scene: Scene
    var a: Handheld
    var b: Handheld
    let record: UniqueID
    let base: Int64

    init(_ fields: [String: FieldValue] = ["name": "王", "phone": "0"]) throws {
      scene = try Scene()
      a = try scene.handheld(worker: "W1")
      b = try scene.handheld(worker: "W2")
      record = try a.create(fields)
      base = try #require(try scene.sync(&a)[0].version)
    }

    /// Both write the phone; the second one's value shows.
    mutating func dispute() throws -> Conflict {
      try a.add(.update, record, base: base, fields: ["phone": "a"])
      try b.add(.update, record, base: base, fields: ["phone": "b"])
      try scene.sync(&a)
      try scene.sync(&b)
      return try #require(try scene.conflicts().first)
    }

    /// Decides as a device does.
    mutating func decide(by decider: WritableKeyPath<Pair, Handheld>, _ conflict: Conflict) throws {
      try self[keyPath: decider].add(.update, record, base: base, fields: ["phone": "c"]) {
        $0.resolves = [conflict.id]
        $0.seen = conflict.sides
      }
      try scene.sync(&self[keyPath: decider])
    }

    /// The conflict as the feed tells it.
    func told(_ id: UniqueID) throws -> Conflict? {
      let page = try scene.page(b.device, after: nil, limit: 500)
      return page.changes.compactMap { change in
        if case .conflict(let conflict, _) = change, conflict.id == id { conflict } else { nil }
      }.last
    }
  }

  @Test("the identifier is derived from operation and field, as the vectors have it")
  func identifiers() throws {
    let cases = try Vectors.load(Fixture.self, "conflicts.json").conflicts
    #expect(cases.count == 12)
    for one in cases {
      let op = try #require(UniqueID(one.op))
      #expect(Conflict.id(op: op, field: one.field).text == one.id)
    }
  }

  @Test("a conflict says the value before, both sides and who wrote them")
  func sides() throws {
    var pair = try Pair()
    let conflict = try pair.dispute()
    let (mine, theirs) = (pair.a.lines[.normal], pair.b.lines[.normal])
    let before = try WireJSON.decode(Operation.self, from: try #require(mine?.last)).op
    let after = try WireJSON.decode(Operation.self, from: try #require(theirs?.last)).op
    #expect(conflict.id == Conflict.id(op: after, field: "phone"))
    #expect(conflict.base == "0")
    #expect(conflict.shown == "b")
    #expect(conflict.kept == "a")
    #expect(
      conflict.shownBy == .init(op: after, worker: "W2", name: "李", at: 1_790_000_000_000))
    #expect(
      conflict.keptBy == .init(op: before, worker: "W1", name: "陈", at: 1_790_000_000_000))
    #expect(try pair.told(conflict.id) == conflict)
  }

  @Test("the value before is the one of the base, not a later or an earlier one")
  func base() throws {
    var pair = try Pair()
    try pair.a.add(.update, pair.record, base: pair.base, fields: ["phone": "1", "note": "x"])
    let seen = try #require(try pair.scene.sync(&pair.a)[0].version)
    try pair.a.add(.update, pair.record, base: seen, fields: ["phone": "2", "note": "y"])
    try pair.scene.sync(&pair.a)
    try pair.b.add(.update, pair.record, base: seen, fields: ["phone": "3", "note": .null])
    try pair.b.add(.update, pair.record, base: 0, fields: ["name": "李"])
    try pair.scene.sync(&pair.b)
    let bases = try pair.scene.conflicts().reduce(into: [:]) { $0[$1.field] = $1.base }
    #expect(bases == ["phone": "1", "note": "x", "name": .null])
  }

  @Test("a deletion that came too late is the side that is kept")
  func deletion() throws {
    var pair = try Pair()
    try pair.b.add(.update, pair.record, base: pair.base, fields: ["phone": "b"])
    let deletion = try pair.a.add(.delete, pair.record, base: pair.base)
    try pair.scene.sync(&pair.b)
    try pair.scene.sync(&pair.a)
    let conflict = try #require(try pair.scene.conflicts().first)
    #expect(conflict.op == deletion.op)
    #expect(conflict.keptBy?.op == deletion.op)
    #expect(conflict.keptBy?.worker == "W1")
    #expect(conflict.shownBy?.worker == "W2")
    #expect(conflict.base == false)
  }

  @Test("a decision closes the conflicts it names, and the feed tells who decided")
  func close() throws {
    var pair = try Pair()
    let conflict = try pair.dispute()
    let decision = try pair.a.add(.update, pair.record, base: pair.base, fields: ["phone": "a"]) {
      $0.resolves = [conflict.id]
    }
    // The base is old, and still whoever names the conflict has seen it.
    #expect(try pair.scene.sync(&pair.a)[0].result == .applied)
    #expect(try pair.scene.conflicts().isEmpty)
    #expect(try pair.scene.fields(pair.record)["phone"] == "a")
    let told = try #require(try pair.told(conflict.id))
    #expect(told.resolved?.op == decision.op)
    #expect(told.resolved?.worker == "W1")
  }

  @Test("a refused decision closes nothing; another record's conflict is left alone")
  func closesNothing() throws {
    var pair = try Pair()
    let conflict = try pair.dispute()
    try pair.a.add(.update, pair.record, base: pair.base, fields: ["phone": "c"]) {
      $0.grid = "440399001001777"
      $0.resolves = [conflict.id]
    }
    try pair.a.add(.update, pair.record, base: pair.base, fields: ["phone": "c"]) {
      $0.resolves = (0..<51).map { _ in pair.scene.ids.v4() }
    }
    let other = try pair.a.create()
    try pair.a.add(.update, other, fields: [:]) { $0.resolves = [conflict.id] }
    let results = try pair.scene.sync(&pair.a)
    #expect(results.map(\.code) == [.gridUnknown, .tooLarge, nil, nil])
    #expect(try pair.scene.conflicts() == [conflict])
  }

  @Test("two who decide differently at once conflict anew; two who decide alike do not")
  func twoDecisions() throws {
    for (first, second, expected) in [("a", "b", 1), ("c", "c", 0)] as [(String, String, Int)] {
      var pair = try Pair()
      let conflict = try pair.dispute()
      let one = try pair.a.add(
        .update, pair.record, base: pair.base, fields: ["phone": .text(first)]
      ) { $0.resolves = [conflict.id] }
      try pair.b.add(.update, pair.record, base: pair.base, fields: ["phone": .text(second)]) {
        $0.resolves = [conflict.id]
      }
      try pair.scene.sync(&pair.a)
      try pair.scene.sync(&pair.b)
      let open = try pair.scene.conflicts()
      #expect(open.count == expected)
      #expect(open.allSatisfy { $0.shown == .text(second) && $0.kept == .text(first) })
      #expect(try pair.told(conflict.id)?.resolved?.op == one.op)
    }
  }

  @Test("what takes a decision back opens the conflict again")
  func undo() throws {
    var pair = try Pair()
    let conflict = try pair.dispute()
    let decision = try pair.a.add(.update, pair.record, base: pair.base, fields: ["phone": "a"]) {
      $0.resolves = [conflict.id]
    }
    try pair.a.add(.update, pair.record, base: pair.base, fields: ["phone": "b"]) {
      $0.undoes = decision.op
    }
    try pair.scene.sync(&pair.a)
    #expect(try pair.scene.conflicts() == [conflict])
    #expect(try pair.told(conflict.id) == conflict)
  }

  @Test("a decision for deletion deletes, and one against it keeps the record")
  func decideDeletion() throws {
    for isDeleted in [true, false] {
      var pair = try Pair()
      try pair.b.add(.update, pair.record, base: pair.base, fields: ["phone": "b"])
      try pair.a.add(.delete, pair.record, base: pair.base)
      try pair.scene.sync(&pair.b)
      let version = try #require(try pair.scene.sync(&pair.a)[0].version)
      let conflict = try #require(try pair.scene.conflicts().first)
      try pair.a.add(isDeleted ? .delete : .update, pair.record, base: version) {
        $0.resolves = [conflict.id]
      }
      #expect(try pair.scene.sync(&pair.a)[0].result == .applied)
      #expect((try pair.scene.record(pair.record).deleted == true) == isDeleted)
      #expect(try pair.scene.conflicts().isEmpty)
    }
  }

  /// The centre as a backup from before the dispute has it, with the devices
  /// sending again in this order.
  private func restored(
    _ pair: Pair, backup: String, order: [KeyPath<Pair, Handheld>]
  ) throws -> Centre {
    let centre = try pair.scene.reopened(backup)
    for path in order {
      let hand = pair[keyPath: path]
      let lane = LaneKey(
        device: hand.device.id, incarnation: hand.incarnation, lane: .normal)
      let received = try centre.store.read { try $0.position(of: lane) }?.received ?? 0
      let segment = hand.segment(first: received + 1)
      let intake = Intake(now: { 0 })
      try centre.store.write { _ = try intake.take(segment, from: hand.device, in: $0) }
    }
    return centre
  }

  @Test("a restored centre makes the same conflict, open or decided, in whatever order")
  func restore() throws {
    for (isDecided, decider) in [(false, \Pair.a), (true, \Pair.a), (true, \Pair.b)] {
      for order in [[\Pair.a, \Pair.b], [\Pair.b, \Pair.a]] {
        var pair = try Pair()
        try DurableFiles.makeDirectories(pair.scene.folder["backup"])
        try pair.scene.store.backup(to: pair.scene.folder["backup/gridwalkd.db"])
        let conflict = try pair.dispute()
        if isDecided {
          try pair.decide(by: decider, conflict)
        }
        let centre = try restored(pair, backup: "backup", order: order)
        let id = pair.record
        let (open, record) = try centre.store.read {
          (try $0.openConflicts(), try $0.record(id)?.record)
        }
        let phone = try #require(record?.fields["phone"])
        if isDecided {
          // Also when the decision comes before what it decided about.
          #expect(phone == "c")
          #expect(open.isEmpty)
        } else {
          #expect(Set([open[0].shown, open[0].kept]) == ["a", "b"])
          #expect(open.count == 1)
          #expect(phone == open[0].shown)
          // The same order makes the same conflict.
          if order == [\Pair.a, \Pair.b] { #expect(open[0].id == conflict.id) }
        }
      }
    }
  }

  @Test("a decision about a deletion holds when the update it decided about comes after it")
  func restoreDeletion() throws {
    var pair = try Pair()
    try DurableFiles.makeDirectories(pair.scene.folder["backup"])
    try pair.scene.store.backup(to: pair.scene.folder["backup/gridwalkd.db"])
    try pair.a.add(.delete, pair.record, base: pair.base)
    try pair.b.add(.update, pair.record, base: pair.base, fields: ["phone": "b"])
    try pair.scene.sync(&pair.a)
    let version = try #require(try pair.scene.sync(&pair.b)[0].version)
    let conflict = try #require(try pair.scene.conflicts().first)
    try pair.a.add(.delete, pair.record, base: version) {
      $0.resolves = [conflict.id]
      $0.seen = conflict.sides
    }
    try pair.scene.sync(&pair.a)
    let centre = try restored(pair, backup: "backup", order: [\Pair.a, \Pair.b])
    let id = pair.record
    let (stored, record) = try centre.store.read {
      (try $0.conflict(conflict.id), try $0.record(id)?.record)
    }
    #expect(record?.deleted == true)
    #expect(record?.fields["phone"] == "b")
    #expect(stored?.conflict.resolved != nil)
    #expect(stored?.conflict.shown == true)
  }
}
