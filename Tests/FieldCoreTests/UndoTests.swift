import Domain
import SyncProtocol
import Testing

@testable import FieldCore

@Suite struct UndoTests {
  @Test("undo takes back action after action, a household with its members as one")
  func levels() throws {
    let field = try Field()
    let store = field.store
    let household = field.resident("户")
    let member = field.resident("员", parent: household.id)
    try store.commit([.create(household), .create(member)])
    try store.commit([.update(member.id, fields: ["name": "新", "phone": "1"])])
    try store.commit([.delete(member.id)])

    let revived = try store.undo()
    #expect(revived.map(\.operation.action) == [.update])
    #expect(try store.record(member.id)?.record.deleted == nil)
    #expect(try store.record(member.id)?.record.fields == ["name": "新", "phone": "1"])

    let restored = try store.undo()
    #expect(restored[0].operation.fields == ["name": "员", "phone": .null])
    #expect(try store.record(member.id)?.record.fields == ["name": "员"])

    let ended = try store.undo()
    #expect(ended.map(\.operation.record) == [member.id, household.id])
    #expect(ended.map(\.operation.action) == [.delete, .delete])
    #expect(try store.records(kind: "resident") == [])
    #expect(throws: FieldError.nothingToUndo) { try store.undo() }
    #expect(try store.count("SELECT count(*) FROM journal") == 8)
    #expect(store.verify() == [])
  }

  @Test("each inverse names the operation it takes back, and history shows it")
  func names() throws {
    let field = try Field()
    let record = field.resident("甲")
    let made = try field.store.commit([.create(record)])[0].operation
    let undone = try field.store.undo()[0].operation
    #expect(undone.undoes == made.op)
    let history = try field.store.history(record.id)
    #expect(history.map(\.undoneBy) == [undone.op, nil])
    #expect(history.map(\.state) == [.waiting, .waiting])
  }

  @Test("what is sealed for the centre is not undone")
  func sent() throws {
    let field = try Field()
    try field.enrolled()
    let op = try field.store.commit([.create(field.resident("甲"))])[0].operation.op
    _ = try field.store.nextSegment(.normal, bytes: 32_768)
    #expect(throws: FieldError.alreadySent(op)) { try field.store.undo() }
    try field.store.commit([.create(field.resident("乙"))])
    try field.store.undo()
    #expect(throws: FieldError.alreadySent(op)) { try field.store.undo() }
  }

  @Test("undo gives back what would show without the update, the centre's news included")
  func newsStays() throws {
    let field = try Field()
    var record = field.resident("甲")
    record.fields["phone"] = "1"
    record.version = 5
    try field.take(record)
    try field.store.commit([.update(record.id, fields: ["phone": "2"])])
    record.fields["phone"] = "3"
    record.version = 6
    try field.take(record)
    #expect(try field.store.record(record.id)?.record.fields["phone"] == "2")
    try field.store.undo()
    #expect(try field.store.record(record.id)?.record.fields["phone"] == "3")
  }

  @Test("an act is not undone")
  func act() throws {
    let field = try Field()
    let record = field.report("井盖")
    try field.store.commit([.create(record)])
    let op = try field.store.commit([.act(record.id, fields: ["step": "accept"])])[0].operation.op
    #expect(throws: FieldError.notUndoable(op)) { try field.store.undo() }
  }
}
