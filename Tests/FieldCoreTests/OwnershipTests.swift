import Domain
import SyncProtocol
import Testing

@testable import FieldCore

/// Whose work a folder holds.
@Suite struct OwnershipTests {
  private func enroll(
    _ field: Field, worker: String, city: String = "440300", device: Int = 2
  ) throws {
    try field.store.enrolled(
      EnrollAnswer(
        device: try FakeCentre.id(device), token: "t\(device)", epoch: try field.epoch(),
        city: city, worker: Worker(id: worker, name: "王"), now: field.machine.now),
      centre: "http://centre", name: "手持")
  }

  @Test(
    "a folder with another worker's work is not given to the next one",
    arguments: ["operation", "record", "draft"])
  func refused(left: String) throws {
    let field = try Field()
    try enroll(field, worker: "7")
    var theirs = field.resident("甲")
    theirs.version = 3
    switch left {
    case "operation": try field.store.commit([.create(theirs)])
    case "record": try field.take(theirs)
    default:
      try field.store.saveDraft(
        Draft(id: field.store.newID(), form: "diary", formVersion: "1", answers: "{}"))
    }
    let before = try field.store.device()
    let former = Worker(id: "7", name: "王")
    #expect(throws: FieldError.belongsTo(former)) {
      try enroll(field, worker: "8", device: 3)
    }
    #expect(throws: FieldError.belongsTo(former), "the same number in another city") {
      try enroll(field, worker: "7", city: "110100", device: 3)
    }
    #expect(try field.store.device() == before)
  }

  @Test("a folder without anybody's work goes to the next worker, former grids apart")
  func empty() throws {
    let field = try Field()
    try enroll(field, worker: "7")
    try field.take(.enter(grid: GridOutline(id: "G1", name: "一", boundary: nil)))
    try enroll(field, worker: "8", device: 3)
    #expect(try field.store.device().worker?.id == "8")
    #expect(try field.store.device().cursor == nil)
    #expect(try field.store.grids() == [])
  }

  @Test("the same worker may enrol again as another device; what waits stands in a new journal")
  func sameWorker() throws {
    let field = try Field()
    try enroll(field, worker: "7")
    try field.store.commit([.create(field.resident("甲"))])
    let before = try field.store.device()
    try enroll(field, worker: "7", device: 3)
    #expect(try field.store.device().incarnation != before.incarnation)
    #expect(try field.store.queueSummary().operations[.normal]?.items == 1)
    #expect(field.store.verify() == [])
  }

  @Test("the agent says so and keeps the former device")
  func agent() throws {
    let field = try Field()
    try enroll(field, worker: "8")
    try field.store.commit([.create(field.resident("甲"))])
    let centre = try FakeCentre()
    let agent = try SyncAgent(store: field.store, transport: centre)
    #expect(throws: SyncError.local(.belongsTo(Worker(id: "8", name: "王")))) {
      try agent.enroll(code: centre.code, centre: "http://centre", name: "手持")
    }
    #expect(try field.store.device().token == "t2")
  }
}
