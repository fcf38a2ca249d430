// Regular expressions of regex(): whole-string matches over Unicode scalars,
// with \d, \w and \s meaning ASCII, as Java's do. Compiled once per pattern.

struct Pattern {
  /// The longest pattern that is compiled, in UTF-8 bytes.
  static let byteLimit = 4000

  private let regex: Regex<AnyRegexOutput>

  init?(_ pattern: String) {
    guard pattern.utf8.count <= Self.byteLimit else { return nil }
    do {
      regex = try Regex(pattern).matchingSemantics(.unicodeScalar).asciiOnlyDigits()
        .asciiOnlyWordCharacters().asciiOnlyWhitespace()
    } catch {
      return nil
    }
  }

  static func isValid(_ pattern: String) -> Bool { Pattern(pattern) != nil }

  func matches(_ text: String) throws(EvaluationFault) -> Bool {
    do {
      return try regex.wholeMatch(in: text) != nil
    } catch {
      throw EvaluationFault(code: .patternFailed, detail: "")
    }
  }
}

/// The patterns compiled so far in one session.
final class PatternCache {
  private var compiled: [String: Pattern] = [:]

  func matches(_ text: String, _ pattern: String) throws(EvaluationFault) -> Bool {
    if let known = compiled[pattern] { return try known.matches(text) }
    guard let new = Pattern(pattern) else {
      throw EvaluationFault(code: .invalidPattern, detail: pattern)
    }
    compiled[pattern] = new
    return try new.matches(text)
  }
}
