/// An error answer (RFC 9457), as this protocol uses it (PROTOCOL.md §7).
public struct Problem: Sendable, Hashable, Codable {
  /// `urn:gridwalk:problem:` and the code.
  public var type: String
  /// The HTTP status.
  public var status: Int
  /// A short English sentence for logs; devices word errors themselves.
  public var title: String
  /// The sequence wanted, with `sequence-gap`.
  public var expected: Int64?

  /// A problem of this code.
  public init(_ code: ProblemCode, expected: Int64? = nil) {
    type = Self.prefix + code.rawValue
    status = code.status
    title = code.title
    self.expected = expected
  }

  /// The code, when this version knows it.
  public var code: ProblemCode? {
    guard type.hasPrefix(Self.prefix) else { return nil }
    return ProblemCode(rawValue: String(type.dropFirst(Self.prefix.count)))
  }

  /// `application/problem+json`
  public static let mediaType = "application/problem+json"
  private static let prefix = "urn:gridwalk:problem:"
}

/// The catalogue of error codes; the same on both ends.
public enum ProblemCode: String, Sendable, CaseIterable {
  case malformed
  case unauthorized
  case deviceRevoked = "device-revoked"
  case codeWrong = "code-wrong"
  case codeUsed = "code-used"
  case codeExpired = "code-expired"
  case rateLimited = "rate-limited"
  case notFound = "not-found"
  case methodNotAllowed = "method-not-allowed"
  case uploadUnknown = "upload-unknown"
  case uploadIncomplete = "upload-incomplete"
  case offsetMismatch = "offset-mismatch"
  case contentType = "content-type"
  case versionUnsupported = "version-unsupported"
  case sequenceGap = "sequence-gap"
  case chainForked = "chain-forked"
  case chainBroken = "chain-broken"
  case digestMismatch = "digest-mismatch"
  case segmentMalformed = "segment-malformed"
  case segmentForeign = "segment-foreign"
  case schemaUnsupported = "schema-unsupported"
  case cursorExpired = "cursor-expired"
  case tooLarge = "too-large"
  case storageFull = "storage-full"
  case quotaExceeded = "quota-exceeded"
  case checksumMismatch = "checksum-mismatch"
  case uploadFinal = "upload-final"
  case busy
  case stopping
  case failed

  /// The HTTP status that carries it.
  public var status: Int { meaning.0 }
  /// A short English sentence for logs.
  public var title: String { meaning.1 }
  /// Whether the same request may succeed later without anybody doing anything.
  public var isRetryable: Bool {
    switch self {
    case .rateLimited, .storageFull, .quotaExceeded, .busy, .stopping, .failed: true
    default: false
    }
  }

  private var meaning: (Int, String) {
    switch self {
    case .malformed: (400, "The request is not well formed.")
    case .unauthorized: (401, "The token is missing or not known.")
    case .deviceRevoked: (403, "The device was revoked.")
    case .codeWrong: (403, "The code is not known.")
    case .codeUsed: (410, "The code was used.")
    case .codeExpired: (410, "The code has expired.")
    case .rateLimited: (429, "Too many attempts.")
    case .notFound: (404, "There is no such resource.")
    case .methodNotAllowed: (405, "The method is not allowed here.")
    case .uploadUnknown: (404, "There is no such upload.")
    case .uploadIncomplete: (409, "The upload is not complete.")
    case .offsetMismatch: (409, "The offset is not where the upload stands.")
    case .contentType: (415, "The media type is not accepted here.")
    case .versionUnsupported: (412, "This version of tus is not spoken here.")
    case .sequenceGap: (409, "Operations before this segment are missing.")
    case .chainForked: (409, "Another journal was received under this incarnation.")
    case .chainBroken: (422, "The lines do not chain to the announced hash.")
    case .digestMismatch: (422, "The bytes do not have the announced SHA-256.")
    case .segmentMalformed: (422, "The upload is no segment.")
    case .segmentForeign: (403, "The segment is another device's.")
    case .schemaUnsupported: (422, "The operation format is not known here.")
    case .cursorExpired: (410, "The cursor is no longer good.")
    case .tooLarge: (413, "The content is too large.")
    case .storageFull: (507, "The centre's storage is full.")
    case .quotaExceeded: (507, "The device uses all the room it may use.")
    case .checksumMismatch: (460, "The chunk does not have the announced checksum.")
    case .uploadFinal: (403, "The upload was put together of parts and takes no more.")
    case .busy: (503, "The centre is busy.")
    case .stopping: (503, "The centre is stopping.")
    case .failed: (500, "The centre failed.")
    }
  }
}
