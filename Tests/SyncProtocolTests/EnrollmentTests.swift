import Domain
import SyncProtocol
import Testing

struct EnrollmentTests {
  private struct Examples: Decodable {
    let request: String
    let answer: String
    let session: String
    let wiping: [String]
    let wiped: String
    let tolerated: String
    let refused: [String]
  }

  private let vectors: Examples

  init() throws { vectors = try Vectors.load(Examples.self, "enrollment.json") }

  @Test("an enrolment and its answer are read and written")
  func enrollment() throws {
    try expectBothWays(
      vectors.request,
      EnrollRequest(
        code: "7K4M-Q2XP", incarnation: Known.id(Known.incarnation), name: "小陈的手持机"))
    let answer = try expectRoundTrip(EnrollAnswer.self, vectors.answer)
    #expect(answer.device.text == Known.device)
    #expect(answer.token.hasPrefix("gw1_"))
    #expect(answer.city == "440300")
    #expect(answer.worker == Worker(id: "W0017", name: "陈晓燕"))
  }

  @Test("a session says how far each lane was received")
  func session() throws {
    let session = try expectRoundTrip(SessionAnswer.self, vectors.session)
    let genesis = JournalChain.genesis(
      incarnation: try Known.id(Known.incarnation), lane: .urgent)
    #expect(session.position(of: .urgent) == .init(received: 0, hash: genesis))
    #expect(session.position(of: .normal)?.received == 3)
    #expect(session.grids == [Known.grid, "440399001001002"])
  }

  @Test("a session may carry an order to wipe, and the device's answer names it")
  func wipe() throws {
    let order = try Known.id("c0ffee00-1234-4abc-8def-0123456789ab")
    for (text, unsent) in zip(vectors.wiping, [WipeOrder.Unsent.send, .drop]) {
      let session = try expectRoundTrip(SessionAnswer.self, text)
      #expect(
        session.wipe == WipeOrder(order: order, unsent: unsent, by: "admin", at: session.now))
    }
    try expectBothWays(vectors.wiped, WipeReport(order: order))
    let plain = try WireJSON.decode(SessionAnswer.self, from: Array(vectors.session.utf8))
    #expect(plain.wipe == nil)
  }

  @Test("unknown members and lanes are passed over")
  func tolerated() throws {
    let plain = try WireJSON.decode(SessionAnswer.self, from: Array(vectors.session.utf8))
    let session = try WireJSON.decode(SessionAnswer.self, from: Array(vectors.tolerated.utf8))
    #expect(session.position(of: .urgent) == plain.position(of: .urgent))
    #expect(session.position(of: .normal) == plain.position(of: .normal))
    #expect(session.worker == plain.worker)
  }

  @Test("what is no session is no success")
  func refused() {
    for text in vectors.refused {
      #expect(throws: DecodingError.self, "\(text)") {
        try WireJSON.decode(SessionAnswer.self, from: Array(text.utf8))
      }
    }
  }
}
