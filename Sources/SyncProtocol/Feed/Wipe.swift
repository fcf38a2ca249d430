import Domain

/// A signed-in administrator's order that a lost device wipes itself
/// (PROTOCOL.md §7).
public struct WipeOrder: Sendable, Hashable, Codable {
  /// What becomes of what the centre has not received.
  public enum Unsent: String, Sendable, Hashable, Codable {
    /// It is sent first.
    case send
    /// It is lost.
    case drop
  }

  /// Random; known to the centre and the device only.
  public var order: UniqueID
  /// What becomes of what the centre has not received.
  public var unsent: Unsent
  /// The account that ordered it.
  public var by: String
  /// When it was ordered, milliseconds since 1970 UTC.
  public var at: Int64

  /// An order as given.
  public init(order: UniqueID, unsent: Unsent, by: String, at: Int64) {
    self.order = order
    self.unsent = unsent
    self.by = by
    self.at = at
  }
}

/// What a device says when it has wiped itself.
public struct WipeReport: Sendable, Hashable, Codable {
  /// The order it followed.
  public var order: UniqueID

  /// A report as given.
  public init(order: UniqueID) { self.order = order }
}
