import Domain
import SyncProtocol
import Testing

@testable import FieldCore

@Suite struct RejectionTests {
  @Test("a revocation stands until the centre takes the device again, links broken or not")
  func stands() throws {
    let pair = try Pair()
    let store = pair.field.store
    #expect(try pair.sync().error == nil)
    #expect(try store.rejection() == nil)
    pair.centre.isRevoked = true
    #expect(try pair.sync().error == .revoked)
    #expect(try store.rejection()?.code == "device-revoked")
    for fault in [FakeCentre.Fault.lost, .gateway, .portal] {
      pair.centre.fault = { _, _ in fault }
      #expect(try pair.sync().error != nil)
      #expect(try store.rejection()?.code == "device-revoked")
    }
    pair.centre.fault = { _, _ in nil }
    pair.centre.isRevoked = false
    #expect(try pair.sync().error == nil)
    #expect(try store.rejection() == nil)
  }

  @Test("enrolling again takes an older rejection back")
  func enrolledAgain() throws {
    let pair = try Pair()
    pair.centre.isRevoked = true
    #expect(try pair.sync().error == .revoked)
    pair.field.machine.now += 1
    try pair.agent().enroll(code: pair.centre.code, centre: "https://centre.example", name: "二")
    #expect(try pair.field.store.rejection() == nil)
  }

  @Test("a photo that a restored centre still has is not counted as sent, nor are its bytes")
  func photoThere() throws {
    let pair = try Pair()
    let store = pair.field.store
    let photo = try store.addPhoto(Array(repeating: 3, count: 200_000))
    try store.commit([.create(pair.field.resident("甲"), photos: [photo])])
    let first = try pair.sync()
    #expect(first.photos == 1)
    #expect(first.photosThere == 0)
    try pair.centre.restore(pair.centre.state, epoch: 103)
    let second = try pair.sync()
    #expect(second.error == nil)
    #expect(second.photos == 0)
    #expect(second.photosThere == 1)
    #expect(second.bytes == 0)
    try pair.expectEqual()
  }

  @Test("an upload that is complete at the centre is not told as going on")
  func complete() throws {
    let pair = try Pair()
    let photo = try pair.field.store.addPhoto(Array(repeating: 5, count: 200_000))
    try pair.field.store.commit([.create(pair.field.resident("甲"), photos: [photo])])
    var isLost = false
    pair.centre.fault = { _, request in
      if isLost { return .lost }
      if request.method == "POST", request.body.count > 100_000 { return .cut(50_000) }
      isLost = request.method == "PATCH"
      return isLost ? .answerLost : nil
    }
    #expect(try pair.sync().error == .offline(.unreachable))
    pair.centre.fault = { _, _ in nil }
    var resumed: [SyncEvent] = []
    let outcome = try pair.agent { if case .resumed = $0 { resumed.append($0) } }.run()
    #expect(outcome.photos == 1)
    #expect(resumed == [])
  }
}
