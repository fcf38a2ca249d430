import CentralCore
import HTTP
import SyncProtocol

/// Numbers in tus headers.
enum UploadHeaders {
  /// A non-negative integer, given once, in digits only: no sign, no blank, no
  /// more than 63 bits.
  static func number(_ name: String, in headers: Headers) throws -> Int64 {
    let fields = headers.all(name)
    guard fields.count == 1, let field = fields.first, (1...19).contains(field.utf8.count),
      field.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(field)
    else { throw ProblemCode.malformed.fault }
    return number
  }
}

/// `Upload-Metadata`: what the centre must know of an upload, and the text to
/// echo.
struct UploadMetadata {
  /// Bytes that are accepted and kept.
  private static let limit = 4096

  let text: String
  let content: Upload.Content

  /// "The Upload-Metadata request and response header MUST consist of one or
  /// more comma-separated key-value pairs. The key and value MUST be separated
  /// by a space. The key MUST NOT contain spaces and commas and MUST NOT be
  /// empty. … All keys MUST be unique."
  init(_ headers: Headers) throws {
    let fields = headers.all("Upload-Metadata")
    guard fields.count <= 1 else { throw ProblemCode.malformed.fault }
    text = fields.first ?? ""
    guard text.utf8.count <= Self.limit else { throw ProblemCode.tooLarge.fault }
    let values = try Self.values(of: text)
    let photo = values["of"].map(Digest.init(hex:))
    guard let kind = values["kind"].flatMap(Upload.Kind.init),
      let sha256 = values["sha256"].flatMap(Digest.init(hex:)), photo != .some(nil),
      let content = Upload.Content(kind, sha256: sha256, of: photo ?? nil)
    else { throw ProblemCode.malformed.fault }
    self.content = content
  }

  private static func values(of text: String) throws -> [String: String] {
    var values: [String: String] = [:]
    for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
      // A blank after a comma is not tus's, and does no harm.
      let parts = pair.drop { $0 == " " }
        .split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let key = parts.first, !key.isEmpty, values[key] == nil,
        let value = Base64.decode(parts.count == 2 ? parts[1] : "")
      else { throw ProblemCode.malformed.fault }
      values[key] = String(decoding: value, as: UTF8.self)
    }
    return values
  }
}
