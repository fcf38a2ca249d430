import CLI
import Domain
import FieldCore
import SyncProtocol
import Terminal

extension Client {
  /// Lists what waits for a decision.
  func conflicts() throws {
    let store = try openStoreForReading()
    let waiting = try store.conflicts()
    var words: [UniqueID: ConflictWords] = [:]
    for record in Set(waiting.map(\.conflict.record)) {
      words[record] = try ConflictWords(record, self, in: store)
    }
    let rows = waiting.compactMap { stored in
      words[stored.conflict.record].map { ConflictRow(stored, $0) }
    }
    if isJSON { return try result(.array(rows.map(\.json))) }
    let table = table(of: rows)
    if streams.isOutputTerminal, !rows.isEmpty, isTooWide(table) {
      try streams.results(rows.flatMap(twoLines))
    } else {
      try show(table, empty: .noConflicts, json: .null)
    }
    if !rows.isEmpty { streams.inform(.conflictsWait(rows.count)) }
  }

  private func table(of rows: [ConflictRow]) -> Table {
    var table = Table([
      .init(said(.columnID)), .init(said(.columnTitle), isFlexible: true),
      .init(said(.columnField), isFlexible: true),
      .init(said(.columnAuthor), isFlexible: true, leastWidth: 8),
    ])
    for row in rows {
      table.append([
        streams.isOutputTerminal ? row.stored.conflict.id.short : row.stored.conflict.id.text,
        row.title, row.label, row.others,
      ])
    }
    return table
  }

  private func isTooWide(_ table: Table) -> Bool {
    table.lines(width: Streams.greatestWidth).contains {
      DisplayWidth.width(of: $0) > streams.width
    }
  }

  /// What it is about on one line, who wrote otherwise below.
  private func twoLines(_ row: ConflictRow) -> [String] {
    let first = "\(row.stored.conflict.id.short)  \(row.title)"
    let below = DisplayWidth.wrap(
      DisplayText.line("\(row.label): \(row.others)"), width: streams.width - 4)
    return [DisplayWidth.truncate(DisplayText.line(first), to: streams.width)]
      + below.map { "    " + $0 }
  }

  /// A conflict for programs, personal numbers masked.
  static func json(_ stored: StoredConflict) -> [String: FieldValue] {
    let conflict = stored.conflict
    func shown(_ value: FieldValue) -> FieldValue { Masking.shown(value, of: conflict.field) }
    return [
      "id": .text(conflict.id.text), "record": .text(conflict.record.text),
      "field": .text(conflict.field), "base": shown(conflict.base),
      "shown": shown(conflict.shown), "kept": shown(conflict.kept),
      "shownBy": json(conflict.shownBy), "keptBy": json(conflict.keptBy),
      "mine": stored.mine.map { .text($0 == .shown ? "shown" : "kept") } ?? .null,
    ]
  }

  private static func json(_ author: Conflict.Author?) -> FieldValue {
    guard let author else { return .null }
    return .object([
      "op": .text(author.op.text), "worker": .text(author.worker), "name": .text(author.name),
      "at": .number(author.at),
    ])
  }
}

/// One line of the list.
private struct ConflictRow {
  let stored: StoredConflict
  let title: String
  let label: String
  let others: String

  init(_ stored: StoredConflict, _ words: ConflictWords) {
    self.stored = stored
    title = words.title
    label = words.label(of: stored.conflict.field)
    others = words.others(in: stored)
  }

  var json: FieldValue {
    var json = Client.json(stored)
    json["title"] = .text(title)
    json["label"] = .text(label)
    return .object(json)
  }
}
