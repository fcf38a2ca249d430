import Foundation

/// One handheld of the scenario and what it has promised.
final class Hand {
  let name: String
  let worker: String
  let machine: Machine
  /// Operations that `gridwalk` said were saved.
  private(set) var promised: Set<String> = []
  private var lastOrdinal: Int64 = 0
  var isEnrolled = false

  init(_ name: String, worker: String, in folder: String) throws {
    self.name = name
    self.worker = worker
    machine = try Machine(name, in: folder)
  }

  var data: String { "\(machine.root)/data" }

  func start(_ program: String, _ arguments: [String]) throws -> RunningProgram {
    try machine.start(program, arguments + ["--json", "--data", data])
  }

  func run(_ program: String, _ arguments: [String]) throws -> Ended {
    try start(program, arguments).wait(seconds: 60)
  }

  func reading() throws -> DeviceReading { try DeviceReading(machine) }

  /// Takes in what the journal has now; what a command said was saved is
  /// promised from here on.
  func took(_ reading: DeviceReading, promises: Bool) {
    for (ordinal, row) in reading.entries where ordinal > lastOrdinal {
      if promises { promised.insert(row.op) }
    }
    lastOrdinal = reading.entries.last?.ordinal ?? 0
  }

  /// Begins as a copy of another.
  func inherit(_ other: Hand) {
    promised = other.promised
    lastOrdinal = other.lastOrdinal
    isEnrolled = other.isEnrolled
  }

  func forget(_ ops: Set<String>) { promised.subtract(ops) }
}
