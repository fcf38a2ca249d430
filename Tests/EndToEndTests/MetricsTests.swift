import Foundation
import HTTP
import Support
import Testing

/// What `/metrics` says, read as the Prometheus text format 0.0.4 is specified
/// (prometheus.io/docs/instrumenting/exposition_formats).
@Suite(.serialized) struct MetricsTests {
  private func metrics(_ district: District) throws -> Exposition {
    let answer = try HTTPConnection(host: "127.0.0.1", port: district.port).send(
      ClientRequest(method: "GET", target: "/metrics"), responseLimit: 1 << 20)
    #expect(answer.status == 200)
    #expect(answer.headers.first("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
    return try Exposition(String(decoding: answer.body, as: UTF8.self))
  }

  @Test("lag and backlog of each device, by its identifier alone")
  func devices() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("她的手持机", worker: "W001")
    _ = try hers.json(["diary", "一", "--grid", MainRoadTests.grid])
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    #expect(try hers.sync().status == 0)
    // The session after tells what the one before brought.
    #expect(try hers.sync().status == 0)
    let list = try district.admin(["device", "list", "--json"])
    let devices = try JSONSerialization.jsonObject(with: Data(list.output.utf8))
    let device = try #require((devices as? [[String: Any]])?.first)
    let id = try #require(device["device"] as? String)

    let found = try metrics(district)
    #expect(found.value("gridwalk_devices") == 1)
    #expect(found.value("gridwalk_devices_left_out") == 0)
    let label = ["device": id]
    for (name, expected) in [
      ("waiting", 0.0), ("photos_awaited", 0), ("incarnations", 1),
    ] {
      #expect(found.value("gridwalk_device_\(name)", label) == expected, "\(name)")
    }
    for lane in ["urgent", "normal"] {
      let lanes = ["device": id, "lane": lane]
      #expect(found.value("gridwalk_device_operations_received_total", lanes) == 1)
    }
    let lag = try #require(found.value("gridwalk_device_seconds_since_seen", label))
    #expect((0..<600).contains(lag))
    #expect((device["lanes"] as? [[String: Any]])?.first?["urgent"] as? Int == 1)
    #expect(device["waiting"] as? Int == 0)
    #expect(!found.text.contains("她的手持机") && !found.text.contains("W001"))
    // A revoked device has no samples any more.
    #expect(try district.admin(["device", "revoke", id]).status == 0)
    let after = try metrics(district)
    #expect(!after.text.contains(id))
    #expect(after.value("gridwalk_devices") == 0)
  }

  @Test("there are so many samples as devices, and no metric has two of one label")
  func cardinality() throws {
    let district = try District()
    try district.serve()
    var counts: [Int] = []
    for number in 0..<3 {
      let handheld = try district.enrolledHandheld("h\(number)", worker: "W001")
      _ = try handheld.json(["diary", "一", "--grid", MainRoadTests.grid])
      #expect(try handheld.sync().status == 0)
      #expect(try handheld.sync().status == 0)
      counts.append(try metrics(district).samples.count)
    }
    #expect(counts[2] - counts[1] == counts[1] - counts[0])
    #expect(counts[1] - counts[0] < 12)
  }

  @Test("the reader itself refuses what the format forbids")
  func reader() {
    for text in [
      "a 1", "a{b=\"c\" 1\n", "a{b=\"c\\x\"} 1\n", "1a 1\n", "a one\n", "a 1\na 1\n",
      "# TYPE a gauge\n# TYPE a gauge\na 1\n", "a 1\n# TYPE a gauge\n",
      "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\na{x=\"1\"} 1\n", "# TYPE a speed\na 1\n",
    ] {
      #expect(throws: Exposition.Malformed.self, "\(text)") { try Exposition(text) }
    }
  }
}

/// A page in the Prometheus text format, strictly read.
struct Exposition {
  struct Malformed: Error { let line: String }
  struct Sample: Hashable {
    let name: String
    let labels: [String: String]
  }

  let text: String
  private(set) var samples: [Sample: Double] = [:]

  init(_ text: String) throws {
    self.text = text
    guard text.hasSuffix("\n") else { throw Malformed(line: "no newline at the end") }
    var types: Set<String> = []
    var closed: Set<String> = []
    var family: String?
    for line in text.split(separator: "\n").map(String.init) {
      if line.hasPrefix("#") {
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        guard words.count >= 3, Self.isName(words[2]) else { throw Malformed(line: line) }
        if words[1] == "TYPE" {
          let kinds = ["counter", "gauge", "histogram", "summary", "untyped"]
          guard words.count == 4, kinds.contains(words[3]), types.insert(words[2]).inserted,
            !samples.keys.contains(where: { $0.name == words[2] })
          else { throw Malformed(line: line) }
        }
        continue
      }
      let (sample, value) = try Self.sample(line)
      // All lines of one metric must be one group.
      if family != sample.name {
        guard closed.insert(sample.name).inserted else { throw Malformed(line: line) }
        family = sample.name
      }
      guard samples.updateValue(value, forKey: sample) == nil else { throw Malformed(line: line) }
    }
  }

  func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    samples[Sample(name: name, labels: labels)]
  }

  private static func isName(_ text: String) -> Bool {
    text.wholeMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/) != nil
  }

  private static func sample(_ line: String) throws -> (Sample, Double) {
    guard
      let match = line.wholeMatch(
        of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)(?: -?[0-9]+)?/),
      let value = Double(match.3)
    else { throw Malformed(line: line) }
    var labels: [String: String] = [:]
    var rest = Substring(match.2 ?? "")
    while !rest.isEmpty {
      guard
        let label = rest.prefixMatch(
          of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)/),
        labels.updateValue(String(label.2), forKey: String(label.1)) == nil
      else { throw Malformed(line: line) }
      rest = rest[label.range.upperBound...]
    }
    return (Sample(name: String(match.1), labels: labels), value)
  }
}
