// Choosing one of many with few keys: by number, by value, by a part of the
// label, or by the initials of its pinyin, so that ASCII keys suffice. `jg`
// narrows to what begins with 井盖, and `jg1` takes the first of those.

/// Something that can be chosen.
public struct Choice: Sendable, Equatable {
  /// What is stored.
  public let value: String
  /// What the person sees.
  public let label: String
  /// The initials of the label, lower case, one entry per reading.
  public let initials: [String]
  /// What it is called in other languages; these find it too.
  public let otherLabels: [String]
  /// When it was last chosen, in milliseconds since 1970; nil for never.
  public let lastChosen: Int64?

  /// Makes a choice.
  public init(
    value: String, label: String, initials: [String] = [], otherLabels: [String] = [],
    lastChosen: Int64? = nil
  ) {
    self.value = value
    self.label = label
    self.initials = initials
    self.otherLabels = otherLabels
    self.lastChosen = lastChosen
  }
}

/// A numbered list of choices that what is typed narrows.
public struct Picker: Sendable, Equatable {
  /// What typing did.
  public enum Outcome: Sendable, Equatable {
    /// One choice is meant.
    case chosen(Choice)
    /// Several fit: this is the narrowed list.
    case narrowed(Picker)
    /// None fits.
    case nothing
  }

  /// No more choices than this are listed, and only listed ones can be chosen by number.
  public static let mostListed = 30

  /// The choices, most recently chosen first, the others in the order given.
  public let choices: [Choice]

  /// Makes the list.
  public init(_ choices: [Choice]) {
    let recent = choices.filter { $0.lastChosen != nil }
    let ordered = recent.enumerated().sorted {
      let (left, right) = ($0.element.lastChosen ?? .min, $1.element.lastChosen ?? .min)
      return left == right ? $0.offset < $1.offset : left > right
    }
    self.choices = ordered.map(\.element) + choices.filter { $0.lastChosen == nil }
  }

  /// What each word of a text means; the text as a whole when that is one choice.
  public func pickSeveral(_ typed: String) -> [(word: String, outcome: Outcome)] {
    if case .chosen(let choice) = pick(typed) { return [(typed, .chosen(choice))] }
    return typed.split { $0.isWhitespace || ",，、;；".contains($0) }.map {
      (String($0), pick(String($0)))
    }
  }

  private init(narrowed choices: [Choice]) {
    self.choices = choices
  }

  /// How many choices the list does not show.
  public var unlistedCount: Int { max(0, choices.count - Self.mostListed) }

  /// Finds what is meant.
  ///
  /// In this order: the number in the list, the exact value or label, all whose
  /// initials begin with the text, all whose label in any language holds it;
  /// when none does, the number at its end is taken from what the rest narrows
  /// to. Letter case and full-width letters do not matter.
  public func pick(_ typed: String) -> Outcome {
    let text = Self.folded(typed)
    if text.isEmpty { return .narrowed(self) }
    if let choice = listed(Int(text)) { return .chosen(choice) }
    if let choice = choices.first(where: { Self.folded($0.value) == text }) {
      return .chosen(choice)
    }
    let labelled = choices.filter { Self.folded($0.label) == text }
    if labelled.count == 1 { return .chosen(labelled[0]) }
    let named = choices.filter { $0.otherLabels.contains { Self.folded($0) == text } }
    if labelled.isEmpty, named.count == 1 { return .chosen(named[0]) }
    switch narrowed(text) {
    case .nothing: return pickNumbered(text)
    case let outcome: return outcome
    }
  }

  /// The list in columns that fit a width: number and label, row by row.
  public func lines(width: Int) -> [String] {
    let cells = choices.prefix(Self.mostListed).enumerated().map { position, choice in
      DisplayWidth.truncate(
        "\(position + 1)\(Self.mark)\(DisplayText.line(choice.label))", to: width)
    }
    let widest = cells.map { DisplayWidth.width(of: $0) }.max() ?? 0
    let columns = max(1, (width + Table.gap) / max(1, widest + Table.gap))
    return stride(from: 0, to: cells.count, by: columns).map { first in
      let row = cells[first..<min(first + columns, cells.count)]
      let padded = row.dropLast().map { DisplayWidth.pad($0, to: widest + Table.gap) }
      return padded.joined() + (row.last ?? "")
    }
  }

  /// Between number and label, so that a label beginning with a digit is not misread.
  private static let mark = "."

  private func listed(_ number: Int?) -> Choice? {
    guard let number, (1...Self.mostListed).contains(number), number <= choices.count else {
      return nil
    }
    return choices[number - 1]
  }

  private func narrowed(_ text: String) -> Outcome {
    // Initials first: they mean the same whatever language the labels are in.
    var found = choices.filter { $0.initials.contains { Self.folded($0).hasPrefix(text) } }
    if found.isEmpty {
      found = choices.filter { choice in
        ([choice.label] + choice.otherLabels).contains { Self.folded($0).contains(text) }
      }
    }
    switch found.count {
    case 0: return .nothing
    case 1: return .chosen(found[0])
    default: return .narrowed(Picker(narrowed: found))
    }
  }

  private func pickNumbered(_ text: String) -> Outcome {
    let rest = text.reversed().drop { "0123456789".contains($0) }.reversed()
    let head = String(rest)
    guard !head.isEmpty, head.count < text.count, let number = Int(text.dropFirst(head.count))
    else { return .nothing }
    switch narrowed(head) {
    case .narrowed(let picker): return picker.listed(number).map { .chosen($0) } ?? .nothing
    case .chosen(let choice): return number == 1 ? .chosen(choice) : .nothing
    case .nothing: return .nothing
    }
  }

  private static func folded(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !(0x41...0x5A).contains($0) }) {
      return text
    }
    var trimmed = Substring(HalfWidth.folded(text).lowercased())
    while trimmed.first?.isWhitespace == true { trimmed.removeFirst() }
    while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
    return String(trimmed)
  }
}
