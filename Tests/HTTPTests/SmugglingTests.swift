import Testing

@testable import HTTP

private let smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
private let post = "POST /echo HTTP/1.1\r\nHost: x\r\n"
private let chunked = "Transfer-Encoding: chunked\r\n"

/// Heads over whose end two parsers could disagree. RFC 9112 refuses each.
private let ambiguous = [
  WireCase("CL.TE", post + "Content-Length: 6\r\n\(chunked)\r\n0\r\n\r\n", 400),
  WireCase("TE.CL", post + "\(chunked)Content-Length: 4\r\n\r\n0\r\n\r\n", 400),
  WireCase("CL 0 and TE", post + "Content-Length: 0\r\n\(chunked)\r\n", 400),
  WireCase("an unreadable CL and TE", post + "Content-Length: x\r\n\(chunked)\r\n", 400),
  WireCase(
    "two lengths, the shorter first", post + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n", 400),
  WireCase(
    "two lengths, the longer first", post + "Content-Length: 5\r\nContent-Length: 0\r\n\r\n", 400),
  WireCase("5 and 05", post + "Content-Length: 5\r\nContent-Length: 05\r\n\r\nhello", 400),
  WireCase("a list of equal lengths", post + "Content-Length: 5, 5\r\n\r\nhello", 400),
  WireCase("a length with a blank inside", post + "Content-Length: 1 0\r\n\r\nhello", 400),
  WireCase("a length in fullwidth digits", post + "Content-Length: ５\r\n\r\nhello", 400),
  WireCase("a length with a decimal point", post + "Content-Length: 5.0\r\n\r\nhello", 400),
  WireCase("a length with an exponent", post + "Content-Length: 1e1\r\n\r\nhello", 400),
  WireCase("a length after a vertical tab", post + "Content-Length: \u{B}5\r\n\r\nhello", 400),
  WireCase(
    "chunked, identity", post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
  WireCase(
    "identity, chunked", post + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n", 400),
  WireCase("chunked, chunked", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
  WireCase("chunked and a comma", post + "Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n", 400),
  WireCase(
    "chunked with a parameter", post + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n", 400),
  WireCase("chunked in quotes", post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 400),
  WireCase(
    "chunked after a vertical tab", post + "Transfer-Encoding: \u{B}chunked\r\n\r\n0\r\n\r\n", 400),
  WireCase(
    "chunked after a no-break space", post + "Transfer-Encoding: \u{A0}chunked\r\n\r\n", 400),
  WireCase("chunked and a NUL", post + "Transfer-Encoding: chunked\0\r\n\r\n0\r\n\r\n", 400),
  WireCase("an empty encoding", post + "Transfer-Encoding:\r\n\r\n", 400),
  WireCase(
    "identity, then chunked on a line of its own",
    post + "Transfer-Encoding: identity\r\n\(chunked)\r\n", 400),
  WireCase(
    "a blank before the colon of TE", post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
  WireCase("a tab before the colon of CL", post + "Content-Length\t: 5\r\n\r\nhello", 400),
  WireCase("TE folded", post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400),
  WireCase(
    "a fold right after the request line", "GET / HTTP/1.1\r\n \(chunked)Host: x\r\n\r\n", 400),
  WireCase("TE behind a bare LF", post + "A: b\nTransfer-Encoding: chunked\r\n\r\n", 400),
  WireCase("TE behind a bare CR", post + "A: b\rTransfer-Encoding: chunked\r\n\r\n", 400),
  WireCase("CR CR LF", post + "A: b\r\r\nContent-Length: 5\r\n\r\nhello", 400),
  WireCase("an end of LF LF", post + "A: b\n\n", 400),
  WireCase("an end of CRLF LF", post + "A: b\r\n\n", 400),
  WireCase("a bare CR for the request line", "GET /hello HTTP/1.1\rHost: x\r\n\r\n", 400),
  WireCase("a NUL in a name", post + "A\0: b\r\n\r\n", 400),
  WireCase("a DEL in a value", post + "A: b\u{7F}c\r\n\r\n", 400),
  WireCase("an escape in a value", post + "A: b\u{1B}[2Jc\r\n\r\n", 400),
  WireCase("a letter beyond ASCII in a name", post + "Ä: b\r\n\r\n", 400),
  WireCase("a name in quotes", post + "\"A\": b\r\n\r\n", 400),
  WireCase("no Host beside an absolute target", "GET http://x/hello HTTP/1.1\r\n\r\n", 400),
  WireCase(
    "an absolute target without a host", "GET http:///hello HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase(
    "an absolute target with a user", "GET http://u@x/hello HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("another scheme", "GET ftp://x/hello HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("two Hosts that agree", "GET /hello HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400),
  WireCase("a list of Hosts", "GET /hello HTTP/1.1\r\nHost: x, y\r\n\r\n", 400),
  WireCase("a Host with a user", "GET /hello HTTP/1.1\r\nHost: u@x\r\n\r\n", 400),
  WireCase("chunked in HTTP/1.0", "POST /echo HTTP/1.0\r\nHost: x\r\n\(chunked)\r\n0\r\n\r\n", 400),
  WireCase(
    "two expectations", post + "Expect: 100-continue\r\nExpect: x\r\nContent-Length: 1\r\n\r\n", 417
  ),
  WireCase(
    "a list of expectations", post + "Expect: 100-continue, x\r\nContent-Length: 1\r\n\r\n", 417),
  WireCase("an empty expectation", post + "Expect:\r\nContent-Length: 1\r\n\r\n", 417),
  WireCase("HTTP/0.9", "GET /hello\r\n", 400),
  WireCase("HTTP/0.9 by name", "GET /hello HTTP/0.9\r\nHost: x\r\n\r\n", 505),
  WireCase("HTTP/1.10", "GET /hello HTTP/1.10\r\nHost: x\r\n\r\n", 400),
  WireCase("HTTP/01.1", "GET /hello HTTP/01.1\r\nHost: x\r\n\r\n", 400),
  WireCase("HTTP/1,1", "GET /hello HTTP/1,1\r\nHost: x\r\n\r\n", 400),
  WireCase("a blank after the version", "GET /hello HTTP/1.1 \r\nHost: x\r\n\r\n", 400),
  WireCase("a tab after the method", "GET\t/hello HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("a method that is no token", "G@T /hello HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("a method in quotes", "\"GET\" /hello HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("an endless method", String(repeating: "A", count: 9000), 414),
  WireCase("a backslash up", "GET /a/..\\hello HTTP/1.1\r\nHost: x\r\n\r\n", 404),
  WireCase("an overlong escaped slash", "GET /a%C0%AFb HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("a surrogate in UTF-8", "GET /a%ED%A0%80 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("an escaped line break", "GET /a%0D%0AX:%20y HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("an escaped NUL in the query", "GET /hello?a=%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("an escape that is no hexadecimal", "GET /hello?a=%+1 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
]

/// Chunked bodies over whose end two parsers could disagree, after `post` and `chunked`.
private let chunks = [
  WireCase("a chunk size in a C prefix", "0x0\r\n\r\n", 400),
  WireCase("a chunk size in an upper C prefix", "0X0\r\n\r\n", 400),
  WireCase("a signed last chunk", "-0\r\n\r\n", 400),
  WireCase("an underscore in the size", "1_0\r\n", 400),
  WireCase("a size of 16 digits", "FFFFFFFFFFFFFFFF\r\nx", 400),
  WireCase("a size of 17 digits that wraps to 5", "10000000000000005\r\nhello\r\n0\r\n\r\n", 400),
  WireCase("a size with endless zeros", String(repeating: "0", count: 40) + "\r\n\r\n", 400),
  WireCase("a tab after the size", "5\t\r\nhello\r\n0\r\n\r\n", 400),
  WireCase("a blank before the size", " 5\r\nhello\r\n0\r\n\r\n", 400),
  WireCase("a size ended by a bare CR", "5\rhello\r\n0\r\n\r\n", 400),
  WireCase("data ended by LF", "5\r\nhello\n0\r\n\r\n", 400),
  WireCase("data ended by nothing", "5\r\nhello0\r\n\r\n", 400),
  WireCase("a NUL in an extension", "5;a\0\r\nhello\r\n0\r\n\r\n", 400),
  WireCase("a bare LF in an extension", "5;a\nhello\r\n0\r\n\r\n", 400),
  WireCase(
    "extensions in every chunk",
    String(repeating: "1;\(String(repeating: "x", count: 200))\r\na\r\n", count: 30)
      + "0\r\n\r\n", 400),
  WireCase("a folded trailer", "0\r\nA: b\r\n c\r\n\r\n", 400),
  WireCase("a trailer behind LF", "0\r\nA: b\nB: c\r\n\r\n", 400),
  WireCase("trailers ended by LF", "0\r\nA: b\r\n\n", 400),
  WireCase("a blank in a trailer's name", "0\r\nA : b\r\n\r\n", 400),
  WireCase("101 trailers", "0\r\n\(String(repeating: "A: b\r\n", count: 101))\r\n", 431),
  WireCase("a trailer without end", "0\r\nA: \(String(repeating: "b", count: 20_000))", 431),
]

@Suite("Requests within requests") struct SmugglingTests {
  /// Answers like `EchoHandler` and remembers every path it was asked for.
  private struct Witness: HTTPHandler {
    let paths = Monitor<[String]>([])
    func plan(_ head: RequestHead) -> BodyPlan {
      paths.withLock { $0.append(head.path) }
      return EchoHandler().plan(head)
    }
  }

  /// One answer, the end of the stream, and nobody saw the request inside.
  private func expectAlone(_ request: String, status: Int) throws {
    let witness = Witness()
    try withServer(witness) { port, _ in
      let wire = try Wire(port: port)
      do { try wire.send(request + smuggled) } catch is Wire.Broken {
        // The refusal may come before all of it is sent.
      }
      #expect(try wire.answer().status == status)
      if status != 404 { #expect(try wire.isAtEnd()) }
    }
    if status != 404 { #expect(witness.paths.withLock { !$0.contains("/smuggled") }) }
  }

  @Test("a head that two parsers could read two ways ends the connection", arguments: ambiguous)
  func heads(_ item: WireCase) throws { try expectAlone(item.request, status: item.status) }

  @Test("so does a chunked body", arguments: chunks)
  func bodies(_ item: WireCase) throws {
    try expectAlone(post + chunked + "\r\n" + item.request, status: item.status)
  }

  @Test("so does a field name of bytes that are no text", arguments: [0x80, 0xA0, 0xFF] as [UInt8])
  func raw(_ byte: UInt8) throws {
    try withServer { port, _ in
      let wire = try Wire(port: port)
      try wire.send(
        Array("GET /hello HTTP/1.1\r\nHost: x\r\nA".utf8) + [byte] + Array(": b\r\n\r\n".utf8))
      #expect(try wire.answer().status == 400)
      #expect(try wire.isAtEnd())
    }
  }

  @Test("what stands in a body is never a request, whoever takes the body or nobody")
  func inside() throws {
    let witness = Witness()
    try withServer(witness) { port, _ in
      let wire = try Wire(port: port)
      let size = "Content-Length: \(smuggled.utf8.count)\r\n\r\n"
      for (head, status) in [
        ("POST /echo HTTP/1.1\r\nHost: x\r\n", 200), ("GET /hello HTTP/1.1\r\nHost: x\r\n", 200),
        ("DELETE /login HTTP/1.1\r\nHost: x\r\n", 401),
        ("POST /small HTTP/1.1\r\nHost: x\r\n", 413),
        ("POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer_Encoding: chunked\r\n", 404),
        ("POST /nowhere HTTP/1.1\r\nHost: x\r\nX-Content-Length: 0\r\n", 404),
      ] {
        try wire.send(head + size + smuggled)
        #expect(try wire.answer().status == status)
      }
      try wire.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try wire.answer().text == "hello")
    }
    #expect(witness.paths.withLock { !$0.contains("/smuggled") })
  }

  @Test("after a refused body that may come or not, nothing more is read as a request")
  func expected() throws {
    let witness = Witness()
    try withServer(witness) { port, _ in
      for framing in ["Content-Length: 37\r\n", chunked] {
        let wire = try Wire(port: port)
        try wire.send(
          "POST /login HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\(framing)\r\n" + smuggled)
        #expect(try wire.answer().status == 401)
        #expect(try wire.isAtEnd())
      }
    }
    #expect(witness.paths.withLock { $0 == ["/login", "/login"] })
  }

  @Test("HTTP/1.0 is never kept alive: what follows it is not read")
  func oldVersion() throws {
    let witness = Witness()
    try withServer(witness) { port, _ in
      let wire = try Wire(port: port)
      try wire.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + smuggled)
      #expect(try wire.answer().header("Connection") == "close")
      #expect(try wire.isAtEnd())
    }
    #expect(witness.paths.withLock { $0 == ["/hello"] })
  }

  @Test(
    "odd spellings that RFC 9110 allows mean what they say",
    arguments: ["CHUNKED", "chunked ", "\tchunked", "cHuNkEd\t "])
  func spellings(_ value: String) throws {
    try withServer { port, _ in
      let wire = try Wire(port: port)
      try wire.send(
        post
          + "Transfer-Encoding:\(value)\r\n\r\n5;\r\nhello\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
      )
      #expect(try wire.answer().text == "hello")
      #expect(try wire.answer().text == "hello")
    }
  }
}
