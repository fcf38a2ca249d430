import Domain
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("Enrolment")
struct EnrollmentTests {
  private func request(_ code: String, _ incarnation: UniqueID) -> EnrollRequest {
    EnrollRequest(code: code, incarnation: incarnation, name: "小陈的手持机")
  }

  @Test("a code makes one device, however it is typed")
  func once() throws {
    let scene = try Scene()
    let enrollment = scene.centre.enrollment
    let issued = try enrollment.issueCode(worker: "W1", hours: 24)
    #expect(issued.expiresAt == scene.clock.now + 86_400_000)
    let incarnation = scene.ids.v4()
    let typed = " \(issued.code.lowercased().split(separator: "-").joined(separator: " ")) "
    let answer = try enrollment.enroll(request(typed, incarnation))
    #expect(answer.city == Town.city)
    #expect(answer.worker == Worker(id: "W1", name: "陈"))
    #expect(answer.epoch == (try scene.store.read { try $0.epoch() }))
    let device = try enrollment.device(bearing: answer.token)
    #expect(device.id == answer.device)
    #expect(device.incarnation == incarnation)
    #expect(throws: Enrollment.Fault.codeUsed) {
      try enrollment.enroll(request(issued.code, scene.ids.v4()))
    }
    // The token and the code are kept nowhere.
    let secret = try #require(answer.token.split(separator: ".").last)
    let bytes = try Disk.names(in: scene.folder["centre"]).filter { $0.hasPrefix("gridwalkd.db") }
      .flatMap { try Disk.read(scene.folder["centre/\($0)"]) }
    #expect(Disk.contains(bytes, Array("小陈的手持机".utf8)))
    #expect(!Disk.contains(bytes, Array(secret.utf8)))
    #expect(!Disk.contains(bytes, Array(issued.code.utf8)))
  }

  @Test("a lost answer strands nobody: the same incarnation gets a fresh token")
  func lostAnswer() throws {
    let scene = try Scene()
    let enrollment = scene.centre.enrollment
    let code = try enrollment.issueCode(worker: "W1", hours: 1).code
    let incarnation = scene.ids.v4()
    let first = try enrollment.enroll(request(code, incarnation))
    let second = try enrollment.enroll(request(code, incarnation))
    #expect(second.device == first.device)
    #expect(second.token != first.token)
    #expect(try enrollment.device(bearing: second.token).id == first.device)
    #expect(throws: Enrollment.Fault.unauthorized) {
      try enrollment.device(bearing: first.token)
    }
    #expect(try scene.store.read { try $0.devices().count } == 1)
    // Not after its time, and not for a device that was revoked.
    scene.clock.advance(milliseconds: 3_600_000)
    #expect(throws: Enrollment.Fault.codeExpired) {
      try enrollment.enroll(request(code, incarnation))
    }
  }

  @Test("a code that does not exist, is over, or belongs to a revoked device makes nothing")
  func refused() throws {
    let scene = try Scene()
    let enrollment = scene.centre.enrollment
    let incarnation = scene.ids.v4()
    for wrong in ["", "ABCD-EFGH", String(repeating: "A", count: 60_000)] {
      #expect(throws: Enrollment.Fault.codeWrong) {
        try enrollment.enroll(request(wrong, incarnation))
      }
    }
    #expect(throws: Enrollment.Fault.workerUnknown) {
      try enrollment.issueCode(worker: "W9", hours: 1)
    }
    let late = try enrollment.issueCode(worker: "W1", hours: 1).code
    scene.clock.advance(milliseconds: 3_599_999)
    let early = try enrollment.enroll(request(late, incarnation))
    try enrollment.revoke(early.device)
    #expect(throws: Enrollment.Fault.codeUsed) {
      try enrollment.enroll(request(late, incarnation))
    }
    #expect(throws: Enrollment.Fault.revoked) { try enrollment.device(bearing: early.token) }
    #expect(throws: Enrollment.Fault.unauthorized) { try enrollment.revoke(scene.ids.v7()) }
    let over = try enrollment.issueCode(worker: "W1", hours: 1).code
    scene.clock.advance(hours: 1)
    #expect(throws: Enrollment.Fault.codeExpired) {
      try enrollment.enroll(request(over, scene.ids.v4()))
    }
    #expect(try scene.store.read { try $0.devices().count } == 1)
  }

  @Test("codes from many threads make one device")
  func race() throws {
    let scene = try Scene()
    let code = try scene.centre.enrollment.issueCode(worker: "W1", hours: 1).code
    try onThreads(8) { _ in
      do {
        _ = try scene.centre.enrollment.enroll(request(code, scene.ids.v4()))
      } catch Enrollment.Fault.codeUsed {
      } catch { Issue.record(error) }
    }
    #expect(try scene.store.read { try $0.devices().count } == 1)
  }

  @Test("a token is good for its own device only, and malformed ones for none")
  func tokens() throws {
    let scene = try Scene()
    let enrollment = scene.centre.enrollment
    func enroll(_ worker: String) throws -> EnrollAnswer {
      try enrollment.enroll(
        request(enrollment.issueCode(worker: worker, hours: 1).code, scene.ids.v4()))
    }
    let (one, two) = (try enroll("W1"), try enroll("W2"))
    let secret = try #require(one.token.split(separator: ".").last)
    let revoked = try enroll("W1")
    try enrollment.revoke(revoked.device)
    for wrong in [
      "\(two.device).\(secret)", "\(scene.ids.v7()).\(secret)", "\(one.device)",
      "\(one.device).", ".\(secret)", String(secret), "", ".", "..",
      "\(one.device.text.uppercased()).\(secret)", "\(one.token)=", "\(one.token) ",
      " \(one.token)", "\(one.device).\(secret.dropLast())", "\(one.device)..\(secret)",
      "\(one.device).\(secret)\u{0}", "\(revoked.device).\(secret)",
      String(repeating: "a", count: 100_000),
    ] {
      #expect(throws: Enrollment.Fault.unauthorized, "\(wrong.prefix(90))") {
        try enrollment.device(bearing: wrong)
      }
    }
    #expect(try enrollment.device(bearing: one.token).worker == "W1")
    #expect(try enrollment.device(bearing: two.token).worker == "W2")
  }

  @Test("a device's name is cut between characters")
  func longName() throws {
    let scene = try Scene()
    let enrollment = scene.centre.enrollment
    let code = try enrollment.issueCode(worker: "W1", hours: 1).code
    let name = "a" + String(repeating: "字", count: 100)
    let answer = try enrollment.enroll(
      EnrollRequest(code: code, incarnation: scene.ids.v4(), name: name))
    let kept = try enrollment.device(bearing: answer.token).name
    #expect(kept == "a" + String(repeating: "字", count: 66))
  }

  @Test("a session tells how far each lane of the asking incarnation was received")
  func session() throws {
    let scene = try Scene()
    var hand = try scene.handheld(worker: "W1")
    try hand.create()
    try hand.create()
    try scene.sync(&hand)
    let answer = try scene.centre.enrollment.session(
      of: hand.device, incarnation: hand.incarnation)
    #expect(answer.grids == [Town.gridA, Town.gridB])
    #expect(answer.now == scene.clock.now)
    #expect(answer.position(of: .normal) == .init(received: 2, hash: hand.hash(.normal, at: 2)))
    #expect(answer.position(of: .urgent) == .init(received: 0, hash: hand.hash(.urgent, at: 0)))
    let other = scene.ids.v4()
    let stranger = try scene.centre.enrollment.session(of: hand.device, incarnation: other)
    #expect(
      stranger.position(of: .normal)
        == .init(received: 0, hash: JournalChain.genesis(incarnation: other, lane: .normal)))
    let id = hand.device.id
    #expect(try scene.store.read { try $0.device(id) }?.seenAt == scene.clock.now)
  }
}
