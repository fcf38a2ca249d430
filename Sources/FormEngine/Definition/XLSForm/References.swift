// `${name}` and `${last-saved#name}` as pyxform finds them in a text. What looks
// like a reference and is none is a mistake, not a piece of text.

struct References {
  struct Reference: Equatable {
    let name: String
    let isLastSaved: Bool
    /// As written, `${` and `}` included.
    let text: Substring
  }

  static let lastSavedMark = "last-saved#"

  /// Whether at least one reference comes before anything malformed.
  static func areIn(_ text: String) -> Bool {
    guard let candidate = next(in: text[...]) else { return false }
    return candidate.reference != nil
  }

  /// All references; nil when something begins like one and is none.
  static func all(in text: String) -> [Reference]? {
    var found: [Reference] = []
    var rest = text[...]
    while let candidate = next(in: rest) {
      guard let reference = candidate.reference else { return nil }
      found.append(reference)
      rest = rest[candidate.end...]
    }
    return found
  }

  /// The reference that is the whole text.
  static func only(_ text: String) -> Reference? {
    guard text.hasPrefix("${"), let candidate = next(in: text[...]),
      candidate.end == text.endIndex
    else { return nil }
    return candidate.reference
  }

  /// The next thing that begins with `${`; without a reference it is malformed.
  static func next(in text: Substring) -> (reference: Reference?, end: Substring.Index)? {
    guard text.utf8.contains(UInt8(ascii: "$")), let mark = text.firstRange(of: "${") else {
      return nil
    }
    guard let close = text[mark.upperBound...].firstIndex(of: "}") else {
      return (nil, text.endIndex)
    }
    let inner = text[mark.upperBound..<close]
    let isLastSaved = inner.hasPrefix(lastSavedMark)
    let name = String(isLastSaved ? inner.dropFirst(lastSavedMark.count) : inner)
    let end = text.index(after: close)
    guard XMLName.isValid(name) else { return (nil, end) }
    let whole = text[mark.lowerBound..<end]
    return (Reference(name: name, isLastSaved: isLastSaved, text: whole), end)
  }
}
