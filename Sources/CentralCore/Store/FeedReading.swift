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

/// Reads the change feed.
public protocol FeedReading {
  /// Changes of these scopes, each from its own position (exclusive), ordered
  /// by version over all of them; at most `limit`.
  func changes(
    since positions: [(scope: Scope, version: Int64)], limit: Int
  ) throws -> [(version: Int64, change: Change)]
}
