import Glibc

/// Nanoseconds of CLOCK_MONOTONIC.
func nanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// What was measured: times by name, and what went otherwise.
struct Tally {
  private var times: [String: [UInt64]] = [:]
  /// Answers 429 and 503 that were waited for and asked again.
  var turnedAway = 0
  /// Connections that broke and were made again.
  var broken = 0
  /// Devices that gave up, and the first reason.
  var failed = 0
  var reason = ""
  var began: UInt64 = 0
  var ended: UInt64 = 0

  var seconds: Double { Double(ended - began) / 1e9 }

  mutating func add(_ name: String, _ nanoseconds: UInt64) {
    times[name, default: []].append(nanoseconds)
  }

  mutating func fail(_ why: String) {
    if failed == 0 { reason = why }
    failed += 1
  }

  /// One line of JSON.
  func json(_ more: [(String, String)]) -> String {
    var members: [(String, String)] = [
      ("seconds", Self.number(seconds)), ("failed", String(failed)),
      ("reason", Self.quoted(reason)), ("turnedAway", String(turnedAway)),
      ("broken", String(broken)),
    ]
    for (name, samples) in times.sorted(by: { $0.key < $1.key }) {
      members.append((name, Self.summary(samples.sorted(), over: seconds)))
    }
    return Self.object(members + more)
  }

  static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { "\(quoted($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
  }

  static func number(_ value: Double) -> String { String((value * 1000).rounded() / 1000) }

  /// Counts, rate and milliseconds at the places people ask for.
  private static func summary(_ sorted: [UInt64], over seconds: Double) -> String {
    func at(_ share: Double) -> String {
      let index = min(sorted.count - 1, Int(Double(sorted.count) * share))
      return number(Double(sorted[index]) / 1e6)
    }
    let rate = seconds > 0 ? Double(sorted.count) / seconds : 0
    return object([
      ("count", String(sorted.count)), ("rate", number(rate)), ("p50", at(0.5)), ("p90", at(0.9)),
      ("p99", at(0.99)), ("max", at(1)),
    ])
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "'" : String($0) }.joined() + "\""
  }
}

/// What a process has used so far, as the kernel tells it.
struct Usage {
  /// Most memory ever resident, and memory resident now, in KiB.
  var peakKiB = 0
  var residentKiB = 0
  /// Processor time of all threads, in seconds.
  var processorSeconds = 0.0

  /// Zeroes when there is no such process.
  init(of process: Int32) {
    for line in Self.text("/proc/\(process)/status").split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.first == "VmHWM:" { peakKiB = Int(words[1]) ?? 0 }
      if words.first == "VmRSS:" { residentKiB = Int(words[1]) ?? 0 }
    }
    // Fields are counted after the name, which may hold blanks (proc(5)).
    let fields = Self.text("/proc/\(process)/stat").split(separator: ")").last?
      .split(separator: " ")
    if let fields, fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12])
    {
      processorSeconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
  }

  private static func text(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 16_384)
    let count = read(descriptor, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }
}
