import CentralCore
import Domain
import SyncProtocol

/// A generator whose whole sequence is its seed (SplitMix64; Steele, Lea,
/// Flood 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// The simulated handhelds: each is made from its number alone, so that whoever
/// puts them into a centre and whoever speaks for them need share nothing.
struct Fleet {
  static let seed: UInt64 = 0x5701
  /// Records in each grid before the storm, so that the tables have some depth.
  static let recordsPerGrid = 20

  let number: Int
  let device: UniqueID
  let incarnation: UniqueID
  let secret: String

  init(_ number: Int) {
    self.number = number
    var random = SplitMix64(state: Self.seed &+ UInt64(number) &* 0x1_0000_0001)
    device = .v4(using: &random)
    incarnation = .v4(using: &random)
    secret = SHA256.hash(Array("storm \(number)".utf8)).hex
  }

  var token: String { "\(device.text).\(secret)" }
  var worker: String { "S\(number)" }
  /// Two devices share a grid, as two shifts do.
  var grid: String { Self.grid(number / 2) }

  static func grid(_ index: Int) -> String {
    let digits = String(index)
    return "440398" + String(repeating: "0", count: 9 - digits.count) + digits
  }

  private static let batch = 500
  /// Stands for a device without grids, whose cursor is every device's beginning:
  /// they have the forms, and their grid is new to them.
  private static let reader = 9_999_999

  /// Puts so many workers with their grids, records and devices into a centre,
  /// and returns the cursor they come back with.
  static func settle(_ count: Int, in centre: Centre) throws -> String {
    for first in stride(from: 0, to: count, by: batch) {
      let range = first..<min(first + batch, count)
      try centre.store.write { transaction in
        for number in range { try Fleet(number).settle(in: transaction) }
      }
    }
    let nobody = Fleet(reader)
    try centre.store.write { transaction in
      try transaction.put(Worker(id: nobody.worker, name: "无"), grids: [])
      try transaction.put(nobody.row)
    }
    var cursor: String?
    while true {
      let at = cursor
      let page = try centre.store.read {
        try centre.feed.page(for: nobody.row, after: at, limit: 500, in: $0)
      }
      cursor = page.cursor
      if !page.more { return page.cursor }
    }
  }

  private var row: Device {
    Device(
      id: device, worker: worker, name: "storm", incarnation: incarnation,
      tokenHash: SHA256.hash(Array(secret.utf8)), enrolledAt: 0)
  }

  private func settle(in transaction: any CentralWriting) throws {
    if number % 2 == 0 { try settleGrid(in: transaction) }
    try transaction.put(Worker(id: worker, name: "风暴\(number)"), grids: [grid])
    try transaction.put(row)
  }

  private func settleGrid(in transaction: any CentralWriting) throws {
    let corners = (0...24).map { corner -> String in
      let (x, y) = (Double(corner % 24) / 1000, Double(number % 1000) / 1000)
      return "[\(113.9 + x),\(22.5 + y)]"
    }
    try transaction.put(
      Division(
        id: grid, name: "风暴网格\(number)", level: "grid", parent: nil,
        boundary: #"{"type":"MultiPolygon","coordinates":[[["# + corners.joined(separator: ",")
          + "]]]}"))
    var random = SplitMix64(state: UInt64(number))
    for index in 0..<Self.recordsPerGrid {
      let version = try transaction.nextVersion()
      let record = Record(
        id: .v7(at: 1_790_000_000_000, using: &random), element: .household, kind: "household",
        grid: grid, fields: ["full_address": .text("风暴街\(number)号\(index)室"), "building": "3"],
        version: version)
      try transaction.put(
        StoredRecord(
          record: record, writers: ["full_address": .init(version: version, by: incarnation)],
          createdAt: 1_790_000_000_000),
        leaving: nil)
    }
  }
}
