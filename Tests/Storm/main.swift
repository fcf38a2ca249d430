// storm: many simulated devices for a real gridwalkd, and the floor of the disk.
//
//   storm settle DATA COUNT          puts workers, grids and devices into a centre
//                                    that does not serve; prints a cursor
//   storm back PORT CURSOR [--devices N] [--seconds S] [--photo BYTES] [--fresh]
//                                    N devices come back within S seconds
//   storm busy PORT [--load segments|photos|files] [--connections N] [--requests N]
//                   [--operations N] [--bytes N] [--fresh]
//                                    each connection sends one after the other
//   storm floor FOLDER [--commits N] [--bytes N]
//
// --pid N adds what that process used. Answers are one line of JSON; 1 when any
// device gave up.

import CentralCore
import Glibc

func fail(_ words: String, _ code: Int32 = 2) -> Never {
  let line = Array("storm: \(words)\n".utf8)
  _ = write(2, line, line.count)
  exit(code)
}

/// Positional words, numbers by option, and flags.
struct Options {
  private(set) var words: [String] = []
  private var values: [String: String] = [:]

  init(_ arguments: [String]) {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else {
        words.append(word)
        continue
      }
      if word == "--fresh" {
        values[word] = "1"
      } else if let value = rest.popFirst() {
        values[word] = value
      } else {
        fail("\(word) wants a value")
      }
    }
  }

  func text(_ name: String, _ usual: String) -> String { values["--" + name] ?? usual }
  func has(_ name: String) -> Bool { values["--" + name] != nil }

  func number(_ name: String, _ usual: Int) -> Int {
    guard let text = values["--" + name] else { return usual }
    guard let number = Int(text), number >= 0 else { fail("--\(name) wants a number") }
    return number
  }

  func word(_ index: Int, _ what: String) -> String {
    guard index < words.count else { fail("\(what) is missing") }
    return words[index]
  }
}

/// Both ends of 25,000 connections are files here.
func raiseDescriptorLimit() {
  var limit = rlimit()
  guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
  limit.rlim_cur = min(limit.rlim_max, 200_000)
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}

/// Runs a plan and prints what was measured, with what the server used meanwhile.
func measure(_ plan: ClientLoop.Plan, pid: Int32) -> Bool {
  let before = Usage(of: pid)
  let own = Usage(of: getpid())
  let loop = ClientLoop(plan)
  var after = before
  loop.run { after = Usage(of: pid) }
  let mine = Usage(of: getpid())
  print(
    loop.tally.json([
      ("serverProcessorSeconds", Tally.number(after.processorSeconds - before.processorSeconds)),
      ("serverPeakKiB", String(after.peakKiB)), ("serverResidentKiB", String(after.residentKiB)),
      ("loadProcessorSeconds", Tally.number(mine.processorSeconds - own.processorSeconds)),
    ]))
  return loop.tally.failed == 0
}

func back(_ options: Options) -> Bool {
  guard let port = UInt16(options.word(1, "PORT")) else { fail("PORT is no port") }
  let cursor = options.word(2, "CURSOR")
  let devices = options.number("devices", 2500)
  let window = UInt64(options.number("seconds", 60)) * 1_000_000_000
  let photo = options.number("photo", 10_000)
  var random = SplitMix64(state: Fleet.seed)
  let run = nanoseconds()
  return measure(
    ClientLoop.Plan(
      port: port,
      make: { ReturningDevice(Fleet($0), run: run, cursor: cursor, photoBytes: photo) },
      arrivals: (0..<devices).map { _ in UInt64.random(in: 0...window, using: &random) },
      isFresh: options.has("fresh"), stays: !options.has("fresh")),
    pid: Int32(options.number("pid", 0)))
}

func busy(_ options: Options) -> Bool {
  guard let port = UInt16(options.word(1, "PORT")) else { fail("PORT is no port") }
  let connections = options.number("connections", 32)
  let requests = options.number("requests", 100)
  let bytes = options.number("bytes", 10_000)
  let load: BusyDevice.Load
  switch options.text("load", "segments") {
  case "segments": load = .segments(operations: 1...max(1, options.number("operations", 10)))
  case "photos": load = .photos(bytes: bytes)
  case "files": load = .files(bytes: bytes)
  case let other: fail("no such load: \(other)")
  }
  let run = nanoseconds()
  return measure(
    ClientLoop.Plan(
      port: port,
      make: { BusyDevice(Fleet($0), run: run, load: load, requests: requests) },
      arrivals: Array(repeating: 0, count: connections), isFresh: options.has("fresh")),
    pid: Int32(options.number("pid", 0)))
}

func floor(_ options: Options) throws {
  let folder = options.word(1, "FOLDER")
  let (times, bytes) = (options.number("commits", 1000), options.number("bytes", 4096))
  let append = try Floor.append(bytes, times: times, in: folder)
  let insert = try Floor.insert(bytes, times: times, in: folder)
  print(
    Tally.object([
      ("append", Tally.number(append * 1000)), ("insert", Tally.number(insert * 1000)),
    ]))
}

let options = Options(Array(CommandLine.arguments.dropFirst()))
raiseDescriptorLimit()
do {
  switch options.word(0, "a command") {
  case "settle":
    let centre = try Centre(in: options.word(1, "DATA"))
    guard let count = Int(options.word(2, "COUNT")) else { fail("COUNT is no number") }
    print(try Fleet.settle(count, in: centre))
  case "back": exit(back(options) ? 0 : 1)
  case "busy": exit(busy(options) ? 0 : 1)
  case "floor": try floor(options)
  case let other: fail("no such command: \(other)")
  }
} catch {
  fail("\(error)", 1)
}
