import HTTP
import Testing

/// One raw request, and the status RFC 9112 and 9110 demand for it.
struct WireCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let request: String
  let status: Int

  init(_ name: String, _ request: String, _ status: Int) {
    testDescription = name
    self.request = request
    self.status = status
  }
}

private let post = "POST /echo HTTP/1.1\r\nHost: x\r\n"
private let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

private let refusals = [
  WireCase("bare LF after the request line", "GET /hello HTTP/1.1\nHost: x\r\n\r\n", 400),
  WireCase("bare LF after a field", "GET /hello HTTP/1.1\r\nHost: x\n\r\n", 400),
  WireCase("bare LF as the empty line", "GET /hello HTTP/1.1\r\nHost: x\r\n\n", 400),
  WireCase("bare CR in a value", "GET /hello HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", 400),
  WireCase("obs-fold", "GET /hello HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400),
  WireCase("fold by tab", "GET /hello HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\n\r\n", 400),
  WireCase("blank before colon", "GET /hello HTTP/1.1\r\nHost : x\r\n\r\n", 400),
  WireCase("no colon", "GET /hello HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n", 400),
  WireCase("empty name", "GET /hello HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n", 400),
  WireCase("NUL in a value", "GET /hello HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 400),
  WireCase("no Host", "GET /hello HTTP/1.1\r\n\r\n", 400),
  WireCase("two Hosts", "GET /hello HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400),
  WireCase("two Hosts in HTTP/1.0", "GET /hello HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", 400),
  WireCase("a Host with a path", "GET /hello HTTP/1.1\r\nHost: x/y\r\n\r\n", 400),
  WireCase(
    "length and encoding",
    post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
  WireCase("two lengths", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
  WireCase("a list of lengths", post + "Content-Length: 1, 2\r\n\r\nab", 400),
  WireCase("a signed length", post + "Content-Length: +1\r\n\r\na", 400),
  WireCase("a negative length", post + "Content-Length: -1\r\n\r\n", 400),
  WireCase("a hexadecimal length", post + "Content-Length: 0x1\r\n\r\na", 400),
  WireCase("an empty length", post + "Content-Length: \r\n\r\n", 400),
  WireCase("a length over 2^63", post + "Content-Length: 18446744073709551617\r\n\r\na", 400),
  WireCase("gzip, chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
  WireCase("identity", post + "Transfer-Encoding: identity\r\n\r\n", 400),
  WireCase("xchunked", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
  WireCase(
    "two encodings",
    post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
  WireCase(
    "chunked in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    400),
  WireCase("a signed chunk size", chunked + "+1\r\na\r\n0\r\n\r\n", 400),
  WireCase("a negative chunk size", chunked + "-1\r\na\r\n0\r\n\r\n", 400),
  WireCase("a chunk size with prefix", chunked + "0x1\r\na\r\n0\r\n\r\n", 400),
  WireCase("an empty chunk size", chunked + "\r\na\r\n0\r\n\r\n", 400),
  WireCase("a chunk size that overflows", chunked + "10000000000000001\r\na\r\n0\r\n\r\n", 400),
  WireCase("a blank after the chunk size", chunked + "1 \r\na\r\n0\r\n\r\n", 400),
  WireCase("a chunk size ended by LF", chunked + "1\na\r\n0\r\n\r\n", 400),
  WireCase("a chunk longer than said", chunked + "1\r\nab\r\n0\r\n\r\n", 400),
  WireCase("a malformed trailer", chunked + "0\r\nbad trailer\r\n\r\n", 400),
  WireCase(
    "an endless chunk extension", chunked + "1;" + String(repeating: "x", count: 300), 400),
  WireCase("HTTP/2.0", "GET /hello HTTP/2.0\r\nHost: x\r\n\r\n", 505),
  WireCase("HTTP/1.2", "GET /hello HTTP/1.2\r\nHost: x\r\n\r\n", 505),
  WireCase("an HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
  WireCase("lower-case version", "GET /hello http/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("no version", "GET /hello\r\nHost: x\r\n\r\n", 400),
  WireCase("two blanks", "GET  /hello HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("two empty lines first", "\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("a TLS hello", "\u{16}\u{3}\u{1}\u{2}", 400),
  WireCase("binary garbage", "\u{1}\u{2}\u{3}\u{4}\u{5}", 400),
  WireCase("a blank first", " GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("a way up", "GET /a/../hello HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("an encoded way up", "GET /a/%2E%2e/hello HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("an encoded slash", "GET /a%2Fb HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("an encoded NUL", "GET /a%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("half an escape", "GET /a%2 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("a path that is no UTF-8", "GET /%FF%FE HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("raw bytes in the target", "GET /é HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("a fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("a relative target", "GET hello HTTP/1.1\r\nHost: x\r\n\r\n", 400),
  WireCase("CONNECT", "CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n", 400),
  WireCase("another expectation", post + "Expect: miracles\r\n\r\n", 417),
  WireCase(
    "a long request line",
    "GET /" + String(repeating: "a", count: 8192) + " HTTP/1.1\r\nHost: x\r\n\r\n", 414),
  WireCase("a request line without end", "GET /" + String(repeating: "a", count: 9000), 414),
  WireCase(
    "a long header block",
    "GET /hello HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "a", count: 16384) + "\r\n\r\n",
    431),
  WireCase(
    "a header without end",
    "GET /hello HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "a", count: 17000), 431),
  WireCase(
    "101 fields",
    "GET /hello HTTP/1.1\r\nHost: x\r\n" + String(repeating: "A: b\r\n", count: 100) + "\r\n",
    431),
  WireCase(
    "long trailers", chunked + "0\r\nA: " + String(repeating: "a", count: 17000), 431),
  WireCase("a body over its limit", post + "Content-Length: 1048577\r\n\r\n", 413),
  WireCase(
    "chunks over the limit",
    "POST /small HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "6\r\nabcdef\r\n5\r\nghijk\r\n0\r\n\r\n", 413),
]

private let acceptances = [
  WireCase("an empty line first", "\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n", 200),
  WireCase("absolute-form", "GET http://x:80/hello HTTP/1.1\r\nHost: x\r\n\r\n", 200),
  WireCase("absolute-form, capitals", "GET HTTP://x/hello HTTP/1.1\r\nHost: x\r\n\r\n", 200),
  WireCase("HTTP/1.0 without Host", "GET /hello HTTP/1.0\r\n\r\n", 200),
  WireCase("an IPv6 Host", "GET /hello HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 200),
  WireCase("an escaped letter", "GET /h%65llo HTTP/1.1\r\nHost: x\r\n\r\n", 200),
  WireCase("no blank after colon", "GET /hello HTTP/1.1\r\nHost:x\r\n\r\n", 200),
  WireCase(
    "the same length twice", post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 200),
  WireCase("a chunk extension", chunked + "1;a=\"b\"\r\nx\r\n0\r\n\r\n", 200),
  WireCase("a chunk size with zeros", chunked + "0001\r\nx\r\n000\r\n\r\n", 200),
  WireCase(
    "100 fields",
    "GET /hello HTTP/1.1\r\nHost: x\r\n" + String(repeating: "A: b\r\n", count: 99) + "\r\n",
    200),
  WireCase(
    "the longest request line",
    "GET /" + String(repeating: "a", count: 8192 - 14) + " HTTP/1.1\r\nHost: x\r\n\r\n", 404),
]

@Suite("What the server refuses") struct RefusalTests {
  @Test("is answered with its status, and the connection ends", arguments: refusals)
  func refuses(_ item: WireCase) throws {
    try withServer { port, _ in
      let wire = try Wire(port: port)
      try wire.send(item.request)
      let answer = try wire.answer()
      #expect(answer.status == item.status)
      #expect(answer.header("Connection") == "close")
      #expect(try wire.isAtEnd())
    }
  }

  @Test("is not more than RFC 9112 demands", arguments: acceptances)
  func accepts(_ item: WireCase) throws {
    try withServer { port, _ in
      let wire = try Wire(port: port)
      try wire.send(item.request)
      #expect(try wire.answer().status == item.status)
    }
  }

  @Test("is found out no matter how the bytes are cut", arguments: refusals)
  func refusesInPieces(_ item: WireCase) throws {
    try withServer { port, _ in
      let wire = try Wire(port: port)
      let bytes = Array(item.request.utf8)
      do {
        for start in stride(from: 0, to: bytes.count, by: 7) {
          try wire.send(Array(bytes[start..<min(bytes.count, start + 7)]))
        }
      } catch is Wire.Broken {
        // The refusal may come before the last piece.
      }
      #expect(try wire.answer().status == item.status)
    }
  }
}
