/// A request in parts, so that damage can know what it damages.
struct FuzzRequest {
  var method: String
  var target: String
  var version = "HTTP/1.1"
  var fields: [(name: String, value: String)]
  var body: [UInt8]
  /// How the body is cut; nil sends it with its Content-Length.
  var chunks: Chunks?

  struct Chunks {
    var sizes: [Int]
    var fieldExtension = ""
    var trailers = ""
  }

  init(
    _ method: String, _ target: String, _ fields: [(String, String)] = [], body: [UInt8] = []
  ) {
    self.method = method
    self.target = target
    self.fields = [("Host", "centre.example")] + fields.map { (name: $0.0, value: $0.1) }
    self.body = body
  }

  /// The bytes on the wire.
  func bytes() -> [UInt8] {
    var text = "\(method) \(target) \(version)\r\n"
    for field in fields { text += "\(field.name): \(field.value)\r\n" }
    if let chunks {
      text += "Transfer-Encoding: chunked\r\n\r\n"
      return Array(text.utf8) + Self.chunked(body, chunks)
    }
    if !body.isEmpty { text += "Content-Length: \(body.count)\r\n" }
    return Array("\(text)\r\n".utf8) + body
  }

  private static func chunked(_ body: [UInt8], _ chunks: Chunks) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = body[...]
    var sizes = chunks.sizes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(max(1, sizes.popFirst() ?? rest.count))
      bytes += Array("\(String(piece.count, radix: 16))\(chunks.fieldExtension)\r\n".utf8)
      bytes += piece + Array("\r\n".utf8)
      rest = rest.dropFirst(piece.count)
    }
    return bytes + Array("0\(chunks.fieldExtension)\r\n\(chunks.trailers)\r\n".utf8)
  }
}
