import CLI
import Domain
import FieldCore
import SyncProtocol
import Terminal

// Finding records: list and find.

extension Client {
  func list() throws {
    let store = try openStoreForReading()
    let kind = try knownKind(try operand(0), in: store)
    let found = try store.records(
      kind: kind, grid: arguments.value("grid"), limit: try positive("limit", default: 1000))
    try show(found, empty: .nothingListed(try title(of: kind, in: store)), in: store)
  }

  func find() throws {
    let store = try openStoreForReading()
    let text = arguments.operands.joined(separator: " ")
    let kind = try arguments.value("kind").map { try knownKind($0, in: store) }
    let found = try store.find(
      HalfWidth.folded(text), kind: kind, limit: try positive("limit", default: 50))
    if found.isEmpty {
      if isJSON { try result(.array([])) }
      throw Failure(.nothingFound(text), code: .notFound)
    }
    try show(found, empty: .nothingFound(text), in: store)
  }

  /// The kind a person means by its code, its form's title in any language, or
  /// the command that makes it; nil for none.
  func kind(_ text: String, in store: FieldStore) throws -> String? {
    let forms = try store.forms().map(\.id)
    if try forms.contains(text) || store.recordCounts()[text] != nil { return text }
    for form in forms {
      let definition = try definition(of: form, in: store)
      let titles = (definition.languages + ["zh", "en"]).map { definition.title(in: $0) }
      if titles.contains(where: { $0.lowercased() == text.lowercased() }) { return form }
    }
    let made = ["household": "household", "report": "event", "diary": "diary"]
    let command = ClientTable.table.commands.first {
      made[$0.name] != nil && [$0.name, $0.chineseName].contains(text)
    }
    return command.flatMap { made[$0.name] }.flatMap { forms.contains($0) ? $0 : nil }
  }

  private func knownKind(_ text: String, in store: FieldStore) throws -> String {
    if let kind = try kind(text, in: store) { return kind }
    let known = Set(try store.forms().map(\.id)).union(try store.recordCounts().keys)
    guard known.isEmpty else {
      throw Failure(.kindUnknown(text, known: known.sorted()), code: .notFound)
    }
    if try store.device().device == nil { throw FieldError.notEnrolled }
    throw Failure(.noKindsYet, code: .notFound)
  }

  private func show(_ found: [RecordSummary], empty: Sentence, in store: FieldStore) throws {
    try show(
      try table(of: found, in: store), empty: empty,
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
  func table(of records: [RecordSummary], in store: FieldStore) throws -> Table {
    var titles: [String: String] = [:]
    for kind in Set(records.map(\.kind)) { titles[kind] = try title(of: kind, in: store) }
    var table = Table([
      .init(said(.columnID)), .init(said(.columnKind)),
      .init(said(.columnTitle), isFlexible: true), .init(said(.columnChanged)),
    ])
    for record in records {
      table.append([
        streams.isOutputTerminal ? record.id.short : record.id.text,
        titles[record.kind] ?? record.kind, record.title, shown(record.updatedAt),
      ])
    }
    return table
  }
}
