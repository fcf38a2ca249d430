import Database

// What the worker chose last of a form's lists, so that a picker can offer it
// first. It is a convenience of this device: nothing of it is ever sent.

/// A choice that was taken as an answer.
public struct ChosenChoice: Sendable, Hashable {
  /// The `list_name`.
  public var list: String
  /// The choice's name.
  public var name: String

  /// A choice as given.
  public init(list: String, name: String) {
    self.list = list
    self.name = name
  }
}

extension FieldStore {
  /// So many choices of one list are remembered, the oldest forgotten first.
  static let rememberedChoices = 30

  /// When the choices of a form's list were last taken, in milliseconds by the
  /// device's clock, by name.
  public func chosen(form: String, list: String) throws(FieldError) -> [String: Int64] {
    let rows = try worded {
      try connection.rows(
        "SELECT name, at FROM chosen WHERE form = \(form) AND list = \(list)"
      ) { (try $0.text(0), try $0.integer(1)) }
    }
    return Dictionary(rows, uniquingKeysWith: max)
  }

  /// Remembers what was chosen in a form.
  public func noteChosen(_ choices: [ChosenChoice], in form: String) throws(FieldError) {
    if choices.isEmpty { return }
    try transaction { try keep(choices, in: form) }
  }

  func keep(_ choices: [ChosenChoice], in form: String) throws {
    for choice in choices {
      // Of several at the same moment, and after a clock that ran fast, the last is the newest.
      try connection.run(
        """
        INSERT OR REPLACE INTO chosen (form, list, name, at)
        SELECT \(form), \(choice.list), \(choice.name), max(\(environment.now()),
          1 + coalesce(max(at), 0)) FROM chosen WHERE form = \(form) AND list = \(choice.list)
        """)
    }
    for list in Set(choices.map(\.list)) { try forgetOldest(of: list, in: form) }
  }

  private func forgetOldest(of list: String, in form: String) throws {
    try connection.run(
      """
      DELETE FROM chosen WHERE form = \(form) AND list = \(list) AND name NOT IN (
        SELECT name FROM chosen WHERE form = \(form) AND list = \(list)
        ORDER BY at DESC LIMIT \(Self.rememberedChoices))
      """)
  }
}
