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
    let fields = head.headers.all("Authorization")
    guard fields.count == 1, let field = fields.first else { throw Enrollment.Fault.unauthorized }
    let parts = field.split(separator: " ", omittingEmptySubsequences: true)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw Enrollment.Fault.unauthorized
    }
    return try enrollment.device(bearing: String(parts[1]))
  }
}
