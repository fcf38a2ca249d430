import CentralCore
import Domain
import SyncProtocol

/// Lag and backlog of each device that may sync, labelled by the device's
/// identifier alone.
struct DeviceMetrics {
  /// Devices that get samples of their own; a cell has a tenth of it.
  private static let limit = 25_000

  private let shown: [DeviceStanding]
  private let all: [DeviceStanding]
  private let now: Int64

  init(_ standings: [DeviceStanding], now: Int64) {
    all = standings.filter { $0.device.revokedAt == nil }
    shown = Array(
      all.sorted { ($0.device.seenAt ?? 0) > ($1.device.seenAt ?? 0) }.prefix(Self.limit))
    self.now = now
  }

  var families: [MetricFamily] {
    [
      MetricFamily("devices", .gauge, "Devices that may sync.", [("", Int64(all.count))]),
      MetricFamily(
        "devices_left_out", .gauge, "Devices without samples of their own, seen longest ago.",
        [("", Int64(all.count - shown.count))]),
      MetricFamily(
        "devices_to_wipe", .gauge, "Devices with an order to wipe themselves that is not done.",
        [("", Int64(all.count { $0.wipe?.isOpen == true }))]),
    ] + lags + backlogs
  }

  private var lags: [MetricFamily] {
    [
      gauge("seconds_since_seen", "Seconds since a device opened a session.") {
        $0.device.seenAt.map(age)
      },
      gauge("seconds_since_sync", "Seconds since a device read the change feed to its end.") {
        $0.device.syncedAt.map(age)
      },
      MetricFamily(
        "device_operations_received_total", .counter,
        "Entries received of a device's lanes, all lives of its journal together.",
        shown.flatMap { standing in
          Lane.allCases.map { lane in
            (
              "{device=\"\(standing.device.id.text)\",lane=\"\(lane.rawValue)\"}",
              standing.received(lane)
            )
          }
        }),
      gauge("incarnations", "Lives of a device's journal that anything was received of.") {
        Int64($0.incarnations)
      },
    ]
  }

  private var backlogs: [MetricFamily] {
    [
      gauge("waiting", "Operations and photos that a device last said wait on it.") {
        $0.backlog?.waiting
      },
      gauge("oldest_waiting_seconds", "Age of the oldest of them when the device said so.") {
        $0.backlog?.oldestSeconds
      },
      gauge("photos_awaited", "Photos the centre lacks of those a device named.") {
        Int64($0.awaitedPhotos)
      },
    ]
  }

  private func gauge(
    _ name: String, _ help: String, _ value: (DeviceStanding) -> Int64?
  ) -> MetricFamily {
    MetricFamily(
      "device_\(name)", .gauge, help,
      shown.compactMap { standing in
        value(standing).map { ("{device=\"\(standing.device.id.text)\"}", $0) }
      })
  }

  private func age(_ at: Int64) -> Int64 { max(0, (now - at) / 1000) }
}
