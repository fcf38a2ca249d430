// What of a form's texts goes into itext, and in which languages. pyxform fills
// every text of itext up with "-" where a language has none, so that no other
// language is shown in its place; a text outside itext is the same in all.

struct TextWriter {
  typealias Text = FormSource.Text

  /// What stands for a translation that is missing.
  static let missing = "-"

  /// In the order in which the form first uses them, the default first.
  private(set) var languages: [String] = []
  /// The language of texts that belong to none.
  let defaultLanguage: String
  private(set) var findings: Findings

  init(_ tree: SurveyTree, _ choices: ChoiceLists, _ settings: SettingsSheet, _ findings: Findings)
  {
    defaultLanguage = settings.defaultLanguage
    self.findings = findings
    for list in choices.lists where list.needsItext {
      for choice in list.choices {
        note(choice.label)
        for (_, file) in choice.media { note(file) }
      }
    }
    let elements = tree.preorder().map { tree[$0] }
    for element in elements { noteTexts(of: element) }
    for element in elements {
      for (_, file) in element.media { note(file) }
    }
  }

  private mutating func noteTexts(of element: SurveyElement) {
    for message in [element.constraintMessage, element.requiredMessage]
    where isItext(message) {
      note(message)
    }
    if element.labelNeedsItext { note(element.label) }
    if element.hintNeedsItext { note(element.hint) }
    note(element.guidance)
  }

  private mutating func note(_ wording: Wording) {
    for (language, _) in wording.byLanguage(default: defaultLanguage)
    where !languages.contains(language) {
      languages.append(language)
    }
  }

  private func isItext(_ message: Wording) -> Bool {
    message.isTranslated || (message.plain.map { References.areIn($0.text) } ?? false)
  }

  // MARK: Texts

  mutating func label(of element: SurveyElement) -> Text {
    var text = Text()
    text.words = words(element.label, inItext: element.labelNeedsItext)
    text.media = media(element.media)
    return text
  }

  mutating func hint(of element: SurveyElement) -> Text {
    var text = Text()
    text.words = words(element.hint, inItext: element.hintNeedsItext)
    text.guidance = words(element.guidance, inItext: true)
    return text
  }

  /// A text of constraints or required answers.
  mutating func message(_ wording: Wording) -> Text {
    Text(words: words(wording, inItext: isItext(wording)))
  }

  /// A choice's, which is looked up by id.
  mutating func choice(_ choice: ChoiceLists.Choice) -> Text {
    Text(words: words(choice.label, inItext: true), media: media(choice.media))
  }

  /// A choice's that stands in its control.
  mutating func inline(_ wording: Wording) -> Text {
    Text(words: words(wording, inItext: wording.isTranslated))
  }

  private mutating func words(_ wording: Wording, inItext: Bool) -> [String: [FormSource.Part]] {
    guard !wording.isEmpty else { return [:] }
    var words: [String: [FormSource.Part]] = [:]
    guard inItext else {
      guard let cell = wording.plain else { return [:] }
      let parts = parts(of: cell)
      for language in languages.isEmpty ? [""] : languages { words[language] = parts }
      return words
    }
    for (language, cell) in wording.byLanguage(default: defaultLanguage) {
      words[language] = parts(of: cell)
    }
    for language in languages where words[language] == nil {
      words[language] = [.words(Self.missing)]
    }
    return words
  }

  private mutating func parts(of cell: FormSource.Cell) -> [FormSource.Part] {
    if let parts = TextParts.parts(of: cell) { return parts }
    findings.fault(cell.location, .syntax, cell.text)
    return []
  }

  private func media(_ files: [(kind: String, file: Wording)]) -> [String: [String: String]] {
    var media: [String: [String: String]] = [:]
    for (kind, file) in files {
      for (language, cell) in file.byLanguage(default: defaultLanguage) where cell.text != "-" {
        media[language, default: [:]][kind] = cell.text
      }
    }
    return media
  }
}
