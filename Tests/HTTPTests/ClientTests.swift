import Glibc
import Support
import Testing

@testable import HTTP

private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

@Suite("The client") struct ClientTests {
  private func get(_ target: String = "/hello") -> ClientRequest {
    ClientRequest(method: "GET", target: target)
  }

  private func patch(_ target: String = "/echo") -> ClientRequest {
    ClientRequest(method: "PATCH", target: target)
  }

  private static func short() -> ClientLimits {
    var limits = ClientLimits()
    limits.idleSeconds = 0.2
    limits.connectSeconds = 0.2
    return limits
  }

  /// The error of one request against scripted peers.
  private func failure(
    _ request: ClientRequest? = nil, body: ClientBody = .none, limits: ClientLimits = short(),
    responseLimit: Int = 1000, _ script: @escaping @Sendable (ScriptedPeer) -> Void
  ) throws -> ClientError? {
    try withScripts([script]) { port in
      let connection = HTTPConnection(host: "127.0.0.1", port: port, limits: limits)
      do throws(ClientError) {
        _ = try connection.send(request ?? get(), body: body, responseLimit: responseLimit)
        return nil
      } catch {
        return error
      }
    }
  }

  // MARK: - With the server

  @Test("gets, posts bytes and posts a file on one connection")
  func roundTrips() throws {
    let content = pattern(1_000_000)
    let path = TemporaryPath.make()
    defer { unlink(path) }
    try content.write(toPath: path)
    let file = try OpenFile(path: path)
    try withServer { port, server in
      let connection = HTTPConnection(host: "127.0.0.1", port: port)
      #expect(try connection.send(get(), responseLimit: 5).body == Array("hello".utf8))
      let large = pattern(300_000, seed: 2)
      #expect(
        try connection.send(patch(), body: .bytes(large), responseLimit: 1 << 20).body == large)
      var heard: [Int64] = []
      let response = try connection.send(
        patch(), body: .file(descriptor: file.descriptor, offset: 7, length: 900_000),
        responseLimit: 1 << 20, progress: { heard.append($0) })
      #expect(response.body == Array(content[7..<900_007]))
      #expect(!response.cameEarly)
      #expect(heard.last == 900_000)
      #expect(heard == heard.sorted())
      let head = try connection.send(
        ClientRequest(method: "HEAD", target: "/hello"), responseLimit: 0)
      #expect(head.headers.first("content-length") == "5")
      #expect(server.counters.connectionsAccepted == 1)
    }
  }

  @Test("reaches a server over IPv6")
  func overIPv6() throws {
    let server = try HTTPServer(handler: EchoHandler())
    let port: Int
    do {
      port = try server.start(host: "::1", port: 0)
    } catch {
      print("left out: no IPv6 on this machine")
      return
    }
    defer { server.stop(graceSeconds: 0) }
    let connection = HTTPConnection(host: "::1", port: port)
    #expect(try connection.send(get(), responseLimit: 5).status == 200)
  }

  @Test("returns the refusal that comes while it is still sending", arguments: [413, 409])
  func earlyResponse(_ status: Int) throws {
    let handler = ClosureHandler { head in
      head.method == "GET"
        ? .respond(Response(status: 200)) : .respond(Response(status: status, text: "no"))
    }
    try withServer(handler) { port, server in
      let connection = HTTPConnection(host: "127.0.0.1", port: port)
      let response = try connection.send(
        patch(), body: .bytes([UInt8](repeating: 1, count: 64 << 20)), responseLimit: 100)
      #expect(response.status == status)
      #expect(response.body == Array("no".utf8))
      #expect(response.cameEarly)
      #expect(server.counters.bytesIn < 64 << 20)
      // What was left of the body is not taken for a request.
      #expect(try connection.send(get(), responseLimit: 0).status == 200)
    }
  }

  @Test("opens the connection again that the server closed while it was idle")
  func reopens() throws {
    var limits = ServerLimits()
    limits.idleSeconds = 0.1
    try withServer(limits: limits) { port, server in
      let connection = HTTPConnection(host: "127.0.0.1", port: port)
      #expect(try connection.send(get(), responseLimit: 5).status == 200)
      let deadline = MonotonicTime.now().adding(seconds: 20)
      while server.counters.connectionsOpen > 0, MonotonicTime.now() < deadline { usleep(5000) }
      // Nothing was sent on the dead connection, so even this may go ahead.
      let response = try connection.send(patch(), body: .bytes([1]), responseLimit: 5)
      #expect(response.body == [1])
      #expect(server.counters.connectionsAccepted == 2)
    }
  }

  @Test("streams a success to the caller and collects an error")
  func streams() throws {
    let content = pattern(2_000_000)
    let handler = ClosureHandler { head in
      head.path == "/photo"
        ? .respond(Response(status: 200, body: .bytes(content)))
        : .respond(Response(status: 404, text: "none"))
    }
    try withServer(handler) { port, _ in
      let connection = HTTPConnection(host: "127.0.0.1", port: port)
      var got: [UInt8] = []
      let response = try connection.send(get("/photo"), streamLimit: 2_000_000) { head, bytes in
        #expect(head.status == 200)
        got.append(contentsOf: bytes)
        return true
      }
      #expect(response.body.isEmpty)
      #expect(got == content)
      let missing = try connection.send(get("/other"), streamLimit: 10) { _, _ in false }
      #expect(missing.status == 404)
      #expect(missing.body == Array("none".utf8))
      #expect(throws: ClientError.abandoned) {
        try connection.send(get("/photo"), streamLimit: 2_000_000) { _, _ in false }
      }
      #expect(throws: ClientError.responseTooLarge) {
        try connection.send(get("/photo"), streamLimit: 1_999_999) { _, _ in true }
      }
    }
  }

  // MARK: - With scripts

  @Test("skips interim responses")
  func interim() throws {
    let body = try withScripts([
      { peer in
        peer.readHead()
        peer.say("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok)
      }
    ]) { port in
      try HTTPConnection(host: "127.0.0.1", port: port).send(get(), responseLimit: 2).body
    }
    #expect(body == Array("ok".utf8))
  }

  @Test(
    "reads every framing of a body",
    arguments: [
      ok,
      "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
      "HTTP/1.0 200 OK\r\n\r\nok",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x\r\nk\r\n0\r\nA: b\r\n\r\n",
      "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok",
    ])
  func framings(_ text: String) throws {
    let body = try withScripts([
      { peer in
        peer.readHead()
        peer.say(text)
      }
    ]) { port in
      try HTTPConnection(host: "127.0.0.1", port: port).send(get(), responseLimit: 2).body
    }
    #expect(body == Array("ok".utf8))
  }

  @Test(
    "refuses malformed responses",
    arguments: [
      ("SSH-2.0-OpenSSH_9.2\r\n\r\n", MessageFault.badStartLine),
      ("HTTP/2.0 200 OK\r\n\r\n", .unknownVersion),
      ("HTTP/1.1 2000 OK\r\n\r\n", .badStartLine),
      ("HTTP/1.1 999 OK\r\n\r\n", .badStartLine),
      ("HTTP/1.1 101 Switching\r\n\r\n", .badStartLine),
      ("HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", .bareLineBreak),
      ("HTTP/1.1 200 OK\r\nBad Name: 0\r\n\r\n", .badFieldName),
      ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", .badContentLength),
      (
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        .lengthAndEncoding
      ),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .badTransferEncoding),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", .badChunk),
      ("HTTP/1.1 200 OK\r\nA: " + String(repeating: "a", count: 33000), .headersTooLarge),
    ])
  func malformed(_ text: String, _ fault: MessageFault) throws {
    let error = try failure { peer in
      peer.readHead()
      peer.say(text)
    }
    #expect(error == .malformed(fault))
  }

  @Test("tells a truncated response from a whole one")
  func truncated() throws {
    for text in [
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", "HTTP/1.1 200 OK\r\nContent-Le", "",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
    ] {
      let error = try failure { peer in
        peer.readHead()
        peer.say(text)
      }
      #expect(error == .closedEarly)
    }
  }

  @Test("tells a reset in the middle of a response")
  func resetMidResponse() throws {
    let error = try failure { peer in
      peer.readHead()
      peer.say("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok")
      peer.closeWithReset()
    }
    #expect(error == .reset)
    #expect(error?.isRetryable == true)
  }

  @Test("keeps responses within the limit, announced, chunked or endless")
  func tooLarge() throws {
    for text in [
      "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789a",
      "HTTP/1.1 200 OK\r\n\r\n0123456789a",
    ] {
      let error = try failure(responseLimit: 10) { peer in
        peer.readHead()
        peer.say(text)
        peer.awaitEnd()
      }
      #expect(error == .responseTooLarge)
      #expect(error?.isRetryable == false)
    }
  }

  @Test("gives up on a server that does not answer, or does not read")
  func timeouts() throws {
    #expect(try failure { $0.awaitEnd() } == .timedOut(.receive))
    // A peer that reads nothing: the buffers between fill, and the client must notice.
    let isOver = Monitor(false)
    try withScripts([{ _ in _ = isOver.wait { $0 ? true : nil } }]) { port in
      defer { isOver.withLockAndBroadcast { $0 = true } }
      let connection = HTTPConnection(
        host: "127.0.0.1", port: port, limits: ClientTests.short())
      let body = ClientBody.bytes([UInt8](repeating: 0, count: 64 << 20))
      #expect(throws: ClientError.timedOut(.send)) {
        try connection.send(patch(), body: body, responseLimit: 10)
      }
    }
  }

  @Test("gives up on a head that drips")
  func drippingHead() throws {
    var limits = ClientTests.short()
    limits.headSeconds = 0.3
    let error = try failure(limits: limits) { peer in
      peer.readHead()
      for byte in "HTTP/1.1 200 OK\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaa" {
        peer.say(String(byte))
        usleep(50_000)  // Each within the idle limit; together over the head's.
      }
    }
    #expect(error == .timedOut(.receive))
  }

  @Test("tells what cannot be resolved or connected")
  func unreachable() throws {
    let listener = try Listener(host: "127.0.0.1", port: 0)
    close(listener.descriptor)
    #expect(throws: ClientError.cannotConnect(code: ECONNREFUSED)) {
      try HTTPConnection(host: "127.0.0.1", port: listener.port).send(get(), responseLimit: 0)
    }
    #expect {
      try HTTPConnection(host: "no such host", port: 1).send(get(), responseLimit: 0)
    } throws: { error in
      if case ClientError.cannotResolve = error { return true }
      return false
    }
  }

  @Test("sends a repeatable request again when the kept connection dies under it")
  func repeats() throws {
    let status = try withScripts([
      { peer in
        peer.readHead()
        peer.say(ok)
        peer.readHead()  // The second request arrives, and dies without an answer.
        peer.closeWithReset()
      },
      { peer in
        peer.readHead()
        peer.say("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
      },
    ]) { port in
      let connection = HTTPConnection(host: "127.0.0.1", port: port)
      _ = try connection.send(get(), responseLimit: 2)
      return try connection.send(get(), responseLimit: 2).status
    }
    #expect(status == 202)
  }

  @Test("never sends again what is not repeatable, what was new, or what was half answered")
  func doesNotRepeat() throws {
    try withScripts([
      { peer in
        peer.readHead()
        peer.say(ok)
        peer.readHead()
      }
    ]) { port in
      let connection = HTTPConnection(host: "127.0.0.1", port: port)
      _ = try connection.send(get(), responseLimit: 2)
      // A second connection would be refused, which is another error.
      #expect(throws: ClientError.closedEarly) {
        try connection.send(patch(), responseLimit: 2)
      }
    }
    try withScripts([
      { peer in
        peer.readHead()
        peer.say(ok)
        peer.readHead()
        peer.say("HTTP/1.1 ")
      }
    ]) { port in
      let connection = HTTPConnection(host: "127.0.0.1", port: port)
      _ = try connection.send(get(), responseLimit: 2)
      #expect(throws: ClientError.closedEarly) { try connection.send(get(), responseLimit: 2) }
    }
    #expect(try failure { $0.readHead() } == .closedEarly)
  }

  @Test("refuses to send what could be read as two requests")
  func invalidRequests() throws {
    let connection = HTTPConnection(host: "127.0.0.1", port: 1)
    for request in [
      ClientRequest(method: "GET /\r\n", target: "/"),
      ClientRequest(method: "GET", target: "/ HTTP/1.1\r\nX: "),
      ClientRequest(method: "GET", target: "relative"),
      ClientRequest(method: "GET", target: "/", headers: ["A": "b\r\nC: d"]),
      ClientRequest(method: "GET", target: "/", headers: ["A\r\nB": "c"]),
      ClientRequest(method: "GET", target: "/", headers: ["Content-Length": "3"]),
    ] {
      #expect(throws: ClientError.invalidRequest) {
        try connection.send(request, responseLimit: 0)
      }
    }
  }

  @Test("says when the file of a body is shorter than promised")
  func shortFile() throws {
    let path = TemporaryPath.make()
    defer { unlink(path) }
    try [UInt8](repeating: 1, count: 10).write(toPath: path)
    let file = try OpenFile(path: path)
    try withServer { port, _ in
      _ = #expect(throws: ClientError.bodyUnreadable(code: 0)) {
        try HTTPConnection(host: "127.0.0.1", port: port).send(
          patch(), body: .file(descriptor: file.descriptor, offset: 0, length: 11),
          responseLimit: 0)
      }
    }
  }
}
