// The grammar of java.util.regex, as its documentation (Java SE 17, class Pattern)
// and its answers to odd input tell it.

/// Takes a pattern apart.
struct PatternParser {
  /// The pattern is none.
  struct Refusal: Error {}

  /// The flags in force: `(?idmsuxU)`.
  struct Flags {
    var ignoresCase = false
    var unixLines = false
    var multiline = false
    var dotAll = false
    var unicodeCase = false
    var comments = false
    var unicodeClasses = false

    var fold: PatternSet.Fold {
      !ignoresCase ? .none : unicodeCase || unicodeClasses ? .unicode : .ascii
    }
  }

  /// How deep groups and classes may be nested.
  static let depthLimit = 50

  let scalars: [Unicode.Scalar]
  var index = 0
  var flags = Flags()
  var depth = 0
  /// Groups so far, the whole match among them.
  private(set) var groupCount = 1
  private var groupNames: [String: Int] = [:]

  init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

  mutating func pattern() throws(Refusal) -> PatternNode {
    let node = try alternatives()
    guard index == scalars.count else { throw Refusal() }
    return node
  }

  // MARK: Reading

  /// The next scalar; in comments mode behind blanks and comments.
  mutating func peek() -> Unicode.Scalar? {
    while flags.comments, index < scalars.count {
      if PatternSet.blanks.contains(scalars[index].value) {
        index += 1
      } else if scalars[index] == "#" {
        while index < scalars.count, !PatternSet.lineBreaks.contains(scalars[index].value) {
          index += 1
        }
      } else {
        break
      }
    }
    return index < scalars.count ? scalars[index] : nil
  }

  mutating func take(_ wanted: Unicode.Scalar) -> Bool {
    guard peek() == wanted else { return false }
    index += 1
    return true
  }

  mutating func take(text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[min(index, scalars.count)...].starts(with: wanted) else { return false }
    index += wanted.count
    return true
  }

  func one(_ set: PatternSet) -> PatternNode {
    .one(flags.fold == .none ? set : .folded(set, flags.fold))
  }

  // MARK: Sequences and repetition

  private mutating func alternatives() throws(Refusal) -> PatternNode {
    var all = [try sequence()]
    while take("|") { all.append(try sequence()) }
    return all.count == 1 ? all[0] : .choice(all)
  }

  private mutating func sequence() throws(Refusal) -> PatternNode {
    var nodes: [PatternNode] = []
    while let next = peek(), next != "|", next != ")" {
      if take(text: #"\Q"#) {
        nodes += try quoted()
      } else if let node = try atom(next) {
        nodes.append(try repeated(node))
      }
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  /// From `\Q` to `\E` or the end; what repeats repeats the last scalar.
  private mutating func quoted() throws(Refusal) -> [PatternNode] {
    var nodes: [PatternNode] = []
    while index < scalars.count, !take(text: #"\E"#) {
      nodes.append(one(.scalar(scalars[index].value)))
      index += 1
    }
    if let last = nodes.popLast() { nodes.append(try repeated(last)) }
    return nodes
  }

  private mutating func repeated(_ node: PatternNode) throws(Refusal) -> PatternNode {
    guard let (least, most) = try bounds() else { return node }
    let greed: PatternNode.Greed = take("?") ? .lazy : take("+") ? .possessive : .greedy
    return .repeated(node, least, most, greed)
  }

  private mutating func bounds() throws(Refusal) -> (Int, Int)? {
    if take("?") { return (0, 1) }
    if take("*") { return (0, PatternNode.unbounded) }
    if take("+") { return (1, PatternNode.unbounded) }
    guard take("{") else { return nil }
    guard let least = try count() else { throw Refusal() }
    var most = least
    if take(",") { most = try count() ?? PatternNode.unbounded }
    guard take("}"), most >= least else { throw Refusal() }
    return (least, most)
  }

  private mutating func count() throws(Refusal) -> Int? {
    var value: Int?
    while let digit = peek(), ("0"..."9").contains(digit) {
      value = (value ?? 0) * 10 + Int(digit.value - 0x30)
      guard value ?? 0 < PatternNode.unbounded else { throw Refusal() }
      index += 1
    }
    return value
  }

  // MARK: Atoms

  /// Nil for what sets flags and matches nothing.
  private mutating func atom(_ next: Unicode.Scalar) throws(Refusal) -> PatternNode? {
    switch next {
    case "*", "+", "?": throw Refusal()
    // A count with nothing in front counts nothing.
    case "{": return .empty
    case "(":
      index += 1
      return try group()
    case "[":
      index += 1
      return one(try characterClass())
    case "\\":
      index += 1
      return try escape()
    default: index += 1
    }
    switch next {
    case ".": return .one(dot)
    case "^":
      return .assertion(
        flags.multiline ? .lineStart(unixLines: flags.unixLines) : .textStart)
    case "$":
      return .assertion(
        flags.multiline
          ? .lineEnd(unixLines: flags.unixLines) : .lastLineEnd(unixLines: flags.unixLines))
    default: return one(.scalar(next.value))
    }
  }

  private var dot: PatternSet {
    flags.dotAll ? .all : .negated(flags.unixLines ? .scalar(0x0A) : .lineBreaks)
  }

  private mutating func group() throws(Refusal) -> PatternNode? {
    depth += 1
    guard depth <= Self.depthLimit else { throw Refusal() }
    defer { depth -= 1 }
    guard take(text: "?") else { return try captured() }
    if take(text: ":") { return try rest() }
    if take(text: ">") { return .atomic(try rest()) }
    if take(text: "=") { return .look(try rest(), .ahead) }
    if take(text: "!") { return .look(try rest(), .notAhead) }
    if take(text: "<=") { return .look(try rest(), .behind) }
    if take(text: "<!") { return .look(try rest(), .notBehind) }
    if take(text: "<") {
      let name = try groupName()
      guard groupNames[name] == nil else { throw Refusal() }
      groupNames[name] = groupCount
      return try captured()
    }
    return try flagged()
  }

  private mutating func captured() throws(Refusal) -> PatternNode {
    let number = groupCount
    groupCount += 1
    return .group(try rest(), number)
  }

  /// What is inside a group; flags set in there end with it.
  private mutating func rest() throws(Refusal) -> PatternNode {
    let outer = flags
    let node = try alternatives()
    flags = outer
    guard index < scalars.count, scalars[index] == ")" else { throw Refusal() }
    index += 1
    return node
  }

  mutating func groupName() throws(Refusal) -> String {
    var name = String.UnicodeScalarView()
    while index < scalars.count, scalars[index] != ">" {
      let isFirst = name.isEmpty
      guard
        PatternSet.letters.contains(scalars[index].value)
          || (!isFirst && PatternSet.digits.contains(scalars[index].value))
      else { throw Refusal() }
      name.append(scalars[index])
      index += 1
    }
    guard take(text: ">"), !name.isEmpty else { throw Refusal() }
    return String(name)
  }

  func groupNumber(named name: String) throws(Refusal) -> Int {
    guard let number = groupNames[name] else { throw Refusal() }
    return number
  }

  /// Behind `(?`: flags for what follows, or for the group when a colon comes.
  private mutating func flagged() throws(Refusal) -> PatternNode? {
    let outer = flags
    var isOn = true
    while index < scalars.count {
      let letter = scalars[index]
      index += 1
      switch letter {
      case ")": return nil
      case ":":
        let inner = flags
        flags = outer
        return try withFlags(inner)
      case "-" where isOn: isOn = false
      case "i": flags.ignoresCase = isOn
      case "d": flags.unixLines = isOn
      case "m": flags.multiline = isOn
      case "s": flags.dotAll = isOn
      case "u": flags.unicodeCase = isOn
      case "x": flags.comments = isOn
      case "U": (flags.unicodeClasses, flags.unicodeCase) = (isOn, isOn)
      default: throw Refusal()
      }
    }
    throw Refusal()
  }

  private mutating func withFlags(_ inner: Flags) throws(Refusal) -> PatternNode {
    let outer = flags
    flags = inner
    let node = try rest()
    flags = outer
    return node
  }
}
