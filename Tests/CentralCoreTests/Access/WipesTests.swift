import Domain
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("Orders to wipe a device")
struct WipesTests {
  private func session(_ scene: Scene, _ device: Device) throws -> SessionAnswer {
    let now = try #require(try scene.store.read { try $0.device(device.id) })
    return try scene.centre.enrollment.session(of: now, incarnation: device.incarnation)
  }

  private func audits(_ scene: Scene) throws -> [String] {
    try scene.audits().map { "\($0.account) \($0.action)" }
  }

  @Test("an order stands in the session until the device says it is done")
  func road() throws {
    let scene = try Scene()
    let device = try scene.device()
    let wipes = scene.centre.wipes
    #expect(try session(scene, device).wipe == nil)
    let wipe = try wipes.order(device.id, unsent: .send, by: "admin")
    #expect(try scene.store.read { try $0.wipe(of: device.id) }?.toldAt == nil)
    for _ in 0..<2 {
      #expect(
        try session(scene, device).wipe
          == WipeOrder(order: wipe.order.order, unsent: .send, by: "admin", at: scene.clock.now))
      #expect(try scene.store.read { try $0.wipe(of: device.id) }?.toldAt == wipe.order.at)
    }
    scene.clock.advance(hours: 1)
    #expect(throws: Wipes.Fault.noOrder) { try wipes.report(scene.ids.v4()) }
    try wipes.report(wipe.order.order)
    let done = try #require(try scene.store.read { try $0.wipe(of: device.id) })
    #expect(done.wipedAt == scene.clock.now)
    #expect(try scene.store.read { try $0.device(device.id) }?.revokedAt == scene.clock.now)
    scene.clock.advance(hours: 1)
    try wipes.report(wipe.order.order)
    #expect(try scene.store.read { try $0.wipe(of: device.id) } == done)
    #expect(throws: Enrollment.Fault.revoked) { try session(scene, device) }
    #expect(throws: Wipes.Fault.done) { try wipes.order(device.id, unsent: .drop, by: "admin") }
    #expect(throws: Wipes.Fault.done) { try wipes.withdraw(device.id, by: "admin") }
    #expect(try audits(scene) == ["admin order-wipe-send", "admin wiped"])
  }

  @Test("an order may be withdrawn or given anew; the old number is worth nothing then")
  func withdrawn() throws {
    let scene = try Scene()
    let device = try scene.device()
    let wipes = scene.centre.wipes
    #expect(throws: Wipes.Fault.noOrder) { try wipes.withdraw(device.id, by: "admin") }
    let first = try wipes.order(device.id, unsent: .send, by: "admin")
    let second = try wipes.order(device.id, unsent: .drop, by: "boss")
    #expect(throws: Wipes.Fault.noOrder) { try wipes.report(first.order.order) }
    #expect(try session(scene, device).wipe?.unsent == .drop)
    try wipes.withdraw(device.id, by: "boss")
    #expect(try session(scene, device).wipe == nil)
    #expect(throws: Wipes.Fault.noOrder) { try wipes.report(second.order.order) }
    #expect(throws: Wipes.Fault.deviceUnknown) {
      try wipes.order(scene.ids.v7(), unsent: .drop, by: "admin")
    }
  }

  @Test("a revoked device hears of nothing but an order to drop")
  func revoked() throws {
    let scene = try Scene()
    let device = try scene.device()
    let wipes = scene.centre.wipes
    try wipes.order(device.id, unsent: .send, by: "admin")
    try scene.centre.enrollment.revoke(device.id)
    #expect(throws: Enrollment.Fault.revoked) { try session(scene, device) }
    #expect(try scene.store.read { try $0.wipe(of: device.id) }?.toldAt == nil)
    #expect(throws: Wipes.Fault.revoked) {
      try wipes.order(device.id, unsent: .send, by: "admin")
    }
    try wipes.order(device.id, unsent: .drop, by: "admin")
    #expect(try session(scene, device).wipe?.unsent == .drop)
  }

  @Test("a restored backup takes back no wipe that was done before it")
  func schema() throws {
    let scene = try Scene()
    let device = try scene.device()
    var wipe = try scene.centre.wipes.order(device.id, unsent: .drop, by: "admin")
    try scene.centre.wipes.report(wipe.order.order)
    wipe.wipedAt = nil
    #expect(throws: (any Error).self) { try scene.store.write { [wipe] in try $0.put(wipe) } }
    #expect(throws: (any Error).self) {
      try scene.store.write { try $0.deleteWipe(of: device.id) }
    }
  }

  @Test("an operator sees lag, backlog, photos that are missing, and incarnations")
  func standing() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    let photos = [Scene.bytes(50, seed: 1), Scene.bytes(60, seed: 2)]
    try hand.create { $0.photos = photos.map { SHA256.hash($0).hex } }
    try hand.create(lane: .urgent)
    try scene.sync(&hand)
    try scene.sync(&hand, lane: .urgent)
    var clone = Handheld(device: hand.device, incarnation: scene.ids.v4(), ids: scene.ids)
    try clone.create()
    try scene.sync(&clone)
    _ = try scene.centre.enrollment.session(
      of: hand.device, incarnation: hand.incarnation, waiting: (7, 3600))
    let standing = try #require(try scene.store.read { try DeviceStanding.all(in: $0) }.first)
    #expect(standing.received(.normal) == 2)
    #expect(standing.received(.urgent) == 1)
    #expect(standing.incarnations == 2)
    #expect(standing.awaitedPhotos == 2)
    #expect(
      standing.backlog
        == Backlog(waiting: 7, oldestSeconds: 3600, toldAt: scene.clock.now))
    let upload = try scene.photo(photos[0], of: hand.device)
    try scene.send(photos[0], to: upload, at: 0)
    _ = try scene.uploads.complete(upload, device: hand.device)
    #expect(try scene.store.read { try $0.awaitedPhotos() } == [hand.device.id: 1])
  }
}
