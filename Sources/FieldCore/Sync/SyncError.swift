import SyncProtocol

/// Why a round with the centre did not come to its end. Nothing that waits is
/// ever dropped for one of these.
public enum SyncError: Error, Sendable, Hashable {
  /// No complete answer came back.
  case offline(TransportError)
  /// An answer came that is not this protocol's: a captive portal's page.
  case portal
  /// Something before the centre, or the centre itself, says it cannot now.
  case unavailable(status: Int, retryAfter: Int64?)
  /// The centre does not know the token: the worker has to enrol.
  case unauthorized
  /// The device was revoked.
  case revoked
  /// The centre says no, with this code.
  case refusedByCentre(ProblemCode, retryAfter: Int64?)
  /// The centre lacks the entries from here on.
  case sequenceGap(expected: Int64)
  /// The centre was restored from a backup while this round ran.
  case epochChanged
  /// The centre's answer contradicts the protocol.
  case protocolViolation
  /// The handheld is not a device of anybody yet.
  case notEnrolled
  /// Another agent runs on this folder; its process id, when it can be read.
  case agentRunning(pid: Int32?)
  /// The device has wiped itself, by the centre's order.
  case wiped
  /// The local store refuses.
  case local(FieldError)

  /// Whether trying again later may help by itself.
  public var isRetryable: Bool {
    switch self {
    case .offline(let error): error.isRetryable
    case .portal, .unavailable, .sequenceGap, .epochChanged: true
    case .refusedByCentre(let code, _): code.isRetryable
    case .local(let error): error.isRetryable
    case .unauthorized, .revoked, .protocolViolation, .notEnrolled, .agentRunning, .wiped:
      false
    }
  }

  /// Whether a loop of rounds is of no use before somebody has done something
  /// on this device. The centre's own faults and certificate are mended
  /// elsewhere, so they are waited for.
  public var endsWatch: Bool {
    switch self {
    case .unauthorized, .revoked, .notEnrolled, .agentRunning, .wiped: true
    case .local(let error): !error.isRetryable
    default: false
    }
  }

  /// Seconds the centre asks to be left alone.
  public var retryAfter: Int64? {
    switch self {
    case .unavailable(_, let seconds), .refusedByCentre(_, let seconds): seconds
    default: nil
    }
  }

  /// A stable word for logs and `doctor`.
  public var code: String {
    switch self {
    case .offline(let error): "offline-\(error)"
    case .portal: "portal"
    case .unavailable(let status, _): "unavailable-\(status)"
    case .unauthorized: "unauthorized"
    case .revoked: "device-revoked"
    case .refusedByCentre(let code, _): code.rawValue
    case .sequenceGap: "sequence-gap"
    case .epochChanged: "epoch-changed"
    case .protocolViolation: "protocol-violation"
    case .notEnrolled: "not-enrolled"
    case .agentRunning: "agent-running"
    case .wiped: "wiped"
    case .local: "local"
    }
  }

  /// Whether a code says that the centre does not take this device.
  static func isRejection(_ code: String) -> Bool {
    code == unauthorized.code || code == revoked.code
  }

  /// Whether a code says nothing about what the centre thinks of the device.
  static func isSilence(_ code: String) -> Bool {
    code.hasPrefix("offline-") || code.hasPrefix("unavailable-")
      || [portal.code, agentRunning(pid: nil).code, "local"].contains(code)
  }
}

/// Runs a call of the store and words its error as the round's.
func local<T>(_ body: () throws(FieldError) -> T) throws(SyncError) -> T {
  do { return try body() } catch { throw .local(error) }
}
