// The body of a form: what a person goes through.

/// A heading or a question of the body, standing for a node of the instance.
public struct FormControl: Sendable {
  /// What a control is.
  public enum Kind: Sendable, Equatable {
    case group
    case repeats
    case question(QuestionType)
  }

  /// The control's place in `FormDefinition.controls`.
  public let id: Int
  /// What the control is.
  public let kind: Kind
  /// The enclosing control; -1 at the top.
  public let parent: Int
  /// The controls directly inside, in order.
  public internal(set) var children: [Int] = []
  /// The place in `FormDefinition.nodes` of what it stands for; nil for a group of
  /// questions that has no node of its own.
  public let node: Int?
  /// How it should look, as authored.
  public let appearance: String
  /// The parameters, such as `max-pixels`, `start` or `accuracyThreshold`.
  public let parameters: [String: String]

  /// The list its choices come from (`list_name`, or the id of the instance); nil for
  /// choices of its own and for such as are answers.
  public let choiceList: String?

  let label: LocalizedText
  let hint: LocalizedText
  let items: [Item]
  let itemset: Itemset?
  /// Whether nobody may add or take away instances (`jr:noAddRemove`).
  let isFixed: Bool

  /// A choice that stands in the control itself.
  struct Item: Sendable {
    let value: String
    let label: LocalizedText
  }

  /// Choices that are computed: from a secondary instance, or from answers.
  struct Itemset: Sendable {
    let nodeset: Formula
    /// Relative to each of the nodes.
    let value: Formula
    /// Relative to each of the nodes.
    let label: Formula?
  }

  /// The question's type; nil for groups and repeats.
  public var questionType: QuestionType? {
    if case .question(let type) = kind { return type }
    return nil
  }
}

/// What a question asks for, or what fills in a value that nobody is asked for.
/// The raw values are XLSForm's names.
public enum QuestionType: String, Sendable, Equatable, CaseIterable {
  case text, integer, decimal, range, date, time, dateTime
  case selectOne = "select_one"
  case selectMultiple = "select_multiple"
  case rank
  case note, acknowledge, geopoint, geotrace, geoshape, barcode
  case image, audio, video, file
  // Nobody is asked.
  case calculate, hidden
  case start, end, today, deviceid, username, email, phonenumber
  case metadata

  /// Whether a person meets it when going through the form.
  public var isVisible: Bool {
    switch self {
    case .calculate, .hidden, .start, .end, .today, .deviceid, .username, .email, .phonenumber,
      .metadata:
      false
    default: true
    }
  }

  /// Whether it is answered by choosing from a list.
  public var hasChoices: Bool { [.selectOne, .selectMultiple, .rank].contains(self) }

  /// Whether it is answered by a file, whose name is the answer.
  public var isMedia: Bool { [.image, .audio, .video, .file].contains(self) }
}
