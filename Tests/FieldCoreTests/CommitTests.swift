import Database
import Domain
import Glibc
import SyncProtocol
import Testing

@testable import FieldCore

@Suite struct CommitTests {
  @Test("lines and chain hashes are those that Python's json and hashlib give")
  func independentChain() throws {
    // Weyl's sequence in place of chance, so that Python can name the same
    // identifiers.
    var drawn: UInt64 = 0
    let field = try Field()
    let store = try FieldStore(
      directory: DataDirectory(path: field.path + "/other"),
      environment: FieldEnvironment(
        now: { 1_790_000_000_000 }, monotonic: { 5000 }, bootID: "boot-1",
        random: {
          drawn += 1
          return drawn &* 0x9e37_79b9_7f4a_7c15
        }))
    #expect(try store.device().incarnation.text == "9e3779b9-7f4a-4c15-8f1b-bcdcbfa53e0a")
    let record = Record(
      id: store.newID(), element: .person, kind: "resident", grid: "G1",
      fields: ["name": "张伟", "floor": 3])
    let first = try store.commit([.create(record)])
    let second = try store.commit([
      .update(record.id, fields: ["phone": "13800138000", "floor": .null])
    ])
    #expect(
      String(decoding: first[0].line, as: UTF8.self)
        == #"{"action":"create","base":0,"element":"person","evidence":{"at":1790000000000,"#
        + #""boot":"boot-1","mono":5000},"fields":{"floor":3,"name":"张伟"},"grid":"G1","#
        + #""kind":"resident","lane":"normal","op":"01a0c450-6c00-7c69-ad53-36963eefba1f","#
        + #""record":"01a0c450-6c00-743f-9e37-79b97f4a7c15","seq":1}"#)
    #expect(first[0].hash.hex == "37fd989c2f1909cdfe44bc1f6bfe574274c8cc7ea49f0b8c8df9ab3310c45191")
    #expect(
      second[0].hash.hex == "0b420350b75e7a9c5d5d9cc71135c5f154ac6ad8fe79542978a3c8ddcb54e422")
    #expect(store.verify() == [])
  }

  @Test("a commit that fails in the middle leaves neither record nor entry")
  func atomicity() throws {
    let field = try Field()
    try field.store.connection.script(
      """
      CREATE TRIGGER broken BEFORE INSERT ON journal WHEN NEW.seq = 3
      BEGIN SELECT RAISE(ABORT, 'broken'); END
      """)
    let household = field.resident("户主")
    let changes = [
      RecordChange.create(household), .create(field.resident("甲", parent: household.id)),
      .create(field.resident("乙", parent: household.id)),
    ]
    #expect(throws: FieldError.self) { try field.store.commit(changes) }
    #expect(try field.store.count("SELECT count(*) FROM record") == 0)
    #expect(try field.store.count("SELECT count(*) FROM journal") == 0)
    try field.store.connection.script("DROP TRIGGER broken")
    try field.store.commit(changes)
    try field.reopen()
    #expect(try field.store.children(of: household.id).map(\.title).sorted() == ["乙", "甲"])
    #expect(field.store.verify() == [])
  }

  @Test("a full disk is a typed error, loses nothing and is over when there is room")
  func fullDisk() throws {
    let field = try Field()
    let kept = field.resident("先")
    try field.store.commit([.create(kept)])
    let pages = try field.store.count("PRAGMA page_count")
    try field.store.connection.script("PRAGMA max_page_count = \(pages + 2)")
    var large = field.resident("大")
    large.fields["content"] = .text(String(repeating: "x", count: 60_000))
    #expect(throws: FieldError.storageFull) { try field.store.commit([.create(large)]) }
    #expect(try field.store.record(large.id) == nil)
    #expect(try field.store.record(kept.id)?.record.title == "先")
    #expect(field.store.verify() == [])
    try field.store.connection.script("PRAGMA max_page_count = 1000000")
    try field.store.commit([.create(large)])
    #expect(try field.store.record(large.id)?.record.fields["content"] == large.fields["content"])
  }

  @Test("the journal takes no update, no deletion, no replacement and no gap")
  func appendOnly() throws {
    let field = try Field()
    try field.store.commit([.create(field.resident("甲")), .create(field.resident("乙"))])
    let connection = field.store.connection
    let forbidden = [
      "UPDATE journal SET at = 1", "DELETE FROM journal WHERE seq = 2",
      "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq = 1",
      """
      INSERT OR REPLACE INTO journal SELECT 1, incarnation, lane, 3, batch, 'x', record, action,
        undoes, line, hash, at FROM journal WHERE seq = 2
      """,
      """
      INSERT INTO journal SELECT 9, incarnation, lane, 4, batch, 'x', record, action, undoes, line,
        hash, at FROM journal WHERE seq = 2
      """,
    ]
    for sql in forbidden {
      #expect(throws: DatabaseError.self, "\(sql)") { try connection.script(sql) }
    }
    #expect(try field.store.count("SELECT count(*) FROM journal") == 2)
    #expect(field.store.verify() == [])
  }

  @Test("what was altered behind the store's back is found")
  func verifyFinds() throws {
    let field = try Field()
    let bytes: [UInt8] = [1, 2, 3]
    let photo = try field.store.addPhoto(bytes)
    try field.store.commit([.create(field.resident("甲"), photos: [photo])])
    let second = try field.store.commit([.create(field.resident("乙"))])[0].operation
    let incarnation = try field.store.device().incarnation
    try field.store.connection.script(
      """
      DROP TRIGGER journal_unchanged;
      UPDATE journal SET line = CAST(replace(CAST(line AS TEXT), '乙', '丙') AS BLOB)
      WHERE seq = 2;
      """)
    try Field.write([1, 2, 4], to: field.store.photos.path(of: photo))
    #expect(
      Set(field.store.verify()) == [
        .chain(incarnation: incarnation, lane: .normal, seq: second.seq), .photoChanged(photo),
      ])
    unlink(field.store.photos.path(of: photo))
    #expect(field.store.verify().contains(.photoMissing(photo)))
  }

  @Test("event reports go into the urgent lane, and a record keeps its lane")
  func lanes() throws {
    let field = try Field()
    let report = field.report("井盖缺失")
    let resident = field.resident("甲")
    let entries = try field.store.commit([
      .create(report), .create(resident),
      RecordChange(.update(resident.id, fields: ["a": 1]), lane: .urgent),
    ])
    #expect(entries.map(\.operation.lane) == [.urgent, .normal, .normal])
    #expect(entries.map(\.operation.seq) == [1, 1, 2])
  }

  @Test("changes that do not fit are refused by name")
  func refusals() throws {
    let field = try Field()
    let resident = field.resident("甲")
    let store = field.store
    try store.commit([.create(resident)])
    #expect(throws: FieldError.recordExists(resident.id)) { try store.commit([.create(resident)]) }
    let nobody = store.newID()
    #expect(throws: FieldError.recordUnknown(nobody)) {
      try store.commit([.update(nobody, fields: [:])])
    }
    let absent = SHA256.hash([9])
    #expect(throws: FieldError.photoUnknown(absent)) {
      try store.commit([.update(resident.id, fields: [:], photos: [absent])])
    }
    #expect(throws: FieldError.tooManyPhotos(limit: 50)) {
      try store.commit([
        .update(resident.id, fields: [:], photos: Array(repeating: absent, count: 51))
      ])
    }
    let long = String(repeating: "x", count: 262_144)
    #expect {
      try store.commit([.update(resident.id, fields: ["t": .text(long)])])
    } throws: {
      guard case .operationTooLarge(_, limit: 262_144)? = $0 as? FieldError else { return false }
      return true
    }
    try store.commit([.delete(resident.id)])
    #expect(throws: FieldError.recordDeleted(resident.id)) {
      try store.commit([.update(resident.id, fields: [:])])
    }
    #expect(try store.count("SELECT count(*) FROM journal") == 2)
  }

  @Test("a fix outside the record's grid is kept and flagged")
  func outside() throws {
    let field = try Field()
    // A square from 22.50 N 114.00 E to 22.51 N 114.01 E.
    let ring: FieldValue = .array(
      [(114.0, 22.5), (114.01, 22.5), (114.01, 22.51), (114.0, 22.51), (114.0, 22.5)].map {
        .array([.decimal($0.0), .decimal($0.1)])
      })
    try field.store.saveGrid(
      GridOutline(
        id: "G1", name: "一",
        boundary: .object(["type": "MultiPolygon", "coordinates": .array([.array([ring])])])))
    func fix(_ latitude: Double) throws -> Position {
      try #require(Position(latitude: latitude, longitude: 114.005, source: .gnss))
    }
    var inside = field.report("内")
    inside.position = try fix(22.505)
    var outside = field.report("外")
    outside.position = try fix(22.511)
    let entries = try field.store.commit([.create(inside), .create(outside)])
    #expect(entries.map(\.operation.position?.outside) == [nil, true])
    #expect(try field.store.record(outside.id)?.record.position?.outside == true)
    let here = try #require(Coordinate(latitude: 22.505, longitude: 114.005))
    let there = try #require(Coordinate(latitude: 22.52, longitude: 114.005))
    #expect(try field.store.grid(at: here)?.id == "G1")
    #expect(try field.store.grid(at: there) == nil)
  }

  @Test("a draft goes with the commit it was written for, and stays with one that fails")
  func draft() throws {
    let field = try Field()
    let store = field.store
    let draft = Draft(id: store.newID(), form: "diary", formVersion: "1", answers: "{}")
    try store.saveDraft(draft)
    #expect(throws: FieldError.recordUnknown(draft.id)) {
      try store.commit([.update(draft.id, fields: ["a": 1])], finishing: draft.id)
    }
    #expect(try store.draft(draft.id) != nil)
    try store.commit([.create(field.resident("甲"))], finishing: draft.id)
    #expect(try store.draft(draft.id) == nil)
  }

  @Test("a change made while looking at an older state has that state's version as its base")
  func seenVersion() throws {
    let field = try Field()
    try field.enrolled()
    var record = field.resident("甲")
    record.version = 12
    try field.take(record)
    var change = RecordChange.update(record.id, fields: ["phone": "1"])
    #expect(try field.store.commit([change])[0].operation.base == 12)
    change.seenVersion = 10
    #expect(try field.store.commit([change])[0].operation.base == 10)
    change.seenVersion = 99
    #expect(try field.store.commit([change])[0].operation.base == 12)
  }
}
