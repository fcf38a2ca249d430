import Foundation

/// One seeded schedule: some days of a street, and what goes wrong in them.
struct Scenario {
  let world: World
  private var clones = 0
  private var backups = 0

  /// Runs a schedule of about so many faults to its end.
  ///
  /// - Returns: what was violated, and what happened.
  static func run(
    seed: UInt64, faults: Int, folder: String, tally: Tally, lies: Bool
  ) -> (violations: [String], history: [String]) {
    do {
      let world = try World(seed: seed, folder: folder, tally: tally, lies: lies)
      defer { world.close() }
      var scenario = Scenario(world: world)
      do { try scenario.play(faults) } catch { world.violate("the harness: \(error)") }
      return (world.violations, world.history)
    } catch {
      return (["the harness: \(error)"], [])
    }
  }

  private init(world: World) { self.world = world }

  private mutating func play(_ faults: Int) throws {
    try settle()
    var mine = 0
    var steps = 0
    while mine < faults, steps < faults * 6, world.violations.isEmpty {
      let before = world.history.count
      try step()
      steps += 1
      // The tally is shared with other schedules; each fault is one line here.
      mine += world.history[before...].filter { $0.hasPrefix("  ") }.count
    }
    if world.violations.isEmpty { try world.quiet() }
  }

  /// The handhelds come to the district.
  private func settle() throws {
    // Two share all grids, so that they meet in the same records.
    let workers = ["W001", "W001", "W002"]
    for index in 0..<(1 + world.random.below(3)) {
      _ = try world.add("hand\(index)", worker: workers[index])
    }
  }

  private mutating func step() throws {
    let hand = world.hands[world.random.below(world.hands.count)]
    let choice = world.random.pick([
      (26, 0), (22, 1), (60, 2), (4, 3), (2, 4), (2, 5), (1, 6), (3, 7), (3, 8), (2, 9),
    ])
    switch choice {
    case 0: try world.work(hand, underFault: false)
    case 1: try world.work(hand, underFault: true)
    case 2: try suffer(hand)
    case 3: jumpClock(hand)
    case 4: try backUpOrRestore()
    case 5: try clone(hand)
    case 6: try reinstall(hand)
    case 7: try changeScope()
    case 8: try Hostile(world).poison()
    default: try pullPlug(hand)
    }
    if world.random.percent(10) { try hand.machine.settle() }
  }

  /// A round with one fault or several.
  private func suffer(_ hand: Hand) throws {
    var suffering = World.Suffering()
    let which = world.random.below(10)
    suffering.network = which < 5
    suffering.handheld = which == 4 || which == 5 || which == 6
    suffering.centre = which == 3 || which >= 7
    suffering.isWorking = world.random.percent(15)
    if world.random.percent(40) { try world.work(hand, underFault: false) }
    try world.sync(hand, suffering)
  }

  private func jumpClock(_ hand: Hand) {
    let machine = world.random.percent(30) ? world.centre : hand.machine
    let years = world.random.percent(30) ? 0 : world.random.below(21) - 10
    machine.control.setClock(Int64(years) * 365 * 86_400_000)
    world.say(
      "  the clock of \(machine === world.centre ? "the centre" : hand.name) is \(years) years off")
    world.tally.fault("clock set \(machine === world.centre ? "at the centre" : "on a handheld")")
  }

  /// The power goes while nothing runs: what was said to be durable stays.
  private func pullPlug(_ hand: Hand) throws {
    if world.random.percent(50) {
      world.stopServer(world.random.percent(50) ? SIGKILL : SIGTERM)
      try world.centre.losePower(.all)
      world.say("  power lost on the centre")
      world.tally.fault("power loss, centre")
      try world.serve()
      try world.examineCentre()
    } else {
      try hand.machine.losePower(.all)
      world.say("  power lost on \(hand.name)")
      world.tally.fault("power loss, handheld")
      world.examine(hand, try hand.reading())
    }
  }

  private mutating func backUpOrRestore() throws {
    let place = "\(world.centre.root)/backup"
    if backups == 0 || world.random.percent(40) {
      try? FileManager.default.removeItem(atPath: place)
      let ended = try world.admin(["backup", place])
      if ended.status != 0 { world.violate("backup: \(ended.errors)") }
      backups += 1
      return world.say("backup")
    }
    try world.restore(from: place)
  }

  private mutating func clone(_ hand: Hand) throws {
    guard world.hands.count < 5 else { return }
    clones += 1
    let twin = try world.clone(hand, as: "clone\(clones)")
    world.say("  \(hand.name) cloned as \(twin.name)")
    world.tally.fault("handheld cloned")
  }

  /// A handheld is lost; the worker gets a new one.
  private mutating func reinstall(_ hand: Hand) throws {
    let reading = try hand.reading()
    let epoch = try CentralReading(world.centre).epoch
    world.legacy.formUnion(reading.received.filter { $0.epoch == epoch }.map(\.op))
    world.hands.removeAll { $0 === hand }
    try FileManager.default.removeItem(atPath: hand.machine.root)
    clones += 1
    world.say("  \(hand.name) is lost, a new one comes")
    world.tally.fault("handheld lost and replaced")
    _ = try world.add("new\(clones)", worker: hand.worker)
  }

  private func changeScope() throws {
    let worker = world.random.percent(60) ? "W001" : "W002"
    let all = (1...6).map { "44039900100100\($0)" }
    let some = all.filter { _ in world.random.percent(45) }
    let grids = some.isEmpty ? [all[0]] : some
    let ended = try world.admin(
      ["worker", "add", worker, World.names[worker] ?? worker] + grids.flatMap { ["--grid", $0] })
    if ended.status != 0 { world.violate("worker add: \(ended.errors)") }
    world.say("  \(worker) now has \(grids.count) grids")
    world.tally.fault("scope changed")
  }
}
