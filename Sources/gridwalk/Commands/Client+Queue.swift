import CLI
import Domain
import FieldCore
import SyncProtocol
import Terminal

extension Client {
  func queue() throws {
    let store = try openStore()
    if let text = arguments.value("dismiss") { return try dismiss(text, in: store) }
    if let text = arguments.value("retry") { return try retry(text, in: store) }
    let summary = try store.queueSummary()
    var rows = try store.queue().map(QueueRow.init)
    if arguments.has("all") { rows += try store.received().map(QueueRow.init) }
    if isJSON {
      return try result(
        .object([
          "waiting": .count(summary.count), "waitingBytes": .integer(summary.bytes),
          "refused": .count(summary.refused), "items": .array(rows.map(\.json)),
        ]))
    }
    try show(table(of: rows), empty: .queueEmpty, json: .null)
    if !rows.isEmpty {
      streams.inform(
        .queueSummary(
          waiting: summary.count, bytes: ByteCount.text(summary.bytes), refused: summary.refused))
    }
  }

  private func table(of rows: [QueueRow]) -> Table {
    // A narrow terminal has room for what it is and how far it has come.
    let isNarrow = streams.isOutputTerminal && streams.width < Self.tableWidth
    let details: [Table.Column] = [
      .init(said(.columnLane)), .init(said(.columnSize), alignment: .right),
    ]
    var table = Table(
      [
        .init(said(.columnID)), .init(said(.columnTitle), isFlexible: true),
        .init(said(.columnState), isFlexible: true, leastWidth: 8),
      ] + (isNarrow ? [] : details))
    for row in rows {
      let what = row.action.map { said(.action($0.rawValue)) + " " } ?? said(.photo) + " "
      table.append([
        streams.isOutputTerminal ? row.short : row.id, what + row.title, said(row.words),
        row.lane.map { said(.lane($0.rawValue)) } ?? "", ByteCount.text(row.bytes),
      ])
    }
    return table
  }

  private func retry(_ text: String, in store: FieldStore) throws {
    let entries = try store.retryRefused(try store.resolve(text))
    let waiting = try store.queueSummary().count
    try say(
      .refusalRetried(waiting: waiting),
      json: .object([
        "state": "saved", "operations": .texts(entries.map(\.operation.op.text)),
        "waiting": .count(waiting),
      ]))
  }

  private func dismiss(_ text: String, in store: FieldStore) throws {
    let refused = try store.queue().compactMap { item -> UniqueID? in
      guard case .operation(let op, _, _, _) = item.subject, case .refused = item.state,
        text.utf8.count >= 4, op.text.hasSuffix(text.lowercased())
      else { return nil }
      return op
    }
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

  init(_ item: QueueItem) {
    self.init(
      item.subject, item.lane, item.bytes, item.at, Standing(item.state), result: nil,
      receivedAt: nil)
  }

  init(_ item: ReceivedItem) {
    self.init(
      item.subject, item.lane, item.bytes, item.at, Standing(Self.state(item.result)),
      result: item.result, receivedAt: item.receivedAt)
  }

  private static func state(_ result: OperationResult?) -> QueueState {
    guard let result, result.result == .refused, result.code != .duplicate else { return .received }
    return .refused(result.code ?? .malformed)
  }

  private init(
    _ subject: QueueItem.Subject, _ lane: Lane?, _ bytes: Int64, _ at: Int64, _ standing: Standing,
    result: OperationResult?, receivedAt: Int64?
  ) {
    (self.lane, self.bytes, self.at, self.standing) = (lane, bytes, at, standing)
    (self.result, self.receivedAt) = (result, receivedAt)
    switch subject {
    case .operation(let op, let record, let action, let title):
      (id, short, self.record) = (op.text, op.short, record)
      (self.action, self.title, problem) = (action, title, nil)
    case .photo(let digest, let reason):
      (id, short, record) = (digest.hex, String(digest.hex.prefix(6)), nil)
      (action, title, problem) = (nil, String(digest.hex.prefix(12)), reason)
    }
  }

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
