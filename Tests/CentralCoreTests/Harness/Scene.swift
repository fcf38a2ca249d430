import Database
import Domain
import Locks
import SyncProtocol
import Testing

@testable import CentralCore

/// Identifiers made from a seed, the same in every run.
final class IDSource: Sendable {
  private let random: Mutex<SplitMix64>

  init(seed: UInt64) { random = Mutex(SplitMix64(state: seed)) }

  func v4() -> UniqueID { random.withLock { UniqueID.v4(using: &$0) } }
  func v7() -> UniqueID { random.withLock { UniqueID.v7(at: 1_790_000_000_000, using: &$0) } }
}

/// Two streets with three grids, two workers and four kinds of records.
enum Town {
  static let city = "440300"
  static let gridA = "440399001001001"
  static let gridB = "440399001001002"
  static let gridC = "440399001002001"
  static let kinds = ["household", "person", "event", "task"]

  static func settle(_ store: any CentralStore) throws {
    try store.write { transaction in
      for grid in [gridA, gridB, gridC] {
        try transaction.put(
          Division(
            id: grid, name: "格\(grid.suffix(3))", level: "grid", parent: nil,
            boundary: #"{"type":"MultiPolygon","coordinates":[]}"#))
      }
      try transaction.put(Worker(id: "W1", name: "陈"), grids: [gridA, gridB])
      try transaction.put(Worker(id: "W2", name: "李"), grids: [gridB, gridC])
      for kind in kinds {
        try transaction.put(
          FormSource(id: kind, version: "1", source: "type,name\n"),
          version: try transaction.nextVersion())
      }
    }
  }

  static func device(_ id: UniqueID, worker: String, incarnation: UniqueID) -> Device {
    Device(
      id: id, worker: worker, name: "手持机", incarnation: incarnation,
      tokenHash: SHA256.hash([]), enrolledAt: 0)
  }
}

/// A centre in a folder of its own, with a clock that stands still.
final class Scene: Sendable {
  let folder: Folder
  let clock = ManualClock()
  let ids: IDSource
  let centre: Centre

  init(seed: UInt64 = 1) throws {
    folder = try Folder()
    ids = IDSource(seed: seed)
    let surroundings = Self.surroundings(clock, ids)
    try Centre.found(in: folder["centre"], city: Town.city, surroundings)
    centre = try Centre(in: folder["centre"], surroundings)
    try Town.settle(centre.store)
  }

  static func surroundings(_ clock: ManualClock, _ ids: IDSource) -> Centre.Surroundings {
    Centre.Surroundings(now: { clock.now }, makeID: { ids.v4() })
  }

  var store: any CentralStore { centre.store }
  var databasePath: String { folder["centre/gridwalkd.db"] }

  /// The same directory opened once more, as after a restart.
  func reopened(_ name: String = "centre") throws -> Centre {
    try Centre(in: folder[name], Self.surroundings(clock, ids))
  }

  /// A device of this worker, in the store.
  func device(worker: String = "W1") throws -> Device {
    let device = Town.device(ids.v7(), worker: worker, incarnation: ids.v4())
    try store.write { try $0.put(device) }
    return device
  }

  func handheld(worker: String = "W1") throws -> Handheld {
    let device = try device(worker: worker)
    return Handheld(device: device, incarnation: device.incarnation, ids: ids)
  }

  @discardableResult
  func take(_ segment: Segment, from device: Device) throws -> Receipt {
    let intake = Intake(now: { self.clock.now })
    return try store.write { try intake.take(segment, from: device, in: $0) }
  }

  /// Takes a handheld's entries that the centre does not have yet.
  @discardableResult
  func sync(_ handheld: inout Handheld, lane: Lane = .normal) throws -> [OperationResult] {
    let first = handheld.received(lane) + 1
    let segment = handheld.segment(lane, first: first)
    let results = try take(segment, from: handheld.device).results
    handheld.noteReceived(lane, segment.header.last)
    return results
  }

  func record(_ id: UniqueID) throws -> Record {
    try #require(try store.read { try $0.record(id) }).record
  }

  func fields(_ id: UniqueID) throws -> [String: FieldValue] { try record(id).fields }

  func page(_ device: Device, after cursor: String?, limit: Int) throws -> ChangePage {
    try store.read {
      try self.centre.feed.page(for: device, after: cursor, limit: limit, in: $0)
    }
  }

  func conflicts() throws -> [Conflict] { try store.read { try $0.openConflicts() } }
}

extension Receipt {
  var results: [OperationResult] {
    if case .segment(_, _, _, _, let results, _) = self { results } else { [] }
  }
  var missing: [Digest] {
    if case .segment(_, _, _, _, _, let missing) = self { missing } else { [] }
  }
  var epoch: UniqueID {
    switch self {
    case .segment(let epoch, _, _, _, _, _): epoch
    case .photo(let epoch, _, _), .thumbnail(let epoch, _, _): epoch
    }
  }
}

extension Scene {
  /// What was audited, oldest first.
  func audits() throws -> [(account: String, action: String, subject: String)] {
    try Connection(path: databasePath, mode: .readOnly).rows(
      "SELECT account, action, subject FROM audit ORDER BY id"
    ) { (try $0.text(0), try $0.text(1), try $0.text(2)) }
  }
}
