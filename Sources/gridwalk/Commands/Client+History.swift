import CLI
import Domain
import FieldCore
import SyncProtocol
import Terminal

// What was done: history and undo.

extension Client {
  func history() throws {
    let store = try openStoreForReading()
    let id = try store.resolve(try operand(0))
    let items = try store.history(id)
    let wording = try store.record(id).map { stored in
      try FieldWords(stored.record.kind, client: self, in: store)
    }
    var table = Table([
      .init(said(.columnTime)), .init(said(.columnAction)),
      .init(said(.columnState), isFlexible: true, leastWidth: 8),
      .init(said(.columnFields), isFlexible: true),
    ])
    for item in items {
      table.append([
        shown(item.operation.evidence.at),
        said(.action(item.operation.action.rawValue)),
        said(
          item.undoneBy == nil
            ? Standing(item.state).sentence : .stateUndone(Standing(item.state).sentence)),
        Self.fieldsText(item.operation, wording),
      ])
    }
    let dropped = try store.droppedHistory(id)
    let empty = dropped == nil ? Sentence.noHistory : .historyDroppedAll
    try show(table, empty: empty, json: .array(items.map(Self.json)))
    if let dropped, !isJSON {
      streams.inform(.historyDropped(dropped.entries, until: shown(dropped.lastAt)))
    }
  }

  private static func fieldsText(_ operation: Operation, _ wording: FieldWords?) -> String {
    let fields = Masking.shown(operation.fields ?? [:])
    // A value that was taken away shows as an empty one.
    let given = fields.mapValues { $0 == .null ? FieldValue.text("") : $0 }
    return
      (wording?.ordered(given) ?? given.map { ($0.key, $0.value.plain) }.sorted { $0.0 < $1.0 })
      .map { "\($0.0)=\($0.1)" }.joined(separator: " ")
  }

  private static func json(_ item: HistoryItem) -> FieldValue {
    let state = Standing(item.state)
    let operation = item.operation
    return .object([
      "op": .text(operation.op.text), "action": .text(operation.action.rawValue),
      "at": .integer(operation.evidence.at), "lane": .text(operation.lane.rawValue),
      "seq": .integer(operation.seq), "state": .text(state.word),
      "fields": .object(Masking.shown(operation.fields ?? [:])),
      "photos": .array((operation.photos ?? []).map { .text($0) }),
      "code": .words(state.code),
      "result": item.result.map { .text($0.result.rawValue) } ?? .null,
      "version": .number(item.result?.version),
      "receivedAt": .number(item.receivedAt),
      "undoes": .words(operation.undoes?.text),
      "undoneBy": .words(item.undoneBy?.text),
    ])
  }

  /// Undoes the newest action; says of one that is too late how far it has come.
  private func takeBack(in store: FieldStore) throws -> [Entry] {
    do { return try store.undo() } catch {
      guard case .alreadySent(let op) = error else { throw error }
      let isReceived = try store.received().contains { item in
        guard case .operation(let received, _, _, _) = item.subject else { return false }
        return received == op
      }
      throw Failure(isReceived ? .undoReceived : .undoTooLate, code: .failure)
    }
  }

  func undo() throws {
    let store = try openStore()
    let entries = try takeBack(in: store)
    let waiting = try store.queueSummary().count
    var records: [FieldValue] = []
    for entry in entries {
      let operation = entry.operation
      let title = try store.record(operation.record)?.record.title ?? operation.record.short
      let takenBack = try store.history(operation.record)
        .first { $0.operation.op == operation.undoes }
      let action = (takenBack?.operation.action ?? operation.action).rawValue
      records.append(
        .object([
          "record": .text(operation.record.text), "title": .text(title),
          "action": .text(action),
        ]))
      if !isJSON {
        streams.inform(
          .undone(DisplayText.line(title), .action(action)))
      }
    }
    if isJSON {
      try result(
        .object(["undone": .array(records), "state": "saved", "waiting": .count(waiting)]))
    }
  }
}
