import CLI
import Domain
import FieldCore
import SyncProtocol
import Testing

@testable import FieldCore
@testable import gridwalk

@Suite("What became of the last sync")
struct RejectedTests {
  @Test(
    "a device the centre does not take fails at doctor and home",
    arguments: [
      ("device-revoked", "the centre has revoked this handheld", "本机已被中心停用"),
      ("unauthorized", "the centre does not know this handheld", "中心不认识本机"),
    ])
  func rejected(code: String, english: String, chinese: String) throws {
    let handheld = try Handheld()
    handheld.machine.now += 1000
    try handheld.store().noteAttempt(code, goodput: nil)
    try handheld.store().noteAttempt("offline-unreachable", goodput: nil)
    for words in [[], ["doctor"]] as [[String]] {
      let ran = handheld.run(words, width: 200)
      #expect(ran.code == .failure)
      #expect(ran.output.contains("FAIL") && ran.output.contains(english), "\(ran.output)")
      #expect(ran.output.contains("ask the administrator for a new code"))
      #expect(handheld.run(words, language: .chinese).output.contains(chinese))
      #expect(handheld.run(words + ["--json"]).code == .failure)
    }
    #expect(try handheld.run("--json").json["rejection"] == .text(code))
    try handheld.store().noteAttempt("ok", goodput: nil)
    #expect(handheld.run("doctor").code == .ok)
    #expect(handheld.run().code == .ok)
  }

  @Test("every way a sync ends has words in both languages")
  func words() throws {
    var codes = TransportError.allCases.map { SyncError.offline($0).code }
    codes += [
      SyncError.portal, .unavailable(status: 502, retryAfter: nil), .unauthorized, .revoked,
      .sequenceGap(expected: 1), .epochChanged, .protocolViolation, .notEnrolled,
      .agentRunning(pid: 1), .local(.storageFull),
    ].map(\.code)
    codes += ProblemCode.allCases.filter(\.isRetryable).map(\.rawValue)
    for code in codes where code != "sequence-gap" {
      let words = Sentence.syncResult(code)
      #expect(words.en.contains(" ") && !words.en.contains("refused"), "\(code)")
      #expect(words.zh.unicodeScalars.contains { $0.value > 0x4e00 }, "\(code)")
      if code.contains("-") { #expect(!words.en.contains(code) && !words.zh.contains(code)) }
    }
    let handheld = try Handheld()
    try handheld.store().noteAttempt("offline-broken", goodput: nil)
    for words in [[], ["doctor"]] as [[String]] {
      #expect(handheld.run(words, width: 200).output.contains("the connection broke"))
      #expect(handheld.run(words, language: .chinese).output.contains("连接中断"))
    }
  }

  @Test("one is one and two are two")
  func plurals() {
    #expect(
      Sentence.syncFinished(operations: 1, photos: 1, changes: 1, bytes: "1 B").en
        == "✓ in sync: 1 change and 1 photo up (1 B), 1 change down")
    #expect(
      Sentence.syncFinished(operations: 2, photos: 0, changes: 3, bytes: "1 B").en
        == "✓ in sync: 2 changes and 0 photos up (1 B), 3 changes down")
    #expect(Sentence.operationsReceived(1, refused: 0).en == "✓ 1 change received by the centre")
  }
}
