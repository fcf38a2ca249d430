import Database
import Domain
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("Retention at the centre")
struct RetentionTests {
  @Test("after 90 days uploads, receipts in the feed and ended codes go, and nothing else")
  func ninetyDays() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    try hand.create()
    let segment = try hand.segment().bytes()
    let photo = Scene.bytes(100)
    _ = try scene.uploads.takeWhole(
      .segment, segment, sha256: SHA256.hash(segment), metadata: "", device: hand.device)
    let kept = try scene.uploads.takeWhole(
      .photo, photo, sha256: SHA256.hash(photo), metadata: "", device: hand.device)
    hand.noteReceived(.normal, 1)
    _ = try scene.centre.enrollment.issueCode(worker: "W1", hours: 1)
    #expect(try scene.centre.signIn.setPassword("long enough", of: "admin", role: "operator"))
    let opened = try #require(try scene.centre.signIn.open(name: "admin", password: "long enough"))
    let key = LaneKey(device: hand.device.id, incarnation: hand.incarnation, lane: .normal)
    let before = try scene.store.read { try $0.operations(of: key, first: 1, last: 9) }

    scene.clock.advance(days: 89)
    #expect(
      try Retention(of: scene.centre).run()
        == .init(uploads: 0, receipts: 0, codes: 0, sessions: 1))
    #expect(try scene.centre.signIn.session(cookie: opened.cookie) == nil)
    // One that is younger, and stays.
    try hand.create()
    try scene.sync(&hand)
    scene.clock.advance(days: 2)
    #expect(
      try Retention(of: scene.centre).run()
        == .init(uploads: 2, receipts: 1, codes: 1, sessions: 0))
    #expect(
      try Retention(of: scene.centre).run()
        == .init(uploads: 0, receipts: 0, codes: 0, sessions: 0))
    let page = try scene.page(hand.device, after: nil, limit: 100)
    let receipts = page.changes.filter { if case .receipt = $0 { true } else { false } }
    #expect(receipts.count == 1)
    #expect(
      try scene.store.read { try $0.operations(of: key, first: 1, last: 1) } == before)
    #expect(try Examination(of: scene.centre).run().faults == [])

    // A repeat still gets its answer, and the photo is still there.
    let again = try scene.uploads.takeWhole(
      .segment, segment, sha256: SHA256.hash(segment), metadata: "", device: hand.device)
    #expect(again.receipt?.results == before.map(\.result))
    let there = try scene.uploads.create(
      .photo, sha256: kept.sha256, length: 100, metadata: "", device: hand.device.id)
    #expect(there.id != kept.id)
    #expect(there.receipt == kept.receipt)
  }

  @Test("an unfinished upload is not dropped as a complete one")
  func unfinished() throws {
    let scene = try Scene()
    let device = try scene.device()
    let upload = try scene.photo(Scene.bytes(10), of: device)
    scene.clock.advance(days: 91)
    #expect(try Retention(of: scene.centre).run().uploads == 0)
    #expect(try scene.store.read { try $0.upload(upload.id) } != nil)
  }
}
