import Foundation

/// What the command line asks for.
struct Options {
  static let usage = """
    usage: fault-harness [--seed S] [--faults N] [--parallel P] [--seconds T]
                         [--verbose] [--lie]
           fault-harness --replay SEED [--verbose]
           fault-harness prove | cases

    """
  var seed: UInt64 = 20_261_128
  var faults = 1000
  var parallel = 2
  var replay: UInt64?
  var isVerbose = false
  /// Disks that say they have synced and have not: the oracles must find out.
  var lies = false
  var isProof = false
  var isCases = false
  var perSchedule = 100
  /// No schedule begins after so many seconds.
  var seconds = Double.infinity
  let folder: String

  init?(_ words: [String]) {
    let shared = "/dev/shm"
    let place =
      FileManager.default.isWritableFile(atPath: shared) ? shared : NSTemporaryDirectory()
    folder = "\(place)/gridwalk-faults-\(getpid())"
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "prove": isProof = true
      case "cases": isCases = true
      case "--verbose": isVerbose = true
      case "--lie": lies = true
      case "--seed", "--faults", "--parallel", "--replay", "--each", "--seconds":
        guard let number = rest.popFirst().flatMap({ UInt64($0) }) else { return nil }
        switch word {
        case "--seed": seed = number
        case "--faults": faults = Int(clamping: number)
        case "--parallel": parallel = max(1, Int(clamping: number))
        case "--seconds": seconds = Double(number)
        case "--each": perSchedule = max(1, Int(clamping: number))
        default: replay = number
        }
      default: return nil
      }
    }
  }
}

/// Schedules one after the other, several at once, until enough faults struck.
final class Campaign: @unchecked Sendable {
  // `@unchecked Sendable`: `lock` guards what the threads share.
  private let options: Options
  private let tally = Tally()
  private let began = Date()
  private let lock = NSLock()
  private var seeds: SplitMix64
  private var schedules = 0
  private var failures: [(seed: UInt64, violations: [String])] = []

  init(_ options: Options) {
    self.options = options
    seeds = SplitMix64(seed: options.seed)
  }

  /// True when nothing was violated.
  func run() -> Bool {
    if let replay = options.replay {
      play(replay)
    } else {
      let group = DispatchGroup()
      for _ in 0..<options.parallel {
        group.enter()
        let thread = Thread { [self] in
          while let seed = next() { play(seed) }
          group.leave()
        }
        thread.stackSize = 8 << 20
        thread.start()
      }
      group.wait()
    }
    tell(seconds: Date().timeIntervalSince(began))
    return failures.isEmpty
  }

  private func next() -> UInt64? {
    lock.lock()
    defer { lock.unlock() }
    guard tally.total < options.faults, failures.isEmpty,
      Date().timeIntervalSince(began) < options.seconds
    else { return nil }
    schedules += 1
    return seeds.next() >> 16
  }

  private func play(_ seed: UInt64) {
    let (violations, history) = Scenario.run(
      seed: seed, faults: min(options.perSchedule, options.faults), folder: options.folder,
      tally: tally, lies: options.lies)
    guard !violations.isEmpty else { return }
    lock.lock()
    failures.append((seed, violations))
    print(
      "FAILED  schedule \(seed); again: fault-harness --replay \(seed) --each \(options.perSchedule)"
    )
    if !options.isVerbose { for line in history.suffix(40) { print("        \(line)") } }
    for violation in violations.prefix(8) { print("        \(violation)") }
    fflush(nil)
    lock.unlock()
  }

  private func tell(seconds: Double) {
    for line in tally.lines() { print(line) }
    print(
      "\(tally.total) faults in \(schedules) schedules (seed \(options.seed)), \(failures.count) failed; "
        + "\(Int(seconds)) s")
  }
}
