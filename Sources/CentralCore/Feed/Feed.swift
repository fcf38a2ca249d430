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
    /// The register holds a boundary that is no JSON.
    case boundaryDamaged
  }

  let now: @Sendable () -> Int64
  /// Bytes of records in one page, about, and of boundaries as many: a page is
  /// cut to fewer changes above.
  private let pageBytes: Int

  /// A feed with the centre's clock.
  public init(now: @escaping @Sendable () -> Int64) {
    self.init(now: now, pageBytes: 4_194_304)
  }

  init(now: @escaping @Sendable () -> Int64, pageBytes: Int) {
    self.now = now
    self.pageBytes = pageBytes
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
    let entering = try entering(from: position, to: scope, in: store)
    var changes = entering.map { Change.enter(grid: $0) }
    for id in position.grids.keys.sorted() where !scope.contains(id) {
      changes.append(.leave(grid: id))
    }
    position.grids = position.grids.filter { scope.contains($0.key) }
    for grid in entering { position.grids[grid.id] = 0 }
    let isWaiting = position.grids.count < Set(scope).count
    let stretch = try stretch(for: device, from: position, limit: limit, in: store)
    changes += stretch.changes
    position.own = max(position.own, stretch.through)
    for (grid, version) in position.grids { position.grids[grid] = max(version, stretch.through) }
    return ChangePage(
      epoch: epoch, now: now(), cursor: try position.text(),
      more: stretch.more || isWaiting, changes: changes)
  }

  /// Grids that came into the scope; those that find no room in this page enter
  /// with the next one.
  private func entering(
    from position: FeedCursor, to scope: [String], in store: any CentralReading
  ) throws -> [GridOutline] {
    var entering: [GridOutline] = []
    var bytes = 0
    for id in scope where position.grids[id] == nil {
      guard let grid = try store.division(id) else { continue }
      bytes += grid.boundary?.utf8.count ?? 0
      if !entering.isEmpty, bytes > pageBytes { break }
      let boundary = try grid.boundary.map(Self.geometry)
      entering.append(GridOutline(id: id, name: grid.name, boundary: boundary))
    }
    return entering
  }

  private static func geometry(_ text: String) throws -> FieldValue {
    do { return try WireJSON.decode(FieldValue.self, from: Array(text.utf8)) } catch {
      // Not the device's mistake, which a `DecodingError` would say.
      throw Fault.boundaryDamaged
    }
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
      if bytes <= pageBytes || limit == 1 { return stretch }
      limit = max(1, limit / 4)
    }
  }
}
