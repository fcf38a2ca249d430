import CLI
import Domain
import FoundationEssentials
import Glibc
import SyncProtocol
import Terminal

@testable import FieldCore
@testable import gridwalk

/// A handheld in a temporary folder whose commands run in this process, with a
/// clock and chance that the test decides. The folder goes with it.
final class Handheld {
  /// splitmix64 from a fixed seed.
  final class Machine {
    var now: Int64 = 1_795_221_060_000  // 2026-11-21T00:31:00Z
    var state: UInt64
    var free: Int64 = 5_000_000_000
    var agentRuns: [[String]] = []
    var becomings: [[String]] = []
    var agentCode: Int32? = 0
    /// What stands on standard input.
    var input: [UInt8] = []

    init(seed: UInt64) { state = seed }

    func draw() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  /// What a command line came to.
  struct Ran {
    let code: ExitCode
    let output: String
    let errors: String

    /// Stdout as JSON.
    var json: FieldValue {
      get throws { try WireJSON.decode(FieldValue.self, from: output.utf8) }
    }
  }

  /// The two grids of the tests, 0.003° × 0.0022° side by side.
  static let west = "440399001001001"
  static let east = "440399001001002"

  let path: String
  let machine: Machine
  var data: String { path + "/data" }

  init(seed: UInt64 = 7, enrolled: Bool = true, grids: [String] = [west, east]) throws {
    path = Self.temporaryFolder()
    machine = Machine(seed: seed)
    let store = try store()
    if enrolled { try Self.enrol(store, grids: grids) }
  }

  deinit { Self.remove(path) }

  /// The store as another program would open it.
  func store() throws -> FieldStore {
    try FieldStore(directory: DataDirectory(path: data), environment: environment)
  }

  private var environment: FieldEnvironment {
    FieldEnvironment(
      now: { [machine] in machine.now }, monotonic: { 5000 }, bootID: "boot-1",
      random: { [machine] in machine.draw() })
  }

  private static func enrol(_ store: FieldStore, grids: [String]) throws {
    let epoch = store.newID()
    try store.enrolled(
      EnrollAnswer(
        device: store.newID(), token: "t", epoch: epoch, city: "440399",
        worker: Worker(id: "W001", name: "王秀兰"), now: store.environment.now()),
      centre: "http://127.0.0.1:8470", name: "handheld-1")
    var changes: [Change] = []
    for (number, code) in grids.enumerated() {
      changes.append(.enter(grid: grid(code, number)))
    }
    for form in ["household", "person", "event", "diary"] {
      changes.append(
        .form(FormSource(id: form, version: "2026112101", source: try formText(form)), version: 1))
    }
    try store.apply(
      ChangePage(
        epoch: epoch, now: store.environment.now(), cursor: "1", more: false, changes: changes))
  }

  private static func grid(_ code: String, _ number: Int) -> GridOutline {
    let (left, right) = (114.05 + 0.003 * Double(number), 114.053 + 0.003 * Double(number))
    let corners = [(left, 22.54), (right, 22.54), (right, 22.5422), (left, 22.5422), (left, 22.54)]
    let ring = FieldValue.array(corners.map { .array([.decimal($0.0), .decimal($0.1)]) })
    return GridOutline(
      id: code, name: "江口0\(number + 1)网格",
      boundary: .object([
        "type": "MultiPolygon", "coordinates": .array([.array([ring])]),
      ]))
  }

  /// A form of the repository.
  static func formText(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL.of(package + "/Forms/\(name).csv")), as: UTF8.self)
  }

  static let package: String = {
    let pieces = #filePath.split(separator: "/").dropLast(3)
    return "/" + pieces.joined(separator: "/")
  }()

  // MARK: Running

  /// Runs a command line; with a reader as on a terminal, without one as in a pipe.
  @discardableResult
  func run(
    _ words: String..., reader: ScriptedReader? = nil, language: Language = .english,
    width: Int = 80
  ) -> Ran {
    run(words, reader: reader, language: language, width: width)
  }

  @discardableResult
  func run(
    _ words: [String], reader: ScriptedReader? = nil, language: Language = .english,
    width: Int = 80
  ) -> Ran {
    let (output, errors) = (BufferOutlet(), BufferOutlet())
    let isTerminal = reader != nil
    let streams = Streams(
      output: output, errors: errors, isInputTerminal: isTerminal, isOutputTerminal: isTerminal,
      isErrorTerminal: isTerminal, environment: Environment(["GRIDWALK_DATA": data]),
      language: language, measuredWidth: { width })
    let surroundings = Surroundings(
      field: environment,
      makeReader: { _ throws(LineReaderEnd) in
        guard let reader else { throw .unexpectedPrompt("no reader") }
        return reader
      },
      runAgent: { [machine] in
        machine.agentRuns.append($0)
        return machine.agentCode
      },
      becomeAgent: { [machine] in
        machine.becomings.append($0)
        return machine.agentCode
      },
      timeZoneOffset: { _ in 8 * 3600 }, freeBytes: { [machine] _ in machine.free },
      readInput: { [machine] count in
        defer { machine.input.removeFirst(min(count, machine.input.count)) }
        return Array(machine.input.prefix(count))
      })
    let code = Client.run(words, streams: streams, surroundings: surroundings)
    return Ran(code: code, output: output.text, errors: errors.text)
  }

  /// The centre receives everything that waits: its receipts come.
  func receiveAll() throws {
    let store = try store()
    guard let epoch = try store.device().epoch else { throw FieldError.notEnrolled }
    for lane in Lane.allCases {
      guard let segment = try store.nextSegment(lane, bytes: 1 << 20) else { continue }
      let results = (segment.first...segment.last).map {
        OperationResult(seq: $0, op: nil, result: .applied, version: 100 + $0)
      }
      try store.keep(results, lane: lane, epoch: epoch, missing: [])
    }
  }

  /// The centre brings a record.
  func take(_ record: Record) throws {
    let store = try store()
    guard let epoch = try store.device().epoch else { throw FieldError.notEnrolled }
    try store.apply(
      ChangePage(
        epoch: epoch, now: machine.now, cursor: "2", more: false, changes: [.record(record)]))
  }

  /// The centre brings a form, or a version of one.
  func take(form id: String, version: String, _ text: String) throws {
    let store = try store()
    guard let epoch = try store.device().epoch else { throw FieldError.notEnrolled }
    let source = FormSource(id: id, version: version, source: text)
    try store.apply(
      ChangePage(
        epoch: epoch, now: machine.now, cursor: "3", more: false,
        changes: [.form(source, version: 3)]))
  }

  /// The whole records that hold a text.
  func found(_ text: String) throws -> [Record] {
    let store = try store()
    return try store.find(text).compactMap { try store.record($0.id)?.record }
  }

  /// Seals what waits in a lane, as the agent does before it sends.
  func seal(_ lane: Lane) throws {
    _ = try store().nextSegment(lane, bytes: 1 << 20)
  }

  /// The centre refuses what waits in a lane.
  func refuseAll(_ lane: Lane, _ code: RefusalCode) throws {
    let store = try store()
    guard let epoch = try store.device().epoch,
      let segment = try store.nextSegment(lane, bytes: 1 << 20)
    else { throw FieldError.notEnrolled }
    let results = (segment.first...segment.last).map {
      OperationResult(seq: $0, op: nil, result: .refused, code: code)
    }
    try store.keep(results, lane: lane, epoch: epoch, missing: [])
  }

  // MARK: Files

  /// Writes a file beside the data folder and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = path + "/" + name
    try Data(bytes).write(to: URL.of(file))
    return file
  }

  /// The smallest file that the photo reader takes: SOI, SOF0 of 2 × 3 pixels, SOS, EOI
  /// (ITU-T T.81 annex B), told apart by a comment.
  func photo(_ name: String, comment: UInt8 = 0) throws -> String {
    try file(
      name,
      [0xFF, 0xD8, 0xFF, 0xFE, 0, 3, comment]
        + [0xFF, 0xC0, 0, 11, 8, 0, 3, 0, 2, 1, 1, 0x11, 0]
        + [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34, 0xFF, 0xD9])
  }

  private static func temporaryFolder() -> String {
    var template = Array("/tmp/gridwalk-client-XXXXXX".utf8CString)
    return template.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, mkdtemp(start) != nil else { return "/nonexistent" }
      return String(cString: start)
    }
  }

  /// Removes a folder and what lies in it; what cannot go stays in /tmp.
  private static func remove(_ path: String) {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { remove(path + "/" + name) }
      }
      closedir(folder)
    }
    Glibc.remove(path)
  }
}

extension URL {
  fileprivate static func of(_ path: String) -> URL { URL(filePath: path) }
}

extension FieldValue {
  /// A member of an object; null when there is none.
  subscript(_ name: String) -> FieldValue {
    guard case .object(let members) = self else { return .null }
    return members[name] ?? .null
  }

  /// An element of an array; null where there is none.
  func at(_ place: Int) -> FieldValue {
    elements.indices.contains(place) ? elements[place] : .null
  }

  /// The elements of an array; none for anything else.
  var elements: [FieldValue] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }
}
