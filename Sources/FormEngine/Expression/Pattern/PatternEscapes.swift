// Escapes and classes of java.util.regex.

extension PatternParser {
  // MARK: Escapes

  /// Behind a backslash, outside of a class.
  mutating func escape() throws(Refusal) -> PatternNode {
    guard index < scalars.count else { throw Refusal() }
    if let set = try classEscape() { return one(set) }
    let letter = scalars[index]
    index += 1
    switch letter {
    case "A", "G": return .assertion(.textStart)
    case "z": return .assertion(.textEnd)
    case "Z": return .assertion(.lastLineEnd(unixLines: flags.unixLines))
    case "b": return .assertion(.wordBoundary)
    case "B": return .assertion(.noWordBoundary)
    case "R":
      let pair: PatternNode = .sequence([.one(.scalar(0x0D)), .one(.scalar(0x0A))])
      return .atomic(.choice([pair, .one(.verticalBlanks)]))
    case "k":
      guard take(text: "<") else { throw Refusal() }
      return .backreference(try groupNumber(named: try groupName()), flags.fold)
    case "1"..."9": return .backreference(backreference(letter), flags.fold)
    default:
      index -= 1
      return one(.scalar(try scalarEscape()))
    }
  }

  /// More digits belong to the number as long as there are that many groups.
  private mutating func backreference(_ first: Unicode.Scalar) -> Int {
    var number = Int(first.value - 0x30)
    while index < scalars.count, ("0"..."9").contains(scalars[index]) {
      let longer = number * 10 + Int(scalars[index].value - 0x30)
      guard longer < groupCount else { break }
      number = longer
      index += 1
    }
    return number
  }

  /// An escape that stands for a set: `\d`, `\p{…}`; nil, nothing taken, for another.
  private mutating func classEscape() throws(Refusal) -> PatternSet? {
    guard index < scalars.count else { throw Refusal() }
    let letter = scalars[index]
    guard let set = plainClass(letter) else {
      guard letter == "p" || letter == "P" else { return nil }
      index += 1
      let named = try namedClass()
      return letter == "P" ? .negated(folding(named)) : named
    }
    index += 1
    return set
  }

  private func plainClass(_ letter: Unicode.Scalar) -> PatternSet? {
    let unicode = flags.unicodeClasses
    switch letter {
    case "d": return unicode ? .category { $0.generalCategory == .decimalNumber } : .digits
    case "w": return unicode ? .union([.word, Self.unicodeWord]) : .word
    case "s": return unicode ? .category { $0.isWhitespace } : .blanks
    case "h": return .horizontalBlanks
    case "v": return .verticalBlanks
    case "D", "W", "S", "H", "V":
      return plainClass(Unicode.Scalar(letter.value | 0x20) ?? letter).map { .negated($0) }
    default: return nil
    }
  }

  private static let unicodeWord = PatternSet.category {
    switch $0.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
    default: $0.isAlphabetic || $0.isJoinControl
    }
  }

  /// Behind `\p`: one letter, or a name in braces.
  private mutating func namedClass() throws(Refusal) -> PatternSet {
    var name = String.UnicodeScalarView()
    if take(text: "{") {
      while index < scalars.count, scalars[index] != "}" {
        name.append(scalars[index])
        index += 1
      }
      guard take(text: "}") else { throw Refusal() }
    } else if index < scalars.count {
      name.append(scalars[index])
      index += 1
    }
    var word = String(name)
    // In any case of letters, upper case letters are letters of any case.
    if flags.ignoresCase, ["Lu", "Ll", "Lt", "IsLu", "IsLl", "IsLt"].contains(word) { word = "LC" }
    let set = PatternScripts.set(named: word, unicode: flags.unicodeClasses)
    guard let set else { throw Refusal() }
    return set
  }

  /// An escape that stands for one scalar.
  private mutating func scalarEscape() throws(Refusal) -> UInt32 {
    guard index < scalars.count else { throw Refusal() }
    let letter = scalars[index]
    index += 1
    switch letter {
    case "t": return 0x09
    case "n": return 0x0A
    case "r": return 0x0D
    case "f": return 0x0C
    case "a": return 0x07
    case "e": return 0x1B
    case "0": return try octal()
    case "x": return try take(text: "{") ? bracedHexadecimal() : hexadecimal(2)
    case "u": return try utf16()
    case "c":
      guard index < scalars.count else { throw Refusal() }
      index += 1
      return scalars[index - 1].value ^ 0x40
    default:
      guard !PatternSet.letters.contains(letter.value) else { throw Refusal() }
      return letter.value
    }
  }

  private mutating func octal() throws(Refusal) -> UInt32 {
    var value: UInt32 = 0
    var count = 0
    while count < 3, index < scalars.count, ("0"..."7").contains(scalars[index]) {
      let longer = value * 8 + scalars[index].value - 0x30
      guard longer <= 0o377 else { break }
      value = longer
      count += 1
      index += 1
    }
    guard count > 0 else { throw Refusal() }
    return value
  }

  private mutating func hexadecimal(_ count: Int) throws(Refusal) -> UInt32 {
    guard index + count <= scalars.count else { throw Refusal() }
    let digits = scalars[index..<index + count]
    guard digits.allSatisfy(\.properties.isASCIIHexDigit) else { throw Refusal() }
    index += count
    return digits.reduce(0) { $0 << 4 | ($1.value < 0x3A ? $1.value - 0x30 : $1.value & 7 + 9) }
  }

  private mutating func bracedHexadecimal() throws(Refusal) -> UInt32 {
    var value: UInt32 = 0
    let start = index
    while index < scalars.count, scalars[index] != "}" {
      value = value << 4 | (try hexadecimal(1))
      guard value <= 0x10FFFF else { throw Refusal() }
    }
    guard index > start, take(text: "}") else { throw Refusal() }
    return value
  }

  /// Behind `\u`: a UTF-16 unit; two of them can be a pair.
  private mutating func utf16() throws(Refusal) -> UInt32 {
    let unit = try hexadecimal(4)
    let behind = index
    guard (0xD800..<0xDC00).contains(unit), take(text: #"\u"#) else { return unit }
    let low = try hexadecimal(4)
    guard (0xDC00..<0xE000).contains(low) else {
      index = behind
      return unit
    }
    return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
  }

  // MARK: Classes

  /// Behind `[`: unions and intersections of ranges, escapes and classes.
  mutating func characterClass() throws(Refusal) -> PatternSet {
    depth += 1
    guard depth <= Self.depthLimit else { throw Refusal() }
    defer { depth -= 1 }
    let isNegated = take("^")
    var sets: [PatternSet] = []
    var left: PatternSet?
    while true {
      guard let next = peek() else { throw Refusal() }
      // A bracket that would close an empty class stands for itself.
      if next == "]", !sets.isEmpty || left != nil { break }
      index += 1
      if next == "&", take("&") {
        while take("&") {}
        left = intersection(left, sets)
        sets = []
      } else if next == "[" {
        sets.append(try characterClass())
      } else if next == "\\", take(text: "Q") {
        while index < scalars.count, !take(text: #"\E"#) {
          sets.append(.scalar(scalars[index].value))
          index += 1
        }
      } else {
        sets.append(try range(from: next))
      }
    }
    index += 1
    guard let set = intersection(left, sets) else { throw Refusal() }
    return isNegated ? .negated(folding(set)) : set
  }

  /// A negated class is what is left when its letters are taken in both cases.
  private func folding(_ set: PatternSet) -> PatternSet {
    flags.fold == .none ? set : .folded(set, flags.fold)
  }

  private func intersection(_ left: PatternSet?, _ sets: [PatternSet]) -> PatternSet? {
    guard !sets.isEmpty else { return left }
    let right = sets.count == 1 ? sets[0] : .union(sets)
    return left.map { .intersection($0, right) } ?? right
  }

  private mutating func range(from first: Unicode.Scalar) throws(Refusal) -> PatternSet {
    var low = first.value
    if first == "\\" {
      if let set = try classEscape() { return set }
      low = try scalarEscape()
    }
    guard peek() == "-", index + 1 < scalars.count, scalars[index + 1] != "]",
      scalars[index + 1] != "["
    else { return .scalar(low) }
    index += 1
    guard let end = peek() else { throw Refusal() }
    index += 1
    let high = end == "\\" ? try scalarEscape() : end.value
    guard high >= low else { throw Refusal() }
    return .range(low, high)
  }
}
