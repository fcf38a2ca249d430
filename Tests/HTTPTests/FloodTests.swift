import Glibc
import Testing

@testable import HTTP

/// Clients that want the server's memory, threads or connections.
@Suite("Floods", .serialized) struct FloodTests {
  /// 16 MB at /page, as long a page as a device may ask for; else `EchoHandler`.
  private struct Pages: HTTPHandler {
    static let bytes = 16 << 20
    let content = [UInt8](repeating: 7, count: bytes)
    func plan(_ head: RequestHead) -> BodyPlan {
      guard head.path == "/page" else { return EchoHandler().plan(head) }
      // A page of its own for each, as the feed makes them.
      var own = content
      own[0] = 8
      return .respond(Response(status: 200, body: .bytes(own)))
    }
  }

  private func until(_ condition: () -> Bool) -> Bool {
    let deadline = MonotonicTime.now().adding(seconds: 20)
    while !condition(), MonotonicTime.now() < deadline {
      usleep(5000)  // Polling a counter, up to the deadline above.
    }
    return condition()
  }

  @Test("readers who do not read hold no thread, and memory up to its limit only")
  func slowReaders() throws {
    var limits = ServerLimits()
    limits.waitingAnswerBytes = Int64(4 * Pages.bytes)
    try withServer(Pages(), limits: limits, workers: 2) { port, server in
      let readers = try (0..<12).map { _ in try Wire(port: port, room: 65_536) }
      for (number, reader) in readers.enumerated() {
        try reader.send("GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(until { server.counters.answersTotal == number + 1 })
      }
      // Four fit; whoever has been reading longest went.
      #expect(until { server.counters.readersDropped == 8 }, "\(server.counters)")
      #expect(until { server.counters.connectionsOpen == 4 }, "\(server.counters)")
      // Both workers are free, and somebody who reads gets her page whole.
      for _ in 0..<4 {
        let good = try Wire(port: port)
        try good.send("GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try good.answer().body.count == Pages.bytes)
      }
      // The first one went first.
      #expect(throws: Wire.Broken.self) { try readers[0].answer() }
    }
  }

  @Test("one who reads slowly but steadily gets everything while there is room")
  func steadyReader() throws {
    var limits = ServerLimits()
    limits.writeIdleSeconds = 1
    limits.waitingAnswerBytes = Int64(2 * Pages.bytes)
    try withServer(Pages(), limits: limits) { port, server in
      let wire = try Wire(port: port)
      try wire.send("GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
      var count = 0
      while count < Pages.bytes {
        let bytes = try wire.receive()
        try #require(!bytes.isEmpty)
        count += bytes.count
        usleep(5000)  // 1.3 s and more in all, each step well under the limit.
      }
      #expect(server.counters.readersDropped == 0)
    }
  }

  @Test("a body that is collected has a time in all, however steadily it drips")
  func drippingBody() throws {
    var limits = ServerLimits()
    limits.collectSeconds = 0.5
    limits.bodyIdleSeconds = 0.4
    try withServer(limits: limits) { port, server in
      let wire = try Wire(port: port)
      try wire.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
      var sent = 0
      do {
        while sent < 2000 {
          try wire.send("a")
          sent += 1
          usleep(10_000)  // The pace is what is tested.
        }
      } catch is Wire.Broken {}
      #expect(sent < 2000)
      #expect(server.counters.bodiesTorn == 1)
    }
  }

  @Test("one address has so many connections; a proxy on the machine is spared")
  func perAddress() throws {
    var limits = ServerLimits()
    limits.connectionsPerAddress = 3
    try withServer(limits: limits) { port, _ in
      let wires = try (0..<6).map { _ in try Wire(port: port) }
      for wire in wires {
        try wire.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try wire.answer().status == 200)
      }
    }
    limits.sparesLoopback = false
    try withServer(limits: limits) { port, server in
      var wires = try (0..<3).map { _ in try Wire(port: port) }
      for wire in wires {
        try wire.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try wire.answer().status == 200)
      }
      let fourth = try Wire(port: port)
      #expect(try fourth.answer().status == 503)
      #expect(try fourth.isAtEnd())
      // A place that is given back is had again.
      wires.removeLast()
      #expect(until { server.counters.connectionsOpen == 2 })
      let next = try Wire(port: port)
      try next.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try next.answer().status == 200)
    }
  }

  @Test("heads that never end are ended, while others are served")
  func halfHeads() throws {
    var limits = ServerLimits()
    limits.headerSeconds = 0.3
    try withServer(limits: limits, workers: 2) { port, server in
      let slow = try (0..<300).map { _ in try Wire(port: port) }
      for wire in slow { try wire.send("GET /hello HTTP/1.1\r\nHost: x\r\nA: ") }
      let good = try Wire(port: port)
      try good.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try good.answer().text == "hello")
      for wire in slow { #expect(try wire.answer().status == 408) }
      #expect(until { server.counters.connectionsOpen <= 1 })
    }
  }

  @Test("a flood of requests on one connection leaves others their turn")
  func pipeline() throws {
    var limits = ServerLimits()
    limits.requestsPerConnection = 5000
    try withServer(limits: limits, workers: 1) { port, server in
      let greedy = try Wire(port: port)
      let flood = String(repeating: "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", count: 20_000)
      do { try greedy.send(flood) } catch is Wire.Broken {
        // It was cut off, or its buffers are full.
      }
      let good = try Wire(port: port)
      try good.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try good.answer().text == "hello")
      #expect(server.counters.answersTotal <= 5001)
    }
  }

  @Test("the largest header block and 100 chunk extensions cost no more than their bytes")
  func largeHeads() throws {
    try withServer { port, _ in
      let wire = try Wire(port: port)
      let long = String(repeating: "a", count: 15_900)
      for _ in 0..<50 {
        try wire.send("GET /hello HTTP/1.1\r\nHost: x\r\nA: \(long)\r\n\r\n")
        #expect(try wire.answer().text == "hello")
      }
    }
  }
}
