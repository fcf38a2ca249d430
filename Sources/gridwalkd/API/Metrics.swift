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
      Family(
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
  ) throws -> [Family] {
    let devices = try store.devices().filter { $0.revokedAt == nil }
    return [
      Family("version_sequence", .counter, "Version given out last.", [("", try store.head())]),
      Family(
        "records", .gauge, "Records by kind, deleted ones left out.",
        try store.recordCounts().sorted { $0.key < $1.key }.map {
          ("{kind=\"\(label($0.key))\"}", Int64($0.value))
        }),
      Family(
        "uploads_unfinished", .gauge, "Uploads that are not complete.",
        [("", Int64(try store.unfinishedUploadCount()))]),
      Family(
        "conflicts_open", .gauge, "Values that wait for a person.",
        [("", Int64(try store.openConflicts().count))]),
      Family("devices", .gauge, "Devices that may sync.", [("", Int64(devices.count))]),
      Family(
        "device_seconds_since_sync", .gauge,
        "Seconds since a device read the change feed to its end.",
        devices.compactMap { device in
          device.syncedAt.map { ("{device=\"\(device.id.text)\"}", max(0, (now - $0) / 1000)) }
        }),
    ]
  }

  private static func families(of counters: ServerCounters) -> [Family] {
    [
      Family(
        "http_connections", .gauge, "Open connections.",
        [("", Int64(counters.connectionsOpen))]),
      Family(
        "http_answers_total", .counter, "Answers by class of status.",
        (1...5).map { ("{class=\"\($0)xx\"}", Int64(counters.answers[$0])) }),
      Family(
        "http_bytes_total", .counter, "Bytes over sockets.",
        [("{direction=\"in\"}", counters.bytesIn), ("{direction=\"out\"}", counters.bytesOut)]),
      Family(
        "http_bodies_torn_total", .counter, "Bodies that ended early.",
        [("", Int64(counters.bodiesTorn))]),
    ]
  }

  /// One metric with its samples.
  private struct Family: Sendable {
    enum Kind: String { case counter, gauge }
    let text: String

    init(_ name: String, _ kind: Kind, _ help: String, _ samples: [(String, Int64)]) {
      let name = "gridwalk_\(name)"
      text =
        "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        + samples.map { "\(name)\($0.0) \($0.1)\n" }.joined()
    }
  }

  /// Label values escape backslash, quote and newline.
  private static func label(_ value: String) -> String {
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
