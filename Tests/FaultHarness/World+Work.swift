import Foundation

// What the worker does on a handheld, with no network.
extension World {
  /// Does something at random; the fault that was ordered may strike.
  func work(_ hand: Hand, underFault: Bool) throws {
    let before = try hand.reading()
    hand.took(before, promises: false)
    let (arguments, allowed) = action(before, hand)
    let state = hand.machine.control.state
    let given = underFault ? order(for: arguments[0]) : nil
    if let given { hand.machine.control.arm(given.0) }
    let ended = try hand.run("gridwalk", arguments)
    let isStruck = settle(hand.machine, state, given, hand.name)
    say("\(hand.name): gridwalk \(arguments.prefix(2).joined(separator: " ")) → \(ended.status)")
    try judge(ended, hand, arguments, allowed, isStruck: isStruck)
  }

  func judge(
    _ ended: Ended, _ hand: Hand, _ arguments: [String], _ allowed: [Int32], isStruck: Bool
  ) throws {
    if ended.isHung { violate("\(hand.name): gridwalk \(arguments) did not end") }
    if !isStruck, !allowed.contains(ended.status) {
      violate("\(hand.name): gridwalk \(arguments) → \(ended.status): \(ended.errors)")
    }
    if isStruck, hand.machine.control.state.isDead {
      // Said to be saved before the kill: in an earlier process only.
      try darken(hand.machine, hand.name)
    } else {
      hand.machine.control.disarm()
    }
    let after = try hand.reading()
    hand.took(after, promises: ended.status == 0)
    if ended.status == 0 { tally.note("saved and said so") }
    examine(hand, after)
  }

  private func action(_ reading: DeviceReading, _ hand: Hand) -> ([String], allowed: [Int32]) {
    let mine = Array(
      reading.records.filter { !$0.value.isDeleted && !reading.leaving.contains($0.key) }.keys
        .sorted())
    let grids = currentGrids(hand)
    let grid = grids[random.below(grids.count)]
    let word = "v\(random.below(1000))"
    switch random.below(mine.isEmpty ? 50 : 100) {
    case ..<20: return (["diary", "走访\(word)", "--grid", grid], [0])
    case ..<30:
      return (["report", "01001", "--set", "description=\(word)", "--grid", grid], [0])
    case ..<43:
      return (
        ["report", "06010", "--set", "description=\(word)", "--photo", photo(), "--grid", grid], [0]
      )
    case ..<50:
      return (
        [
          "new", "household", "--grid", grid, "--set", "estate=\(word)", "--set", "room=201",
          "--set", "member[1]/name=甲\(word)", "--set", "member[1]/relationship=0",
        ], [0]
      )
    case ..<58: return (["undo"], [0, 1, 3, 7])
    default:
      let id = mine[random.below(mine.count)]
      return (["edit", id] + changes(of: reading.records[id]?.kind ?? ""), [0])
    }
  }

  /// New values for a field or two: few fields and few values, so that hands
  /// meet in them.
  private func changes(of kind: String) -> [String] {
    let fields =
      switch kind {
      case "diary": ["place", "problems", "content"]
      case "event": ["address", "description"]
      case "person": ["occupation", "phone"]
      default: ["note"]
      }
    var sets: [String] = []
    for field in fields.shuffled(using: &random).prefix(1 + random.below(2)) {
      let value = field == "phone" ? "1380013800\(random.below(5))" : "改\(random.below(5))"
      sets += ["--set", "\(field)=\(value)"]
    }
    if kind == "event", random.percent(25) { sets += ["--photo", photo()] }
    return sets
  }

  /// A JPEG of a size and content of its own: the demo's head, with a comment.
  func photo() -> String {
    let path = "\(folder)/photo.jpg"
    let length = 200 + random.below(12_000)
    var comment: [UInt8] = [0xff, 0xfe, UInt8((length + 2) >> 8), UInt8((length + 2) & 255)]
    comment += (0..<length).map { _ in UInt8.random(in: 32...126, using: &random) }
    let original = [UInt8](FileManager.default.contents(atPath: Programs.smallPhoto) ?? Data())
    _ = FileManager.default.createFile(
      atPath: path, contents: Data(original[..<2] + comment + original[2...]))
    return path
  }

  /// The grids the handheld knows.
  func currentGrids(_ hand: Hand) -> [String] {
    let known = try? CopiedDatabase.read("\(hand.data)/gridwalk.db", of: hand.machine) {
      try $0.rows("SELECT id FROM grid WHERE leaving = 0 ORDER BY id") { try $0.text(0) }
    }
    return known?.isEmpty == false ? known ?? [] : ["440399001001001"]
  }
}
