import Domain

/// What a handheld sends to become a device (PROTOCOL.md §7).
public struct EnrollRequest: Sendable, Hashable, Codable {
  /// The one-time code the worker was given.
  public var code: String
  /// The life of this handheld's journal.
  public var incarnation: UniqueID
  /// What the worker calls the handheld.
  public var name: String
  /// Version of the operation format it speaks.
  public var schema: Int

  /// A request as given.
  public init(code: String, incarnation: UniqueID, name: String, schema: Int = Limits.schema) {
    self.code = code
    self.incarnation = incarnation
    self.name = name
    self.schema = schema
  }
}

/// The worker a device belongs to.
public struct Worker: Sendable, Hashable, Codable {
  /// Number or code of the worker.
  public var id: String
  /// The name she is called by.
  public var name: String

  /// A worker as given.
  public init(id: String, name: String) {
    self.id = id
    self.name = name
  }
}

/// What a new device is given.
public struct EnrollAnswer: Sendable, Hashable, Codable {
  /// The device's identifier.
  public var device: UniqueID
  /// The bearer token; the centre keeps only its SHA-256.
  public var token: String
  /// The centre's present history.
  public var epoch: UniqueID
  /// The city code.
  public var city: String
  /// Whose device it is.
  public var worker: Worker
  /// The centre's clock, milliseconds since 1970 UTC.
  public var now: Int64

  /// An answer as given.
  public init(
    device: UniqueID, token: String, epoch: UniqueID, city: String, worker: Worker, now: Int64
  ) {
    self.device = device
    self.token = token
    self.epoch = epoch
    self.city = city
    self.worker = worker
    self.now = now
  }
}

/// Where the centre and a device stand with each other.
public struct SessionAnswer: Sendable, Hashable, Codable {
  /// How far the centre has received one lane.
  public struct LanePosition: Sendable, Hashable, Codable {
    /// The last entry received; 0 = none.
    public var received: Int64
    /// The chain hash there.
    public var hash: Digest

    /// A position as given.
    public init(received: Int64, hash: Digest) {
      self.received = received
      self.hash = hash
    }
  }

  /// The device the token belongs to.
  public var device: UniqueID
  /// The centre's present history.
  public var epoch: UniqueID
  /// The city code.
  public var city: String
  /// Whose device it is.
  public var worker: Worker
  /// The centre's clock, milliseconds since 1970 UTC.
  public var now: Int64
  /// Codes of the grids in scope.
  public var grids: [String]
  /// How far each lane of the asking incarnation was received.
  public var lanes: [String: LanePosition]
  /// An administrator's order that the device wipes itself.
  public var wipe: WipeOrder?

  /// An answer as given.
  public init(
    device: UniqueID, epoch: UniqueID, city: String, worker: Worker, now: Int64, grids: [String],
    lanes: [String: LanePosition], wipe: WipeOrder? = nil
  ) {
    self.device = device
    self.epoch = epoch
    self.city = city
    self.worker = worker
    self.now = now
    self.grids = grids
    self.lanes = lanes
    self.wipe = wipe
  }

  /// How far this lane was received; nil when the answer does not say.
  public func position(of lane: Lane) -> LanePosition? { lanes[lane.rawValue] }
}
