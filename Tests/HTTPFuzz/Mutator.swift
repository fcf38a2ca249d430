/// Damage: what a broken proxy, a bad program or an unkind one makes of a request.
enum Mutator {
  private static let methods = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "",
    "G T", "PRI", String(repeating: "M", count: 300),
  ]
  private static let versions = [
    "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.1 ", "", "HTTP/11",
  ]
  private static let targets = [
    "/../", "%2e%2e/", "..%2f", "%00", "%", "%f", "//", "*", "?", "?&&==&", "#x", "http://x/", "\\",
    "%c0%af", "%ed%a0%80", "/./", ";x=y", "%0d%0aX:y", "é", " ", "\t", "@", "http:///",
  ]
  private static let values = [
    "", " ", "0", "-1", "+1", "0x1", "1, 1", "9223372036854775808", "18446744073709551616", "1e3",
    "chunked", "identity", "chunked, identity", "100-continue", "x", "close", "keep-alive",
    "\u{0}", "\u{B}", "\r\n x", "\n", "\r", "\u{7F}", "é", "Bearer ", "kind ,sha256 ", "=", "====",
    "*/*", "final;/v1/uploads/x", "sha1 AAAA", "PATCH", "HEAD",
  ]
  private static let names = [
    "Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upload-Offset",
    "Upload-Length", "Upload-Metadata", "Upload-Checksum", "Upload-Concat", "Upload-Defer-Length",
    "X-HTTP-Method-Override", "Authorization", "Cookie", "Tus-Resumable", "X-Forwarded-For",
    "Range", "If-None-Match", "Trailer", "TE", "Upgrade", "Content-Length ", " Host", "", "A:B",
  ]
  private static let tokens: [[UInt8]] = [
    "\r\n", "\n", "\r", "\0", ":", " ", "\t", ";", ",", "0\r\n\r\n", "\r\n\r\n", "ffffffffffffffff",
    "%", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "{", "[", "\"", "\\u0000", "&", "=",
  ].map { Array($0.utf8) }

  /// A request with damage in one or a few of its parts.
  static func damaged(_ request: FuzzRequest, _ generator: inout Generator) -> FuzzRequest {
    var request = request
    repeat { damage(&request, &generator) } while generator.once(in: 2)
    return request
  }

  private static func damage(_ request: inout FuzzRequest, _ generator: inout Generator) {
    switch generator.below(12) {
    case 0: request.method = generator.pick(methods)
    case 1: request.version = generator.pick(versions)
    case 2, 3:
      let target = Array(request.target)
      let place = generator.below(target.count + 1)
      request.target =
        String(target[..<place]) + generator.pick(targets) + String(target[place...])
    case 4: request.fields.append((generator.pick(names), generator.pick(values)))
    case 5:
      let place = generator.below(request.fields.count)
      if !request.fields.isEmpty { request.fields[place].value = generator.pick(values) }
    case 6:
      if !request.fields.isEmpty {
        request.fields.remove(at: generator.below(request.fields.count))
      }
    case 7:
      if !request.fields.isEmpty { request.fields.append(generator.pick(request.fields)) }
    case 8: request.chunks = chunks(of: request.body.count, &generator)
    case 9: request.fields.append(("Content-Length", String(generator.below(600))))
    case 10:
      request.fields.append(("Expect", generator.pick(["100-continue", "100-continue", "x"])))
    default: flip(&request.body, &generator)
    }
  }

  private static func chunks(
    of count: Int, _ generator: inout Generator
  ) -> FuzzRequest.Chunks {
    FuzzRequest.Chunks(
      sizes: (0..<generator.below(6)).map { _ in generator.below(count + 1) },
      fieldExtension: generator.pick(["", "", ";", ";a=b", ";\"", " ", ";\(values[17])"]),
      trailers: generator.pick([
        "", "", "A: b\r\n", "Upload-Checksum: sha1 AAAA\r\n", "A: b\r\n c\r\n", "A\r\n", "A: b\n",
        String(repeating: "A: b\r\n", count: 120),
      ]))
  }

  /// Bytes with damage that knows nothing of their meaning.
  static func flip(_ bytes: inout [UInt8], _ generator: inout Generator) {
    for _ in 0..<generator.below(3) + 1 {
      let place = generator.below(bytes.count + 1)
      switch generator.below(6) {
      case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(generator.below(8))
      case 1 where place < bytes.count: bytes[place] = UInt8(generator.below(256))
      case 2 where place < bytes.count:
        bytes.removeSubrange(place..<min(bytes.count, place + generator.below(12) + 1))
      case 3: bytes.insert(contentsOf: generator.pick(tokens), at: place)
      case 4 where generator.once(in: 4): bytes.removeSubrange(place...)
      default:
        let end = min(bytes.count, place + generator.below(40))
        let count = generator.once(in: 40) ? 400 : 1
        let piece = Array(bytes[place..<end])
        bytes.insert(contentsOf: repeatElement(piece, count: count).joined(), at: place)
      }
    }
  }
}
