import Domain
import FoundationEssentials
import Glibc
import Locks
import SyncProtocol
import Testing

@testable import CentralCore
@testable import FieldCore

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

/// A folder that goes with the play that made it.
final class Folder {
  let path: String

  init() throws {
    var template = Array("/tmp/gridwalk-play-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, mkdtemp(start) != nil else { return "" }
      return String(cString: start)
    }
    try #require(!path.isEmpty)
  }

  // A folder that stays behind fails no test.
  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The centre's clock, which the play moves, and its identifiers.
final class PlayClock: Sendable {
  private let time = Mutex<Int64>(1_790_000_000_000)
  private let random: Mutex<SplitMix64>

  init(seed: UInt64) { random = Mutex(SplitMix64(state: seed)) }

  func makeID() -> UniqueID { random.withLock { UniqueID.v4(using: &$0) } }
  var now: Int64 { time.withLock { $0 } }
  func advance(seconds: Int64) { time.withLock { $0 += seconds * 1000 } }
}

/// A real handheld store with the real agent, and clocks that jump.
final class PlayDevice {
  final class Machine {
    var now: Int64 = 1_790_000_000_000
    var monotonic: Int64 = 0
    var random: SplitMix64
    init(seed: UInt64) { random = SplitMix64(state: seed) }
  }

  let name: String
  let store: FieldStore
  let transport: InProcessTransport
  let machine: Machine
  let grids: [String]

  init(_ name: String, grids: [String], in folder: String, centre: Centre, seed: UInt64) throws {
    self.name = name
    self.grids = grids
    let machine = Machine(seed: seed)
    self.machine = machine
    store = try FieldStore(
      directory: DataDirectory(path: "\(folder)/\(name)"),
      environment: FieldEnvironment(
        now: { machine.now }, monotonic: { machine.monotonic }, bootID: "boot",
        random: { machine.random.next() }))
    transport = InProcessTransport(centre)
  }

  func sync() throws -> SyncOutcome {
    try SyncAgent(store: store, transport: transport).run(asked: true)
  }
}

/// Several workers on one city, at random from a seed: edits, offline spells, a
/// bad link, restores of old backups, and then quiet.
final class Play {
  static let grids = ["440399001001001", "440399001001002", "440399001002001"]
  static let workers: [(id: String, grids: ArraySlice<String>)] = [
    ("W1", grids[0...1]), ("W2", grids[1...2]), ("W3", grids[0...2]),
  ]
  private static let fields = ["name", "phone", "note"]
  private static let values: [FieldValue] = ["甲", "乙", "丙", 4, .null]

  let folder: Folder
  private(set) var centre: Centre
  private(set) var centreDirectory: String
  private(set) var devices: [PlayDevice] = []
  private(set) var random: SplitMix64
  /// How often what happened, for whoever reads the log.
  private(set) var tally: [String: Int] = [:]
  private var backups: [String] = []
  private var centres = 1
  private let clock: PlayClock
  private let surroundings: Centre.Surroundings

  init(seed: UInt64, devices count: Int) throws {
    let folder = try Folder()
    self.folder = folder
    random = SplitMix64(state: seed)
    let clock = PlayClock(seed: seed ^ 0xce47)
    let directory = "\(folder.path)/centre-1"
    let surroundings = Centre.Surroundings(
      now: { clock.now }, makeID: { clock.makeID() })
    try Centre.found(in: directory, city: "440300", surroundings)
    centre = try Centre(in: directory, surroundings)
    (self.clock, self.surroundings, centreDirectory) = (clock, surroundings, directory)
    try settle()
    for number in 0..<count {
      let worker = Self.workers[number % Self.workers.count]
      let device = try PlayDevice(
        "device-\(number)", grids: Array(worker.grids), in: folder.path, centre: centre,
        seed: random.next())
      let code = try centre.enrollment.issueCode(worker: worker.id, hours: 1).code
      _ = try SyncAgent(store: device.store, transport: device.transport)
        .enroll(code: code, centre: "http://centre.example", name: device.name)
      try #require(try device.sync().error == nil)
      devices.append(device)
    }
    for device in devices { device.transport.fault = { [unowned self] in drawFault() } }
  }

  private func settle() throws {
    try centre.store.write { transaction in
      for grid in Self.grids {
        try transaction.put(Division(id: grid, name: grid, level: "grid", parent: nil))
      }
      for (id, grids) in Self.workers {
        try transaction.put(Worker(id: id, name: "工\(id)"), grids: Array(grids))
      }
      try transaction.put(
        FormSource(id: "household", version: "1", source: "type,name\n"),
        version: try transaction.nextVersion())
    }
  }

  private func draw(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

  private func count(_ what: String) { tally[what, default: 0] += 1 }

  private func drawFault() -> InProcessTransport.Fault? {
    guard draw(0..<6) == 0 else { return nil }
    let fault = InProcessTransport.Fault.allCases.randomElement(using: &random)
    if let fault { count("link \(fault)") }
    return fault
  }

  // MARK: What happens

  func run(steps: Int) throws {
    for _ in 0..<steps {
      guard let device = devices.randomElement(using: &random) else { return }
      device.machine.now += Int64(draw(0..<100_000))
      device.machine.monotonic += 1000
      switch draw(0..<200) {
      case 0..<130: try edit(on: device)
      case 130..<185: try sync(device)
      case 185..<190: try backUp()
      case 190..<193: try restore()
      default:
        // A clock decides nothing, whatever it says.
        device.machine.now += Int64(draw(-10..<11)) * 31_536_000_000
        count("clock jumps")
      }
    }
  }

  private func sync(_ device: PlayDevice) throws {
    let outcome = try device.sync()
    switch outcome.error {
    case nil: count("syncs")
    case .offline?, .epochChanged?: count("syncs broken off")
    case let error?: Issue.record("\(device.name): \(error)")
    }
  }

  private func backUp() throws {
    let path = "\(folder.path)/backup-\(backups.count)"
    try centre.store.backup(to: path)
    backups.append(path)
    count("backups")
  }

  /// The centre as it was some time ago, uploads in hand and all forgotten.
  private func restore() throws {
    guard let backup = backups.randomElement(using: &random) else { return }
    centres += 1
    centreDirectory = "\(folder.path)/centre-\(centres)"
    try DurableFiles.makeDirectories(centreDirectory)
    try FileManager.default.copyItem(atPath: backup, toPath: "\(centreDirectory)/gridwalkd.db")
    clock.advance(seconds: 600)
    centre = try Centre(in: centreDirectory, surroundings)
    for device in devices { device.transport.centre = centre }
    count("restores")
  }

  private func edit(on device: PlayDevice) throws {
    do {
      if try change(on: device) { count("edits") }
    } catch let error as FieldError {
      switch error {
      // What a worker cannot do either.
      case .recordDeleted, .recordUnknown, .nothingToUndo, .alreadySent: count("edits not possible")
      default: throw error
      }
    }
  }

  private func change(on device: PlayDevice) throws -> Bool {
    let store = device.store
    let known = try store.records(kind: "household").map(\.id)
    let dice = draw(0..<40)
    if dice < 4 || known.isEmpty {
      let grid = device.grids.randomElement(using: &random) ?? Self.grids[0]
      var record = Record(id: store.newID(), element: .household, kind: "household", grid: grid)
      record.set(someFields())
      try store.commit([.create(record)])
      return true
    }
    guard let id = known.randomElement(using: &random) else { return false }
    switch dice {
    case 4: try store.commit([.delete(id)])
    case 5...6: try store.undo()
    case 7...13: return try decide(on: device)
    case 14...15:
      try store.commit([
        RecordChange(
          .update(id, fields: someFields()), grid: Self.grids.randomElement(using: &random))
      ])
    case 16:
      try store.commit([
        RecordChange(.update(id, fields: [:]), parent: known[draw(0..<known.count)])
      ])
    case 17:
      let place = Position(
        latitude: 22.5 + Double(draw(1..<9)) / 1000, longitude: 113.25, accuracy: 4.5, source: .gnss
      )
      try store.commit([.update(id, fields: [:], position: place)])
    default: try store.commit([.update(id, fields: someFields())])
    }
    return true
  }

  private func someFields() -> [String: FieldValue] {
    var fields: [String: FieldValue] = [:]
    for name in Self.fields where draw(0..<2) == 0 {
      fields[name] = Self.values[draw(0..<Self.values.count)]
    }
    return fields
  }

  /// One conflict, or all of a record, this way or that.
  private func decide(on device: PlayDevice) throws -> Bool {
    let open = try device.store.conflicts()
    guard let one = open.randomElement(using: &random) else { return false }
    let whole = draw(0..<2) == 0
    let chosen = whole ? open.filter { $0.conflict.record == one.conflict.record } : [one]
    guard try device.store.record(one.conflict.record) != nil else { return false }
    let choices = chosen.map { stored in
      let conflict = stored.conflict
      var values = [conflict.shown, conflict.kept, conflict.base]
      if !conflict.field.hasPrefix("#") { values.append("丁") }
      var value = values[draw(0..<values.count)]
      // Nothing takes a grid, a parent or a position away.
      if value == .null, conflict.field.hasPrefix("#") {
        value = conflict.shown == .null ? conflict.kept : conflict.shown
      }
      return ConflictChoice(conflict.id, value)
    }
    try device.store.resolve(choices)
    count("decisions")
    return true
  }

  // MARK: Quiet

  /// Lets everybody sync over a good link until nothing moves any more, and
  /// takes what was refused off the queues.
  func comeToRest() throws {
    for device in devices { device.transport.fault = { nil } }
    for _ in 0..<20 {
      var moved = 0
      for device in devices {
        let outcome = try device.sync()
        if let error = outcome.error { Issue.record("\(device.name): \(error)") }
        moved += outcome.operations + outcome.changes
        for item in try device.store.queue() {
          if case .operation(let op, _, _, _) = item.subject, case .refused(let code) = item.state {
            try device.store.dismissRefusal(op)
            count("refused \(code.rawValue)")
          }
        }
      }
      if moved == 0 { return }
    }
    Issue.record("no quiet after 20 rounds")
  }
}
