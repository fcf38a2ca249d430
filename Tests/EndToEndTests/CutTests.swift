import Foundation
import Support
import Testing

/// The link is reset after N bytes, for many N in both directions: whatever is
/// lost, the next try brings everything, once.
@Suite(.serialized) struct CutTests {
  /// Request heads, the segment's body and the photo's body all lie in here.
  static let uplink: [Int64] = [
    0, 1, 150, 400, 700, 1_000, 1_500, 2_200, 3_000, 4_500, 9_000, 20_000, 26_000, 29_000,
  ]
  /// Answers are short: sessions, 201, 204, receipts, pages.
  static let downlink: [Int64] = [0, 1, 200, 500, 800, 1_100, 1_600, 2_400, 4_000, 20_000]

  @Test("uplink cut after N bytes", arguments: uplink)
  func cutUplink(after bytes: Int64) throws { try cut(.uplink, after: bytes) }

  @Test("downlink cut after N bytes: the answer is lost", arguments: downlink)
  func cutDownlink(after bytes: Int64) throws { try cut(.downlink, after: bytes) }

  private func cut(_ direction: FaultyProxy.Direction, after bytes: Int64) throws {
    let district = try District()
    try district.serve()
    let link = try FaultyProxy(targetPort: district.port)
    defer { link.stop() }
    let hers = try district.enrolledHandheld("hers", worker: "W001", through: link.port)
    _ = try hers.json(MainRoadTests.household)
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))

    link.cut(direction, afterBytes: bytes, scope: .total)
    try hers.sync()
    link.cancelCut()
    let ended = try hers.sync()
    #expect(ended.status == 0, "\(ended.errors) \(ended.output)")

    #expect(try hers.json(["queue"])["waiting"] as? Int == 0)
    #expect(try StoredPhotos.bytes(in: district) == [Data(contentsOf: MainRoadTests.photo)])
    // Four records of the household and one report, each once.
    let report = try district.admin(["check", "--json"])
    #expect(report.status == 0, "\(report.output)")
    #expect(try report.json()["operations"] as? Int == 5)
    let other = try district.enrolledHandheld("other", worker: "W001")
    for (kind, count) in [("household", 1), ("person", 3), ("event", 1)] {
      let list = try other.run(["list", kind, "--json"])
      #expect(list.output.components(separatedBy: "\"id\":").count - 1 == count)
    }
  }
}
