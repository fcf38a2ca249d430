import CentralCore
import HTTP
import Locks
import SyncProtocol

/// `/metrics` in the Prometheus text format 0.0.4. Counts and ages only; no
/// name and no record.
final class Metrics: Sendable {
  private let server = Mutex<HTTPServer?>(nil)
  private let startedAt: Int64

  init(startedAt: Int64) {
    self.startedAt = startedAt
  }

  /// Tells whose connections and answers are counted.
  func watch(_ server: HTTPServer) {
    self.server.withLock { $0 = server }
  }

  func page(of centre: Centre) throws -> Response {
    let now = centre.now()
    var families = try centre.store.read { try Self.families(of: $0, now: now) }
    families.append(
      MetricFamily(
        "uptime_seconds", .gauge, "Seconds since the start.", [("", (now - startedAt) / 1000)]))
    if let counters = server.withLock({ $0?.counters }) {
      families += Self.families(of: counters)
    }
    return Response(
      status: 200, text: families.map(\.text).joined(),
      type: "text/plain; version=0.0.4; charset=utf-8")
  }

  private static func families(
    of store: any CentralReading, now: Int64
  ) throws -> [MetricFamily] {
    [
      MetricFamily(
        "version_sequence", .counter, "Version given out last.", [("", try store.head())]),
      MetricFamily(
        "records", .gauge, "Records by kind, deleted ones left out.",
        try store.recordCounts().sorted { $0.key < $1.key }.map {
          ("{kind=\"\(label($0.key))\"}", Int64($0.value))
        }),
      MetricFamily(
        "uploads_unfinished", .gauge, "Uploads that are not complete.",
        [("", Int64(try store.unfinishedUploadCount()))]),
      MetricFamily(
        "conflicts_open", .gauge, "Values that wait for a person.",
        [("", Int64(try store.openConflicts().count))]),
    ] + DeviceMetrics(try DeviceStanding.all(in: store), now: now).families
  }

  private static func families(of counters: ServerCounters) -> [MetricFamily] {
    [
      MetricFamily(
        "http_connections", .gauge, "Open connections.",
        [("", Int64(counters.connectionsOpen))]),
      MetricFamily(
        "http_answers_total", .counter, "Answers by class of status.",
        (1...5).map { ("{class=\"\($0)xx\"}", Int64(counters.answers[$0])) }),
      MetricFamily(
        "http_bytes_total", .counter, "Bytes over sockets.",
        [("{direction=\"in\"}", counters.bytesIn), ("{direction=\"out\"}", counters.bytesOut)]),
      MetricFamily(
        "http_bodies_torn_total", .counter, "Bodies that ended early.",
        [("", Int64(counters.bodiesTorn))]),
    ]
  }

  /// Label values escape backslash, quote and newline.
  static func label(_ value: String) -> String {
    var escaped = ""
    for character in value {
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}

/// One metric with its samples.
struct MetricFamily: Sendable {
  enum Kind: String { case counter, gauge }
  let text: String

  /// A metric whose samples are labels in braces, or nothing, and a value.
  init(_ name: String, _ kind: Kind, _ help: String, _ samples: [(String, Int64)]) {
    let name = "gridwalk_\(name)"
    text =
      "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
      + samples.map { "\(name)\($0.0) \($0.1)\n" }.joined()
  }
}
