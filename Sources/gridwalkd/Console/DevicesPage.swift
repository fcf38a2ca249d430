import CLI
import CentralCore
import HTTP

/// The enrolled handhelds with their last sync.
struct DevicesPage {
  let centre: Centre
  let frame: Frame

  func response() throws -> Response {
    let now = centre.now()
    let (devices, names) = try centre.store.read { store in
      (
        try store.devices(),
        Dictionary(
          try store.workers().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
      )
    }
    let rows = HTML.join(
      devices.map { device in
        """
        <tr><td>\(device.name)</td><td>\(names[device.worker] ?? device.worker)</td>
        <td>\(moment(device.seenAt, now))</td><td>\(moment(device.syncedAt, now))</td>
        <td>\(frame.word(device.revokedAt == nil ? .consoleActive : .consoleRevoked))</td>
        <td><code>\(device.id.text)</code></td></tr>
        """
      })
    let word = frame.word
    return frame.page(
      .consoleDevices,
      body: """
        <table><thead><tr>
        <th scope="col">\(word(.consoleDevice))</th><th scope="col">\(word(.consoleWorker))</th>
        <th scope="col">\(word(.consoleSeen))</th><th scope="col">\(word(.consoleSynced))</th>
        <th scope="col">\(word(.consoleState))</th><th scope="col">ID</th></tr></thead>
        <tbody>\(rows)</tbody></table>
        """)
  }

  private func moment(_ at: Int64?, _ now: Int64) -> HTML {
    guard let at else { return "–" }
    return """
      <time title="\(LocalTime.dateAndTime(at))">\(frame.word(LocalTime.relative(at, now: now)))</time>
      """
  }
}
