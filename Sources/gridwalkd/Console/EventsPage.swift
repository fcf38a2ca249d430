import CLI
import CentralCore
import Domain
import FormEngine
import HTTP
import SyncProtocol

/// The newest event reports.
struct EventsPage {
  private static let shown = 200

  let centre: Centre
  let frame: Frame

  func response() throws -> Response {
    let view = try EventView(centre: centre, frame: frame)
    let events = try centre.store.read { try $0.newestRecords(kind: "event", limit: Self.shown) }
    let rows = HTML.join(try events.map(view.row))
    let word = frame.word
    return frame.page(
      .consoleEvents,
      body: events.isEmpty
        ? "<p>\(word(.consoleNoEvents))</p>"
        : """
        <table><thead><tr>
        <th scope="col">\(word(.consoleReceived))</th><th scope="col">\(word(.consoleEvent))</th>
        <th scope="col">\(word(.consoleGrid))</th><th scope="col">\(word(.consoleWorker))</th>
        <th scope="col">\(word(.consolePhoto))</th></tr></thead>
        <tbody>\(rows)</tbody></table>
        """)
  }
}

/// One event report with its photos.
struct EventPage {
  let centre: Centre
  let frame: Frame

  func response(id text: String) throws -> Response {
    guard let id = UniqueID(text), let stored = try centre.store.read({ try $0.record(id) }),
      stored.record.element == .event, stored.record.deleted != true
    else { return frame.page(.consoleNotFound, body: "", status: 404) }
    let view = try EventView(centre: centre, frame: frame)
    return frame.page(.consoleEvent, body: try view.whole(stored))
  }
}

/// How an event report is shown.
struct EventView {
  private let frame: Frame
  private let grids: [String: String]
  private let workers: [UniqueID: String]
  private let centre: Centre
  private let labels: FieldLabels

  init(centre: Centre, frame: Frame) throws {
    self.frame = frame
    self.centre = centre
    labels = try Self.labels(centre, frame.language)
    (grids, workers) = try centre.store.read { store in
      let names = Dictionary(
        try store.workers().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
      return (
        Dictionary(
          try store.divisions().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first }),
        Dictionary(
          try store.devices().map { ($0.incarnation, names[$0.worker] ?? $0.worker) },
          uniquingKeysWith: { first, _ in first })
      )
    }
  }

  func row(_ stored: StoredRecord) throws -> HTML {
    let record = stored.record
    let first = photos(of: record).prefix(1)
    return """
      <tr><td><time>\(LocalTime.dateAndTime(stored.createdAt))</time></td>
      <td><a href="/console/events/\(record.id.text)">\(record.title)</a> \(flags(record))
      <br>\(record.fields["description"]?.text ?? "")</td>
      <td>\(grids[record.grid] ?? record.grid)</td><td>\(worker(stored))</td>
      <td>\(HTML.join(try first.map(image)))</td></tr>
      """
  }

  func whole(_ stored: StoredRecord) throws -> HTML {
    let record = stored.record
    // Photo and position are shown as what they are below.
    let fields = record.fields.filter { $0.key != "photo" && $0.key != "position" }
    let rows = HTML.join(
      labels.ordered(Masking.shown(fields)).map {
        "<tr><th scope=\"row\">\($0.label)</th><td>\($0.value)</td></tr>"
      })
    return """
      <p>\(LocalTime.dateAndTime(stored.createdAt)) · \(grids[record.grid] ?? record.grid) ·
      \(worker(stored)) · #\(record.version) \(flags(record))</p>
      <table><tbody>\(rows)\(position(record))</tbody></table>
      \(HTML.join(try photos(of: record).map { "<p>\(try image($0))</p>" }))
      """
  }

  /// The words of the form `event`, when it is in force.
  private static func labels(_ centre: Centre, _ language: Language) throws -> FieldLabels {
    guard let form = try centre.store.read({ try $0.form("event") }) else { return FieldLabels() }
    let definition = try FormFile.read(
      Array(form.source.utf8), name: form.id, attachments: .texts(form.attachments))
    return FieldLabels(
      definition, list: form.id, language: language == .chinese ? "zh" : "en")
  }

  private func worker(_ stored: StoredRecord) -> String {
    stored.writers.values.min { $0.version < $1.version }.flatMap { workers[$0.by] } ?? ""
  }

  private func flags(_ record: Record) -> HTML {
    record.position?.outside == true
      ? "<span class=\"flag\">⚠ \(frame.word(.consoleOutside))</span>" : ""
  }

  private func position(_ record: Record) -> HTML {
    guard let position = record.position else { return "" }
    let accuracy = position.accuracyMetres.map { " ±\($0) m" } ?? ""
    return """
      <tr><th scope="row">\(frame.word(.consolePosition))</th>
      <td>\(Self.degrees(position.latitude)), \(Self.degrees(position.longitude))\(accuracy)
      (\(position.source.rawValue))</td></tr>
      """
  }

  /// Six decimals: a tenth of a metre, finer than any fix.
  private static func degrees(_ value: Double) -> String {
    String((value * 1_000_000).rounded() / 1_000_000)
  }

  private func photos(of record: Record) -> [Digest] {
    (record.photos ?? []).compactMap(Digest.init(hex:))
  }

  /// The photo; until it has come its thumbnail, and the word that it has not.
  private func image(_ photo: Digest) throws -> HTML {
    let (isHeld, hasThumbnail) = try centre.store.read {
      (try $0.photoBytes(photo) != nil, try $0.thumbnail(of: photo) != nil)
    }
    let address = "/console/photos/\(photo.hex)"
    if isHeld { return image(at: address) }
    let onItsWay: HTML = "<span>\(frame.word(.consolePhotoOnItsWay))</span>"
    return hasThumbnail ? "\(image(at: address + "?thumbnail=1")) \(onItsWay)" : onItsWay
  }

  private func image(at address: String) -> HTML {
    "<img src=\"\(address)\" alt=\"\(frame.word(.consolePhoto))\">"
  }
}
