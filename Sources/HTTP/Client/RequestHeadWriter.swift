/// Writes request heads.
enum RequestHeadWriter {
  /// Throws `invalidRequest` for anything that could end a line early or start another request.
  static func head(
    _ request: ClientRequest, _ body: ClientBody, isChunked: Bool, host: String, port: Int
  ) throws(ClientError) -> [UInt8] {
    guard !request.method.isEmpty, request.method.utf8.allSatisfy(Ascii.isToken),
      request.target.utf8.first == UInt8(ascii: "/"),
      request.target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      request.headers.fields.allSatisfy(isSendable)
    else { throw .invalidRequest }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    bytes.append(contentsOf: "\(request.method) \(request.target) HTTP/1.1\r\n".utf8)
    if !request.headers.contains("Host") {
      let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
      bytes.append(contentsOf: "Host: \(name):\(port)\r\n".utf8)
    }
    for field in request.headers.fields { HeadBytes.append(field, to: &bytes) }
    if isChunked {
      bytes.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8)
    } else if hasLength(request, body) {
      bytes.append(contentsOf: "Content-Length: \(body.length)\r\n".utf8)
    }
    bytes.append(contentsOf: "\r\n".utf8)
    return bytes
  }

  private static func isSendable(_ field: Headers.Field) -> Bool {
    let isOurs = ["Content-Length", "Transfer-Encoding"].contains {
      Ascii.equalIgnoringCase($0, field.name)
    }
    return !isOurs && !field.name.isEmpty && field.name.utf8.allSatisfy(Ascii.isToken)
      && field.value.utf8.allSatisfy(Ascii.isFieldContent)
  }

  /// Methods that usually have a body say so even when it is empty (RFC 9110 §8.6).
  private static func hasLength(_ request: ClientRequest, _ body: ClientBody) -> Bool {
    if case .none = body { return ["POST", "PUT", "PATCH"].contains(request.method) }
    return true
  }
}
