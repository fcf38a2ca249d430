import CLI
import Domain
import FieldCore
import Terminal

/// Goes through what waits about one record: each field with its values, one
/// key each.
struct ConflictScreen {
  let client: Client
  let store: FieldStore
  let words: ConflictWords
  let record: Record?

  private var streams: Streams { client.streams }

  /// Asks about everything that is left; what is passed over stays.
  func ask(_ decision: inout Decision) throws {
    write(words.title)
    for dispute in decision.left {
      if let value = try choose(dispute) { decision.choose(value, in: dispute) }
    }
  }

  private func choose(_ dispute: Dispute) throws -> FieldValue? {
    try show(dispute)
    while true {
      let key: Character
      switch try client.reader().readKey(prompt: client.said(.promptDecide)) {
      case .character(let character):
        streams.tell(raw: "\(character)\n")
        key = HalfWidth.folded(String(character)).lowercased().first ?? character
      case .enter, .escape:
        streams.tell(raw: "\n")
        return nil
      default:
        streams.tell(raw: "\n")
        continue
      }
      if let option = dispute.options.first(where: { $0.key == key }) { return option.value }
      if key == "o", let question = words.question(of: dispute.field), let record {
        if let value = try other(question, dispute.field, record) { return value }
        continue
      }
      write(client.said(.homeKeyUnknown(String(key))))
    }
  }

  private func show(_ dispute: Dispute) throws {
    write(words.label(of: dispute.field))
    let texts = try dispute.options.map { try words.text($0.value, of: dispute.field) }
    for (option, text) in zip(dispute.options, texts) {
      // Two numbers may differ where they are masked alone.
      let isAlike = texts.count { $0 == text } > 1
      let mark = isAlike ? client.said(.differsWhereMasked) : ""
      write("  \(option.key) \(name(of: option)): \(text)\(mark)")
    }
    if words.question(of: dispute.field) != nil { write("  o \(client.said(.conflictOther))") }
    write("  \(client.said(.conflictPass))")
  }

  private func name(of option: Dispute.Option) -> String {
    switch option.source {
    case .mine: client.said(.conflictMine)
    case .theirs, .others: words.author(option.author)
    case .base: client.said(.conflictBase)
    case .present: client.said(.conflictPresent)
    }
  }

  /// A value that somebody types, until the form takes it; nothing typed goes
  /// back to the choice.
  private func other(_ question: String, _ field: String, _ record: Record) throws -> FieldValue? {
    while true {
      let text = try client.reader().read(LineQuestion("\(words.label(of: field)): "))
      guard PromptAnswer(text) != .keep else { return nil }
      do {
        let typed = try client.correction(of: record, [(question, text)], in: store)
        return typed.fields[field] ?? record.fields[field] ?? .null
      } catch let failure as Client.Failure where failure.code == .invalid {
        for sentence in failure.sentences { write(client.said(sentence)) }
      }
    }
  }

  private func write(_ text: String) {
    for line in DisplayWidth.wrap(DisplayText.lines(text), width: streams.width) {
      streams.tell(raw: line + "\n")
    }
  }
}
