import CLI
import Domain
import FieldCore
import FormEngine
import SyncProtocol
import Terminal

// What becomes of a form that is filled in: its grid, its records, and what the
// person is told of them.

extension Client {
  /// Commits what the form comes to and says so; its draft goes.
  func save(_ filling: FormFilling) throws {
    let store = filling.store
    let faults = filling.session.check()
    guard faults.isEmpty else { throw Failure(open(faults, filling, [])) }
    let grid = try grid(for: filling)
    let changes = try filling.changes(in: grid) {
      try element(of: $0, filling.definition, store)
    }
    guard let first = changes.first else {
      try store.deleteDraft(filling.draftID)
      return try say(.nothingChanged, json: .object(["records": .array([]), "state": "unchanged"]))
    }
    try filling.saveChosen()
    let placed = try filling.placeFiles(changes.flatMap(\.photos))
    do { try store.commit(changes, finishing: filling.draftID) } catch {
      // Nothing names them: the refusal is what the person has to know.
      for photo in placed { try? store.dropPhotoFile(photo) }
      throw error
    }
    try tellSaved(
      first.record, records: changes.map(\.record), former: filling.formerAnswers, in: store)
  }

  private func tellSaved(
    _ id: UniqueID, records: [UniqueID], former: [FormerAnswer], in store: FieldStore
  ) throws {
    guard let saved = try store.record(id)?.record else { throw FieldError.recordUnknown(id) }
    let waiting = try store.queueSummary().count
    let isOutside = saved.position?.outside == true
    if isJSON {
      return try result(
        .object([
          "id": .text(id.text), "kind": .text(saved.kind), "title": .text(saved.title),
          "grid": .text(saved.grid), "state": "saved", "records": .texts(records.map(\.text)),
          "waiting": .count(waiting), "formerAnswers": .array(former.map(\.json)),
          "flags": .texts(isOutside ? ["position-outside-grid"] : []),
        ]))
    }
    streams.inform(
      .savedHere(DisplayText.line(saved.title), id: id.short, grid: saved.grid, waiting: waiting))
    if isOutside { streams.inform(.positionOutside(saved.grid)) }
    if !former.isEmpty {
      streams.inform(.formerKept)
      for answer in former { streams.inform(.listed(answer.sentence)) }
    }
    if !streams.isOutputTerminal { try streams.result(id.text) }
  }

  /// The grid a form's records go to: the one asked for, the record's or its
  /// parent's, the one around the position, the only one, the one used last.
  private func grid(for filling: FormFilling) throws -> String {
    let store = filling.store
    let known = try store.grids()
    if let asked = filling.grid {
      guard let found = known.first(where: { $0.id == asked || $0.name == asked }) else {
        throw Failure(.gridNotMine(asked, known: known.map(Self.named)), code: .notFound)
      }
      filling.grid = found.id
      return found.id
    }
    if let record = filling.record { return record.grid }
    if let parent = try filling.parent.map({ try store.record($0) }) ?? nil {
      return parent.record.grid
    }
    let place = filling.recordPosition.flatMap {
      Coordinate(latitude: $0.latitude, longitude: $0.longitude)
    }
    if let found = try place.map({ try store.grid(at: $0) }) ?? nil { return found.id }
    if known.count == 1 { return known[0].id }
    if let last = try store.lastGrid(), known.contains(where: { $0.id == last }) { return last }
    guard !known.isEmpty else {
      if try store.device().device == nil { throw FieldError.notEnrolled }
      throw Failure(.noGridsYet, code: .notFound)
    }
    guard canAsk else { throw Failure(.gridMissing(known.map(Self.named)), code: .usage) }
    return try askGrid(known, filling)
  }

  static func named(_ grid: GridOutline) -> String {
    grid.name.isEmpty ? grid.id : "\(grid.id) \(grid.name)"
  }

  /// Asks until a grid is chosen; whoever leaves finds the form among the drafts.
  private func askGrid(_ known: [GridOutline], _ filling: FormFilling) throws -> String {
    // Also the answers of a command line that left nothing else to ask.
    try filling.saveDraft()
    let picker = Picker(known.map { Choice(value: $0.id, label: Self.named($0)) })
    let dialogue = PickerDialogue(labels: .client(streams.language), width: streams.width)
    while true {
      let ending = try dialogue.run(
        picker, question: LineQuestion(said(.promptGrid)), reader: try reader(),
        show: { streams.tell(raw: $0 + "\n") })
      switch ending {
      case .chosen(let choice): return choice.value
      case .sign(.leave), .sign(.back):
        throw Failure(.draftKept(filling.draftID.short), code: .ok)
      case .sign: streams.inform(.gridHelp)
      }
    }
  }
}

extension QueueSummary {
  /// How many operations and photos wait.
  var count: Int { operations.values.reduce(photos.items) { $0 + $1.items } }
  /// Their bytes.
  var bytes: Int64 { operations.values.reduce(photos.bytes) { $0 + $1.bytes } }
}
