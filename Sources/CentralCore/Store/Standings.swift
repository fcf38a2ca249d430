import Domain
import SyncProtocol

/// An order to wipe a device, and how far it came.
public struct Wipe: Sendable, Hashable {
  /// The device.
  public var device: UniqueID
  /// What the device is told.
  public var order: WipeOrder
  /// When the device was told first, milliseconds since 1970 UTC.
  public var toldAt: Int64?
  /// When the device said that it is done.
  public var wipedAt: Int64?

  /// Whether the device is still to be wiped.
  public var isOpen: Bool { wipedAt == nil }

  /// An order as given.
  public init(
    device: UniqueID, order: WipeOrder, toldAt: Int64? = nil, wipedAt: Int64? = nil
  ) {
    self.device = device
    self.order = order
    self.toldAt = toldAt
    self.wipedAt = wipedAt
  }
}

/// What a device says waits on it.
public struct Backlog: Sendable, Hashable {
  /// Operations and photos without a receipt.
  public var waiting: Int64
  /// The age of the oldest of them in seconds, when it said so.
  public var oldestSeconds: Int64?
  /// When it said so, milliseconds since 1970 UTC.
  public var toldAt: Int64

  /// A backlog as given.
  public init(waiting: Int64, oldestSeconds: Int64?, toldAt: Int64) {
    self.waiting = waiting
    self.oldestSeconds = oldestSeconds
    self.toldAt = toldAt
  }
}

/// What an operator sees of the devices beside their rows.
public protocol StandingReading {
  /// The order to wipe this device; nil when there is none.
  func wipe(of device: UniqueID) throws -> Wipe?
  /// The wipe that this order asks for.
  func wipe(order: UniqueID) throws -> Wipe?
  /// All orders to wipe, done ones included.
  func wipes() throws -> [Wipe]
  /// What each device last said waits on it.
  func backlogs() throws -> [UniqueID: Backlog]
  /// How far every lane was received.
  func receivedLanes() throws -> [LaneKey: Int64]
  /// How many photos the centre lacks of those each device named.
  func awaitedPhotos() throws -> [UniqueID: Int]
}

/// Changes of what an operator asks of devices and sees of them.
public protocol StandingWriting {
  /// Adds an order to wipe, or replaces the one that stood.
  func put(_ wipe: Wipe) throws
  /// Takes back an order that is not done.
  func deleteWipe(of device: UniqueID) throws
  /// Keeps what a device says waits on it.
  func put(_ backlog: Backlog, of device: UniqueID) throws
  /// Notes that the centre lacks a photo that this device named; it is
  /// forgotten when the photo comes.
  func expect(photo sha256: Digest, from device: UniqueID) throws
}
