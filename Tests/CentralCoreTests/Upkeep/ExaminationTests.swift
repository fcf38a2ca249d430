import Database
import Domain
import Locks
import SyncProtocol
import Testing

@testable import CentralCore

/// Records, conflicts and the feed are held to the journals; every change behind
/// the store's back is found where it was made.
@Suite("Examination of records")
struct ExaminationTests {
  private struct Furnished {
    let scene: Scene
    /// A record that two have changed, one of whose values waits in a conflict.
    let disputed: UniqueID
    let moved: UniqueID
    let deleted: UniqueID
    let lane: LaneKey
  }

  private func furnished() throws -> Furnished {
    let scene = try Scene()
    var one = try scene.handheld()
    var two = try scene.handheld(worker: "W2")
    let photo = SHA256.hash([1]).hex
    let disputed = try one.create(["phone": "1", "note": "a", "gone": .null]) {
      $0.photos = [photo]
      $0.position = Position(latitude: 22.5, longitude: 114.05, accuracy: 8, source: .gnss)
    }
    let moved = try one.create(grid: Town.gridB)
    let deleted = try one.create(grid: Town.gridB)
    let base = try #require(try scene.sync(&one).first?.version)
    try two.add(.update, disputed, base: base, fields: ["phone": "2"])
    try two.add(.update, moved, base: base + 2) { $0.grid = Town.gridC }
    try two.add(.delete, deleted, base: base + 2)
    try scene.sync(&two)
    try one.add(.update, disputed, base: base, fields: ["phone": "3", "note": .null])
    try one.add(.update, disputed, base: base + 20) { $0.photos = [SHA256.hash([2]).hex] }
    try one.add(.update, deleted, base: base + 2, fields: ["phone": "4"])
    try one.add(.create, scene.ids.v7(), kind: "no-such-form")
    let results = try scene.sync(&one)
    #expect(results.map(\.result) == [.conflict, .applied, .conflict, .refused])
    let lane = LaneKey(device: one.device.id, incarnation: one.incarnation, lane: .normal)
    return Furnished(
      scene: scene, disputed: disputed, moved: moved, deleted: deleted, lane: lane)
  }

  private func tampered(_ furnished: Furnished, _ sql: SQL...) throws -> [Examination.Fault] {
    let connection = try Connection(path: furnished.scene.databasePath, mode: .readWrite)
    try connection.run("DROP TRIGGER IF EXISTS operation_stays")
    for statement in sql { try connection.run(statement) }
    return try Examination(of: furnished.scene.centre).run().faults
  }

  @Test("a centre with merges, conflicts, moves, deletions and refusals is sound")
  func sound() throws {
    let furnished = try furnished()
    let report = try Examination(of: furnished.scene.centre).run()
    #expect(report.faults == [])
    #expect(report.records == 3)
    #expect(report.conflicts == 2)
    #expect(report.operations == 10)
    #expect(report.changes > 8)
    #expect(report.leftovers == 0)
  }

  @Test("an altered member of a record is found, whichever it is")
  func members() throws {
    for (member, sql) in [
      ("phone", #"fields = json_set(fields, '$.phone', '9')"#),
      ("note", #"fields = json_set(fields, '$.note', 'b')"#),
      ("extra", #"fields = json_set(fields, '$.extra', 'b')"#),
      ("#position", #"position = json_set(position, '$.latitude', 22.6)"#),
      ("#deleted", "deleted = 1"),
      ("#photos", "photos = NULL"),
      ("#version", "version = version - 1"),
    ] {
      let furnished = try furnished()
      let id = furnished.disputed.text
      let faults = try tampered(
        furnished, "UPDATE record SET \(SQL(stringLiteral: sql)) WHERE id = \(id)")
      #expect(faults.contains(.memberUnfounded(furnished.disputed, member)), "\(member): \(faults)")
    }
  }

  @Test("a writer that wrote nothing of the kind is found")
  func writers() throws {
    let furnished = try furnished()
    let faults = try tampered(
      furnished,
      """
      UPDATE record SET writers = json_set(writers, '$.phone.version', 1)
      WHERE id = \(furnished.disputed.text)
      """)
    #expect(faults.contains(.memberUnfounded(furnished.disputed, "phone")))
    #expect(faults.contains { if case .resultOther = $0 { true } else { false } })
  }

  @Test("a lost conflict is a lost value")
  func lostConflict() throws {
    let furnished = try furnished()
    let faults = try tampered(
      furnished, "DELETE FROM conflict WHERE record = \(furnished.disputed.text)")
    #expect(faults == [.valueLost(furnished.lane, seq: 4)])
  }

  @Test("records that are gone, made up, or in a wrong grid are found")
  func records() throws {
    var furnished = try furnished()
    #expect(
      try tampered(furnished, "DELETE FROM record WHERE id = \(furnished.moved.text)")
        .contains(.recordMissing(furnished.moved)))

    furnished = try self.furnished()
    let other = furnished.scene.ids.v7()
    let faults = try tampered(
      furnished,
      """
      INSERT INTO record SELECT city, \(other.text), element, kind, grid, parent, fields, position,
        photos, version, deleted, writers, created_at FROM record
      WHERE id = \(furnished.moved.text)
      """)
    #expect(faults.contains(.recordUnfounded(other)))
    #expect(faults.contains(.feedOther(other.text)))

    furnished = try self.furnished()
    let moved = try tampered(
      furnished,
      "UPDATE record SET grid = \(Town.gridB) WHERE id = \(furnished.moved.text)")
    #expect(moved.contains(.memberUnfounded(furnished.moved, "#grid")))
    #expect(moved.contains(.feedOther(furnished.moved.text)))
  }

  @Test("a feed that tells something else is found")
  func feed() throws {
    for text in [
      "UPDATE change SET version = version - 1 WHERE type = 'record' AND subject = 'ID'",
      "DELETE FROM change WHERE type = 'record' AND subject = 'ID'",
      "UPDATE change SET scope = 'grid:none' WHERE type = 'record' AND subject = 'ID'",
      "UPDATE change SET scope = 'grid:none' WHERE type = 'form' AND subject = 'task'",
    ] {
      let furnished = try furnished()
      let id = furnished.disputed.text
      let faults = try tampered(
        furnished, SQL(stringLiteral: text.replacing("ID", with: id)))
      let subject = text.contains("form") ? "task" : id
      #expect(faults.contains(.feedOther(subject)), "\(text): \(faults)")
    }
    let furnished = try furnished()
    let beyond = try tampered(
      furnished, "UPDATE centre SET value = '5' WHERE name = 'sequence'")
    #expect(beyond.contains { if case .beyondHead = $0 { true } else { false } })
  }

  @Test("lines and rows that do not fit, conflicts about nothing, photos that nobody shows")
  func rows() throws {
    var furnished = try furnished()
    let stranger = furnished.scene.ids.v7().text
    var faults = try tampered(
      furnished,
      """
      UPDATE operation SET record = \(furnished.moved.text)
      WHERE device = \(furnished.lane.device.text) AND seq = 5
      """)
    #expect(faults.contains(.operationOther(furnished.lane, seq: 5)), "\(faults)")

    furnished = try self.furnished()
    faults = try tampered(
      furnished, "UPDATE conflict SET record = \(stranger) WHERE field = 'phone'")
    #expect(faults.contains { if case .conflictUnfounded = $0 { true } else { false } })

    furnished = try self.furnished()
    faults = try tampered(
      furnished, "UPDATE record_photo SET record = \(furnished.moved.text)")
    #expect(faults.contains(.photoUnlinked(furnished.moved)))
    #expect(faults.contains(.photoUnlinked(furnished.disputed)))

    furnished = try self.furnished()
    faults = try tampered(
      furnished, "DROP INDEX operation_once",
      """
      UPDATE operation SET op = first.op FROM operation AS first
      WHERE first.device = operation.device AND first.seq = 1 AND operation.seq = 5
        AND operation.device = \(furnished.lane.device.text)
      """)
    #expect(faults.contains { if case .operationTwice = $0 { true } else { false } })
  }

  @Test("what a kill leaves beside the database is no fault; an upload that is too long is")
  func uploads() throws {
    let furnished = try furnished()
    let scene = furnished.scene
    let device = try #require(try scene.store.read { try $0.devices() }.first)
    let upload = try scene.photo(Scene.bytes(10), of: device)
    try Disk.write(Scene.bytes(11), to: scene.folder["centre/uploads/\(upload.id.text)"])
    try Disk.write([1], to: scene.folder["centre/uploads/\(scene.ids.v4().text)"])
    let report = try Examination(of: scene.centre).run()
    #expect(report.leftovers == 1)
    #expect(report.faults == [.uploadTooLong(upload.id)])
  }

  @Test("what is wrong is listed so far and counted to its end; progress is told")
  func many() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    for _ in 0..<1200 { try hand.create() }
    var first: Int64 = 1
    while first <= 1200 {
      try scene.take(hand.segment(first: first, last: min(first + 399, 1200)), from: hand.device)
      first += 400
    }
    let connection = try Connection(path: scene.databasePath, mode: .readWrite)
    try connection.run("UPDATE record SET version = version - 1")
    let told = Told()
    let report = try Examination(of: scene.centre).run { told.note($0, $1) }
    #expect(report.faults.count == 1000)
    #expect(report.faultCount >= 2400)
    #expect(told.stages == Set(Examination.Stage.allCases).subtracting([.conflicts, .photos]))
    #expect(told.records == 1200)
  }
}

/// What an examination told of its progress.
private final class Told: Sendable {
  private let heard = Mutex<[Examination.Stage: Int]>([:])
  func note(_ stage: Examination.Stage, _ count: Int) { heard.withLock { $0[stage] = count } }
  var stages: Set<Examination.Stage> { Set(heard.withLock { $0.keys }) }
  var records: Int? { heard.withLock { $0[.records] } }
}
