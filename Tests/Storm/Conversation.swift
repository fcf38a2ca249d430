import Domain
import SyncProtocol

/// One request of a simulated device.
struct Ask {
  /// What it is counted as.
  let name: String
  let bytes: [UInt8]
}

/// What a simulated device says, one request after the other.
protocol Conversation: AnyObject {
  /// The next request; nil when all is said. Asked again for the same one after a
  /// refusal that may pass (429, 503) or a broken connection.
  func ask() -> Ask?
  /// Takes the answer to the last request.
  ///
  /// - Throws: `Unexpected` when it is not what the protocol promises.
  func hear(status: Int, body: ArraySlice<UInt8>) throws
}

/// An answer that no device of this protocol expects.
struct Unexpected: Error {
  let what: String
}

/// Requests as bytes.
enum Wire {
  static func get(_ target: String, token: String) -> [UInt8] {
    Array(
      "GET \(target) HTTP/1.1\r\nHost: centre\r\nAuthorization: Bearer \(token)\r\n\r\n".utf8)
  }

  /// A creation-with-upload.
  static func upload(_ kind: String, _ body: [UInt8], token: String) -> [UInt8] {
    let digest = SHA256.hash(body).hex
    let head = """
      POST /v1/uploads HTTP/1.1\r
      Host: centre\r
      Authorization: Bearer \(token)\r
      Tus-Resumable: 1.0.0\r
      Upload-Length: \(body.count)\r
      Upload-Metadata: kind \(base64(kind)),sha256 \(base64(digest))\r
      Content-Type: application/offset+octet-stream\r
      Content-Length: \(body.count)\r
      \r

      """
    return Array(head.utf8) + body
  }

  static func put(_ target: String, _ body: [UInt8]) -> [UInt8] {
    Array("PUT \(target) HTTP/1.1\r\nHost: peer\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
      + body
  }

  private static func base64(_ text: String) -> String { Base64.encode(Array(text.utf8)) }

  /// The text that follows `mark` up to the next quote: enough to read a cursor
  /// without paying for the page a second time.
  static func text(after mark: String, in body: ArraySlice<UInt8>) -> String? {
    let mark = Array(mark.utf8)
    guard var index = body.firstIndex(of: mark[0]) else { return nil }
    while index + mark.count <= body.endIndex {
      if body[index..<index + mark.count].elementsEqual(mark) {
        return String(
          decoding: body[(index + mark.count)...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self
        )
      }
      index += 1
    }
    return nil
  }
}
