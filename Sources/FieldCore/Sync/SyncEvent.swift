import Domain
import SyncProtocol

/// What the agent is doing, told while it does it.
public enum SyncEvent: Sendable, Hashable {
  /// A round begins.
  case started
  /// What waits at the beginning of a round.
  case planned(SyncPlan)
  /// The centre began another history; what it lost is sent again.
  case epochChanged
  /// The centre knows another journal under this incarnation; a new one began.
  case incarnationChanged
  /// The centre orders, by this account, that the device wipes itself.
  case wipeOrdered(by: String)
  /// A segment is sent.
  case segment(Lane, first: Int64, last: Int64, bytes: Int64)
  /// The thumbnail of a photo is sent.
  case thumbnail(of: Digest, bytes: Int64)
  /// A photo is sent.
  case photo(Digest, bytes: Int64)
  /// An earlier try brought the first `at` bytes of more; this one goes on there.
  case resumed(at: Int64, of: Int64)
  /// Bytes of the present segment or photo handed to the network.
  case sent(Int64, of: Int64)
  /// The centre's receipt for operations was kept.
  case receipt(Lane, first: Int64, last: Int64, refused: Int)
  /// The centre has a photo's thumbnail.
  case thumbnailReceived(of: Digest)
  /// The centre's receipt for a photo was kept.
  case photoReceived(Digest)
  /// A lane waits for somebody: the centre called its segment bad three times.
  case held(Lane)
  /// A photo waits for somebody: the centre does not take it, or its file
  /// cannot be read.
  case photoHeld(Digest, problem: String)
  /// A page of changes was applied.
  case page(changes: Int)
  /// A round ended.
  case finished(SyncOutcome)
  /// The loop waits before the next round.
  case waiting(seconds: Double, after: SyncError?)
}

/// What one round came to.
public struct SyncOutcome: Sendable, Hashable {
  /// Why it ended early; nil when it came to its end.
  public var error: SyncError?
  /// Operations whose receipt came.
  public var operations = 0
  /// How many of them the centre refused.
  public var refused = 0
  /// How many of them covered somebody else's value.
  public var conflicts = 0
  /// Thumbnails whose receipt came.
  public var thumbnails = 0
  /// Photos that were sent and whose receipt came.
  public var photos = 0
  /// Photos that the centre turned out to have without their being sent.
  public var photosThere = 0
  /// Changes that came from the centre.
  public var changes = 0
  /// Bytes the centre acknowledged.
  public var bytes: Int64 = 0
  /// Lanes that wait for somebody.
  public var held: Set<Lane> = []
  /// Photos that began to wait for somebody.
  public var heldPhotos = 0

  /// Whether anything moved, so that the next try need not wait.
  public var madeProgress: Bool {
    operations + thumbnails + photos + photosThere + changes > 0 || bytes > 0
  }

  /// A round in which nothing happened yet.
  public init() {}
}
