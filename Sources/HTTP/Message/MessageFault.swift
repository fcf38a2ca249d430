/// Why a message was refused; each belongs to one status (RFC 9110 §15.5, RFC 9112).
public enum MessageFault: String, Error, Sendable, Equatable, CaseIterable {
  /// The first line is no request line or status line (RFC 9112 §3, §4).
  case badStartLine
  /// A version other than HTTP/1.0 and HTTP/1.1.
  case unknownVersion
  /// A target with bad percent-encoding, dot segments, controls or an unknown form.
  case badTarget
  /// A line ended by LF without CR, or a CR without LF (RFC 9112 §2.2).
  case bareLineBreak
  /// A continued field line (RFC 9112 §5.2).
  case foldedField
  /// A field name that is no token, or blanks before the colon (RFC 9112 §5.1).
  case badFieldName
  /// A control character in a field value (RFC 9110 §5.5).
  case badFieldValue
  /// No Host, two of them, or one that is no authority (RFC 9112 §3.2).
  case badHost
  /// A Content-Length that is no number, or two that differ (RFC 9112 §6.3).
  case badContentLength
  /// Content-Length together with Transfer-Encoding (RFC 9112 §6.1).
  case lengthAndEncoding
  /// A Transfer-Encoding other than exactly `chunked` (RFC 9112 §6.1).
  case badTransferEncoding
  /// A chunk size, chunk end or trailer that is malformed (RFC 9112 §7.1).
  case badChunk
  /// An expectation other than 100-continue (RFC 9110 §10.1.1).
  case badExpectation
  /// The request line is over its limit.
  case startLineTooLong
  /// The header or trailer block is over its limit in bytes or fields.
  case headersTooLarge
  /// The body is over the limit of whoever takes it.
  case bodyTooLarge
  /// The head or the body came too slowly.
  case tooSlow

  /// The status a server answers with.
  public var status: Int {
    switch self {
    case .unknownVersion: 505
    case .badExpectation: 417
    case .startLineTooLong: 414
    case .headersTooLarge: 431
    case .bodyTooLarge: 413
    case .tooSlow: 408
    default: 400
    }
  }
}
