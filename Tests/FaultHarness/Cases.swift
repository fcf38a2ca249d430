import Foundation

/// Faults that once lost something, each as a script of its own.
struct Cases {
  private let folder: String
  private var failures: [String] = []
  private var count = 0

  static func run(in folder: String) throws -> Bool {
    var cases = Cases(folder: folder)
    for call in [Shim.Kind.killBefore, .inputOutput] { try cases.placedPhoto(call) }
    try cases.replacedHandheld()
    try cases.clonedHandheld()
    try cases.lostScope()
    for failure in cases.failures { print("FAIL  \(failure)") }
    print("\(cases.count) cases, \(cases.failures.count) failed")
    return cases.failures.isEmpty
  }

  private init(folder: String) { self.folder = folder }

  private mutating func play(_ what: String, _ body: (World, Hand) throws -> Void) throws {
    count += 1
    let world = try World(seed: UInt64(count), folder: folder, tally: Tally(), lies: false)
    defer { world.close() }
    let hand = try world.add("hand", worker: "W001")
    try body(world, hand)
    if world.violations.isEmpty { try world.quiet() }
    failures += world.violations.map { "\(what): \($0)" }
  }

  private static let grid = ["--grid", "440399001001001"]

  /// The centre dies, or its disk fails, between a photo's rename and the fsync
  /// of its folder; it is asked again; then the power goes.
  private mutating func placedPhoto(_ kind: Shim.Kind) throws {
    try play("a photo that was placed and not made durable (\(kind))") { world, hand in
      let report = ["report", "01001", "--set", "description=x", "--photo", world.photo()]
      _ = try hand.run("gridwalk", report + Self.grid)
      world.centre.control.arm(.init(kind: kind, classes: .directory, operations: .sync))
      _ = try hand.run("gridwalk-sync", ["sync"])
      if !world.isServing {
        world.stopServer()
        world.centre.control.disarm()
        try world.serve()
      }
      world.centre.control.disarm()
      let ended = try hand.run("gridwalk-sync", ["sync"])
      if ended.status != 0 { world.violate("sync → \(ended.status)") }
      world.stopServer()
      try world.centre.losePower(.all)
      try world.serve()
      try world.examineCentre()
    }
  }

  /// The backup is older than the handheld, which enrols again.
  private mutating func replacedHandheld() throws {
    try play("a handheld that the restored centre does not know") { world, _ in
      let place = "\(world.centre.root)/backup"
      _ = try world.admin(["backup", place])
      let later = try world.add("later", worker: "W001")
      for text in ["一", "二"] {
        let ended = try later.run("gridwalk", ["diary", text] + Self.grid)
        later.took(try later.reading(), promises: ended.status == 0)
      }
      _ = try later.run("gridwalk-sync", ["sync"])
      try world.restore(from: place)
    }
  }

  /// The lost history had given the worker a grid that the backup does not.
  private mutating func lostScope() throws {
    try play("a grid that only the lost history gave") { world, hand in
      let other = try world.add("other", worker: "W002")
      let ended = try other.run("gridwalk", ["diary", "一", "--grid", "440399001001003"])
      other.took(try other.reading(), promises: ended.status == 0)
      _ = try other.run("gridwalk-sync", ["sync"])
      let place = "\(world.centre.root)/backup"
      _ = try world.admin(["backup", place])
      let grids = (1...3).flatMap { ["--grid", "44039900100100\($0)"] }
      _ = try world.admin(["worker", "add", "W001", "王秀兰"] + grids)
      _ = try hand.run("gridwalk-sync", ["sync"])
      if try hand.reading().records.isEmpty { world.violate("the grid did not enter") }
      try world.restore(from: place)
    }
  }

  /// The clone's earlier incarnation had brought what the backup lacks.
  private mutating func clonedHandheld() throws {
    try play("a clone beside a restored centre") { world, hand in
      let place = "\(world.centre.root)/backup"
      _ = try world.admin(["backup", place])
      let ended = try hand.run("gridwalk", ["diary", "一"] + Self.grid)
      hand.took(try hand.reading(), promises: ended.status == 0)
      _ = try hand.run("gridwalk-sync", ["sync"])
      let twin = try world.clone(hand, as: "twin")
      for (one, text) in [(hand, "二"), (twin, "三")] {
        let ended = try one.run("gridwalk", ["diary", text] + Self.grid)
        one.took(try one.reading(), promises: ended.status == 0)
        _ = try one.run("gridwalk-sync", ["sync"])
      }
      world.hands.removeAll { $0 === hand }
      try world.restore(from: place)
    }
  }
}
