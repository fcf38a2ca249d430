// Texts for people: itext, and what stands in labels, hints and messages.

extension XFormReader {
  /// The most languages a form may have.
  static let languageLimit = 200

  mutating func readItext(_ model: XMLElement) {
    guard let itext = model.first("itext") else { return }
    let translations = itext.elements.filter { $0.name.local == "translation" }
    guard !translations.isEmpty else { return fault(itext, .missingElement, "translation") }
    var isDefaultKnown = false
    for translation in translations {
      guard let language = translation.attribute("lang") else {
        fault(translation, .missingElement, "lang")
        continue
      }
      guard source.languages.count < Self.languageLimit else {
        return fault(translation, .tooLarge, "\(Self.languageLimit)")
      }
      if source.languages.contains(language) { fault(translation, .duplicateName, language) }
      if translation.attribute("default") != nil {
        if isDefaultKnown { fault(translation, .duplicateName, "default") }
        isDefaultKnown = true
        source.defaultLanguage = language
      }
      source.languages.append(language)
      readTranslation(translation, language)
    }
    if !isDefaultKnown { source.defaultLanguage = source.languages.first ?? "" }
  }

  private mutating func readTranslation(_ translation: XMLElement, _ language: String) {
    var seen: [String: Set<String>] = [:]
    for case .element(let text) in translation.children where text.name.local == "text" {
      guard let id = text.attribute("id"), !id.isEmpty else {
        fault(text, .missingElement, "id")
        continue
      }
      for case .element(let value) in text.children where value.name.local == "value" {
        let form = value.attribute("form") ?? ""
        guard seen[id, default: []].insert(form).inserted else {
          fault(value, .duplicateName, id)
          continue
        }
        read(value, form, language, id, hasLong: seen[id]?.contains("long") == true)
      }
    }
    translated[language] = Set(seen.keys)
  }

  private mutating func read(
    _ value: XMLElement, _ form: String, _ language: String, _ id: String, hasLong: Bool
  ) {
    switch form {
    case "long": source.texts[id, default: .init()].words[language] = parts(value)
    case "":
      if !hasLong { source.texts[id, default: .init()].words[language] = parts(value) }
    case "guidance": source.texts[id, default: .init()].guidance[language] = parts(value)
    case "image", "audio", "video", "big-image":
      let name = Self.trimmed(value.text).split(separator: "/").last.map(String.init) ?? ""
      source.texts[id, default: .init()].media[language, default: [:]][form] = name
    case "short": _ = parts(value)
    default: warn(value, .unknownAttribute, form, "form")
    }
  }

  // MARK: Words

  /// Words with their outputs, without the blanks at both ends.
  mutating func parts(_ element: XMLElement) -> [FormSource.Part] {
    var parts: [FormSource.Part] = []
    var words = ""
    for child in element.children {
      switch child {
      case .text(let text): words += text
      case .element(let output) where output.name.local == "output":
        if !words.isEmpty { parts.append(.words(words)) }
        words = ""
        if let value = value(of: output) { parts.append(.value(value)) }
      case .element(let markup): words += markup.text
      }
    }
    if !words.isEmpty { parts.append(.words(words)) }
    return Self.trimmedEnds(parts)
  }

  private mutating func value(of output: XMLElement) -> FormSource.Cell? {
    let attribute = output.attribute("ref") == nil ? "value" : "ref"
    if output.attribute(attribute) == nil { fault(output, .missingElement, "value") }
    return cell(output, attribute)
  }

  private static func trimmedEnds(_ parts: [FormSource.Part]) -> [FormSource.Part] {
    var parts = parts
    if case .words(let words)? = parts.first {
      let rest = words.unicodeScalars.drop { $0.value <= 0x20 }
      parts[0] = .words(String(rest))
      if rest.isEmpty { parts.removeFirst() }
    }
    if case .words(let words)? = parts.last {
      let scalars = words.unicodeScalars
      let end = scalars.lastIndex { $0.value > 0x20 }.map { scalars.index(after: $0) }
      let rest = scalars[..<(end ?? scalars.startIndex)]
      parts[parts.count - 1] = .words(String(rest))
      if rest.isEmpty { parts.removeLast() }
    }
    return parts
  }

  /// The same in every language.
  mutating func everywhere(_ parts: [FormSource.Part]) -> FormSource.Text {
    var text = FormSource.Text()
    textBudget -= source.languages.count
    guard !parts.isEmpty, textBudget > 0 else { return text }
    for language in source.languages.isEmpty ? [""] : source.languages {
      text.words[language] = parts
    }
    return text
  }

  // MARK: References

  private enum Reference {
    case id(String)
    /// `jr:itext(…)` of something that is computed.
    case computed
  }

  private static func reference(_ text: String) -> Reference? {
    let text = trimmed(text)
    guard text.hasPrefix("jr:itext("), text.hasSuffix(")") else { return nil }
    let argument = trimmed(String(text.dropFirst(9).dropLast()))
    guard let quote = argument.first, quote == "'" || quote == "\"", argument.count >= 2,
      argument.last == quote
    else { return .computed }
    let id = argument.dropFirst().dropLast()
    return id.contains(quote) ? .computed : .id(String(id))
  }

  /// A `<label>` or `<hint>`: what it refers to, or what stands in it.
  mutating func text(_ element: XMLElement) -> FormSource.Text {
    guard let ref = element.attribute("ref") else { return everywhere(parts(element)) }
    switch Self.reference(ref) {
    case .id(let id):
      // A text has to be there in the default language; in the others it may be missing.
      if translated[source.defaultLanguage]?.contains(id) == true {
        return source.texts[id] ?? FormSource.Text()
      }
      fault(element, .unknownReference, id, "ref")
    case .computed:
      return everywhere([.value(FormSource.Cell(text: ref, location: location(element, "ref")))])
    case nil: fault(element, .unsupportedPath, ref, "ref")
    }
    return FormSource.Text()
  }

  /// `jr:constraintMsg` or `jr:requiredMsg`.
  mutating func message(_ element: XMLElement, _ attribute: String) -> FormSource.Text {
    guard let text = element.attribute(attribute, in: XForm.Namespace.javaRosa) else {
      return FormSource.Text()
    }
    guard case .id(let id)? = Self.reference(text) else {
      let words = Self.trimmed(text)
      return everywhere(words.isEmpty ? [] : [.words(words)])
    }
    if let known = source.texts[id] { return known }
    warn(element, .unknownReference, id, "jr:" + attribute)
    return everywhere([.words("[itext:\(id)]")])
  }
}
