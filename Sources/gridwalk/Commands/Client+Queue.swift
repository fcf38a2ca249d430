import CLI
import Domain
import FieldCore
import SyncProtocol
import Terminal

extension Client {
  func queue() throws {
    let store = try openStoreForReading()
    if let text = arguments.value("dismiss") { return try dismiss(text, in: store) }
    if let text = arguments.value("retry") { return try retry(text, in: store) }
    guard !arguments.has("set"), !arguments.has("grid") else {
      throw Failure(.retryMissing, code: .usage)
    }
    let summary = try store.queueSummary()
    var rows = try store.queue().map { try QueueRow($0, in: store, client: self) }
    if arguments.has("all") {
      rows += try store.received().map { try QueueRow($0, in: store, client: self) }
    }
    if isJSON {
      return try result(
        .object([
          "waiting": .count(summary.count), "waitingBytes": .integer(summary.bytes),
          "refused": .count(summary.refused), "items": .array(rows.map(\.json)),
        ]))
    }
    if streams.isOutputTerminal, !rows.isEmpty, isTooWide(table(of: rows)) {
      try streams.results(rows.flatMap(twoLines))
    } else {
      let isEnrolled = try store.device().device != nil
      try show(table(of: rows), empty: isEnrolled ? .queueEmpty : .nothingWaits, json: .null)
    }
    if !rows.isEmpty {
      streams.inform(
        .queueSummary(
          waiting: summary.count, bytes: ByteCount.text(summary.bytes), refused: summary.refused))
    }
    for code in Set(rows.compactMap { $0.isRefused ? $0.standing.code : nil }).sorted() {
      streams.inform(.refusalAdvice(code))
    }
  }

  private func isTooWide(_ table: Table) -> Bool {
    table.lines(width: Streams.greatestWidth).contains {
      DisplayWidth.width(of: $0) > streams.width
    }
  }

  /// What it is on one line, how far it has come and its time below.
  private func twoLines(_ row: QueueRow) -> [String] {
    let (what, state) = (self.what(row), said(row.words))
    let first = DisplayWidth.truncate(
      DisplayText.line("\(row.short)  \(what)"), to: streams.width)
    let details = "\(shown(row.at)) \(ByteCount.text(row.bytes)) \(state)"
    let below = DisplayWidth.wrap(DisplayText.line(details), width: streams.width - 4)
    return [first] + below.map { "    " + $0 }
  }

  private func what(_ row: QueueRow) -> String {
    row.action.map { said(.action($0.rawValue)) + " " + row.title } ?? row.title
  }

  private func table(of rows: [QueueRow]) -> Table {
    var table = Table([
      .init(said(.columnID)), .init(said(.columnTitle), isFlexible: true),
      .init(said(.columnState), isFlexible: true, leastWidth: 8),
      .init(said(.columnLane)), .init(said(.columnSize), alignment: .right),
    ])
    for row in rows {
      table.append([
        streams.isOutputTerminal ? row.short : row.id, what(row), said(row.words),
        row.lane.map { said(.lane($0.rawValue)) } ?? "", ByteCount.text(row.bytes),
      ])
    }
    return table
  }

  private func retry(_ text: String, in store: FieldStore) throws {
    let id = try refusedRecord(text, in: store)
    guard let record = try store.record(id)?.record else { throw FieldError.recordUnknown(id) }
    let correction = try correction(of: record, try sets(), in: store)
    let entries = try store.retryRefused(
      id, setting: correction.fields, grid: try arguments.value("grid").map { try grid($0, store) })
    let waiting = try store.queueSummary().count
    try say(
      .refusalRetried(waiting: waiting),
      json: .object([
        "state": "saved", "operations": .texts(entries.map(\.operation.op.text)),
        "waiting": .count(waiting),
      ]))
  }

  /// The record that was refused something: named itself, or by the operation as
  /// the queue lists it.
  private func refusedRecord(_ text: String, in store: FieldStore) throws -> UniqueID {
    let named = try refused(text, in: store)
    if Set(named.map(\.record)).count == 1 { return named[0].record }
    return try store.resolve(text)
  }

  /// A grid of the worker's by its code or name.
  private func grid(_ asked: String, _ store: FieldStore) throws -> String {
    let known = try store.grids()
    guard let found = known.first(where: { $0.id == asked || $0.name == asked }) else {
      throw Failure(.gridNotMine(asked, known: known.map(Self.named)), code: .notFound)
    }
    return found.id
  }

  /// Refused operations whose identifier ends like this.
  private func refused(
    _ text: String, in store: FieldStore
  ) throws -> [(op: UniqueID, record: UniqueID)] {
    try store.queue().compactMap { item in
      guard case .operation(let op, let record, _, _) = item.subject, case .refused = item.state,
        text.utf8.count >= 4, op.text.hasSuffix(text.lowercased())
      else { return nil }
      return (op, record)
    }
  }

  private func dismiss(_ text: String, in store: FieldStore) throws {
    let refused = try refused(text, in: store).map(\.op)
    guard let op = refused.first else { throw Failure(.refusalUnknown(text), code: .notFound) }
    guard refused.count == 1 else { throw FieldError.ambiguous(refused) }
    try store.dismissRefusal(op)
    try say(.refusalDismissed(op.short), json: .object(["dismissed": .text(op.text)]))
  }
}

/// One thing in the queue, or one that left it with a receipt.
private struct QueueRow {
  let id: String
  let short: String
  let record: UniqueID?
  let action: Action?
  let title: String
  let lane: Lane?
  let bytes: Int64
  let at: Int64
  let standing: Standing
  /// The reason of a photo that the centre does not take.
  let problem: String?
  let result: OperationResult?
  let receivedAt: Int64?

  init(_ item: QueueItem, in store: FieldStore, client: Client) throws {
    try self.init(
      item.subject, store, client, item.lane, item.bytes, item.at, Standing(item.state),
      result: nil,
      receivedAt: nil)
  }

  init(_ item: ReceivedItem, in store: FieldStore, client: Client) throws {
    try self.init(
      item.subject, store, client, item.lane, item.bytes, item.at,
      Standing(Self.state(item.result)),
      result: item.result, receivedAt: item.receivedAt)
  }

  private static func state(_ result: OperationResult?) -> QueueState {
    guard let result, result.result == .refused, result.code != .duplicate else { return .received }
    return .refused(result.code ?? .malformed)
  }

  private init(
    _ subject: QueueItem.Subject, _ store: FieldStore, _ client: Client, _ lane: Lane?,
    _ bytes: Int64, _ at: Int64, _ standing: Standing, result: OperationResult?,
    receivedAt: Int64?
  ) throws {
    (self.lane, self.bytes, self.at, self.standing) = (lane, bytes, at, standing)
    (self.result, self.receivedAt) = (result, receivedAt)
    switch subject {
    case .operation(let op, let record, let action, let title):
      (id, short, self.record) = (op.text, op.short, record)
      (self.action, self.title, problem) = (action, title, nil)
    case .photo(let digest, let reason):
      (id, short, record) = (digest.hex, String(digest.hex.prefix(6)), nil)
      let whose = try store.recordTitle(ofPhoto: digest) ?? ""
      (action, problem) = (nil, reason)
      title = client.said(.photoOf(whose))
    }
  }

  /// Whether it waits for the worker, the centre having refused it.
  var isRefused: Bool { standing.word == "refused" && receivedAt == nil }

  var words: Sentence {
    if let problem { return .photoNotTaken(problem) }
    guard let receivedAt, standing.word == "received" else { return standing.sentence }
    return .stateReceivedAt(
      LocalTime.dateAndTime(receivedAt), version: result?.version, result: result?.result.rawValue)
  }

  var json: FieldValue {
    .object([
      "what": .text(action == nil ? "photo" : "operation"), "id": .text(id),
      "record": .words(record?.text),
      "action": .words(action?.rawValue), "title": .text(title),
      "lane": .words(lane?.rawValue), "bytes": .integer(bytes),
      "at": .integer(at), "state": .text(standing.word),
      "code": (standing.code ?? problem).map { .text($0) } ?? .null,
      "result": result.map { .text($0.result.rawValue) } ?? .null,
      "version": .number(result?.version),
      "receivedAt": .number(receivedAt),
    ])
  }
}
