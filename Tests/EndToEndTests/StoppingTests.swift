import Foundation
import Glibc
import Support
import Testing

/// The centre stops, is killed, or has no room; the handheld has no room.
@Suite(.serialized) struct StoppingTests {
  @Test(
    "a centre that stops or is killed in a photo keeps its bytes", arguments: [SIGTERM, SIGKILL])
  func stopped(signal: Int32) throws {
    let district = try District()
    try district.serve()
    let link = try FaultyProxy(targetPort: district.port)
    defer { link.stop() }
    let hers = try district.enrolledHandheld("hers", worker: "W001", through: link.port)
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    // Slow enough that the photo is under way for seconds: the grace of one
    // second does not let it finish.
    link.limit(.uplink, bytesPerSecond: 4_000)
    let syncing = try hers.startSync()
    #expect(syncing.waitForOutput { $0.contains("\"event\":\"photo\"") ? $0 : nil } != nil)
    let before = link.uplinkBytes
    while link.uplinkBytes < before + 4_000, syncing.isRunning { usleep(10_000) }
    let ended = district.stop(signal)
    #expect(ended?.status == (signal == SIGTERM ? 0 : 128 + SIGKILL))
    syncing.wait()

    try district.serve()
    link.setTarget(port: district.port)
    link.limit(.uplink, bytesPerSecond: nil)
    let resumed = try hers.sync()
    #expect(resumed.status == 0, "\(resumed.output)")
    let at = resumed.output.split(separator: "\n").compactMap {
      MainRoadTests.resumedAt(String($0))
    }.last
    #expect(try #require(at) > 0)
    #expect(try StoredPhotos.bytes(in: district) == [Data(contentsOf: MainRoadTests.photo)])
  }

  @Test("a watch that is asked to stop between two requests ends well")
  func stoppedWatch() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    let watching = try Program("gridwalk-sync").start(["watch", "--json", "--data", hers.folder])
    #expect(watching.waitForOutput { $0.contains("\"event\":\"finished\"") ? $0 : nil } != nil)
    watching.signal(SIGTERM)
    #expect(watching.wait().status == 0)
  }

  @Test("an enrolment that nobody hears says so, and the code stays good")
  func unheardEnrolment() throws {
    let district = try District()
    try district.serve()
    let code = try district.code(for: "W001")
    let hers = district.handheld("hers")
    let centre = "http://127.0.0.1:\(district.port)"
    district.stop()
    let unheard = try hers.run(["enroll", centre, code, "--lang", "en"])
    #expect(unheard.status == 6)
    #expect(unheard.errors.contains("Not enrolled"), "\(unheard.errors)")
    #expect(unheard.errors.contains("code is still good"), "\(unheard.errors)")
    #expect(!unheard.errors.contains("Everything is saved"), "\(unheard.errors)")
    try district.serve()
    // TLS where none is spoken is no matter of certificates.
    let tls = try hers.run(
      ["enroll", "https://127.0.0.1:\(district.port)", code, "--lang", "en"])
    if !tls.errors.contains("libcurl") {
      #expect(tls.errors.contains("does not speak TLS there"), "\(tls.errors)")
      #expect(!tls.errors.contains("certificate"), "\(tls.errors)")
    }
    #expect(try hers.run(["enroll", centre, code]).status == 0)
  }

  @Test("a full disk on the handheld: nothing half saved, nothing before it lost")
  func fullHandheld() throws {
    let district = try District()
    try district.serve()
    guard let disk = SmallDisk(at: district.folder.appendingPathComponent("small").path, size: "4m")
    else {
      print("left out: a full disk needs the right to mount a small one")
      return
    }
    defer { disk.remove() }
    let hers = try district.enrolledHandheld("small/hers", worker: "W001")
    _ = try hers.json(["diary", "之前", "--grid", MainRoadTests.grid])
    disk.fill()
    let full = try hers.run(
      MainRoadTests.report(photo: MainRoadTests.photo.path) + ["--lang", "en"])
    #expect(full.status == 1)
    #expect(full.errors.contains("disk is full"), "\(full.errors)")
    disk.makeRoom()
    #expect(try hers.json(["queue"])["waiting"] as? Int == 1)
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    #expect(try hers.sync().status == 0)
    #expect(try hers.json(["queue"])["waiting"] as? Int == 0)
    #expect(try hers.run(["doctor"]).status == 0)
  }

  @Test("a full disk at the centre: the handheld waits and everything arrives later")
  func fullCentre() throws {
    let district = try District()
    guard let disk = SmallDisk(at: district.centre + "/uploads", size: "16k") else {
      print("left out: a full disk needs the right to mount a small one")
      return
    }
    defer { disk.remove() }
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    let full = try hers.sync()
    #expect(full.status == 6, "\(full.output)")
    #expect(full.output.contains("storage-full"), "\(full.output)")
    // The report itself is small and has its receipt; the photo waits.
    #expect(try hers.json(["queue"])["waiting"] as? Int == 1)
    district.stop()
    disk.remove()
    try district.serve()
    #expect(try hers.sync().status == 0)
    #expect(try StoredPhotos.bytes(in: district) == [Data(contentsOf: MainRoadTests.photo)])
  }
}

/// A file system in memory with hardly any room; needs the right to mount.
struct SmallDisk {
  private let path: String

  init?(at path: String, size: String) {
    self.path = path
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
    } catch {
      return nil
    }
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(size)") == 0 else { return nil }
  }

  private var ballast: String { path + "/ballast" }

  /// Leaves no room at all.
  func fill() {
    let descriptor = open(ballast, O_WRONLY | O_CREAT, 0o600)
    let block = [UInt8](repeating: 0, count: 4096)
    while write(descriptor, block, block.count) > 0 {}
    close(descriptor)
  }

  func makeRoom() { unlink(ballast) }
  func remove() { umount2(path, Int32(2)) }
}
