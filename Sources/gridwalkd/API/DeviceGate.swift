import CentralCore
import HTTP
import SyncProtocol

/// Lets devices in by their bearer tokens (RFC 6750 §2.1).
struct DeviceGate {
  let enrollment: Enrollment

  /// The device that asks.
  ///
  /// - Throws: `Enrollment.Fault`.
  func admit(_ head: RequestHead) throws -> Device {
    try enrollment.device(bearing: token(of: head))
  }

  /// The device that asks for its session: a revoked one may be told there to
  /// wipe itself.
  ///
  /// - Throws: `Enrollment.Fault`.
  func admitToSession(_ head: RequestHead) throws -> Device {
    try enrollment.bearer(of: token(of: head))
  }

  private func token(of head: RequestHead) throws -> String {
    let fields = head.headers.all("Authorization")
    guard fields.count == 1, let field = fields.first else { throw Enrollment.Fault.unauthorized }
    let parts = field.split(separator: " ", omittingEmptySubsequences: true)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw Enrollment.Fault.unauthorized
    }
    return String(parts[1])
  }
}
