// The values of XPath 1.0 plus ODK's dates, and the conversions between them.

/// What an expression evaluates to.
enum XPathValue: Equatable {
  case boolean(Bool)
  case number(Double)
  case string(String)
  /// Milliseconds since 1970 UTC; a date without a time is midnight, local time.
  case date(Int64, hasTime: Bool)
  case nodes([NodeHandle])
}

/// A node in the answers, or a cell of a choice list.
struct NodeHandle: Equatable {
  /// The choice list; -1 for the form's own answers.
  var list: Int = -1
  /// The node in the arena, or the choice's row.
  var index: Int
  /// The column of a choice: -1 `name`, -2 its label, -3 the whole choice.
  var column: Int = -3
}

/// Why an expression has no value.
public struct EvaluationFault: Error, Sendable, Equatable {
  /// The kind of trouble.
  public enum Code: String, Sendable, Equatable {
    case notADate, dateOutOfRange, unknownDateEscape, invalidPattern, patternFailed
  }

  /// The kind of trouble.
  public let code: Code
  /// The value that could not be used.
  public let detail: String

  /// Makes one.
  public init(code: Code, detail: String) {
    self.code = code
    self.detail = detail
  }
}

/// What a form may be told of the world it is filled in.
public struct FormEnvironment {
  /// The moment, in milliseconds since 1970 UTC.
  public var now: () -> Int64
  /// Local time minus UTC.
  public var timeZoneOffsetSeconds: Int
  /// A new random UUID in lower case.
  public var makeUUID: () -> String
  /// A number from 0 up to, not including, 1.
  public var random: () -> Double
  /// What the `deviceid` question gets.
  public var deviceID: String
  /// What the `username` question gets.
  public var username: String

  /// Makes an environment; what is not given is the real thing.
  public init(
    now: @escaping () -> Int64, timeZoneOffsetSeconds: Int, makeUUID: @escaping () -> String,
    random: @escaping () -> Double = { Double.random(in: 0..<1) }, deviceID: String = "",
    username: String = ""
  ) {
    self.now = now
    self.timeZoneOffsetSeconds = timeZoneOffsetSeconds
    self.makeUUID = makeUUID
    self.random = random
    self.deviceID = deviceID
    self.username = username
  }
}
