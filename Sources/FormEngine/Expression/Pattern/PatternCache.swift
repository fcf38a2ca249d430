/// The patterns compiled so far in one session.
final class PatternCache {
  private var compiled: [String: Pattern] = [:]

  func matches(_ text: String, _ pattern: String) throws(EvaluationFault) -> Bool {
    let known = try self.compiled(pattern)
    do throws(Pattern.Exhausted) {
      return try known.matches(text)
    } catch {
      throw EvaluationFault(code: .patternFailed, detail: pattern)
    }
  }

  private func compiled(_ pattern: String) throws(EvaluationFault) -> Pattern {
    if let known = compiled[pattern] { return known }
    guard let new = Pattern(pattern) else {
      throw EvaluationFault(code: .invalidPattern, detail: pattern)
    }
    compiled[pattern] = new
    return new
  }
}
