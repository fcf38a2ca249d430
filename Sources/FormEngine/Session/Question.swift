// What a person goes through: questions, headings, and prompts for one more.

/// One step of a form as it stands now.
public struct Question: Sendable, Equatable {
  /// What the step is.
  public enum Kind: Sendable, Equatable {
    case question(QuestionType)
    /// The heading of a group.
    case group
    /// The heading of one instance of a repeat; its number follows, from 1.
    case instance(Int)
    /// Whether to add another instance of a repeat; how many there are follows.
    case addInstance(count: Int)
  }

  /// One thing to choose.
  public struct Choice: Sendable, Equatable {
    /// What is stored.
    public let name: String
    /// What is shown.
    public let label: String
    /// The list's free columns, such as pinyin initials.
    public let columns: [String: String]
    /// File names of what is shown or played with it, by `image`, `audio`, `video`, `big-image`.
    public let media: [String: String]
  }

  /// Where it is: `/data/member[2]/name`; for `addInstance`, the instance that would be made.
  public let ref: String
  /// What the step is.
  public let kind: Kind
  /// The words, in the session's language; the name where the author gave none.
  public let label: String
  /// Whether the author gave words.
  public let hasLabel: Bool
  /// More words, if any.
  public let hint: String?
  /// Words for trainers and printed forms, if any.
  public let guidanceHint: String?
  /// Whether an answer is needed now.
  public let isRequired: Bool
  /// Whether only the form itself fills it in.
  public let isReadonly: Bool
  /// The answer so far as text; empty when there is none.
  public let value: String
  /// What was chosen, in words; empty for other types.
  public let chosen: [String]
  /// What can be chosen now, filters applied; empty for other types, and in
  /// `FormSession.questions`.
  public let choices: [Choice]
  /// What is said when the author's condition does not hold, if any.
  public let constraintMessage: String?
  /// How it should look, as authored.
  public let appearance: String
  /// The parameters, such as `max-pixels` or `capture-accuracy`.
  public let parameters: [String: String]
  /// File names of what is shown or played with it, by `image`, `audio`, `video`, `big-image`.
  public let media: [String: String]
  /// How many groups and instances it stands in.
  public let depth: Int
  /// Whether it is asked now; `FormSession.questions` has only such.
  public let isRelevant: Bool
}
