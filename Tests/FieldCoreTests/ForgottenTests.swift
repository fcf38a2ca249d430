import Domain
import SyncProtocol
import Testing

@testable import FieldCore

/// What a lost history of the centre had received under a journal that is no
/// longer the present one comes again, in the order it was made, and once.
@Suite struct ForgottenTests {
  @Test("a restored centre gets what an earlier incarnation had brought")
  func earlierIncarnation() throws {
    let pair = try Pair()
    let store = pair.field.store
    let kept = pair.field.resident("甲")
    let photo = try store.addPhoto([1, 2, 3])
    try store.commit([.create(kept)])
    #expect(try pair.sync().error == nil)
    let backup = pair.centre.state
    let lost = pair.field.resident("乙")
    try store.commit([.create(lost, photos: [photo])])
    try store.commit([.update(kept.id, fields: ["phone": "1"])])
    #expect(try pair.sync().error == nil)
    try store.fork()
    // The update must come after the creation again, or it would be refused.
    try store.commit([.update(lost.id, fields: ["phone": "2"])])
    #expect(try pair.sync().error == nil)
    try pair.expectEqual()

    try pair.centre.restore(backup, epoch: 101)
    var events: [SyncEvent] = []
    #expect(try pair.agent { events.append($0) }.run().error == nil)
    #expect(events.contains(.epochChanged))
    #expect(events.contains(.incarnationChanged))
    try pair.expectEqual()
    let journal = try store.journal().incarnation
    try pair.centre.restore(pair.centre.state, epoch: 102)
    #expect(try pair.sync().error == nil)
    try pair.expectEqual()
    #expect(try store.journal().incarnation == journal, "nothing is forgotten a second time")
  }

  @Test("a handheld that a restored centre does not know enrols again and brings everything")
  func anotherDevice() throws {
    let pair = try Pair()
    let store = pair.field.store
    let empty = pair.centre.state
    let record = pair.field.resident("甲")
    try store.commit([.create(record)])
    #expect(try pair.sync().error == nil)
    try store.commit([.update(record.id, fields: ["phone": "1"])])
    try pair.centre.restore(empty, epoch: 103)
    try store.enrolled(
      EnrollAnswer(
        device: FakeCentre.id(7), token: FakeCentre.token, epoch: pair.centre.state.epoch,
        city: "440300", worker: Worker(id: "7", name: "王"), now: 0),
      centre: "https://centre.example/gw", name: "手持一号")
    pair.centre.device = try FakeCentre.id(7)
    #expect(try pair.sync().error == nil)
    try pair.expectEqual()
  }

  @Test("a refusal of a lost history is asked again, one that was dismissed is not")
  func refusals() throws {
    let pair = try Pair()
    let store = pair.field.store
    let backup = pair.centre.state
    var (first, second) = (pair.field.resident("甲"), pair.field.resident("乙"))
    (first.grid, second.grid) = ("440300999", "440300999")
    let dismissed = try store.commit([.create(first)])[0].operation.op
    try store.commit([.create(second)])
    #expect(try pair.sync().refused == 2)
    try store.dismissRefusal(dismissed)
    try store.fork()
    try pair.centre.restore(backup, epoch: 104)
    #expect(try pair.sync().refused == 1)
    #expect(try store.queueSummary().refused == 1)
  }
}
