import Domain
import SyncProtocol

/// What a feed is read by: each scope has its own row of changes.
public enum Scope: Sendable, Hashable {
  /// The records of a grid.
  case grid(String)
  /// What is for one device alone: its receipts.
  case device(UniqueID)
  /// What is for everybody: forms.
  case city

  /// The scope as a key.
  public var key: String {
    switch self {
    case .grid(let id): "grid:\(id)"
    case .device(let id): "device:\(id.text)"
    case .city: "city"
    }
  }
}

/// A stretch of the change feed.
public struct ChangeStretch: Sendable {
  /// The changes, by version.
  public var changes: [Change]
  /// Everything of the asked scopes up to this version is in `changes`.
  public var through: Int64
  /// Whether there is more beyond.
  public var more: Bool

  /// A stretch as given.
  public init(changes: [Change], through: Int64, more: Bool) {
    self.changes = changes
    self.through = through
    self.more = more
  }
}

/// Reads the change feed.
public protocol FeedReading {
  /// Changes of these scopes, each from its own position (exclusive), ordered
  /// by version over all of them; about `limit`, and never a part of what one
  /// version changed. A record that moved from one of these scopes to another
  /// is not gone.
  func changes(
    since positions: [(scope: Scope, version: Int64)], limit: Int
  ) throws -> ChangeStretch
}
