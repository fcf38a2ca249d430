/// A set of scalars, as a class or an escape of a pattern names it.
indirect enum PatternSet: Sendable {
  /// Whether letters match in either case.
  enum Fold: Sendable { case none, ascii, unicode }

  case range(UInt32, UInt32)
  case category(@Sendable (Unicode.Scalar.Properties) -> Bool)
  case union([PatternSet])
  case intersection(PatternSet, PatternSet)
  case negated(PatternSet)
  case folded(PatternSet, Fold)

  static func scalar(_ value: UInt32) -> PatternSet { .range(value, value) }

  static func scalars(_ text: String) -> PatternSet {
    .union(text.unicodeScalars.map { .scalar($0.value) })
  }

  static let all = PatternSet.range(0, 0x10FFFF)
  static let lineBreaks = PatternSet.scalars("\n\r\u{85}\u{2028}\u{2029}")
  static let digits = PatternSet.range(0x30, 0x39)
  static let letters = PatternSet.union([.range(0x41, 0x5A), .range(0x61, 0x7A)])
  static let word = PatternSet.union([letters, digits, .scalar(0x5F)])
  static let blanks = PatternSet.scalars(" \t\n\u{B}\u{C}\r")
  static let verticalBlanks = PatternSet.union([.range(0x0A, 0x0D), lineBreaks])
  static let horizontalBlanks = PatternSet.union([
    .scalars(" \t\u{A0}\u{1680}\u{180E}\u{202F}\u{205F}\u{3000}"), .range(0x2000, 0x200A),
  ])

  func contains(_ value: UInt32) -> Bool {
    switch self {
    case .range(let low, let high): return low <= value && value <= high
    case .category(let holds): return Unicode.Scalar(value).map { holds($0.properties) } ?? false
    case .union(let sets): return sets.contains { $0.contains(value) }
    case .intersection(let one, let other): return one.contains(value) && other.contains(value)
    case .negated(let set): return !set.contains(value)
    case .folded(let set, let fold):
      return set.contains(value) || Self.cases(of: value, fold).contains { set.contains($0) }
    }
  }

  /// The other cases of a letter.
  static func cases(of value: UInt32, _ fold: Fold) -> [UInt32] {
    switch fold {
    case .none: return []
    case .ascii: return letters.contains(value) ? [value ^ 0x20] : []
    case .unicode:
      guard let properties = Unicode.Scalar(value)?.properties else { return [] }
      return [properties.uppercaseMapping, properties.lowercaseMapping].compactMap {
        $0.unicodeScalars.count == 1 ? $0.unicodeScalars.first?.value : nil
      }
    }
  }

  /// Whether two scalars are the same but for their case.
  static func areEqual(_ one: UInt32, _ other: UInt32, _ fold: Fold) -> Bool {
    one == other || cases(of: one, fold).contains(other)
  }
}
