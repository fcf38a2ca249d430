// Labels, hints and messages with values in them: `${name}`, and paths into
// instances (`instance('list')/root/item[name=${a}]/label`).

enum TextParts {
  typealias Part = FormSource.Part

  /// The pieces of a text; nil when something begins like a reference and is none.
  static func parts(of cell: FormSource.Cell) -> [Part]? {
    var parts: [Part] = []
    var rest = cell.text[...]
    while let range = instancePath(in: rest) {
      guard let before = references(in: rest[..<range.lowerBound], cell.location) else {
        return nil
      }
      parts += before
      parts.append(.value(.init(text: String(rest[range]), location: cell.location)))
      rest = rest[range.upperBound...]
    }
    guard let after = references(in: rest, cell.location) else { return nil }
    return parts + after
  }

  private static func references(in text: Substring, _ location: SourceLocation) -> [Part]? {
    var parts: [Part] = []
    var rest = text
    while let candidate = References.next(in: rest) {
      guard let reference = candidate.reference else { return nil }
      let before = rest[..<reference.text.startIndex]
      if !before.isEmpty { parts.append(.words(String(before))) }
      parts.append(.value(.init(text: String(reference.text), location: location)))
      rest = rest[candidate.end...]
    }
    if !rest.isEmpty { parts.append(.words(String(rest))) }
    return parts
  }

  /// `instance('…')/…` up to the white space that ends it; predicates may hold spaces.
  private static func instancePath(in text: Substring) -> Range<Substring.Index>? {
    var search = text
    while let mark = search.firstRange(of: "instance(") {
      search = search[mark.upperBound...]
      guard let quote = search.first, quote == "'" || quote == "\"",
        let close = search.dropFirst().firstIndex(of: quote),
        search[search.index(after: close)...].hasPrefix(")/")
      else { continue }
      return mark.lowerBound..<end(ofPath: search[search.index(close, offsetBy: 2)...])
    }
    return nil
  }

  private static func end(ofPath path: Substring) -> Substring.Index {
    var index = path.startIndex
    while index < path.endIndex, !path[index].isWhitespace {
      if path[index] == "[" {
        guard let close = end(ofPredicate: path[index...]) else { return index }
        index = close
        if index < path.endIndex, path[index] != "/" { return index }
      } else {
        index = path.index(after: index)
      }
    }
    return index
  }

  private static func end(ofPredicate predicate: Substring) -> Substring.Index? {
    var quote: Character?
    var index = predicate.startIndex
    while index < predicate.endIndex {
      let character = predicate[index]
      index = predicate.index(after: index)
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "'" || character == "\"" {
        quote = character
      } else if character == "]" {
        return index
      }
    }
    return nil
  }
}
