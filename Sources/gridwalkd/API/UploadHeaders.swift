import CentralCore
import Domain
import HTTP
import SyncProtocol

/// Headers of tus: each once at most, and spelt as the specification has it.
enum UploadHeaders {
  /// The value of a header.
  ///
  /// - Throws: `malformed` when there are two.
  static func single(_ name: String, in headers: Headers) throws -> String? {
    let fields = headers.all(name)
    guard fields.count <= 1 else { throw ProblemCode.malformed.fault }
    return fields.first
  }

  /// "The value MUST be a non-negative integer": digits only, no sign, no blank,
  /// no more than 63 bits. Nil when there is none.
  static func optionalNumber(_ name: String, in headers: Headers) throws -> Int64? {
    guard let field = try single(name, in: headers) else { return nil }
    guard (1...19).contains(field.utf8.count),
      field.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(field)
    else { throw ProblemCode.malformed.fault }
    return number
  }

  /// A number that must be there.
  static func number(_ name: String, in headers: Headers) throws -> Int64 {
    guard let number = try optionalNumber(name, in: headers) else {
      throw ProblemCode.malformed.fault
    }
    return number
  }

  /// "All PATCH requests MUST use Content-Type: application/offset+octet-stream,
  /// otherwise the server SHOULD return a 415 Unsupported Media Type status."
  static func checkContentType(_ headers: Headers) throws {
    guard try single("Content-Type", in: headers) == UploadEndpoint.contentType else {
      throw ProblemCode.contentType.fault
    }
  }
}

/// What a PATCH announces.
struct UploadAppend {
  let offset: Int64
  /// A length that was deferred.
  let length: Int64?
  let checksum: AnnouncedChecksum

  init(_ head: RequestHead) throws {
    try UploadHeaders.checkContentType(head.headers)
    offset = try UploadHeaders.number("Upload-Offset", in: head.headers)
    length = try UploadHeaders.optionalNumber("Upload-Length", in: head.headers)
    checksum = try AnnouncedChecksum(head)
  }
}

/// Where the checksum of a body stands.
enum AnnouncedChecksum {
  case none
  case header(Checksum)
  /// "If the hash cannot be calculated at the beginning of the upload, it MAY be
  /// included as a trailer."
  case trailer

  private static let name = "Upload-Checksum"

  /// - Throws: `malformed` when it is no checksum, or of an algorithm that is
  ///   not known: "400 Bad Request if the checksum algorithm is not supported by
  ///   the server".
  init(_ head: RequestHead) throws {
    let comesLater = head.headers.lists("Trailer", Self.name)
    guard let field = try UploadHeaders.single(Self.name, in: head.headers) else {
      self = comesLater ? .trailer : .none
      return
    }
    guard !comesLater, let checksum = Checksum(field: field) else {
      throw ProblemCode.malformed.fault
    }
    self = .header(checksum)
  }

  /// The checksum, once the body has come; nil when none was announced.
  ///
  /// - Throws: `malformed` when an announced trailer is no checksum or missing.
  func value(_ trailers: Headers) throws -> Checksum? {
    switch self {
    case .none: return nil
    case .header(let checksum): return checksum
    case .trailer:
      guard let field = try UploadHeaders.single(Self.name, in: trailers),
        let checksum = Checksum(field: field)
      else { throw ProblemCode.malformed.fault }
      return checksum
    }
  }

  /// Whether the body is kept aside until its sum was reckoned.
  var isAwaited: Bool {
    if case .none = self { false } else { true }
  }
}
