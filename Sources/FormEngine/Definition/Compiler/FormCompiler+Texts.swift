// Texts in the form's languages, with the values that stand in them.

extension FormCompiler {
  /// itext for what computes the id. Where a text looks at answers by a relative path,
  /// what that means depends on the select that shows it.
  mutating func compileTexts()
    -> (anywhere: [String: LocalizedText], byNode: [Int: [String: LocalizedText]])
  {
    var anywhere: [String: LocalizedText] = [:]
    var byNode: [Int: [String: LocalizedText]] = [:]
    for (id, text) in source.texts {
      guard text.isRelative else {
        anywhere[id] = localized(text, .node(0))
        continue
      }
      for node in skeleton.selects.keys {
        // It may belong to another select, from which this one is not to be seen.
        let before = faults
        let compiled = localized(text, .node(node))
        if faults.count == before.count { byNode[node, default: [:]][id] = compiled }
        faults = before
      }
    }
    return (anywhere, byNode)
  }

  mutating func localized(_ text: FormSource.Text, _ context: Resolver.Context) -> LocalizedText {
    guard !text.isEmpty else { return .none }
    var result = LocalizedText()
    // A dash is what pyxform writes where a translation is missing; without an entry
    // another language is spoken.
    let isTranslated = text.words.values.contains { $0 != FormSource.Part.missing }
    for (language, parts) in text.words where !parts.isBlank {
      if isTranslated, parts == FormSource.Part.missing { continue }
      result.parts[language] = compiled(parts, context)
    }
    for (language, parts) in text.guidance {
      result.guidance[language] = compiled(parts, context)
    }
    result.media = text.media
    return result
  }

  private mutating func compiled(_ parts: [FormSource.Part], _ context: Resolver.Context)
    -> [LocalizedText.Part]
  {
    var result: [LocalizedText.Part] = []
    for part in parts {
      switch part {
      case .words(let words): result.append(.words(words))
      case .value(let cell):
        if let formula = resolve(cell, context)?.formula { result.append(.value(formula)) }
      }
    }
    return result
  }
}

extension FormSource.Part {
  fileprivate static let missing = [FormSource.Part.words("-")]
}

extension [FormSource.Part] {
  /// Whether it says nothing.
  fileprivate var isBlank: Bool {
    allSatisfy { part in
      guard case .words(let words) = part else { return false }
      return words.utf8.allSatisfy { $0 <= 0x20 }
    }
  }
}

extension FormSource.Text {
  /// Whether a value in it is looked for from where it is shown.
  var isRelative: Bool {
    (Array(words.values) + Array(guidance.values)).joined().contains { part in
      guard case .value(let cell) = part else { return false }
      return cell.text.contains("..") || cell.text.contains("current()")
        || cell.text.contains("${")
    }
  }
}
