import Foundation

/// Proves the shim and the power loss on a victim: what was synced stays, what
/// was not goes, and each fault strikes where it was ordered.
struct Proofs {
  let folder: String
  private var failures: [String] = []
  private var count = 0

  init(folder: String) { self.folder = folder }

  static func run(in folder: String) throws -> Bool {
    var proofs = Proofs(folder: folder)
    // FIPS 180-4's own example.
    proofs.check(
      "SHA-256 of abc",
      Hash.hex(Array("abc".utf8)).hasPrefix("ba7816bf8f01cfea414140de5dae2223"))
    try proofs.bytes()
    try proofs.names()
    try proofs.lies()
    try proofs.orders()
    for failure in proofs.failures { print("FAIL  \(failure)") }
    print("\(proofs.count) proofs of the shim, \(proofs.failures.count) failed")
    return proofs.failures.isEmpty
  }

  private mutating func check(_ what: String, _ holds: Bool) {
    count += 1
    if !holds { failures.append(what) }
  }

  private func machine() throws -> Machine { try Machine("proof\(count)", in: folder) }

  private func victim(_ machine: Machine, _ script: String) throws -> Ended {
    let words = script.split(separator: " ").map { word in
      word.hasPrefix("@") ? "\(machine.root)/\(word.dropFirst())" : String(word)
    }
    return try machine.run("fault-harness", ["victim"] + words)
  }

  private func text(_ machine: Machine, _ name: String) -> String? {
    FileManager.default.contents(atPath: "\(machine.root)/\(name)").map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private mutating func bytes() throws {
    var disk = try machine()
    _ = try victim(disk, "write @a 0 one sync @a syncdir @. write @a 0 two write @a 3 more")
    check("both writes are seen before the power goes", text(disk, "a") == "twomore")
    try disk.losePower(.all)
    check("unsynced bytes go, synced ones stay", text(disk, "a") == "one")

    disk = try machine()
    _ = try victim(disk, "write @a 0 one sync @a syncdir @. truncate @a 1")
    try disk.losePower(.all)
    check("an unsynced truncation is taken back", text(disk, "a") == "one")

    disk = try machine()
    disk.control.arm(.init(kind: .inputOutput, operations: .sync))
    let ended = try victim(disk, "create @a syncdir @. write @a 0 one sync @a sync @a")
    // The directory's fsync was the one that failed; the bytes are durable.
    check("EIO is answered once", ended.output == "syncdir 5\n")
    disk = try machine()
    disk.control.arm(.init(kind: .inputOutput, classes: .other, operations: .sync))
    _ = try victim(disk, "create @a syncdir @. write @a 0 one sync @a sync @a")
    try disk.losePower(.all)
    check("a second fsync does not mend a failed one", text(disk, "a") == "\0\0\0")

    disk = try machine()
    _ = try victim(disk, "create @a syncdir @. write @a 0 \(String(repeating: "x", count: 4096))")
    var kept = Set<Int>()
    for seed in 0..<8 {
      try? FileManager.default.removeItem(atPath: "\(folder)/some")
      try FileManager.default.createDirectory(
        atPath: "\(folder)/some", withIntermediateDirectories: true)
      let copy = try machine()
      _ = try victim(copy, "create @a syncdir @. write @a 0 \(String(repeating: "x", count: 4096))")
      try copy.losePower(.some(SplitMix64(seed: UInt64(seed))))
      kept.insert((text(copy, "a") ?? "").filter { $0 == "x" }.count)
      check(
        "whole sectors stay or go", (text(copy, "a") ?? "").filter { $0 == "x" }.count % 512 == 0)
    }
    check("different seeds keep different sectors", kept.count > 2)
  }

  private mutating func names() throws {
    var disk = try machine()
    _ = try victim(disk, "write @a 0 one sync @a")
    try disk.losePower(.all)
    check("a name without its directory's fsync goes", text(disk, "a") == nil)

    disk = try machine()
    _ = try victim(disk, "write @a 0 one sync @a write @b 0 two sync @b syncdir @. rename @a @b")
    check("renamed", text(disk, "b") == "one" && text(disk, "a") == nil)
    try disk.losePower(.all)
    check("a rename is taken back", text(disk, "b") == "two" && text(disk, "a") == "one")

    disk = try machine()
    _ = try victim(disk, "write @a 0 one sync @a syncdir @. unlink @a")
    try disk.losePower(.all)
    check("an unlink is taken back", text(disk, "a") == "one")

    disk = try machine()
    _ = try victim(disk, "write @a 0 one sync @a syncdir @. rename @a @b syncdir @.")
    try disk.losePower(.all)
    check("a synced rename stays", text(disk, "b") == "one" && text(disk, "a") == nil)

    disk = try machine()
    _ = try victim(disk, "mkdir @d write @d/a 0 one sync @d/a syncdir @d")
    try disk.losePower(.all)
    check("a folder goes with what is in it", text(disk, "d/a") == nil)
  }

  private mutating func lies() throws {
    let disk = try machine()
    disk.control.lie(.files)
    _ = try victim(disk, "write @a 0 one sync @a syncdir @.")
    try disk.losePower(.all)
    check("a disk that lies loses what was synced", text(disk, "a") == nil)
  }

  private mutating func orders() throws {
    var disk = try machine()
    disk.control.arm(.init(kind: .killBefore, operations: .write, skip: 1))
    var ended = try victim(disk, "write @a 0 one write @a 0 two")
    check("killed before the second write", ended.status == 137 && text(disk, "a") == "one")
    check("the machine is dead", try victim(disk, "write @a 0 three").status == 137)
    disk.control.disarm()
    check("and starts again", try victim(disk, "write @a 0 three").status == 0)

    disk = try machine()
    disk.control.arm(.init(kind: .killAfter, operations: .write))
    ended = try victim(disk, "write @a 0 one write @a 0 two")
    check("killed after the first write", ended.status == 137 && text(disk, "a") == "one")

    disk = try machine()
    disk.control.arm(.init(kind: .killTorn, operations: .write, part: 128))
    ended = try victim(disk, "write @a 0 onetwo")
    check("a torn write did half", ended.status == 137 && text(disk, "a") == "one")

    disk = try machine()
    disk.control.arm(.init(kind: .noSpace, operations: .write, times: 2))
    ended = try victim(disk, "write @a 0 one write @a 0 two write @a 0 six")
    check("ENOSPC twice", ended.output == "write 28\nwrite 28\n" && text(disk, "a") == "six")

    disk = try machine()
    disk.control.setClock(-10 * 365 * 86_400_000)
    let year = Calendar(identifier: .gregorian).component(.year, from: Date())
    check(
      "the clock is ten years behind",
      Int(try victim(disk, "year x").output.trimmingCharacters(in: .whitespacesAndNewlines)).map {
        (year - 11...year - 9).contains($0)
      } == true)
    let points = disk.control.state.points
    _ = try victim(disk, "write @a 0 one sync @a")
    check("three points more", disk.control.state.points == points + 3)
  }
}
