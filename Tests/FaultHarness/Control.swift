import Foundation

/// What FaultShim.h calls the kinds, classes and operations.
enum Shim {
  enum Kind: Int64, CaseIterable {
    case none, killBefore, killAfter, killTorn, noSpace, inputOutput, short, clock
  }

  struct Classes: OptionSet, Hashable {
    let rawValue: Int64
    static let database = Classes(rawValue: 1)
    static let wal = Classes(rawValue: 2)
    static let blob = Classes(rawValue: 4)
    static let other = Classes(rawValue: 8)
    static let directory = Classes(rawValue: 16)
    static let network = Classes(rawValue: 32)
    static let files: Classes = [.database, .wal, .blob, .other, .directory]
  }

  struct Operations: OptionSet, Hashable {
    let rawValue: Int64
    static let write = Operations(rawValue: 1)
    static let sync = Operations(rawValue: 2)
    static let truncate = Operations(rawValue: 4)
    static let rename = Operations(rawValue: 8)
    static let unlink = Operations(rawValue: 16)
    static let create = Operations(rawValue: 32)
    static let send = Operations(rawValue: 64)
    static let receive = Operations(rawValue: 128)
    static let all = Operations(rawValue: 255)
  }

  /// A fault that waits for its point.
  struct Order {
    var kind: Kind
    var classes: Classes = .files
    var operations: Operations = .all
    /// Matching calls that pass first.
    var skip = 0
    /// Calls that fail then; -1 for all.
    var times = 1
    /// For parts of writes: a share in 1/256.
    var part = 128
    /// For the clock: milliseconds.
    var jump: Int64 = 0
  }

  /// Where a fault struck: "wal sync".
  static func site(_ classes: Int64, _ operation: Int64) -> String {
    let places: [Int64: String] = [
      1: "database", 2: "wal", 4: "blob", 8: "other", 16: "directory", 32: "socket",
    ]
    let calls: [Int64: String] = [
      1: "write", 2: "fsync", 4: "truncate", 8: "rename", 16: "unlink", 32: "create", 64: "send",
      128: "receive",
    ]
    return "\(places[classes] ?? "?") \(calls[operation] ?? "?")"
  }
}

/// The control block of a machine, shared with its processes while they run:
/// read and written under the lock that the shim takes.
final class Control {
  private static let fields = 16
  private let descriptor: Int32
  private let lock: Int32

  struct State {
    var points: Int64 = 0
    var networkPoints: Int64 = 0
    var kind: Int64 = 0
    var matched: Int64 = 0
    var fired: Int64 = 0
    var site = ""
    var isDead = false
    var clock: Int64 = 0
  }

  init(folder: String) throws {
    descriptor = open("\(folder)/control", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    lock = open("\(folder)/log", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, lock >= 0, ftruncate(descriptor, off_t(Self.fields * 8)) == 0 else {
      throw HarnessFault("cannot make \(folder)/control")
    }
  }

  deinit {
    close(descriptor)
    close(lock)
  }

  var state: State {
    let values = locked { load() }
    return State(
      points: values[0], networkPoints: values[1], kind: values[2], matched: values[8],
      fired: values[9], site: Shim.site(values[10], values[11]), isDead: values[12] != 0,
      clock: values[14])
  }

  func arm(_ order: Shim.Order) {
    change { values in
      values[2] = order.kind.rawValue
      values[3] = order.classes.rawValue
      values[4] = order.operations.rawValue
      values[5] = Int64(order.skip)
      values[6] = Int64(order.times)
      values[7] = Int64(order.part)
      values[8] = 0
      values[15] = order.jump
    }
  }

  /// Takes an order back that has not struck, and lets the machine start again.
  func disarm() {
    change { values in
      values[2] = 0
      values[12] = 0
    }
  }

  /// Ends every process of the machine at its next point.
  func pullPlug() { change { $0[12] = 1 } }

  func setClock(_ milliseconds: Int64) { change { $0[14] = milliseconds } }

  func lie(_ classes: Shim.Classes) { change { $0[13] = classes.rawValue } }

  /// Keeps every process of the machine from its next point meanwhile.
  func holding<T>(_ body: () throws -> T) rethrows -> T {
    while flock(lock, LOCK_EX) != 0, errno == EINTR {}
    defer { flock(lock, LOCK_UN) }
    return try body()
  }

  private func change(_ body: (inout [Int64]) -> Void) {
    locked {
      var values = load()
      body(&values)
      values.withUnsafeBytes { _ = pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }
  }

  private func load() -> [Int64] {
    var values = [Int64](repeating: 0, count: Self.fields)
    values.withUnsafeMutableBytes { _ = pread(descriptor, $0.baseAddress, $0.count, 0) }
    return values
  }

  private func locked<T>(_ body: () -> T) -> T {
    while flock(lock, LOCK_EX) != 0, errno == EINTR {}
    defer { flock(lock, LOCK_UN) }
    return body()
  }
}

/// The harness itself cannot go on; says nothing of the product.
struct HarnessFault: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
