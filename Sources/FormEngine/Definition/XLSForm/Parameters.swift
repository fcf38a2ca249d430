// The `parameters` column: `key=value` pairs, each type with its own keys. What a
// type does not know is refused where pyxform refuses it; types that take none
// are left alone there, so the author is only told.

struct Parameters {
  private(set) var values: [String: String] = [:]
  let cell: FormSource.Cell?

  /// No parameters.
  static let none = Parameters()

  private init() { cell = nil }

  init(_ cell: FormSource.Cell?, findings: inout Findings) {
    self.cell = cell
    guard let cell else { return }
    for (key, value) in Self.pairs(cell, &findings) {
      let name = key.lowercased()
      // These two name columns of the author's files, where case matters.
      values[name] = ["label", "value"].contains(name) ? value : value.lowercased()
    }
  }

  subscript(_ name: String) -> String? {
    get { values[name] }
    set { values[name] = newValue }
  }

  private static func pairs(_ cell: FormSource.Cell, _ findings: inout Findings)
    -> [(String, String)]
  {
    var words: [Substring] = []
    for piece in cell.text.split(whereSeparator: { $0.isWhitespace || $0 == "," || $0 == ";" }) {
      var rest = piece
      while let mark = rest.firstIndex(of: "=") {
        if mark > rest.startIndex { words.append(rest[..<mark]) }
        words.append("=")
        rest = rest[rest.index(after: mark)...]
      }
      if !rest.isEmpty { words.append(rest) }
    }
    var pairs: [(String, String)] = []
    var place = 0
    while place < words.count {
      guard place + 2 < words.count, words[place] != "=", words[place + 1] == "=",
        words[place + 2] != "="
      else {
        findings.fault(cell.location, .unknownParameter, String(words[place]))
        return pairs
      }
      pairs.append((String(words[place]), String(words[place + 2])))
      place += 3
    }
    return pairs
  }

  /// Refuses what is not among the known keys.
  func accept(_ known: Set<String>, _ findings: inout Findings) {
    guard let cell else { return }
    for name in values.keys.sorted() where !known.contains(name) {
      findings.fault(cell.location, .unknownParameter, name)
    }
  }

  /// Tells of parameters where a type has none.
  func warn(_ findings: inout Findings) {
    guard let cell else { return }
    for name in values.keys.sorted() {
      findings.warning(cell.location, .unknownParameter, name)
    }
  }

  func refuse(_ name: String, _ findings: inout Findings) {
    guard let cell else { return }
    findings.fault(cell.location, .invalidValue, "\(name)=\(values[name] ?? "")")
  }

  /// The value, refused unless it is one of the words.
  func word(_ name: String, of words: Set<String>, _ findings: inout Findings) -> String? {
    guard let value = values[name] else { return nil }
    if words.contains(value) { return value }
    refuse(name, &findings)
    return nil
  }

  /// The value, refused unless it is a whole number.
  func integer(_ name: String, _ findings: inout Findings) -> String? {
    guard let value = values[name] else { return nil }
    if Int(value) != nil { return value }
    refuse(name, &findings)
    return nil
  }

  /// The value, refused unless it is a number.
  func number(_ name: String, _ findings: inout Findings) -> String? {
    guard let value = values[name] else { return nil }
    if Double(value) != nil { return value }
    refuse(name, &findings)
    return nil
  }
}
