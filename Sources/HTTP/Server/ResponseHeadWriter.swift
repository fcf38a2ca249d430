import Glibc

/// Writes response heads; one per worker, since it remembers the second's Date.
struct ResponseHeadWriter {
  private var second = -1
  private var date = ""

  /// `length` nil leaves Content-Length out (1xx, 204).
  mutating func head(_ response: Response, length: Int64?, closes: Bool, now: Int) -> [UInt8] {
    if now != second {
      second = now
      date = HTTPDate.text(secondsSince1970: now)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    bytes.append(contentsOf: "HTTP/1.1 ".utf8)
    bytes.append(contentsOf: String(response.status).utf8)
    bytes.append(Ascii.space)
    bytes.append(contentsOf: ReasonPhrase.of(response.status).utf8)
    bytes.append(contentsOf: "\r\nDate: ".utf8)
    bytes.append(contentsOf: date.utf8)
    bytes.append(contentsOf: "\r\n".utf8)
    for field in response.headers.fields where !ResponseHeadWriter.isOurs(field.name) {
      HeadBytes.append(field, to: &bytes)
    }
    if let length {
      bytes.append(contentsOf: "Content-Length: ".utf8)
      bytes.append(contentsOf: String(length).utf8)
      bytes.append(contentsOf: "\r\n".utf8)
    }
    if closes { bytes.append(contentsOf: "Connection: close\r\n".utf8) }
    bytes.append(contentsOf: "\r\n".utf8)
    return bytes
  }

  /// The framing is the server's alone; a handler cannot contradict it.
  private static func isOurs(_ name: String) -> Bool {
    ["Date", "Content-Length", "Transfer-Encoding", "Connection"].contains {
      Ascii.equalIgnoringCase($0, name)
    }
  }
}

/// Serialising field lines.
enum HeadBytes {
  /// Appends `name: value CRLF`; a byte that could end the line early becomes a blank.
  static func append(_ field: Headers.Field, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: field.name.utf8.map { Ascii.isToken($0) ? $0 : UInt8(ascii: "-") })
    bytes.append(contentsOf: ": ".utf8)
    bytes.append(
      contentsOf: field.value.utf8.map { Ascii.isFieldContent($0) ? $0 : Ascii.space })
    bytes.append(contentsOf: "\r\n".utf8)
  }
}
