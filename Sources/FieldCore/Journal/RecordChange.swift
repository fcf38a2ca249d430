import Domain
import SyncProtocol

/// One thing somebody does to one record.
///
/// Photos are digests of files that already lie in the photo folder.
public struct RecordChange: Sendable, Hashable {
  /// What is done.
  public enum Work: Sendable, Hashable {
    /// Begins a record; its `version` and `photos` are set by the store.
    case create(Record)
    /// Sets fields; null clears.
    case update(UniqueID, fields: [String: FieldValue])
    /// Ends a record.
    case delete(UniqueID)
    /// Does something the kind defines, with the fields that say what.
    case act(UniqueID, fields: [String: FieldValue])
  }

  /// What is done.
  public var work: Work
  /// Where it was done, when that is to be kept; with `create` it goes before
  /// the record's own.
  public var position: Position?
  /// The record's new grid, on an update.
  public var grid: String?
  /// The record it now belongs to, on an update.
  public var parent: UniqueID?
  /// Photos it adds.
  public var photos: [Digest]
  /// The queue asked for; nil for the one of the record's element. All
  /// operations of one record travel in the lane of its first one, because
  /// nothing orders two lanes.
  public var lane: Lane?
  /// The version of the record that whoever made the change was looking at;
  /// nil for the present one. What the centre brought since then conflicts
  /// with the change instead of being covered by it.
  public var seenVersion: Int64?
  /// The conflicts of the record that it decides, on an update or a deletion.
  public var resolves: [UniqueID] = []
  /// The operations whose values were chosen among in deciding.
  public var seenOperations: [UniqueID] = []
  var undoes: UniqueID?
  /// Set on a creation that the centre refused before.
  var isRetry = false

  /// A change as given.
  public init(
    _ work: Work, position: Position? = nil, grid: String? = nil, parent: UniqueID? = nil,
    photos: [Digest] = [], lane: Lane? = nil
  ) {
    self.work = work
    self.position = position
    self.grid = grid
    self.parent = parent
    self.photos = photos
    self.lane = lane
  }

  /// Begins a record.
  public static func create(
    _ record: Record, photos: [Digest] = [], lane: Lane? = nil
  ) -> RecordChange {
    RecordChange(.create(record), photos: photos, lane: lane)
  }

  /// Sets fields of a record.
  public static func update(
    _ id: UniqueID, fields: [String: FieldValue], position: Position? = nil,
    photos: [Digest] = []
  ) -> RecordChange {
    RecordChange(.update(id, fields: fields), position: position, photos: photos)
  }

  /// Ends a record.
  public static func delete(_ id: UniqueID) -> RecordChange {
    RecordChange(.delete(id))
  }

  /// Does something the record's kind defines.
  public static func act(
    _ id: UniqueID, fields: [String: FieldValue], position: Position? = nil,
    photos: [Digest] = []
  ) -> RecordChange {
    RecordChange(.act(id, fields: fields), position: position, photos: photos)
  }

  /// The record it is about.
  public var record: UniqueID {
    switch work {
    case .create(let record): record.id
    case .update(let id, _), .delete(let id), .act(let id, _): id
    }
  }
}
