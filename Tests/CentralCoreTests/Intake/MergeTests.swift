import Domain
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("Merging by causality")
struct MergeTests {
  /// A record that both workers have seen, with three fields.
  private func shared(
    _ scene: Scene
  ) throws -> (a: Handheld, b: Handheld, record: UniqueID, base: Int64) {
    var a = try scene.handheld(worker: "W1")
    let b = try scene.handheld(worker: "W2")
    let record = try a.create(["phone": "0", "name": "王", "note": "old"])
    let base = try #require(try scene.sync(&a).first?.version)
    return (a, b, record, base)
  }

  @Test("nobody else changed it: applied")
  func applied() throws {
    let scene = try Scene()
    var (a, b, record, base) = try shared(scene)
    try b.add(.update, record, base: base, fields: ["phone": "1"])
    let result = try scene.sync(&b)[0]
    #expect(result.result == .applied)
    let seen = try #require(result.version)
    #expect(seen > base)
    #expect(try scene.record(record).version == seen)
    try a.add(.update, record, base: seen, fields: ["phone": "2"])
    #expect(try scene.sync(&a)[0].result == .applied)
    #expect(try scene.fields(record)["phone"] == "2")
    #expect(try scene.conflicts().isEmpty)
  }

  @Test("somebody else changed other fields: merged, and both stay")
  func merged() throws {
    let scene = try Scene()
    var (a, b, record, base) = try shared(scene)
    try a.add(.update, record, base: base, fields: ["phone": "1"])
    try b.add(.update, record, base: base, fields: ["note": "new", "name": .null])
    try scene.sync(&a)
    #expect(try scene.sync(&b)[0].result == .merged)
    #expect(try scene.fields(record) == ["phone": "1", "note": "new"])
    #expect(try scene.conflicts().isEmpty)
  }

  @Test("somebody else changed the same field: conflict, and the covered value is kept")
  func conflict() throws {
    let scene = try Scene()
    var (a, b, record, base) = try shared(scene)
    try a.add(.update, record, base: base, fields: ["phone": "1", "name": "张", "note": .null])
    let covering = try b.add(
      .update, record, base: base, fields: ["phone": "2", "name": "张", "note": "mine"])
    try scene.sync(&a)
    #expect(try scene.sync(&b)[0].result == .conflict)
    #expect(try scene.fields(record) == ["phone": "2", "name": "张", "note": "mine"])
    let conflicts = try scene.conflicts().sorted { $0.field < $1.field }
    #expect(conflicts.map(\.field) == ["note", "phone"])
    #expect(conflicts.map(\.shown) == ["mine", "2"])
    #expect(conflicts.map(\.kept) == [.null, "1"])
    #expect(conflicts.allSatisfy { $0.op == covering.op && $0.record == record })
  }

  @Test("the same value from two devices is no conflict")
  func sameValue() throws {
    let scene = try Scene()
    var (a, b, record, base) = try shared(scene)
    try a.add(.update, record, base: base, fields: ["phone": "1"])
    try b.add(.update, record, base: base, fields: ["phone": "1"])
    try scene.sync(&a)
    #expect(try scene.sync(&b)[0].result == .merged)
    #expect(try scene.conflicts().isEmpty)
  }

  @Test("two offline edits of one device over another's edit make one conflict")
  func twoOverOne() throws {
    let scene = try Scene()
    var (a, b, record, base) = try shared(scene)
    try b.add(.update, record, base: base, fields: ["phone": "b"])
    try scene.sync(&b)
    try a.add(.update, record, base: base, fields: ["phone": "a1"])
    try a.add(.update, record, base: base, fields: ["phone": "a2"])
    #expect(try scene.sync(&a)[0].result == .conflict)
    #expect(try scene.fields(record)["phone"] == "a2")
    #expect(try scene.conflicts().map(\.kept) == ["b"])
  }

  @Test("one edit over two offline edits of another device keeps the last of them")
  func oneOverTwo() throws {
    let scene = try Scene()
    var (a, b, record, base) = try shared(scene)
    try a.add(.update, record, base: base, fields: ["phone": "a1"])
    try a.add(.update, record, base: base, fields: ["phone": "a2"])
    #expect(try scene.sync(&a).map(\.result) == [.applied, .applied])
    try b.add(.update, record, base: base, fields: ["phone": "b"])
    #expect(try scene.sync(&b)[0].result == .conflict)
    #expect(try scene.conflicts().map(\.kept) == ["a2"])
  }

  @Test("an update of what another has deleted brings it back, with a conflict")
  func updateAfterDelete() throws {
    let scene = try Scene()
    var (a, b, record, base) = try shared(scene)
    try a.add(.delete, record, base: base)
    try b.add(.update, record, base: base, fields: ["phone": "1"])
    #expect(try scene.sync(&a)[0].result == .applied)
    #expect(try scene.record(record).deleted == true)
    #expect(try scene.sync(&b)[0].result == .conflict)
    #expect(try scene.record(record).deleted == nil)
    #expect(try scene.fields(record)["phone"] == "1")
    let conflict = try #require(try scene.conflicts().first)
    #expect(conflict.field == "#deleted")
    #expect(conflict.shown == false)
    #expect(conflict.kept == true)
  }

  @Test("a deletion of what another has changed waits in a conflict; the record stays")
  func deleteAfterUpdate() throws {
    let scene = try Scene()
    var (a, b, record, base) = try shared(scene)
    try b.add(.update, record, base: base, fields: ["phone": "1"])
    try a.add(.delete, record, base: base)
    try scene.sync(&b)
    let result = try scene.sync(&a)[0]
    #expect(result.result == .conflict)
    #expect(try scene.record(record).deleted == nil)
    #expect(try scene.fields(record)["phone"] == "1")
    #expect(try scene.conflicts().map(\.field) == ["#deleted"])
    // Having seen it, she may.
    try a.add(.delete, record, base: try #require(result.version))
    #expect(try scene.sync(&a)[0].result == .applied)
    #expect(try scene.record(record).deleted == true)
  }

  @Test("a deletion of what another has given a photo waits in a conflict")
  func deleteAfterPhoto() throws {
    let scene = try Scene()
    var (a, b, record, base) = try shared(scene)
    try b.add(.update, record, base: base) { $0.photos = [SHA256.hash([1]).hex] }
    try a.add(.delete, record, base: base)
    try scene.sync(&b)
    #expect(try scene.sync(&a)[0].result == .conflict)
    #expect(try scene.record(record).deleted == nil)
  }

  @Test("two deletions agree")
  func deleteTwice() throws {
    let scene = try Scene()
    var (a, b, record, base) = try shared(scene)
    try a.add(.delete, record, base: base)
    try b.add(.delete, record, base: base)
    try scene.sync(&a)
    #expect(try scene.sync(&b)[0].result == .merged)
    #expect(try scene.record(record).deleted == true)
    #expect(try scene.conflicts().isEmpty)
  }

  @Test("her own deletion is taken back by her own update without a conflict")
  func ownUndo() throws {
    let scene = try Scene()
    var (a, _, record, base) = try shared(scene)
    let deletion = try a.add(.delete, record, base: base)
    try a.add(.update, record, base: base, fields: [:]) { $0.undoes = deletion.op }
    #expect(try scene.sync(&a).map(\.result) == [.applied, .applied])
    #expect(try scene.record(record).deleted == nil)
    #expect(try scene.fields(record)["name"] == "王")
    #expect(try scene.conflicts().isEmpty)
  }

  @Test("grid, parent and position merge like fields, and keep all they covered")
  func members() throws {
    let scene = try Scene()
    var (a, b, record, base) = try shared(scene)
    let (p, q) = (scene.ids.v7(), scene.ids.v7())
    let (here, there) = (
      Position(
        latitude: 22.5, longitude: 113.9, accuracy: 4.5, source: .gnss, at: 1_790_000_000_000,
        outside: true),
      Position(latitude: 22.6, longitude: 113.8, source: .manual)
    )
    try a.add(.update, record, base: base) {
      $0.parent = p
      $0.position = here
    }
    try b.add(.update, record, base: base) {
      $0.grid = Town.gridC
      $0.parent = q
      $0.position = there
    }
    try scene.sync(&a)
    #expect(try scene.sync(&b)[0].result == .conflict)
    let after = try scene.record(record)
    #expect(after.grid == Town.gridC)
    #expect(after.parent == q)
    #expect(after.position == there)
    let conflicts = try scene.conflicts().sorted { $0.field < $1.field }
    #expect(conflicts.map(\.field) == ["#parent", "#position"])
    #expect(conflicts[0].kept == .text(p.text))
    #expect(
      conflicts[1].kept
        == .object([
          "latitude": .decimal(22.5), "longitude": .decimal(113.9), "accuracy": .decimal(4.5),
          "source": "gnss", "at": 1_790_000_000_000, "outside": true,
        ]))
  }

  @Test("what a creation said of grid and parent was not seen by base 0 either")
  func membersOfCreation() throws {
    let scene = try Scene()
    var a = try scene.handheld(worker: "W1")
    var b = try scene.handheld(worker: "W2")
    let (p, q) = (scene.ids.v7(), scene.ids.v7())
    let record = try a.create { $0.parent = p }
    try scene.sync(&a)
    try b.add(.update, record) {
      $0.parent = q
      $0.grid = Town.gridC
    }
    #expect(try scene.sync(&b)[0].result == .conflict)
    let conflicts = try scene.conflicts().sorted { $0.field < $1.field }
    #expect(conflicts.map(\.field) == ["#grid", "#parent"])
    #expect(conflicts.map(\.kept) == [.text(Town.gridB), .text(p.text)])
  }

  @Test("photos of two devices are all kept, each once")
  func photos() throws {
    let scene = try Scene()
    var (a, b, record, base) = try shared(scene)
    let names = (1...3).map { SHA256.hash([UInt8($0)]).hex }
    try a.add(.update, record, base: base) { $0.photos = [names[0], names[1]] }
    try b.add(.update, record, base: base) { $0.photos = [names[1], names[2], names[2]] }
    try scene.sync(&a)
    #expect(try scene.sync(&b)[0].result == .merged)
    #expect(try scene.record(record).photos == names)
    #expect(try scene.conflicts().isEmpty)
  }

  @Test("a base from a history that is no more counts as never seen")
  func futureBase() throws {
    let scene = try Scene()
    var (a, b, record, base) = try shared(scene)
    try a.add(.update, record, base: base, fields: ["phone": "1"])
    try scene.sync(&a)
    try b.add(.update, record, base: 1 << 52, fields: ["phone": "2"])
    #expect(try scene.sync(&b)[0].result == .conflict)
    #expect(try scene.conflicts().map(\.kept) == ["1"])
  }
}
