import Glibc
import Testing

@testable import HTTP

@Suite("Deadlines and stopping") struct DeadlineTests {
  private static func short() -> ServerLimits {
    var limits = ServerLimits()
    limits.headerSeconds = 0.2
    limits.bodyIdleSeconds = 0.2
    limits.idleSeconds = 0.2
    limits.writeIdleSeconds = 0.2
    return limits
  }

  @Test("a head that does not end in time is answered 408", arguments: ["G", "GET / HTTP/1.1\r\n"])
  func slowHead(_ part: String) throws {
    try withServer(limits: DeadlineTests.short()) { port, _ in
      let wire = try Wire(port: port)
      try wire.send(part)
      #expect(try wire.answer().status == 408)
      #expect(try wire.isAtEnd())
    }
  }

  @Test("a head that drips in is not kept alive by its drops")
  func drippingHead() throws {
    try withServer(limits: DeadlineTests.short()) { port, _ in
      let wire = try Wire(port: port)
      try wire.send("GET / HTTP/1.1\r\nX: ")
      var sent = 0
      do {
        while sent < 2000 {
          try wire.send("a")
          sent += 1
          usleep(5000)  // The pace is what is tested.
        }
      } catch is Wire.Broken {}
      #expect(sent < 2000)
    }
  }

  @Test("a body that stalls tears its sink and is answered 408")
  func slowBody() throws {
    let sink = RecordingSink()
    let handler = ClosureHandler { _ in .stream(sink) }
    try withServer(handler, limits: DeadlineTests.short()) { port, _ in
      let wire = try Wire(port: port)
      try wire.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
      #expect(try wire.answer().status == 408)
      #expect(sink.awaitEnding() == .torn)
      #expect(sink.bytes == Array("abc".utf8))
    }
  }

  @Test("progress extends a body's deadline")
  func steadyBody() throws {
    let sink = RecordingSink()
    let handler = ClosureHandler { _ in .stream(sink) }
    var limits = DeadlineTests.short()
    limits.bodyIdleSeconds = 1
    try withServer(handler, limits: limits) { port, _ in
      let wire = try Wire(port: port)
      try wire.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 16\r\n\r\n")
      for number in 1...16 {
        try wire.send("a")
        #expect(sink.awaitBytes(number))
        usleep(100_000)  // 1.6 s in all, each step well under the limit.
      }
      #expect(try wire.answer().status == 201)
    }
  }

  @Test("an idle connection is closed without a word")
  func idle() throws {
    try withServer(limits: DeadlineTests.short()) { port, server in
      let fresh = try Wire(port: port)
      let used = try Wire(port: port)
      try used.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try used.answer().status == 200)
      #expect(try fresh.isAtEnd())
      #expect(try used.isAtEnd())
      #expect(server.counters.answersTotal == 1)
    }
  }

  @Test("a client that does not read its answer is dropped")
  func slowReader() throws {
    let handler = ClosureHandler { _ in
      .respond(Response(status: 200, body: .bytes([UInt8](repeating: 1, count: 64 << 20))))
    }
    try withServer(handler, limits: DeadlineTests.short()) { port, server in
      let wire = try Wire(port: port)
      try wire.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      let deadline = MonotonicTime.now().adding(seconds: 20)
      while server.counters.connectionsOpen > 0 || server.counters.answersTotal == 0,
        MonotonicTime.now() < deadline
      {
        usleep(10_000)  // Polling a counter, up to the deadline above.
      }
      #expect(server.counters.connectionsOpen == 0)
      #expect(server.counters.bytesOut < 64 << 20)
    }
  }

  @Test("a graceful stop closes idle connections and lets a request finish")
  func gracefulStop() throws {
    let sink = RecordingSink()
    let handler = ClosureHandler { head in
      head.method == "PUT" ? .stream(sink) : .respond(Response(status: 200))
    }
    let server = try HTTPServer(handler: handler)
    let port = try server.start(host: "127.0.0.1", port: 0)
    let idle = try Wire(port: port)
    try idle.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(try idle.answer().status == 200)
    let busy = try Wire(port: port)
    try busy.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na")
    #expect(sink.awaitBytes(1))
    let stopping = try PlainThread.start { server.stop(graceSeconds: 30) }
    // The idle one ends, which shows that stopping has begun.
    #expect(try idle.isAtEnd())
    try busy.send("b")
    let answer = try busy.answer()
    #expect(answer.status == 201)
    #expect(answer.header("Connection") == "close")
    #expect(try busy.isAtEnd())
    stopping.join()
    #expect(throws: Wire.Broken(code: ECONNREFUSED)) { try Wire(port: port) }
    #expect(server.counters.connectionsOpen == 0)
  }

  @Test("a stop whose grace is over tears the body and returns")
  func hardStop() throws {
    let sink = RecordingSink()
    let server = try HTTPServer(handler: ClosureHandler { _ in .stream(sink) })
    let port = try server.start(host: "127.0.0.1", port: 0)
    let wire = try Wire(port: port)
    try wire.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na")
    #expect(sink.awaitBytes(1))
    server.stop(graceSeconds: 0.05)
    #expect(sink.record.withLock { $0.ending } == .torn)
    #expect(sink.bytes == Array("a".utf8))
    #expect(throws: Wire.Broken.self) { try wire.answer() }
  }
}
