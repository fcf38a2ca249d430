import CLI
import CentralCore
import HTTP
import SyncProtocol

/// The enrolled handhelds: when they were heard of, what waits on them, and
/// what was asked of them.
struct DevicesPage {
  let centre: Centre
  let frame: Frame
  /// Whether whoever looks may order that a device is wiped.
  let mayWipe: Bool

  func response() throws -> Response {
    let now = centre.now()
    let (standings, names) = try centre.store.read { store in
      (
        try DeviceStanding.all(in: store),
        Dictionary(
          try store.workers().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
      )
    }
    let rows = HTML.join(standings.map { row($0, worker: names[$0.device.worker], now) })
    let word = frame.word
    return frame.page(
      .consoleDevices,
      body: """
        <table><thead><tr>
        <th scope="col">\(word(.consoleDevice))</th><th scope="col">\(word(.consoleWorker))</th>
        <th scope="col">\(word(.consoleSeen))</th><th scope="col">\(word(.consoleSynced))</th>
        <th scope="col">\(word(.consoleReceivedEntries))</th>
        <th scope="col">\(word(.consoleWaiting))</th>
        <th scope="col">\(word(.consoleAwaitedPhotos))</th>
        <th scope="col">\(word(.consoleState))</th><th scope="col">ID</th></tr></thead>
        <tbody>\(rows)</tbody></table>
        """)
  }

  private func row(_ standing: DeviceStanding, worker: String?, _ now: Int64) -> HTML {
    let device = standing.device
    let states = standing.states.map(frame.word).joined(separator: ", ")
    return """
      <tr><td>\(device.name)</td><td>\(worker ?? device.worker)</td>
      <td>\(moment(device.seenAt, now))</td><td>\(moment(device.syncedAt, now))</td>
      <td>\(standing.received(.urgent)) / \(standing.received(.normal))</td>
      <td>\(waiting(standing.backlog))</td>
      <td>\(standing.awaitedPhotos)</td>
      <td>\(states) \(control(standing))</td>
      <td><code>\(device.id.text)</code></td></tr>
      """
  }

  private func waiting(_ backlog: Backlog?) -> HTML {
    guard let backlog else { return "–" }
    guard backlog.waiting > 0, let age = backlog.oldestSeconds else {
      return "\(backlog.waiting)"
    }
    // By the device's own clock when it said so: as old as that then.
    let oldest = LocalTime.relative(backlog.toldAt - age * 1000, now: backlog.toldAt)
    return "\(backlog.waiting) (\(frame.word(.consoleOldest(oldest))))"
  }

  private func control(_ standing: DeviceStanding) -> HTML {
    guard mayWipe else { return "" }
    let id = standing.device.id.text
    switch standing.wipe {
    case let wipe? where wipe.isOpen:
      return """
        <form method="post" action="/console/devices/\(id)/keep">
        <input type="hidden" name="form_token" value="\(frame.session.formToken)">
        <button>\(frame.word(.consoleWipeWithdraw))</button></form>
        """
    case nil:
      return """
        <a href="/console/devices/\(id)/wipe">\(frame.word(.consoleWipe))</a>
        """
    default: return ""
    }
  }

  private func moment(_ at: Int64?, _ now: Int64) -> HTML {
    guard let at else { return "–" }
    return """
      <time title="\(LocalTime.dateAndTime(at))">\(frame.word(LocalTime.relative(at, now: now)))</time>
      """
  }
}
