import Domain
import SyncProtocol

/// Turns handhelds into devices, and knows devices by their tokens.
public struct Enrollment: Sendable {
  /// Why a handheld is not let in.
  public enum Fault: Error, Sendable, Hashable {
    /// No such code.
    case codeWrong
    /// The code made another device.
    case codeUsed
    /// The code's time is over.
    case codeExpired
    /// No such worker.
    case workerUnknown
    /// No such device, or not with this token.
    case unauthorized
    /// The device was revoked.
    case revoked
  }

  /// Bytes of a device's name that are kept.
  private static let nameBytes = 200

  let store: any CentralStore
  let now: @Sendable () -> Int64
  let makeID: @Sendable () -> UniqueID

  /// Enrolment with the centre's store, clock and source of identifiers.
  public init(
    store: any CentralStore, now: @escaping @Sendable () -> Int64,
    makeID: @escaping @Sendable () -> UniqueID
  ) {
    self.store = store
    self.now = now
    self.makeID = makeID
  }

  /// A one-time code for a worker's next device, good for `hours`. Shown once.
  public func issueCode(worker: String, hours: Int) throws -> (code: String, expiresAt: Int64) {
    var random = SystemRandomNumberGenerator()
    let code = Secrets.enrollmentCode(using: &random)
    let expiresAt = now() + Int64(hours) * 3_600_000
    try store.write { transaction in
      guard try transaction.worker(worker) != nil else { throw Fault.workerUnknown }
      try transaction.put(
        EnrollmentCode(hash: Secrets.hash(ofCode: code), worker: worker, expiresAt: expiresAt))
    }
    return (code, expiresAt)
  }

  /// Makes a device. The same code from the same incarnation returns the same
  /// device with a fresh token, so that a lost answer strands nobody.
  public func enroll(_ request: EnrollRequest) throws -> EnrollAnswer {
    var random = SystemRandomNumberGenerator()
    let token = Secrets.token(using: &random)
    let at = now()
    let newID = makeID()
    return try store.write { transaction in
      let hash = Secrets.hash(ofCode: request.code)
      guard var code = try transaction.enrollmentCode(hash) else { throw Fault.codeWrong }
      guard code.expiresAt > at else { throw Fault.codeExpired }
      let device = try Self.device(
        for: request, code: code, newID: newID, token: token, at: at, in: transaction)
      try transaction.put(device)
      code.device = device.id
      try transaction.put(code)
      guard let worker = try transaction.worker(device.worker) else { throw Fault.workerUnknown }
      return EnrollAnswer(
        device: device.id, token: "\(device.id.text).\(token)", epoch: try transaction.epoch(),
        city: store.city, worker: worker, now: at)
    }
  }

  private static func device(
    for request: EnrollRequest, code: EnrollmentCode, newID: UniqueID, token: String, at: Int64,
    in transaction: any CentralWriting
  ) throws -> Device {
    let tokenHash = Secrets.hash(ofToken: token)
    if let made = code.device {
      guard var device = try transaction.device(made),
        device.incarnation == request.incarnation, device.revokedAt == nil
      else { throw Fault.codeUsed }
      device.tokenHash = tokenHash
      return device
    }
    var name = request.name
    while name.utf8.count > nameBytes { name.removeLast() }
    return Device(
      id: newID, worker: code.worker, name: name, incarnation: request.incarnation,
      tokenHash: tokenHash, enrolledAt: at)
  }

  /// The device a bearer token belongs to: `DEVICE.SECRET`. The device is
  /// looked up by its identifier and the secret compared in constant time.
  public func device(bearing token: String) throws -> Device {
    let device = try bearer(of: token)
    guard device.revokedAt == nil else { throw Fault.revoked }
    return device
  }

  /// The device of a token, revoked or not: for its session, in which a revoked
  /// one may be told to wipe itself.
  public func bearer(of token: String) throws -> Device {
    let parts = token.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let id = UniqueID(String(parts[0])),
      let device = try store.read({ try $0.device(id) }),
      device.tokenHash.equalsInConstantTime(Secrets.hash(ofToken: String(parts[1])))
    else { throw Fault.unauthorized }
    return device
  }

  /// Ends a device's access. Its journal so far stays.
  public func revoke(_ id: UniqueID) throws {
    let at = now()
    try store.write { transaction in
      guard var device = try transaction.device(id) else { throw Fault.unauthorized }
      device.revokedAt = device.revokedAt ?? at
      try transaction.put(device)
    }
  }

  /// Where the centre and this device stand with each other.
  ///
  /// - Parameter waiting: what the device says waits on it, when it says so.
  /// - Throws: `.revoked`, unless a revoked device is to wipe itself at once.
  public func session(
    of device: Device, incarnation: UniqueID, waiting: (count: Int64, oldestSeconds: Int64?)? = nil
  ) throws -> SessionAnswer {
    let at = now()
    let backlog = waiting.map {
      Backlog(waiting: $0.count, oldestSeconds: $0.oldestSeconds, toldAt: at)
    }
    return try store.write { transaction in
      let wipe = try Self.tellWipe(of: device, at: at, in: transaction)
      guard device.revokedAt == nil || wipe?.unsent == .drop else { throw Fault.revoked }
      guard let worker = try transaction.worker(device.worker) else { throw Fault.workerUnknown }
      if let backlog { try transaction.put(backlog, of: device.id) }
      if var seen = try transaction.device(device.id) {
        seen.seenAt = at
        try transaction.put(seen)
      }
      var lanes: [String: SessionAnswer.LanePosition] = [:]
      for lane in Lane.allCases {
        let key = LaneKey(device: device.id, incarnation: incarnation, lane: lane)
        lanes[lane.rawValue] =
          try transaction.position(of: key)
          ?? .init(
            received: 0, hash: JournalChain.genesis(incarnation: incarnation, lane: lane))
      }
      return SessionAnswer(
        device: device.id, epoch: try transaction.epoch(), city: store.city, worker: worker,
        now: at, grids: try transaction.grids(ofWorker: device.worker), lanes: lanes,
        wipe: wipe)
    }
  }

  /// The order that stands for a device; notes that it is told.
  private static func tellWipe(
    of device: Device, at: Int64, in transaction: any CentralWriting
  ) throws -> WipeOrder? {
    guard var wipe = try transaction.wipe(of: device.id), wipe.isOpen else { return nil }
    if wipe.toldAt == nil, device.revokedAt == nil || wipe.order.unsent == .drop {
      wipe.toldAt = at
      try transaction.put(wipe)
    }
    return wipe.order
  }
}
