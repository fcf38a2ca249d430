/// Reads what a server sent as a row of responses, by RFC 9112 alone.
struct AnswerReader {
  /// Why it is none.
  struct Fault: Error {
    let words: String
  }

  private var rest: ArraySlice<UInt8>
  /// Whether a request was HEAD, whose answer has a length and no body.
  private let mayLackBody: Bool

  /// - Parameter request: what was sent; a HEAD anywhere in it may have been answered.
  init(_ bytes: [UInt8], to request: [UInt8]) {
    rest = bytes[...]
    mayLackBody = String(decoding: request, as: UTF8.self).contains("HEAD")
  }

  /// The statuses in order.
  mutating func statuses() throws -> [Int] {
    var statuses: [Int] = []
    while !rest.isEmpty { statuses.append(try response()) }
    return statuses
  }

  private mutating func response() throws -> Int {
    let line = try line()
    guard let match = line.wholeMatch(of: /HTTP\/1\.1 ([1-5][0-9][0-9]) [ -~]*/),
      let status = Int(match.1)
    else { throw Fault(words: "no status line: \(line.prefix(80))") }
    var length: Int?
    while true {
      let field = try self.line()
      if field.isEmpty { break }
      guard
        let match = field.wholeMatch(
          of: /([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([^\x00-\x08\x0A-\x1F\x7F]*)/)
      else { throw Fault(words: "no field line: \(field.prefix(80))") }
      guard match.1.lowercased() == "content-length" else { continue }
      guard length == nil, let number = Int(match.2), number >= 0 else {
        throw Fault(words: "a length that is none: \(field)")
      }
      length = number
    }
    try body(status, length)
    return status
  }

  private mutating func body(_ status: Int, _ length: Int?) throws {
    if status < 200 || status == 204 || status == 304 {
      guard length == nil else { throw Fault(words: "\(status) with a length") }
      return
    }
    guard let length else { throw Fault(words: "\(status) without a length") }
    if mayLackBody, rest.isEmpty || rest.starts(with: "HTTP/1.1 ".utf8) { return }
    guard rest.count >= length else {
      throw Fault(words: "\(status) with \(rest.count) of \(length) bytes")
    }
    rest = rest.dropFirst(length)
  }

  /// The next line, ended by CRLF.
  private mutating func line() throws -> String {
    guard let feed = rest.firstIndex(of: 0x0a), feed > rest.startIndex,
      rest[feed - 1] == 0x0d
    else {
      throw Fault(words: "no line end in \(String(decoding: rest.prefix(80), as: UTF8.self))")
    }
    defer { rest = rest[(feed + 1)...] }
    return String(decoding: rest[..<(feed - 1)], as: UTF8.self)
  }
}
