import CLI
import Domain
import FieldCore
import SyncProtocol
import Terminal

// What was done: history and undo.

extension Client {
  func history() throws {
    let store = try openStore()
    let id = try store.resolve(try operand(0))
    let items = try store.history(id)
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
        Self.fieldsText(item.operation),
      ])
    }
    try show(table, empty: .noHistory, json: .array(items.map(Self.json)))
  }

  private static func fieldsText(_ operation: Operation) -> String {
    Masking.shown(operation.fields ?? [:]).sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value.plain)" }.joined(separator: " ")
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

  func undo() throws {
    let store = try openStore()
    let entries = try store.undo()
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
