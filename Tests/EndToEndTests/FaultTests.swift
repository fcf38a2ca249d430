import Foundation
import Support
import Testing

/// The seeded schedules of faults, in short; script/bench runs ten thousand.
@Suite(.serialized) struct FaultTests {
  private func harness(_ arguments: [String]) throws -> Program.Ended {
    let ended = try Program("fault-harness").run(arguments)
    print(ended.output)
    return ended
  }

  @Test("the disk that fails on command loses what was not fsynced, and nothing else")
  func shim() throws {
    let ended = try harness(["prove"])
    #expect(ended.status == 0, "\(ended.output) \(ended.errors)")
  }

  @Test("what once was lost by a fault is not lost again")
  func cases() throws {
    let ended = try harness(["cases"])
    #expect(ended.status == 0, "\(ended.output) \(ended.errors)")
  }

  @Test("nothing is lost, doubled or hidden under a short schedule of faults")
  func schedule() throws {
    let ended = try harness(["--seed", "20261128", "--faults", "60", "--each", "20"])
    #expect(ended.status == 0, "\(ended.output) \(ended.errors)")
  }

  @Test("on a disk that only says it has synced, the schedules find out that work is lost")
  func lyingDisk() throws {
    let ended = try harness(["--seed", "1", "--faults", "400", "--each", "60", "--lie"])
    #expect(ended.status == 1, "\(ended.output) \(ended.errors)")
    #expect(ended.output.contains(" lost "))
  }
}
