/// How long a message's body is, by its headers (RFC 9112 §6.3).
enum MessageLength: Equatable, Sendable {
  case unstated
  case fixed(Int64)
  case chunked

  init(_ headers: Headers) throws(MessageFault) {
    let encodings = headers.all("Transfer-Encoding")
    let lengths = headers.all("Content-Length")
    if !encodings.isEmpty {
      // Either alone may be honest; together they are how requests are smuggled.
      if !lengths.isEmpty { throw .lengthAndEncoding }
      guard encodings.count == 1, Ascii.equalIgnoringCase(encodings[0], "chunked") else {
        throw .badTransferEncoding
      }
      self = .chunked
      return
    }
    guard let text = lengths.first else {
      self = .unstated
      return
    }
    guard lengths.allSatisfy({ $0 == text }), let length = Ascii.decimal(text[...].utf8) else {
      throw .badContentLength
    }
    self = .fixed(length)
  }
}
