import HTTP
import Testing

@Suite("Mutated requests") struct FuzzTests {
  private static let seeds = [
    "GET /hello?a=b&c=%20 HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\nhello world",
    "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n",
    "POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n"
      + "01234567890123456789012345678901234567890123456789GET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
  ]

  private static let tokens = [
    "\r\n", "\n", "\r", "\0", ":", " ", "\t", "0", "-1", "ffffffffffffffff", "%", "%2e", "../", "?",
    "HTTP/1.1", "chunked", "Transfer-Encoding: chunked\r\n", "Content-Length: 3\r\n", "\u{7F}", "é",
  ]

  @Test("never stop the server: 5,000 of them, then a good one")
  func mutations() throws {
    let seed: UInt64 = 20_261_121
    print("fuzz seed \(seed)")
    var random = SplitMix(seed: seed)
    try withServer { port, server in
      for _ in 0..<5000 {
        let wire = try Wire(port: port)
        do {
          try wire.send(FuzzTests.mutant(&random))
          wire.endSending()
          while try !wire.receive().isEmpty {}
        } catch let broken as Wire.Broken {
          // A reset is a fair answer to garbage; silence (EAGAIN after ten seconds) is not.
          #expect(broken.code == 104 || broken.code == 32, "seed \(seed)")
        }
      }
      let wire = try Wire(port: port)
      try wire.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try wire.answer().text == "hello")
      // Both the good and the bad must have occurred, or the mutations prove nothing.
      #expect(server.counters.answers[2] > 100)
      #expect(server.counters.answers[4] > 100)
    }
  }

  private static func mutant(_ random: inout SplitMix) -> [UInt8] {
    var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &random)].utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0 where place < bytes.count:
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1 where place < bytes.count:
        let end = min(bytes.count, place + Int.random(in: 1...8, using: &random))
        bytes.removeSubrange(place..<end)
      case 2:
        let token = tokens[Int.random(in: 0..<tokens.count, using: &random)]
        bytes.insert(contentsOf: token.utf8, at: place)
      case 3:
        bytes.removeSubrange(place...)
      default:
        let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
      }
    }
    return bytes
  }
}
