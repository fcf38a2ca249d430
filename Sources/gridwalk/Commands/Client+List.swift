import CLI
import Domain
import FieldCore
import SyncProtocol
import Terminal

// Finding records: list and find.

extension Client {
  func list() throws {
    let store = try openStore()
    let kind = try operand(0)
    let found = try store.records(
      kind: kind, grid: arguments.value("grid"), limit: try positive("limit", default: 1000))
    if found.isEmpty { try checkKind(kind, in: store) }
    try show(found, empty: .nothingListed(kind))
  }

  func find() throws {
    let store = try openStore()
    let text = arguments.operands.joined(separator: " ")
    let kind = arguments.value("kind")
    if let kind { try checkKind(kind, in: store) }
    let found = try store.find(text, kind: kind, limit: try positive("limit", default: 50))
    try show(found, empty: .nothingFound(text))
  }

  private func checkKind(_ kind: String, in store: FieldStore) throws {
    let known = Set(try store.forms().map(\.id)).union(try store.recordCounts().keys)
    guard known.contains(kind) else {
      throw Failure(.kindUnknown(kind, known: known.sorted()), code: .notFound)
    }
  }

  private func show(_ found: [RecordSummary], empty: Sentence) throws {
    try show(
      table(of: found), empty: empty,
      json: .array(
        found.map {
          .object([
            "id": .text($0.id.text), "kind": .text($0.kind), "title": .text($0.title),
            "grid": .text($0.grid), "updatedAt": .integer($0.updatedAt),
          ])
        }))
  }

  /// Tables show all their columns from this width on.
  static let tableWidth = 60

  /// A moment for a table: in a pipe whole; on a terminal the time of a moment
  /// of today, else the date.
  func shown(_ moment: Int64) -> String {
    guard streams.isOutputTerminal else { return LocalTime.dateAndTime(moment) }
    let date = LocalTime.date(moment)
    return date == LocalTime.date(now) ? LocalTime.time(moment) : date
  }

  /// Records as rows: identifier, kind, title, grid, when it changed.
  func table(of records: [RecordSummary]) -> Table {
    var table = Table([
      .init(said(.columnID)), .init(said(.columnKind)),
      .init(said(.columnTitle), isFlexible: true), .init(said(.columnChanged)),
    ])
    for record in records {
      table.append([
        streams.isOutputTerminal ? record.id.short : record.id.text, record.kind, record.title,
        shown(record.updatedAt),
      ])
    }
    return table
  }
}
