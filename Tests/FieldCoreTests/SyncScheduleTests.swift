import Domain
import SyncProtocol
import Testing

@testable import FieldCore

/// Random work over a random link, with agents and stores thrown away at random
/// points. The seed names the whole run.
private struct Schedule {
  let pair: Pair
  let machine: Field.Machine
  var alive: [UniqueID] = []
  var backup: FakeCentre.State?
  var epochs = 200

  init(seed: UInt64) throws {
    pair = try Pair(seed: seed)
    machine = Field.Machine(seed: seed &* 7919)
  }

  /// 0 ..< bound
  func draw(_ bound: Int) -> Int { Int(machine.draw() % UInt64(bound)) }

  mutating func step() throws {
    pair.field.machine.now += Int64(draw(10_000))
    switch draw(20) {
    case 0..<8: try work()
    case 8: try undo()
    case 9: pair.centre.write(alive.isEmpty ? pair.field.store.newID() : pick(), ["other": 1])
    case 10: try pair.field.reopen()
    case 11: backup = pair.centre.state
    case 12:
      if let backup, draw(3) == 0 {
        epochs += 1
        try pair.centre.restore(backup, epoch: epochs)
      }
    default: try sync()
    }
  }

  func pick() -> UniqueID { alive[draw(alive.count)] }

  private mutating func work() throws {
    let store = pair.field.store
    let field = pair.field
    var photos: [Digest] = []
    if draw(4) == 0 {
      let bytes = draw(5) == 0 ? 40_000 : 1 + draw(2000)
      photos = [try store.addPhoto(Array(repeating: UInt8(draw(256)), count: bytes))]
    }
    switch draw(4) {
    case 0:
      let household = field.resident("户\(draw(1000))")
      let member = field.resident("员\(draw(1000))", parent: household.id)
      try store.commit([.create(household, photos: photos), .create(member)])
      alive += [household.id, member.id]
    case 1:
      let report = field.report("事\(draw(1000))")
      try store.commit([.create(report, photos: photos)])
      alive.append(report.id)
    case 2 where !alive.isEmpty:
      let id = pick()
      try store.commit([.delete(id)])
      alive.removeAll { $0 == id }
    default:
      guard !alive.isEmpty else { return }
      let value: FieldValue = draw(3) == 0 ? .null : .integer(Int64(draw(100)))
      try store.commit([
        .update(pick(), fields: ["f\(draw(4))": value], photos: photos)
      ])
    }
  }

  private mutating func undo() throws {
    let entries: [Entry]
    do {
      entries = try pair.field.store.undo()
    } catch {
      switch error {
      case .nothingToUndo, .alreadySent: return
      default: throw error
      }
    }
    for entry in entries {
      let id = entry.operation.record
      alive.removeAll { $0 == id }
      if entry.operation.action != .delete { alive.append(id) }
    }
  }

  private func sync() throws {
    let share = [0, 3, 10, 40][draw(4)]
    pair.centre.fault = { [self] _, request in
      guard draw(100) < share else { return nil }
      switch draw(8) {
      case 0: return .lost
      case 1, 2: return .cut(draw(Int(max(request.body.count, 1))))
      case 3, 4: return .answerLost
      case 5: return .portal
      case 6: return .uploadsDropped
      default: return draw(2) == 0 ? .busy : .gateway
      }
    }
    _ = try pair.sync()
    pair.centre.fault = { _, _ in nil }
  }
}

@Suite struct SyncScheduleTests {
  @Test("whatever the link does, every operation takes effect exactly once", arguments: 1...10)
  func schedule(seed: Int) throws {
    var schedule = try Schedule(seed: UInt64(seed))
    for _ in 0..<80 { try schedule.step() }
    for _ in 0..<3 {
      let outcome = try schedule.pair.sync()
      #expect(outcome.error == nil, "seed \(seed)")
    }
    try schedule.pair.expectEqual()
  }
}
