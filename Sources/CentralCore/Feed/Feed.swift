import Domain
import SyncProtocol

/// Pages of the change feed for one device (PROTOCOL.md §8).
///
/// A record's row of changes holds its newest change only, so the same reading
/// that brings news also brings a snapshot: a grid that came into the scope is
/// simply read from its beginning.
public struct Feed: Sendable {
  /// Why there is no page.
  public enum Fault: Error, Sendable, Hashable {
    /// The cursor is not one of ours, or of another epoch.
    case cursorExpired
  }

  let now: @Sendable () -> Int64
  /// Bytes of records in one page, about; a page is cut to fewer changes above.
  private static let pageBytes = 4_194_304

  /// A feed with the centre's clock.
  public init(now: @escaping @Sendable () -> Int64) {
    self.now = now
  }

  /// The page after this cursor; without one, the first.
  public func page(
    for device: Device, after cursor: String?, limit: Int, in store: any CentralReading
  ) throws -> ChangePage {
    let epoch = try store.epoch()
    var position = FeedCursor(epoch: epoch)
    if let cursor {
      guard let read = FeedCursor(cursor), read.epoch == epoch else { throw Fault.cursorExpired }
      position = read
    }
    let scope = try store.grids(ofWorker: device.worker)
    var changes = try boundaryChanges(from: position, to: scope, in: store)
    position.grids = Dictionary(
      scope.map { ($0, position.grids[$0] ?? 0) }, uniquingKeysWith: { first, _ in first })
    let stretch = try stretch(for: device, from: position, limit: limit, in: store)
    changes += stretch.changes
    position.own = max(position.own, stretch.through)
    for (grid, version) in position.grids { position.grids[grid] = max(version, stretch.through) }
    return ChangePage(
      epoch: epoch, now: now(), cursor: try position.text(), more: stretch.more, changes: changes)
  }

  /// Grids that came into the scope, and grids that left it.
  private func boundaryChanges(
    from position: FeedCursor, to scope: [String], in store: any CentralReading
  ) throws -> [Change] {
    var changes: [Change] = []
    for id in scope where position.grids[id] == nil {
      guard let grid = try store.division(id) else { continue }
      let boundary = try grid.boundary.map {
        try WireJSON.decode(FieldValue.self, from: Array($0.utf8))
      }
      changes.append(.enter(grid: GridOutline(id: id, name: grid.name, boundary: boundary)))
    }
    for id in position.grids.keys.sorted() where !scope.contains(id) {
      changes.append(.leave(grid: id))
    }
    return changes
  }

  private func stretch(
    for device: Device, from position: FeedCursor, limit: Int, in store: any CentralReading
  ) throws -> ChangeStretch {
    var positions: [(scope: Scope, version: Int64)] = [
      (.city, position.own), (.device(device.id), position.own),
    ]
    for (grid, version) in position.grids { positions.append((.grid(grid), version)) }
    var limit = min(max(limit, 1), Limits.pageChanges)
    while true {
      let stretch = try store.changes(since: positions, limit: limit)
      let bytes = try stretch.changes.reduce(0) { try $0 + WireJSON.encode($1).count }
      if bytes <= Self.pageBytes || limit == 1 { return stretch }
      limit = max(1, limit / 4)
    }
  }
}
