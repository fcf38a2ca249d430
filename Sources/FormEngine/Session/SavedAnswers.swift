// A session as it lies on disk between two key presses.

/// One answer and where it belongs.
public struct SavedAnswer: Codable, Sendable, Equatable {
  /// `/data/member[2]/name`.
  public var ref: String
  /// The answer as text.
  public var value: String

  /// Makes one.
  public init(ref: String, value: String) {
    self.ref = ref
    self.value = value
  }
}

/// Everything needed to open a session again as it was.
public struct SavedAnswers: Codable, Sendable, Equatable {
  /// How many instances a repeat has.
  public struct RepeatCount: Codable, Sendable, Equatable {
    /// The repeat without its position: `/data/member`.
    public var ref: String
    /// How many instances there are.
    public var count: Int

    /// Makes one.
    public init(ref: String, count: Int) {
      self.ref = ref
      self.count = count
    }
  }

  /// The record a session edits.
  public struct Subject: Codable, Sendable, Equatable {
    /// The entity list.
    public var list: String
    /// The record's id.
    public var entityID: String

    /// Makes one.
    public init(list: String, entityID: String) {
      self.list = list
      self.entityID = entityID
    }
  }

  /// The form's id.
  public var form: String
  /// The form's version.
  public var version: String
  /// The language the person had chosen.
  public var language: String
  /// The record being edited; nil when the session makes a new one.
  public var subject: Subject?
  /// The repeats, outer ones first.
  public var repeats: [RepeatCount]
  /// The answers, in the order of the form.
  public var answers: [SavedAnswer]
  /// The question the person was at, as the caller left it.
  public var current: String?
  /// Questions whose record holds a value they cannot take and that nobody has
  /// answered.
  public var unread: [String]?
}
