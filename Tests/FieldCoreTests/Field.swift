import Domain
import Glibc
import SyncProtocol

@testable import FieldCore

/// A handheld in a temporary folder, with a clock and chance that the test
/// decides. The folder goes when the last store on it does.
final class Field {
  /// splitmix64, whose n-th output depends on the seed alone.
  final class Machine {
    var now: Int64 = 1_790_000_000_000
    var monotonic: Int64 = 5000
    var state: UInt64

    init(seed: UInt64) { state = seed }

    func draw() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  let path: String
  let machine: Machine
  var store: FieldStore

  init(seed: UInt64 = 1) throws {
    var template = Array("/tmp/gridwalk-field-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, mkdtemp(start) != nil else { return "" }
      return String(cString: start)
    }
    machine = Machine(seed: seed)
    store = try FieldStore(
      directory: DataDirectory(path: path + "/data"), environment: Self.environment(machine))
  }

  deinit { Self.remove(path) }

  static func environment(_ machine: Machine) -> FieldEnvironment {
    FieldEnvironment(
      now: { machine.now }, monotonic: { machine.monotonic }, bootID: "boot-1",
      random: { machine.draw() })
  }

  /// Opens the folder anew, as after a crash.
  func reopen() throws {
    store = try FieldStore(directory: store.directory, environment: Self.environment(machine))
  }

  /// A resident that is nowhere yet.
  func resident(_ name: String, parent: UniqueID? = nil) -> Record {
    Record(
      id: store.newID(), element: .person, kind: "resident", grid: "G1", parent: parent,
      fields: ["name": .text(name)])
  }

  /// An event report that is nowhere yet.
  func report(_ text: String) -> Record {
    Record(
      id: store.newID(), element: .event, kind: "report", grid: "G1",
      fields: ["description": .text(text)])
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw FieldError.inputOutput
    }
    close(descriptor)
  }

  static func read(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var status = stat()
    fstat(descriptor, &status)
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    return Array(bytes.prefix(max(count, 0)))
  }

  /// Removes a folder and what lies in it; what cannot go stays in /tmp.
  static func remove(_ path: String) {
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

extension FieldStore {
  /// The one number that a query gives.
  func count(_ sql: String) throws -> Int64 {
    var found: Int64 = -1
    try connection.forEach(.init(stringLiteral: sql)) {
      found = try $0.integer(0)
      return false
    }
    return found
  }
}
