import Domain
import FoundationEssentials
import SyncProtocol
import Testing

@testable import CentralCore

/// What a line says, read by another reader than the centre's.
private struct OracleLine: Decodable {
  let op: String
  let record: String
  let action: String
  let grid: String?
  let fields: [String: String?]?
  let base: Int64
}

/// The centre's records, worked out from the stored lines in server order, one
/// whole pass for every question: the rules of PROTOCOL §5 as they are written
/// there, with no state that is carried along but the list of what happened.
private struct Oracle {
  struct Event {
    let line: OracleLine
    let incarnation: UniqueID
    let version: Int64
    /// The fields it wrote and what they showed before.
    var wrote: [String: String?]
    /// Whether it took the record away or brought it back.
    var deletes: Bool?
  }

  struct Loss: Hashable {
    let op: String
    let field: String
    let kept: String?
  }

  var events: [Event] = []
  var losses: [Loss] = []
  var outcomes: [String] = []

  private func history(_ record: String) -> [Event] { events.filter { $0.line.record == record } }

  func value(_ field: String, of record: String) -> String? {
    history(record).last { $0.wrote.keys.contains(field) }?.wrote[field] ?? nil
  }

  func isDeleted(_ record: String) -> Bool {
    history(record).last { $0.deletes != nil }?.deletes ?? false
  }

  func fields(of record: String) -> [String: String] {
    let names = Set(history(record).flatMap { $0.wrote.keys }).subtracting(["#grid"])
    return names.reduce(into: [:]) { $0[$1] = value($1, of: record) }
  }

  /// Whether somebody else wrote this last, after the operation's base.
  private func isForeign(_ last: Event?, _ line: OracleLine, _ incarnation: UniqueID) -> Bool {
    guard let last else { return false }
    return last.version > line.base && last.incarnation != incarnation
  }

  private func lastWriter(of field: String, _ record: String) -> Event? {
    history(record).last { $0.wrote.keys.contains(field) }
  }

  mutating func apply(_ line: OracleLine, by incarnation: UniqueID, version: Int64) {
    let before = history(line.record)
    let names = Set(before.flatMap { $0.wrote.keys })
    let touched =
      names.contains { isForeign(lastWriter(of: $0, line.record), line, incarnation) }
      || isForeign(before.last { $0.deletes != nil }, line, incarnation)
    var event = Event(
      line: line, incarnation: incarnation, version: version, wrote: [:], deletes: nil)
    var lost: [Loss] = []
    switch line.action {
    case "create":
      event.wrote = line.fields ?? [:]
      event.wrote["#grid"] = line.grid
      event.deletes = false
    case "delete":
      if touched, !isDeleted(line.record) {
        lost.append(Loss(op: line.op, field: "#deleted", kept: "true"))
      } else {
        event.deletes = true
      }
    default:
      var wanted = line.fields ?? [:]
      if let grid = line.grid, grid != value("#grid", of: line.record) { wanted["#grid"] = grid }
      for (name, new) in wanted {
        let old = value(name, of: line.record)
        if isForeign(lastWriter(of: name, line.record), line, incarnation), old != new {
          lost.append(Loss(op: line.op, field: name, kept: old))
        }
        event.wrote[name] = .some(new)
      }
      if isDeleted(line.record) {
        if isForeign(before.last { $0.deletes != nil }, line, incarnation) {
          lost.append(Loss(op: line.op, field: "#deleted", kept: "true"))
        }
        event.deletes = false
      }
    }
    outcomes.append(!lost.isEmpty ? "conflict" : touched ? "merged" : "applied")
    losses += lost
    events.append(event)
  }
}

/// A worker's handheld: value code only. It edits what it has seen, with the
/// base it has seen it at.
private struct FieldWorker {
  var hand: Handheld
  var cursor: String?
  /// Base of each record: what the feed brought, and what `applied` moved.
  var bases: [UniqueID: Int64] = [:]
  var known: [UniqueID] = []
  var receipts: [Int64: OperationResult] = [:]
}

@Suite("Three devices, long offline")
struct ConvergenceTests {
  private static let names = ["name", "phone", "note"]
  private static let values: [String?] = ["甲", "乙", "丙", nil]
  private static let grids = [Town.gridA, Town.gridB, Town.gridC]

  private func edit(_ worker: inout FieldWorker, _ random: inout SplitMix64) throws {
    let dice = Int.random(in: 0..<20, using: &random)
    func some() -> [String: FieldValue] {
      var fields: [String: FieldValue] = [:]
      for name in Self.names where Bool.random(using: &random) {
        let value = Self.values.randomElement(using: &random) ?? nil
        fields[name] = value.map { .text($0) } ?? .null
      }
      return fields
    }
    guard dice > 2, let record = worker.known.randomElement(using: &random) else {
      let grid = Self.grids.randomElement(using: &random) ?? Town.gridA
      worker.known.append(try worker.hand.create(some(), grid: grid))
      return
    }
    let base = worker.bases[record] ?? 0
    switch dice {
    case 3, 4: try worker.hand.add(.delete, record, base: base)
    case 5, 6:
      let grid = Self.grids.randomElement(using: &random)
      try worker.hand.add(.update, record, base: base, fields: some()) { $0.grid = grid }
    case 7: worker.hand.append(line: "\(dice) is no operation")
    default: try worker.hand.add(.update, record, base: base, fields: some())
    }
  }

  /// Sends a stretch of the lane, now and then twice, from too early or with a
  /// gap.
  private func send(_ worker: inout FieldWorker, _ scene: Scene, _ random: inout SplitMix64) throws
  {
    let received = worker.hand.received(.normal)
    let end = worker.hand.nextSeq() - 1
    guard end > 0 else { return }
    let first = max(1, received + 1 - Int64.random(in: 0...3, using: &random))
    let early = min(first, end)
    let last = Int64.random(in: early...end, using: &random)
    try sendAhead(worker, scene, &random)
    let segment = worker.hand.segment(first: early, last: last)
    let answers = try (0..<Int.random(in: 1...2, using: &random)).map { _ in
      try scene.take(segment, from: worker.hand.device).results
    }
    #expect(Set(answers).count == 1)
    // A lost answer: the device learns nothing, and sends from before again.
    if Int.random(in: 0..<4, using: &random) == 0 { return }
    for result in answers[0] {
      if let known = worker.receipts[result.seq] {
        #expect(known == result)
        continue
      }
      worker.receipts[result.seq] = result
    }
    let lines = worker.hand.lines[.normal] ?? []
    for result in answers[0] where result.seq > received && result.result == .applied {
      let line = try JSONDecoder().decode(
        OracleLine.self, from: Data(lines[Int(result.seq) - 1]))
      let record = try #require(UniqueID(line.record))
      worker.bases[record] = max(worker.bases[record] ?? 0, result.version ?? 0)
    }
    worker.hand.noteReceived(.normal, last)
  }

  /// A segment that leaves one entry out; the centre may be further than the
  /// device knows.
  private func sendAhead(
    _ worker: FieldWorker, _ scene: Scene, _ random: inout SplitMix64
  ) throws {
    let device = worker.hand.device
    let lane = LaneKey(
      device: device.id, incarnation: worker.hand.incarnation, lane: .normal)
    let there = try scene.store.read { try $0.position(of: lane) }?.received ?? 0
    guard there + 2 <= worker.hand.nextSeq() - 1, Bool.random(using: &random) else { return }
    let ahead = worker.hand.segment(first: there + 2)
    #expect(throws: IntakeFault(.sequenceGap, expected: there + 1)) {
      try scene.take(ahead, from: device)
    }
  }

  private func read(_ worker: inout FieldWorker, _ scene: Scene, _ random: inout SplitMix64) throws
  {
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let page = try scene.page(
        worker.hand.device, after: worker.cursor, limit: Int.random(in: 1...20, using: &random))
      worker.cursor = page.cursor
      for case .record(let record) in page.changes {
        worker.bases[record.id] = max(worker.bases[record.id] ?? 0, record.version)
        if !worker.known.contains(record.id) { worker.known.append(record.id) }
      }
    }
  }

  @Test(
    "every effect happens once, in server order, and no overwritten value is lost",
    arguments: [1, 2, 3, 20_261_121, 0xdead_beef] as [UInt64])
  func converge(_ seed: UInt64) throws {
    print("seed \(seed)")
    let scene = try Scene(seed: seed)
    try scene.store.write {
      try $0.put(SyncProtocol.Worker(id: "W3", name: "赵"), grids: Self.grids)
    }
    var random = SplitMix64(state: seed)
    var workers = try (0..<3).map { _ in FieldWorker(hand: try scene.handheld(worker: "W3")) }
    for _ in 0..<300 {
      let who = Int.random(in: 0..<3, using: &random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<6: try edit(&workers[who], &random)
      case 6, 7: try send(&workers[who], scene, &random)
      default: try read(&workers[who], scene, &random)
      }
    }
    for who in 0..<3 {
      let hand = workers[who].hand
      try scene.take(
        hand.segment(first: min(hand.received(.normal) + 1, hand.nextSeq() - 1)),
        from: hand.device)
    }
    try compare(scene, workers)
  }

  private func compare(_ scene: Scene, _ workers: [FieldWorker]) throws {
    var stored: [(OperationResult, [UInt8], UniqueID)] = []
    for worker in workers {
      let lane = LaneKey(
        device: worker.hand.device.id, incarnation: worker.hand.incarnation, lane: .normal)
      let entries = try scene.store.read {
        try $0.operations(of: lane, first: 1, last: 1_000_000)
      }
      #expect(entries.map(\.line) == worker.hand.lines[.normal])
      for entry in entries {
        if let told = worker.receipts[entry.result.seq] { #expect(told == entry.result) }
        stored.append((entry.result, entry.line, worker.hand.incarnation))
      }
    }
    // Exactly one effect or refusal for each line; versions are the order.
    let effective = stored.filter { $0.0.result != .refused }
      .sorted { ($0.0.version ?? 0) < ($1.0.version ?? 0) }
    #expect(Set(effective.map { $0.0.version }).count == effective.count)
    #expect(Set(effective.map { $0.0.op }).count == effective.count)
    #expect(effective.count > 20)
    var oracle = Oracle()
    for (result, line, incarnation) in effective {
      let line = try JSONDecoder().decode(OracleLine.self, from: Data(line))
      oracle.apply(line, by: incarnation, version: try #require(result.version))
    }
    #expect(effective.map { $0.0.result.rawValue } == oracle.outcomes)
    for refused in stored where refused.0.result == .refused {
      // Nothing else in this play can be refused.
      #expect(refused.0.code == .malformed || refused.0.code == .recordUnknown)
    }
    let records = Set(oracle.events.map(\.line.record))
    for text in records {
      let record = try scene.record(try #require(UniqueID(text)))
      let expected = oracle.fields(of: text).mapValues { FieldValue.text($0) }
      #expect(record.fields == expected)
      #expect(record.grid == oracle.value("#grid", of: text))
      #expect((record.deleted == true) == oracle.isDeleted(text))
      #expect(
        record.version == oracle.events.last { $0.line.record == text }?.version)
    }
    let kept = try scene.conflicts().map {
      Oracle.Loss(
        op: $0.op.text, field: $0.field,
        kept: $0.kept == true ? "true" : $0.kept.text)
    }
    #expect(kept.count == oracle.losses.count)
    #expect(Set(kept) == Set(oracle.losses))
    print("  \(stored.count) operations, \(records.count) records, \(kept.count) conflicts")
    #expect(try Examination(of: scene.centre).run().faults.isEmpty)
  }
}
