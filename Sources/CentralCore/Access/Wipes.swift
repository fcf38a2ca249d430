import Domain
import SyncProtocol

/// Orders that lost devices wipe themselves (PROTOCOL.md §7).
///
/// Whoever calls this has made sure that an administrator is signed in, or runs
/// on the centre's own machine.
public struct Wipes: Sendable {
  /// Why there is no such order.
  public enum Fault: Error, Sendable, Hashable {
    /// No such device.
    case deviceUnknown
    /// The device was wiped already.
    case done
    /// A revoked device cannot send what it has first.
    case revoked
    /// No order stands.
    case noOrder
  }

  let store: any CentralStore
  let now: @Sendable () -> Int64
  let makeID: @Sendable () -> UniqueID

  /// Orders with the centre's store, clock and source of random identifiers.
  public init(
    store: any CentralStore, now: @escaping @Sendable () -> Int64,
    makeID: @escaping @Sendable () -> UniqueID
  ) {
    self.store = store
    self.now = now
    self.makeID = makeID
  }

  /// Orders that a device is wiped; in the place of an order that stands.
  /// Audited.
  @discardableResult
  public func order(
    _ device: UniqueID, unsent: WipeOrder.Unsent, by account: String
  ) throws -> Wipe {
    let at = now()
    let wipe = Wipe(
      device: device, order: WipeOrder(order: makeID(), unsent: unsent, by: account, at: at))
    return try store.write { transaction in
      guard let known = try transaction.device(device) else { throw Fault.deviceUnknown }
      if let standing = try transaction.wipe(of: device), !standing.isOpen { throw Fault.done }
      if known.revokedAt != nil, unsent == .send { throw Fault.revoked }
      try transaction.put(wipe)
      try transaction.audit(
        account: account, action: "order-wipe-\(unsent.rawValue)", subject: device.text, at: at)
      return wipe
    }
  }

  /// Takes back an order that is not done: the device was found. Audited.
  public func withdraw(_ device: UniqueID, by account: String) throws {
    let at = now()
    try store.write { transaction in
      guard try transaction.device(device) != nil else { throw Fault.deviceUnknown }
      guard let standing = try transaction.wipe(of: device) else { throw Fault.noOrder }
      guard standing.isOpen else { throw Fault.done }
      try transaction.deleteWipe(of: device)
      try transaction.audit(
        account: account, action: "withdraw-wipe", subject: device.text, at: at)
    }
  }

  /// Takes a device's word that it has wiped itself, and revokes it. A repeat
  /// changes nothing.
  ///
  /// - Throws: `.noOrder` when no such order was given.
  public func report(_ order: UniqueID) throws {
    let at = now()
    try store.write { transaction in
      guard var wipe = try transaction.wipe(order: order) else { throw Fault.noOrder }
      guard wipe.isOpen else { return }
      wipe.wipedAt = at
      try transaction.put(wipe)
      guard var device = try transaction.device(wipe.device) else { throw Fault.deviceUnknown }
      device.revokedAt = device.revokedAt ?? at
      try transaction.put(device)
      try transaction.audit(
        account: wipe.order.by, action: "wiped", subject: device.id.text, at: at)
    }
  }
}
