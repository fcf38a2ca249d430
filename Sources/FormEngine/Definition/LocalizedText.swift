/// A text in the form's languages, each a run of words and computed values, with
/// the pictures and sounds that belong to it.
struct LocalizedText: Sendable {
  enum Part: Sendable {
    case words(String)
    case value(Formula)
  }

  /// Parts by language; an unlabelled text has no entry.
  var parts: [String: [Part]] = [:]
  /// The same for `form="guidance"`.
  var guidance: [String: [Part]] = [:]
  /// File names by language and `image`, `audio`, `video` or `big-image`.
  var media: [String: [String: String]] = [:]

  static let none = LocalizedText()
}
