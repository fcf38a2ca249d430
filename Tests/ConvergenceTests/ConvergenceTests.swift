import Database
import Domain
import Foundation
import SyncProtocol
import Testing

@testable import CentralCore
@testable import FieldCore

/// Real handhelds and a real centre over a bad link, at random from a seed, until
/// quiet: nothing is lost, nothing happens twice, everybody sees the same.
///
/// `GRIDWALK_PLAYS=N` plays N seeds instead of the few of every day,
/// `GRIDWALK_PLAY_SEED=S` the one that failed.
@Suite("Convergence")
struct ConvergenceTests {
  private static let steps = 220

  static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["GRIDWALK_PLAY_SEED"].flatMap({ UInt64($0) }) { return [seed] }
    let count = environment["GRIDWALK_PLAYS"].flatMap { UInt64($0) } ?? 5
    return (0..<count).map { 20_261_128 + $0 }
  }()

  @Test("after quiet all replicas agree, every operation has one effect, every value stands")
  func converge() throws {
    var total: [String: Int] = [:]
    for seed in Self.seeds {
      let play = try Play(seed: seed, devices: 3 + Int(seed % 3))
      try play.run(steps: Self.steps)
      try play.comeToRest()
      let before = Trouble.count
      try Judge(play: play, seed: seed).judge()
      if Trouble.count > before { print("play FAILED: GRIDWALK_PLAY_SEED=\(seed)") }
      total.merge(play.tally) { $0 + $1 }
    }
    let words = total.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    print("plays of seeds \(Self.seeds.first ?? 0)…: \(words.joined(separator: ", "))")
    // A play in which nothing much happens proves nothing.
    #expect(Self.seeds.count == 1 || (total["decisions"] ?? 0) > 10)
    #expect(Self.seeds.count == 1 || (total["restores"] ?? 0) > 0)
  }
}

/// How many things were wrong so far; an issue alone does not say its seed.
enum Trouble {
  nonisolated(unsafe) private static var number = 0
  static var count: Int { number }

  static func expect(
    _ holds: Bool, _ what: @autoclosure () -> String, seed: UInt64,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    if holds { return }
    number += 1
    Issue.record("seed \(seed): \(what())", sourceLocation: sourceLocation)
  }
}

/// The oracles of a play that came to rest.
struct Judge {
  let play: Play
  let seed: UInt64

  private func expect(
    _ holds: Bool, _ what: @autoclosure () -> String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    Trouble.expect(holds, what(), seed: seed, sourceLocation: sourceLocation)
  }

  func judge() throws {
    let log = try log()
    try judgeReceipts(log)
    try judgeEffects(log)
    let records = try judgeRecords()
    for device in play.devices {
      try judgeReplica(device, records)
      try RowComparison(play: play, device: device, seed: seed).judge()
    }
    for fault in try Examination(of: play.centre).run().faults {
      expect(false, "the centre's own examination: \(fault)")
    }
    for device in play.devices {
      let faults = device.store.verify()
      expect(faults.isEmpty, "\(device.name)'s own examination: \(faults)")
    }
  }

  /// Everything the centre took, with who sent it.
  private func log() throws -> [(lane: LaneKey, entry: JournaledOperation)] {
    try play.centre.store.read { store in
      try store.lanes().flatMap { lane in
        try store.operations(of: lane, first: 1, last: 1_000_000).map { (lane, $0) }
      }
    }
  }

  /// Every operation of every journal is at the centre as it was written, and the
  /// device holds the result that stands there.
  private func judgeReceipts(_ log: [(lane: LaneKey, entry: JournaledOperation)]) throws {
    var lines: [LaneKey: [Int64: JournaledOperation]] = [:]
    for (lane, entry) in log { lines[lane, default: [:]][entry.result.seq] = entry }
    for device in play.devices {
      let state = try device.store.device()
      let id = try #require(state.device)
      let rows = try device.store.connection.rows(
        """
        SELECT incarnation.id, journal.lane, journal.seq, journal.line, receipt.result,
          receipt.version FROM journal JOIN incarnation ON incarnation.number = journal.incarnation
        LEFT JOIN receipt USING (incarnation, lane, seq)
        """
      ) { row in
        (
          LaneKey(
            device: id, incarnation: try Column.id(row.text(0)),
            lane: try Column.word(Lane.self, row.text(1))),
          try row.integer(2), try row.blob(3), try row.optionalText(4), try row.optionalInteger(5)
        )
      }
      for (lane, seq, line, result, version) in rows where lane.incarnation == state.incarnation {
        let there = lines[lane]?[seq]
        expect(there?.line == line, "\(device.name) \(lane.lane) \(seq) is not at the centre")
        expect(
          result == there?.result.result.rawValue && version == there?.result.version,
          "\(device.name) \(lane.lane) \(seq): \(result ?? "no receipt"), \(String(describing: there?.result))"
        )
      }
    }
  }

  /// One effect or refusal for each operation, in one order.
  private func judgeEffects(_ log: [(lane: LaneKey, entry: JournaledOperation)]) throws {
    let effects = log.map(\.entry.result).filter { $0.result != .refused }
    expect(Set(effects.map(\.op)).count == effects.count, "an operation took effect twice")
    expect(Set(effects.map(\.version)).count == effects.count, "a version was given out twice")
    for lane in Set(log.map(\.lane)) {
      let places = log.filter { $0.lane == lane }.map(\.entry.result.seq)
      expect(places == Array(1...Int64(places.count)), "a gap in \(lane)")
    }
    let known: [RefusalCode] = [.gridOutOfScope, .recordUnknown, .duplicate]
    for (_, entry) in log where entry.result.result == .refused {
      expect(
        known.contains(entry.result.code ?? .malformed),
        "refused: \(String(describing: entry.result.code))")
    }
  }

  /// The centre's records and conflicts are what the log comes to.
  private func judgeRecords() throws -> [UniqueID: Record] {
    var reckoning = Reckoning()
    let effective = try log().filter { $0.entry.result.result != .refused }
      .sorted { ($0.entry.result.version ?? 0) < ($1.entry.result.version ?? 0) }
    for (lane, entry) in effective {
      let line = try JSONDecoder().decode(LoggedLine.self, from: Data(entry.line))
      reckoning.apply(
        line, by: lane.incarnation, version: try #require(entry.result.version))
    }
    for (index, (_, entry)) in effective.enumerated() {
      expect(
        entry.result.result.rawValue == reckoning.outcomes[index],
        "\(String(describing: entry.result)), reckoned \(reckoning.outcomes[index])")
    }
    var records: [UniqueID: Record] = [:]
    for id in Set(reckoning.events.map(\.line.record)) {
      let record = try #require(try play.centre.store.read { try $0.record(id) }).record
      records[id] = record
      expect(record.fields == reckoning.fields(of: id), "fields of \(id): \(record.fields)")
      expect(.text(record.grid) == reckoning.value("#grid", of: id), "grid of \(id)")
      let parent: FieldValue = record.parent.map { .text($0.text) } ?? .null
      expect(parent == reckoning.value("#parent", of: id), "parent of \(id)")
      expect((record.deleted == true) == reckoning.isDeleted(id), "deletion of \(id)")
      expect(
        record.version == reckoning.events.last { $0.line.record == id }?.version,
        "version of \(id)")
    }
    try judgeConflicts(reckoning)
    return records
  }

  private func judgeConflicts(_ reckoning: Reckoning) throws {
    for dispute in reckoning.disputes {
      let id = Conflict.id(op: dispute.op, field: dispute.field)
      guard let stored = try play.centre.store.read({ try $0.conflict(id) }) else {
        expect(false, "no conflict for \(dispute)")
        continue
      }
      let conflict = stored.conflict
      let found = Reckoning.Dispute(
        record: conflict.record, field: conflict.field, base: conflict.base,
        shown: conflict.shown, kept: conflict.kept, op: conflict.op,
        shownBy: conflict.shownBy?.op ?? conflict.id, keptBy: conflict.keptBy?.op ?? conflict.id,
        version: stored.version, resolved: conflict.resolved?.op)
      expect(found == dispute, "conflict \(found), reckoned \(dispute)")
    }
    let open = try play.centre.store.read { try $0.openConflicts() }
    expect(
      Set(open.map(\.id))
        == Set(reckoning.openDisputes.map { Conflict.id(op: $0.op, field: $0.field) }),
      "open conflicts: \(open.count), reckoned \(reckoning.openDisputes.count)")
  }

  /// A handheld shows what the centre has in its grids, records and open conflicts,
  /// and nothing else.
  private func judgeReplica(_ device: PlayDevice, _ all: [UniqueID: Record]) throws {
    let scope = Set(device.grids)
    let mine = all.filter { scope.contains($0.value.grid) }
    let ids = try device.store.connection.rows("SELECT id FROM record") {
      try Column.id($0.text(0))
    }
    for id in ids {
      let stored = try #require(try device.store.record(id))
      // Refused as new: it is nowhere else.
      if stored.server == nil { continue }
      guard let there = mine[id] else {
        expect(false, "\(device.name) has \(id), which is not in its grids")
        continue
      }
      expect(
        Self.plain(stored.record) == Self.plain(there),
        "\(device.name) shows \(stored.record), the centre \(there)")
    }
    for id in mine.keys where !ids.contains(id) { expect(false, "\(device.name) lacks \(id)") }
    let here = Set(try device.store.conflicts().map(\.conflict))
    let there = Set(
      try play.centre.store.read { try $0.openConflicts() }.filter { mine[$0.record] != nil })
    expect(
      here == there,
      "\(device.name): open here only \(here.subtracting(there)), there only \(there.subtracting(here))"
    )
  }

  private static func plain(_ record: Record) -> Record {
    var plain = record
    plain.deleted = record.deleted == true
    plain.photos = record.photos ?? []
    return plain
  }
}
