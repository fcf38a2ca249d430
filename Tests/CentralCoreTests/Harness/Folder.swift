import FoundationEssentials
import Glibc
import Locks
import Testing

/// A folder that goes with the test that made it.
final class Folder: Sendable {
  let path: String

  init() throws {
    let parent = FileManager.default.temporaryDirectory.path
    var template = Array("\(parent)/central-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw POSIXFault(code: errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  // A folder that stays behind fails no test.
  deinit { try? FileManager.default.removeItem(atPath: path) }

  subscript(_ name: String) -> String { "\(path)/\(name)" }
}

struct POSIXFault: Error {
  let code: Int32
}

/// Files as tests look at them and tamper with them.
enum Disk {
  static func read(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw POSIXFault(code: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { throw POSIXFault(code: errno) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw POSIXFault(code: errno) }
    defer { close(descriptor) }
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw POSIXFault(code: errno)
    }
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  static func names(in directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }
}

/// A clock that only moves when it is told to.
final class ManualClock: Sendable {
  private let time: Mutex<Int64>

  init(_ start: Int64 = 1_790_000_000_000) { time = Mutex(start) }

  var now: Int64 { time.withLock { $0 } }
  func advance(milliseconds: Int64) { time.withLock { $0 += milliseconds } }
  func advance(hours: Int64) { advance(milliseconds: hours * 3_600_000) }
  func advance(days: Int64) { advance(hours: days * 24) }
}

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

/// Runs a body on so many threads at once and waits for all of them.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws {
  final class Work {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }
  var threads: [pthread_t] = []
  for index in 0..<count {
    let work = Unmanaged.passRetained(Work { body(index) })
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, work.toOpaque())
    guard code == 0 else {
      work.release()
      throw POSIXFault(code: code)
    }
    threads.append(thread)
  }
  for thread in threads { pthread_join(thread, nil) }
}

extension Disk {
  static func contains(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
    guard let first = wanted.first, bytes.count >= wanted.count else { return false }
    return (0...bytes.count - wanted.count).contains { start in
      bytes[start] == first && bytes[start..<start + wanted.count].elementsEqual(wanted)
    }
  }

  static func remove(_ path: String) throws {
    guard unlink(path) == 0 else { throw POSIXFault(code: errno) }
  }
}
