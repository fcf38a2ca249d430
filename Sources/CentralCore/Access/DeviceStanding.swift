import Domain
import SyncProtocol

/// How one device stands with the centre, as an operator sees it.
public struct DeviceStanding: Sendable, Hashable {
  /// The device.
  public var device: Device
  /// The order to wipe it.
  public var wipe: Wipe?
  /// What it last said waits on it.
  public var backlog: Backlog?
  /// The last entry received of each lane, by the life of its journal.
  public var received: [UniqueID: [Lane: Int64]]
  /// Photos the centre lacks of those it named.
  public var awaitedPhotos: Int

  /// Lives of its journal that anything was received of. More than one says
  /// that it was enrolled anew on a store that had been used, or cloned.
  public var incarnations: Int { received.count }

  /// Entries of a lane received, all lives of its journal together.
  public func received(_ lane: Lane) -> Int64 {
    received.values.reduce(0) { $0 + ($1[lane] ?? 0) }
  }

  /// All devices, newest first.
  public static func all(in store: any CentralReading) throws -> [DeviceStanding] {
    let wipes = Dictionary(try store.wipes().map { ($0.device, $0) }) { first, _ in first }
    let backlogs = try store.backlogs()
    let awaited = try store.awaitedPhotos()
    var received: [UniqueID: [UniqueID: [Lane: Int64]]] = [:]
    for (key, last) in try store.receivedLanes() {
      received[key.device, default: [:]][key.incarnation, default: [:]][key.lane] = last
    }
    return try store.devices().map { device in
      DeviceStanding(
        device: device, wipe: wipes[device.id], backlog: backlogs[device.id],
        received: received[device.id] ?? [:], awaitedPhotos: awaited[device.id] ?? 0)
    }
  }
}
