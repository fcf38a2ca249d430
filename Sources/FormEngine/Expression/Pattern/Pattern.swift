// Regular expressions of regex(). Form authors write them in Java's dialect and
// test them in clients that run Java's engine; other engines read the same text
// differently (`\p{Alpha}` with or without 甲) or not at all. So the dialect is
// read here, and matched within a fixed number of steps: a pattern that goes
// astray becomes a fault, never a session that hangs.

/// A compiled pattern; it matches whole strings, scalar by scalar.
struct Pattern: Sendable {
  /// The longest pattern that is compiled, in UTF-8 bytes.
  static let byteLimit = 4000
  /// How many instructions one match may take.
  static let stepLimit = 2_000_000

  /// A match that took more than `stepLimit` steps.
  struct Exhausted: Error {}

  private let program: PatternProgram

  /// Nil for what Java refuses, and for the little it has that is not supported here:
  /// `\X`, `\N{…}` and scripts and blocks that are not in `PatternScripts`.
  init?(_ pattern: String) {
    guard pattern.utf8.count <= Self.byteLimit else { return nil }
    do throws(PatternParser.Refusal) {
      var parser = PatternParser(pattern)
      program = try PatternProgram(try parser.pattern(), groups: parser.groupCount)
    } catch {
      return nil
    }
  }

  static func isValid(_ pattern: String) -> Bool { Pattern(pattern) != nil }

  func matches(_ text: String) throws(Exhausted) -> Bool {
    var matcher = PatternMatcher(program, text.unicodeScalars.map(\.value))
    return try matcher.matchesAll()
  }
}
