import Domain
import SyncProtocol

/// An enrolled handheld.
public struct Device: Sendable, Hashable {
  /// Its identifier.
  public var id: UniqueID
  /// Number of the worker who carries it.
  public var worker: String
  /// What the worker calls it.
  public var name: String
  /// The journal it enrolled with.
  public var incarnation: UniqueID
  /// SHA-256 of its bearer token; the token itself is kept nowhere.
  public var tokenHash: Digest
  /// When it enrolled, milliseconds since 1970 UTC.
  public var enrolledAt: Int64
  /// When it was revoked.
  public var revokedAt: Int64?
  /// When it last opened a session.
  public var seenAt: Int64?
  /// When it last read the change feed to its end.
  public var syncedAt: Int64?

  /// A device as given.
  public init(
    id: UniqueID, worker: String, name: String, incarnation: UniqueID, tokenHash: Digest,
    enrolledAt: Int64, revokedAt: Int64? = nil, seenAt: Int64? = nil, syncedAt: Int64? = nil
  ) {
    self.id = id
    self.worker = worker
    self.name = name
    self.incarnation = incarnation
    self.tokenHash = tokenHash
    self.enrolledAt = enrolledAt
    self.revokedAt = revokedAt
    self.seenAt = seenAt
    self.syncedAt = syncedAt
  }
}

/// A code that turns a handheld into a worker's device, once.
public struct EnrollmentCode: Sendable, Hashable {
  /// SHA-256 of the code; the code itself is kept nowhere.
  public var hash: Digest
  /// Whose device it makes.
  public var worker: String
  /// When it ends, milliseconds since 1970 UTC.
  public var expiresAt: Int64
  /// The device it made.
  public var device: UniqueID?

  /// A code as given.
  public init(hash: Digest, worker: String, expiresAt: Int64, device: UniqueID? = nil) {
    self.hash = hash
    self.worker = worker
    self.expiresAt = expiresAt
    self.device = device
  }
}

/// Devices and the codes that make them.
public protocol DeviceReading {
  /// The device of this identifier.
  func device(_ id: UniqueID) throws -> Device?
  /// All devices, newest first.
  func devices() throws -> [Device]
  /// The code of this hash.
  func enrollmentCode(_ hash: Digest) throws -> EnrollmentCode?
}

/// Changes of devices and codes.
public protocol DeviceWriting {
  /// Adds or replaces a device.
  func put(_ device: Device) throws
  /// Adds or replaces a code.
  func put(_ code: EnrollmentCode) throws
}
