import FoundationEssentials
import Glibc
import Testing

@testable import HTTP

private let get = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"

@Suite("The server") struct ServerTests {
  @Test("answers request after request on one connection")
  func keepAlive() throws {
    try withServer { port, server in
      let wire = try Wire(port: port)
      for _ in 0..<3 {
        try wire.send(get)
        let answer = try wire.answer()
        #expect(answer.status == 200)
        #expect(answer.text == "hello")
        #expect(answer.header("Connection") == nil)
        #expect(answer.header("Date")?.hasSuffix(" GMT") == true)
        #expect(answer.header("Server") == nil)
      }
      #expect(server.counters.connectionsAccepted == 1)
      #expect(server.counters.answers[2] == 3)
    }
  }

  @Test("answers pipelined requests in their order")
  func pipelining() throws {
    try withServer { port, _ in
      let wire = try Wire(port: port)
      var text = ""
      for number in 0..<200 {
        let body = "number \(number)"
        text += "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.count)\r\n\r\n\(body)"
        if number % 3 == 0 { text += get }
      }
      try wire.send(text)
      for number in 0..<200 {
        #expect(try wire.answer().text == "number \(number)")
        if number % 3 == 0 { #expect(try wire.answer().text == "hello") }
      }
    }
  }

  @Test("closes after HTTP/1.0, after Connection: close, and after the last request allowed")
  func closes() throws {
    var limits = ServerLimits()
    limits.requestsPerConnection = 2
    try withServer(limits: limits) { port, _ in
      for request in [
        "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: foo, Close\r\n\r\n",
      ] {
        let wire = try Wire(port: port)
        try wire.send(request)
        #expect(try wire.answer().header("Connection") == "close")
        #expect(try wire.isAtEnd())
      }
      let wire = try Wire(port: port)
      try wire.send(get)
      #expect(try wire.answer().header("Connection") == nil)
      try wire.send(get)
      #expect(try wire.answer().header("Connection") == "close")
      #expect(try wire.isAtEnd())
    }
  }

  @Test("takes a chunked body, however it is cut, and its trailers")
  func chunkedBody() throws {
    try withServer { port, _ in
      let request = Array(
        ("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
          + "5\r\nhello\r\nA;x=y\r\n, wide wor\r\n2\r\nld\r\n0\r\nX-Sum: 17\r\n\r\n").utf8)
      for cut in 1..<request.count {
        let wire = try Wire(port: port)
        try wire.send(Array(request[..<cut]))
        try wire.send(Array(request[cut...]) + Array(get.utf8))
        let answer = try wire.answer()
        #expect(answer.text == "hello, wide world")
        #expect(answer.header("X-Sum") == "17")
        #expect(try wire.answer().text == "hello")
      }
    }
  }

  @Test("says 100 Continue when the body is wanted, and only then")
  func continues() throws {
    try withServer { port, _ in
      let wire = try Wire(port: port)
      let head =
        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
      try wire.send(head)
      #expect(try wire.answer().status == 100)
      try wire.send("ab")
      #expect(try wire.answer().text == "ab")

      try wire.send(head.replacing("/echo", with: "/login"))
      let refused = try wire.answer()
      #expect(refused.status == 401)
      #expect(refused.header("Connection") == "close")
      #expect(try wire.isAtEnd())
    }
  }

  @Test("answers HEAD with the length and without the body")
  func head() throws {
    try withServer { port, _ in
      let wire = try Wire(port: port)
      try wire.send("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n" + get)
      let answer = try wire.answer(hasBody: false)
      #expect(answer.header("Content-Length") == "5")
      #expect(try wire.answer().text == "hello")
    }
  }

  @Test("leaves Content-Length out of 204")
  func noContent() throws {
    try withServer { port, _ in
      let wire = try Wire(port: port)
      try wire.send("POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na" + get)
      let answer = try wire.answer()
      #expect(answer.status == 204)
      #expect(answer.header("Content-Length") == nil)
      #expect(try wire.answer().text == "hello")
    }
  }

  @Test("cannot be made to split a response by a header value")
  func headerInjection() throws {
    let handler = ClosureHandler { _ in
      .respond(Response(status: 200, headers: ["X-A": "b\r\nX-Evil: 1\r\n\r\nHTTP/1.1 200 OK"]))
    }
    try withServer(handler) { port, _ in
      let wire = try Wire(port: port)
      try wire.send(get)
      let answer = try wire.answer()
      #expect(answer.header("X-Evil") == nil)
      #expect(answer.header("X-A") == "b  X-Evil: 1    HTTP/1.1 200 OK")
    }
  }

  @Test("gives the decoded path and query to the handler")
  func target() throws {
    let handler = ClosureHandler { head in
      let query = head.query.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
      return .respond(Response(status: 200, text: "\(head.path) \(query)"))
    }
    try withServer(handler) { port, _ in
      let wire = try Wire(port: port)
      try wire.send("GET /%E7%BD%91/a%20b?x=1+2&y=%26&z&x=3 HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try wire.answer().text == "/网/a b x=1 2|y=&|z=|x=3")
    }
  }

  @Test("sends ranges of a file, large ones over many partial writes")
  func fileRanges() throws {
    let content = pattern(3_000_000)
    let path = TemporaryPath.make()
    defer { unlink(path) }
    try content.write(toPath: path)
    let handler = ClosureHandler { head in
      let offset = Int64(head.queryValue("from") ?? "") ?? 0
      let length = Int64(head.queryValue("length") ?? "") ?? 0
      do throws(SocketError) {
        let file = try OpenFile(path: path)
        return .respond(
          Response(status: 206, body: .file(file, offset: offset, length: length)))
      } catch {
        return .respond(Response(status: 500))
      }
    }
    try withServer(handler) { port, _ in
      let wire = try Wire(port: port)
      for (from, length) in [(0, 3_000_000), (1, 1), (2_999_999, 1), (5, 0), (70_000, 1_500_000)] {
        try wire.send("GET /f?from=\(from)&length=\(length) HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try wire.answer().body == Array(content[from..<(from + length)]))
      }
      // A file that is shorter than promised must not look like a whole answer.
      try wire.send("GET /f?from=2999990&length=20 HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(throws: Wire.Broken(code: 0)) { try wire.answer() }
    }
  }

  @Test("sends a large answer over many partial writes, and the next one after it")
  func partialWrites() throws {
    // More than the kernel's largest send buffer takes at once.
    let content = pattern(16 << 20)
    let handler = ClosureHandler { _ in
      .respond(Response(status: 200, body: .bytes(content)))
    }
    try withServer(handler) { port, _ in
      let wire = try Wire(port: port)
      try wire.send(get + get)
      #expect(try wire.answer().body == content)
      #expect(try wire.answer().body == content)
    }
  }

  @Test("keeps a connection whose refused body is short, and drains it")
  func drains() throws {
    try withServer { port, _ in
      let wire = try Wire(port: port)
      let body = String(repeating: "GET /", count: 8000)
      try wire.send("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.count)\r\n\r\n")
      #expect(try wire.answer().status == 401)
      try wire.send(body + get)
      #expect(try wire.answer().text == "hello")
    }
  }

  @Test("lets a client that is still sending see the early refusal")
  func earlyRefusal() throws {
    try withServer { port, _ in
      let wire = try Wire(port: port)
      try wire.send("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n")
      for _ in 0..<20 { try wire.send([UInt8](repeating: 65, count: 1_000_000)) }
      let answer = try wire.answer()
      #expect(answer.status == 401)
      #expect(answer.text == "who are you")
      #expect(answer.header("Connection") == "close")
      #expect(try wire.isAtEnd())
    }
  }

  @Test("answers a client that shuts its side after the request")
  func halfClosed() throws {
    try withServer { port, _ in
      let wire = try Wire(port: port)
      try wire.send(get)
      wire.endSending()
      #expect(try wire.answer().text == "hello")
      #expect(try wire.isAtEnd())
    }
  }

  @Test("turns connections away above the limit with 503")
  func full() throws {
    var limits = ServerLimits()
    limits.connections = 1
    try withServer(limits: limits) { port, server in
      let first = try Wire(port: port)
      try first.send(get)
      #expect(try first.answer().status == 200)
      let second = try Wire(port: port)
      #expect(try second.answer().status == 503)
      #expect(try second.isAtEnd())
      #expect(server.counters.connectionsRefused == 1)
      try first.send(get)
      #expect(try first.answer().status == 200)
    }
  }

  @Test("serves a thousand connections at one time")
  func manyConnections() throws {
    try withServer { port, server in
      let wires = try (0..<1000).map { _ in try Wire(port: port) }
      for round in 0..<2 {
        for (number, wire) in wires.enumerated() {
          let body = "\(round) \(number)"
          try wire.send(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.count)\r\n\r\n\(body)")
        }
        for (number, wire) in wires.enumerated() {
          #expect(try wire.answer().text == "\(round) \(number)")
        }
      }
      #expect(server.counters.connectionsOpen == 1000)
      #expect(server.counters.answers[2] == 2000)
    }
  }
}

/// A path for one test's file.
enum TemporaryPath {
  static func make() -> String {
    "\(FileManager.default.temporaryDirectory.path())/http-\(UUID().uuidString)"
  }
}

extension [UInt8] {
  func write(toPath path: String) throws {
    try Data(self).write(to: URL(filePath: path))
  }
}
