import Foundation

/// A district under test: the centre, the link and the handhelds, and the
/// random numbers that decide what happens to them.
final class World {
  let seed: UInt64
  let folder: String
  let tally: Tally
  let centre: Machine
  let link: Link
  var random: SplitMix64
  var hands: [Hand] = []
  var violations: [String] = []
  var history: [String] = []
  private var server: RunningProgram?
  /// What hands that are no more had promised and the centre had acknowledged.
  var legacy: Set<String> = []
  var restorations = 0
  /// How many calls an activity makes, learned from those that were left alone.
  private var lengths: [String: Int] = [:]
  /// Whether disks say they have synced and have not.
  let lies: Bool
  static let lyingClasses: Shim.Classes = [.wal]
  static let names = ["W001": "王秀兰", "W002": "李建国", "W003": "陈小燕"]
  var data: String { "\(centre.root)/data" }

  init(seed: UInt64, folder: String, tally: Tally, lies: Bool) throws {
    self.seed = seed
    self.lies = lies
    self.folder = "\(folder)/\(seed)"
    self.tally = tally
    random = SplitMix64(seed: seed)
    try FileManager.default.createDirectory(
      atPath: self.folder, withIntermediateDirectories: true)
    centre = try Machine("centre", in: self.folder)
    link = try Link()
    if lies { centre.control.lie(Self.lyingClasses) }
    let forms = Programs.checkout + "/Forms"
    let ended = try centre.run(
      "gridwalkd", ["init", "--demo", "--json", "--data", data, "--forms", forms])
    guard ended.status == 0 else { throw HarnessFault("init: \(ended.errors)") }
    try centre.settle()
    try serve()
  }

  func close() {
    stopServer()
    link.stop()
    hands = []
    try? FileManager.default.removeItem(atPath: folder)
  }

  func say(_ line: String) {
    history.append(line)
    guard Programs.isVerbose else { return }
    print("[\(seed)] \(line)")
    fflush(nil)
  }

  func violate(_ what: String) {
    say("VIOLATION \(what)")
    violations.append(what)
  }

  // MARK: The centre

  var isServing: Bool { server?.isRunning ?? false }

  /// Starts the server; false when a fault that was armed ended it first.
  @discardableResult
  func serve() throws -> Bool {
    let program = try centre.start(
      "gridwalkd", ["serve", "--json", "--data", data, "--listen", "127.0.0.1:0", "--grace", "1"])
    server = program
    for _ in 0..<20_000 {
      if let end = program.output.lastIndex(of: "}") {
        let text = program.output[..<end].filter { $0.isNumber || $0 == ":" }
        if let port = Int(text.split(separator: ":").last ?? "") {
          link.setTarget(port)
          return true
        }
      }
      if !program.isRunning { break }
      usleep(1000)
    }
    let ended = program.wait(seconds: 1)
    server = nil
    if !centre.control.state.isDead || ended.isHung {
      violate("the centre does not start: \(ended.errors)")
    }
    return false
  }

  func stopServer(_ signal: Int32 = SIGKILL) {
    server?.signal(signal)
    _ = server?.wait(seconds: 20)
    server = nil
  }

  /// After a fault on the centre's side: what is left of it starts again.
  func reviveCentre() throws {
    let isDead = centre.control.state.isDead
    if isServing, !isDead { return centre.control.disarm() }
    // A kill that struck may still wait for its call to return.
    if !isDead {
      let ended = server?.wait(seconds: 1)
      violate("the centre ended by itself: \(ended?.status ?? -1) \(ended?.errors ?? "")")
    }
    stopServer()
    try darken(centre, "centre")
    var tries = 0
    while tries < 5, try !serve() {
      try darken(centre, "centre")
      tries += 1
    }
    try examineCentre()
  }

  /// A machine on which a process was killed: sometimes the power went with it.
  func darken(_ machine: Machine, _ name: String) throws {
    let loss: DiskLog.Loss? = random.pick([
      (35, nil), (35, .all), (30, .some(SplitMix64(seed: random.next()))),
    ])
    guard let loss else { return machine.control.disarm() }
    let (sectors, names) = try machine.losePower(loss)
    say("  power lost on \(name): \(sectors) sectors, \(names) names")
    tally.fault("power loss, \(name == "centre" ? "centre" : "handheld")")
    tally.note("sectors forgotten", sectors)
    tally.note("names forgotten", names)
  }

  func admin(_ arguments: [String]) throws -> Ended {
    try centre.run("gridwalkd", arguments + ["--json", "--data", data])
  }

  // MARK: Orders

  /// An order for this machine whose point lies within the activity.
  func order(for activity: String) -> (Shim.Order, label: String) {
    let sites: [Shim.Classes] = [
      .files, .files, .files, .wal, .database, .blob, .directory, .other,
    ]
    var order = random.pick([
      (12, Shim.Order(kind: .killBefore)), (12, Shim.Order(kind: .killAfter)),
      (8, Shim.Order(kind: .killTorn, operations: .write)),
      (6, Shim.Order(kind: .noSpace, operations: [.write, .create, .truncate])),
      (3, Shim.Order(kind: .noSpace, operations: [.sync])),
      (8, Shim.Order(kind: .inputOutput, operations: [.write, .sync, .truncate])),
      (4, Shim.Order(kind: .short, operations: .write)),
      (3, Shim.Order(kind: .clock, operations: .all)),
      (5, Shim.Order(kind: .killBefore, classes: .network)),
      (5, Shim.Order(kind: .killAfter, classes: .network)),
    ])
    if order.classes != .network { order.classes = sites[random.below(sites.count)] }
    order.part = random.below(256)
    order.jump = Int64(random.percent(50) ? 1 : -1) * Int64(random.below(3650)) * 86_400_000
    if order.kind == .noSpace || order.kind == .inputOutput {
      order.times = random.percent(40) ? -1 : 1 + random.below(3)
    }
    let label = "\(activity) \(order.classes.rawValue) \(order.operations.rawValue)"
    order.skip = random.below(max(lengths[label] ?? 25, 1))
    return (order, label)
  }

  /// Whether an order struck since it was given; learns how long the activity was.
  func settle(
    _ machine: Machine, _ before: Control.State, _ given: (Shim.Order, label: String)?,
    _ name: String
  )
    -> Bool
  {
    let state = machine.control.state
    guard let (order, label) = given else { return false }
    guard state.fired > before.fired else {
      lengths[label] = Int(state.matched)
      machine.control.disarm()
      return false
    }
    let times =
      order.kind == .noSpace || order.kind == .inputOutput ? Int(state.fired - before.fired) : 1
    say("  \(name): \(order.kind) at point \(order.skip + 1) (\(state.site)), \(times)×")
    tally.fault(
      "\(name == "centre" ? "centre" : "handheld"), \(Self.words(order.kind)) at \(state.site)")
    return true
  }

  private static func words(_ kind: Shim.Kind) -> String {
    switch kind {
    case .none: "nothing"
    case .killBefore: "killed before"
    case .killAfter: "killed after"
    case .killTorn: "killed within"
    case .noSpace: "ENOSPC"
    case .inputOutput: "EIO"
    case .short: "short write"
    case .clock: "clock jumped"
    }
  }
}
