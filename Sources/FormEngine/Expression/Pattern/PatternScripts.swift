// What stands in `\p{…}`. Names in plain ASCII (`Alpha`) mean ASCII, as Java has
// it; `Is…` means Unicode. The library tells general categories but not scripts
// and blocks, so those that forms here are written in are listed.

enum PatternScripts {
  /// Nil for a name that is not known.
  static func set(named name: String, unicode: Bool) -> PatternSet? {
    if let mark = name.firstIndex(of: "=") {
      let value = String(name[name.index(after: mark)...])
      switch name[..<mark].lowercased() {
      case "script", "sc": return script(value)
      case "block", "blk": return block(value)
      case "general_category", "gc": return category(value)
      default: return nil
      }
    }
    if name.hasPrefix("In") { return block(String(name.dropFirst(2))) }
    if name.hasPrefix("Is") {
      let rest = String(name.dropFirst(2))
      return property(rest) ?? category(rest) ?? script(rest)
    }
    if unicode, let found = property(name) { return found }
    return posix(name) ?? category(name)
  }

  private static func posix(_ name: String) -> PatternSet? {
    switch name {
    case "ASCII": .range(0, 0x7F)
    case "Lower": .range(0x61, 0x7A)
    case "Upper": .range(0x41, 0x5A)
    case "Alpha": .letters
    case "Digit": .digits
    case "Alnum": .union([.letters, .digits])
    case "Punct":
      .union([.range(0x21, 0x2F), .range(0x3A, 0x40), .range(0x5B, 0x60), .range(0x7B, 0x7E)])
    case "Graph": .range(0x21, 0x7E)
    case "Print": .range(0x20, 0x7E)
    case "Blank": .scalars(" \t")
    case "Cntrl": .union([.range(0, 0x1F), .scalar(0x7F)])
    case "XDigit": .union([.digits, .range(0x41, 0x46), .range(0x61, 0x66)])
    case "Space": .blanks
    default: nil
    }
  }

  private static func property(_ name: String) -> PatternSet? {
    switch name.lowercased().filter({ $0 != "_" }) {
    case "alphabetic", "alpha": .category { $0.isAlphabetic }
    case "letter": category("L")
    case "ideographic": .category { $0.isIdeographic }
    case "lowercase", "lower": .category { $0.isLowercase }
    case "uppercase", "upper": .category { $0.isUppercase }
    case "whitespace", "space": .category { $0.isWhitespace }
    case "punctuation", "punct": category("P")
    case "control", "cntrl": category("Cc")
    case "digit": category("Nd")
    case "hexdigit", "xdigit": .category { $0.isHexDigit }
    case "alnum": .category { $0.isAlphabetic || $0.generalCategory == .decimalNumber }
    default: nil
    }
  }

  private static func category(_ name: String) -> PatternSet? {
    if name == "LC" { return .union(["Lu", "Ll", "Lt"].compactMap { category($0) }) }
    guard (1...2).contains(name.utf8.count) else { return nil }
    let categories = names.filter { $0.key.hasPrefix(name) }.map(\.value)
    return categories.isEmpty ? nil : .category { categories.contains($0.generalCategory) }
  }

  private static let names: [String: Unicode.GeneralCategory] = [
    "Lu": .uppercaseLetter, "Ll": .lowercaseLetter, "Lt": .titlecaseLetter, "Lm": .modifierLetter,
    "Lo": .otherLetter, "Mn": .nonspacingMark, "Mc": .spacingMark, "Me": .enclosingMark,
    "Nd": .decimalNumber, "Nl": .letterNumber, "No": .otherNumber, "Pc": .connectorPunctuation,
    "Pd": .dashPunctuation, "Ps": .openPunctuation, "Pe": .closePunctuation,
    "Pi": .initialPunctuation, "Pf": .finalPunctuation, "Po": .otherPunctuation,
    "Sm": .mathSymbol, "Sc": .currencySymbol, "Sk": .modifierSymbol, "So": .otherSymbol,
    "Zs": .spaceSeparator, "Zl": .lineSeparator, "Zp": .paragraphSeparator, "Cc": .control,
    "Cf": .format, "Cs": .surrogate, "Co": .privateUse, "Cn": .unassigned,
  ]

  private static func script(_ name: String) -> PatternSet? {
    switch name.lowercased() {
    case "han", "hani":
      ranges([
        (0x2E80, 0x2E99), (0x2E9B, 0x2EF3), (0x2F00, 0x2FD5), (0x3005, 0x3005), (0x3007, 0x3007),
        (0x3021, 0x3029), (0x3038, 0x303B), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFA6D),
        (0xFA70, 0xFAD9), (0x16FE2, 0x16FE3), (0x16FF0, 0x16FF1), (0x20000, 0x2A6DF),
        (0x2A700, 0x2EBE0), (0x2F800, 0x2FA1D), (0x30000, 0x3134A),
      ])
    case "latin", "latn":
      ranges([
        (0x41, 0x5A), (0x61, 0x7A), (0xAA, 0xAA), (0xBA, 0xBA), (0xC0, 0xD6), (0xD8, 0xF6),
        (0xF8, 0x2B8), (0x2E0, 0x2E4), (0x1D00, 0x1D25), (0x1D2C, 0x1D5C), (0x1E00, 0x1EFF),
        (0x212A, 0x212B), (0x2C60, 0x2C7F), (0xA722, 0xA787), (0xFB00, 0xFB06), (0xFF21, 0xFF3A),
        (0xFF41, 0xFF5A),
      ])
    default: nil
    }
  }

  private static func block(_ name: String) -> PatternSet? {
    switch name.lowercased().filter({ !"_- ".contains($0) }) {
    case "basiclatin": .range(0, 0x7F)
    case "latin1supplement": .range(0x80, 0xFF)
    case "cjkunifiedideographs": .range(0x4E00, 0x9FFF)
    case "cjkunifiedideographsextensiona": .range(0x3400, 0x4DBF)
    case "cjkunifiedideographsextensionb": .range(0x20000, 0x2A6DF)
    case "cjkcompatibilityideographs": .range(0xF900, 0xFAFF)
    case "cjksymbolsandpunctuation": .range(0x3000, 0x303F)
    case "halfwidthandfullwidthforms": .range(0xFF00, 0xFFEF)
    default: nil
    }
  }

  private static func ranges(_ bounds: [(UInt32, UInt32)]) -> PatternSet {
    .union(bounds.map { .range($0.0, $0.1) })
  }
}
