import Foundation
import Glibc
import Support
import Testing

/// What a worker sees of the link, with the real programs.
@Suite(.serialized) struct LinkTests {
  private static func events(_ output: String, _ name: String) -> [[String: Any]] {
    output.split(separator: "\n").compactMap { line in
      let value = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return value?["event"] as? String == name ? value : nil
    }
  }

  @Test("a report saved while a photo is on its way over a slow link goes next")
  func overtaking() throws {
    let district = try District()
    try district.serve()
    let link = try FaultyProxy(targetPort: district.port, receiveBytes: 4096)
    defer { link.stop() }
    let hers = try district.enrolledHandheld("hers", worker: "W001", through: link.port)
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    #expect(link.connections > 0)
    let before = link.connections
    link.limit(.uplink, bytesPerSecond: 2_500)
    let syncing = try hers.startSync()
    #expect(syncing.waitForOutput { $0.contains("\"event\":\"photo\"") ? $0 : nil } != nil)
    _ = try hers.json(["report", "01001", "--set", "description=急", "--grid", MainRoadTests.grid])
    let first = syncing.waitForOutput(within: 60) { line -> String? in
      if line.contains("\"event\":\"photo-received\"") { return "photo" }
      let isSecond = line.contains("\"event\":\"receipt\"") && line.contains("\"first\":2")
      return isSecond ? "report" : nil
    }
    #expect(first == "report")
    link.limit(.uplink, bytesPerSecond: nil)
    let ended = syncing.wait()
    #expect(ended.status == 0, "\(ended.output)")
    #expect(link.connections == before + 1, "one warm connection")
    #expect(try StoredPhotos.bytes(in: district) == [Data(contentsOf: MainRoadTests.photo)])
    // The whole round is told: what is handed over of what waits.
    let sent = Self.events(ended.output, "sent")
    let last = try #require(sent.last)
    #expect(last["roundBytes"] as? Int == last["roundOf"] as? Int)
    #expect((last["rate"] as? Int).map { $0 > 0 } == true)
  }

  @Test("a dry run tells what waits and sends nothing")
  func dryRun() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    district.stop()
    #expect(try hers.run(["sync", "--dry-run", "--lang", "en"]).errors.contains("Nothing waits"))
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    let plan = try hers.json(["sync", "--dry-run"])
    let photo = try Data(contentsOf: MainRoadTests.photo).count
    #expect((plan["photos"] as? [String: Any])?["items"] as? Int == 1)
    #expect((plan["photos"] as? [String: Any])?["bytes"] as? Int == photo)
    #expect((plan["urgent"] as? [String: Any])?["items"] as? Int == 1)
    #expect(try #require(plan["bytes"] as? Int) > photo)
    let words = try hers.run(["sync", "--dry-run", "--lang", "zh"])
    #expect(words.status == 0)
    #expect(words.errors.contains("紧急 1 条"), "\(words.errors)")
    #expect(try hers.json(["queue"])["waiting"] as? Int == 2)
  }

  @Test("Ctrl-C says that nothing is lost, and the next sync goes on")
  func interrupted() throws {
    let district = try District()
    try district.serve()
    let link = try FaultyProxy(targetPort: district.port, receiveBytes: 4096)
    defer { link.stop() }
    let hers = try district.enrolledHandheld("hers", worker: "W001", through: link.port)
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    link.limit(.uplink, bytesPerSecond: 4_000)
    let syncing = try hers.startSync()
    #expect(syncing.waitForOutput { $0.contains("\"event\":\"photo\"") ? $0 : nil } != nil)
    syncing.signal(SIGINT)
    let ended = syncing.wait()
    #expect(ended.status == 130)
    #expect(ended.errors.contains("Nothing is lost"), "\(ended.errors)")
    link.limit(.uplink, bytesPerSecond: nil)
    #expect(try hers.sync().status == 0)
    #expect(try StoredPhotos.bytes(in: district) == [Data(contentsOf: MainRoadTests.photo)])
  }

  @Test("a second of darkness in a round is waited for, not reported")
  func darkness() throws {
    let district = try District()
    try district.serve()
    let link = try FaultyProxy(targetPort: district.port, receiveBytes: 4096)
    defer { link.stop() }
    let hers = try district.enrolledHandheld("hers", worker: "W001", through: link.port)
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    link.limit(.uplink, bytesPerSecond: 8_000)
    let syncing = try hers.startSync()
    #expect(syncing.waitForOutput { $0.contains("\"event\":\"photo\"") ? $0 : nil } != nil)
    link.drop(everyMilliseconds: 2_000, darkMilliseconds: 1_000)
    let ended = syncing.wait()
    #expect(ended.status == 0, "\(ended.output)")
    #expect(try StoredPhotos.bytes(in: district) == [Data(contentsOf: MainRoadTests.photo)])
  }

  @Test("the watch tells the service manager that it is ready, alive and stopping")
  func notifies() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    let path = district.folder.appendingPathComponent("notify").path
    let manager = try ServiceManager(path: path)
    let watching = try Program("gridwalk-sync").start(
      ["watch", "--json", "--data", hers.folder], environment: ["NOTIFY_SOCKET": path])
    #expect(manager.next() == "READY=1")
    #expect(manager.next()?.hasPrefix("WATCHDOG=1") == true)
    #expect(watching.waitForOutput { $0.contains("\"event\":\"finished\"") ? $0 : nil } != nil)
    watching.signal(SIGTERM)
    #expect(watching.wait().status == 0)
    var last: String?
    while let message = manager.next(within: 1) { last = message }
    #expect(last == "STOPPING=1")
  }
}

/// The end of systemd's notification socket.
private final class ServiceManager {
  private let descriptor: Int32

  init(path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  deinit { close(descriptor) }

  /// The next message; nil when none comes in time.
  func next(within seconds: Int32 = 30) -> String? {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, seconds * 1000) > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
  }
}
