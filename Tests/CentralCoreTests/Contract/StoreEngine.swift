import Domain
import Testing

@testable import CentralCore

/// An engine that must keep the contract of `CentralStore`. A second engine is
/// a second value in `all`; the tests of this folder then run on both.
struct StoreEngine: Sendable, CustomTestStringConvertible {
  let name: String
  /// Makes and opens the store of a city.
  let found:
    @Sendable (_ folder: Folder, _ city: String, _ ids: IDSource) throws
      -> any CentralStore
  /// Opens what a backup wrote, at this moment (milliseconds since 1970).
  let restoreAt:
    @Sendable (_ path: String, _ ids: IDSource, _ now: Int64) throws -> any CentralStore

  /// Opens what a backup wrote.
  func restore(_ path: String, _ ids: IDSource) throws -> any CentralStore {
    try restoreAt(path, ids, 1_790_000_000_000)
  }

  var testDescription: String { name }

  static let all = [sqlite]

  static let sqlite = StoreEngine(
    name: "SQLite",
    found: { folder, city, ids in
      let path = folder["\(city).db"]
      try SQLiteCentralStore.create(at: path, .init(city: city, epoch: ids.v4()))
      return try SQLiteCentralStore(path: path, newEpoch: { ids.v4() })
    },
    restoreAt: { path, ids, now in
      try SQLiteCentralStore(path: path, newEpoch: { ids.v4() }, now: { now })
    })
}

/// A store with its folder, for one test.
struct StoreScene {
  let folder: Folder
  let ids: IDSource
  let store: any CentralStore

  init(_ engine: StoreEngine, seed: UInt64 = 7) throws {
    folder = try Folder()
    ids = IDSource(seed: seed)
    store = try engine.found(folder, Town.city, ids)
    try Town.settle(store)
  }

  func stored(_ id: UniqueID, grid: String = Town.gridA, version: Int64) -> StoredRecord {
    StoredRecord(
      record: Record(
        id: id, element: .household, kind: "household", grid: grid, version: version),
      writers: [:], createdAt: 1)
  }
}
