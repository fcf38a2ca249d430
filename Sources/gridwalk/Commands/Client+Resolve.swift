import CLI
import Domain
import FieldCore
import SyncProtocol
import Terminal

extension Client {
  private static let takes = ["mine", "theirs", "base", "shown", "kept"]

  /// Decides what waits about a record, or one conflict.
  func resolve() throws {
    let store = try openStore()
    let waiting = try waiting(try operand(0), in: store)
    let record = try store.record(waiting[0].conflict.record)?.record
    let words = try ConflictWords(waiting[0].conflict.record, self, in: store)
    let disputes = Dispute.byField(waiting, of: record)
    var decision = try Decision(typed: sets(), disputes, record, words, self, store)
    try decision.take(try takeWord(), words)
    if canAsk, decision.left.count == disputes.count || arguments.value("take") == nil {
      try ConflictScreen(client: self, store: store, words: words, record: record)
        .ask(&decision)
    }
    guard !decision.choices.isEmpty else {
      if canAsk { throw Failure(.conflictsLeft(decision.left.count), code: .conflict) }
      throw Failure(
        .conflictChoiceMissing(decision.left.map { words.label(of: $0.field) }), code: .conflict)
    }
    try store.resolve(decision.choices, setting: decision.fields)
    try tell(decision, words, in: store)
  }

  /// The open conflicts that a text means: one, by the end of its identifier, or
  /// all of a record.
  private func waiting(_ text: String, in store: FieldStore) throws -> [StoredConflict] {
    let text = text.lowercased()
    let named = try store.conflicts().filter {
      text.utf8.count >= 4 && $0.conflict.id.text.hasSuffix(text)
    }
    if named.count > 1 { throw FieldError.ambiguous(named.map(\.conflict.id)) }
    if !named.isEmpty { return named }
    let id = try store.resolve(text)
    let waiting = try store.conflicts(of: id)
    guard !waiting.isEmpty else {
      let title = try store.record(id)?.record.title ?? id.short
      throw Failure(.nothingToResolve(DisplayText.line(title)), code: .notFound)
    }
    return waiting
  }

  private func takeWord() throws -> String? {
    guard let word = arguments.value("take") else { return nil }
    guard Self.takes.contains(word) else {
      throw Failure(.takeUnknown(word, known: Self.takes), code: .usage)
    }
    return word
  }

  private func tell(_ decision: Decision, _ words: ConflictWords, in store: FieldStore) throws {
    let waiting = try store.queueSummary().count
    if isJSON {
      try result(
        .object([
          "decided": .texts(decision.choices.map(\.conflict.text)),
          "left": .count(decision.left.count), "state": "saved", "waiting": .count(waiting),
        ]))
    } else {
      streams.inform(
        .conflictsDecided(
          DisplayText.line(words.title), count: decision.choices.count, waiting: waiting))
    }
    guard decision.left.isEmpty else {
      throw Failure(isJSON ? [] : [.conflictsLeft(decision.left.count)], code: .conflict)
    }
  }
}

/// What was decided about a record so far.
struct Decision {
  /// What waits for a decision still.
  private(set) var left: [Dispute]
  private(set) var choices: [ConflictChoice] = []
  /// What else was set.
  private(set) var fields: [String: FieldValue] = [:]

  /// Takes what the command line sets: values of fields in dispute decide them,
  /// others are written with them.
  init(
    typed answers: [(String, String)], _ disputes: [Dispute], _ record: Record?,
    _ words: ConflictWords, _ client: Client, _ store: FieldStore
  ) throws {
    left = disputes
    guard !answers.isEmpty, let record else { return }
    let correction = try client.correction(of: record, answers, in: store)
    fields = correction.fields
    for dispute in disputes {
      guard let question = words.question(of: dispute.field), correction.answered.contains(question)
      else { continue }
      choose(
        fields.removeValue(forKey: dispute.field) ?? record.fields[dispute.field] ?? .null,
        in: dispute)
    }
  }

  /// Decides all that is left the same way.
  mutating func take(_ word: String?, _ words: ConflictWords) throws {
    guard let word else { return }
    for dispute in left {
      guard let value = dispute.value(taking: word) else {
        throw Client.Failure(
          .nothingToTake(word, label: words.label(of: dispute.field)), code: .invalid)
      }
      choose(value, in: dispute)
    }
  }

  mutating func choose(_ value: FieldValue, in dispute: Dispute) {
    choices += dispute.choices(value)
    left.removeAll { $0.field == dispute.field }
  }
}
