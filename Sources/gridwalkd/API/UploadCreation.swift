import CentralCore
import Domain
import HTTP
import SyncProtocol

/// What a creation announces: how the bytes come, and what they are.
struct UploadCreation {
  enum Manner {
    /// All in one upload; nil when the length comes later.
    case whole(Int64?)
    /// As a part of a later one; nil when the length comes later.
    case partial(Int64?)
    /// They are there already, in these partial uploads.
    case final([UniqueID], concat: String)
  }

  let manner: Manner
  let metadata: UploadMetadata

  init(_ headers: Headers) throws {
    let concat = try UploadHeaders.single("Upload-Concat", in: headers)
    metadata = try UploadMetadata(headers, isRequired: concat != "partial")
    switch concat {
    case nil: manner = .whole(try Self.length(headers))
    case "partial": manner = .partial(try Self.length(headers))
    case let concat?:
      // "The Client MUST NOT include the Upload-Length header in the final
      // upload creation."
      guard !headers.contains("Upload-Length"), !headers.contains("Upload-Defer-Length") else {
        throw ProblemCode.malformed.fault
      }
      manner = .final(try Self.parts(concat), concat: concat)
    }
  }

  /// "The request MUST include one of the following headers: a) Upload-Length to
  /// indicate the size of an entire upload in bytes. b) Upload-Defer-Length: 1
  /// if upload size is not known at the time. If the Upload-Defer-Length header
  /// contains any other value than 1 the server should return a 400 Bad Request
  /// status."
  private static func length(_ headers: Headers) throws -> Int64? {
    let length = try UploadHeaders.optionalNumber("Upload-Length", in: headers)
    let deferred = try UploadHeaders.single("Upload-Defer-Length", in: headers)
    guard (length == nil) != (deferred == nil), deferred == nil || deferred == "1" else {
      throw ProblemCode.malformed.fault
    }
    guard length ?? 0 <= Limits.photoBytes else { throw UploadFault.tooLarge }
    return length
  }

  /// "The value MUST be final followed by a semicolon and a space-separated list
  /// of the partial upload URLs that need to be concatenated. … The partial
  /// uploads URLs MAY be absolute or relative".
  private static func parts(_ concat: String) throws -> [UniqueID] {
    let prefix = "final;"
    guard concat.hasPrefix(prefix) else { throw ProblemCode.malformed.fault }
    let addresses = concat.dropFirst(prefix.count)
      .split(separator: " ", omittingEmptySubsequences: false)
    guard addresses.count <= Uploads.parts else { throw ProblemCode.malformed.fault }
    return try addresses.map { address in
      let segments = address.split(separator: "/", omittingEmptySubsequences: false)
      guard segments.count >= 4, segments.suffix(3).dropLast() == ["v1", "uploads"],
        let id = segments.last.flatMap({ UniqueID(String($0)) })
      else { throw ProblemCode.malformed.fault }
      return id
    }
  }
}

/// `Upload-Metadata`: what the centre must know of an upload, and the text to
/// echo.
struct UploadMetadata {
  /// Bytes that are accepted and kept.
  private static let limit = 4096

  let text: String
  /// What the bytes are; nil for a partial upload, of which nothing is asked.
  let content: Upload.Content?

  init(_ headers: Headers, isRequired: Bool) throws {
    text = try UploadHeaders.single("Upload-Metadata", in: headers) ?? ""
    guard text.utf8.count <= Self.limit else { throw ProblemCode.tooLarge.fault }
    let values = text.isEmpty ? [:] : try Self.values(of: text)
    content = isRequired ? try Self.content(values) : nil
  }

  private static func content(_ values: [String: String]) throws -> Upload.Content {
    let photo = values["of"].map(Digest.init(hex:))
    guard let kind = values["kind"].flatMap(Upload.Kind.init),
      let sha256 = values["sha256"].flatMap(Digest.init(hex:)), photo != .some(nil),
      let content = Upload.Content(kind, sha256: sha256, of: photo ?? nil)
    else { throw ProblemCode.malformed.fault }
    return content
  }

  /// "The Upload-Metadata request and response header MUST consist of one or
  /// more comma-separated key-value pairs. The key and value MUST be separated
  /// by a space. The key MUST NOT contain spaces and commas and MUST NOT be
  /// empty. The key SHOULD be ASCII encoded and the value MUST be Base64
  /// encoded. All keys MUST be unique. The value MAY be empty."
  private static func values(of text: String) throws -> [String: String] {
    var values: [String: String] = [:]
    for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = pair.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        .map(String.init)
      guard let key = parts.first, !key.isEmpty, values[key] == nil,
        let value = Base64.decode(parts.count == 2 ? parts[1] : "")
      else { throw ProblemCode.malformed.fault }
      values[key] = String(decoding: value, as: UTF8.self)
    }
    return values
  }
}
