/// A language the product speaks.
public enum Language: String, Sendable, CaseIterable {
  /// Simplified Chinese, written `zh`.
  case chinese = "zh"
  /// English, written `en`.
  case english = "en"

  /// The language a locale name or language tag asks for: `zh…` is Chinese, all else English.
  public init(localeName: String) {
    self = localeName.lowercased().hasPrefix("zh") ? .chinese : .english
  }

  /// The language that `--lang` asks for among the words of a command line;
  /// nil where it does not.
  ///
  /// Looked for before the line is parsed, so that also what is wrong with it
  /// is said in that language.
  public static func chosen(in words: [String]) -> Language? {
    var wanted: String?
    for (place, word) in words.enumerated() {
      if word == "--" { break }
      if word.hasPrefix("--lang=") { wanted = String(word.dropFirst("--lang=".count)) }
      if word == "--lang", place + 1 < words.count { wanted = words[place + 1] }
    }
    return wanted.flatMap { $0.isEmpty ? nil : Language(localeName: $0) }
  }

  /// Chooses the language of a run.
  ///
  /// The option `--lang` decides; without it the first variable that is set
  /// and not empty, in the order POSIX gives to the message category (XBD 8.2:
  /// LC_ALL, LC_MESSAGES, LANG) with GNU's LANGUAGE last.
  public static func chosen(option: String?, environment: Environment) -> Language {
    if let option, !option.isEmpty { return Language(localeName: option) }
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"] {
      if let value = environment[name], !value.isEmpty { return Language(localeName: value) }
    }
    return .english
  }
}
