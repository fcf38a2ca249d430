/// A pattern as instructions for `PatternMatcher`.
struct PatternProgram: Sendable {
  /// The longest program: counts such as `(ab){100}` are written out.
  static let lengthLimit = 50_000

  enum Instruction: Sendable {
    case one(PatternSet)
    /// A set over and over.
    case run(PatternSet, Int, Int, PatternNode.Greed)
    /// Goes on at the first place, and at the second when that leads nowhere.
    case split(Int, Int)
    case jump(Int)
    /// Remembers the position in a register: where a group begins or ends, or a round of a loop.
    case mark(Int)
    /// Leaves a loop for a place when the round since a mark matched nothing.
    case leaveIfStill(Int, Int)
    case assertion(PatternNode.Assertion)
    case backreference(Int, PatternSet.Fold)
    /// The instructions up to a place are a pattern of its own.
    case look(PatternNode.Look, ClosedRange<Int>, end: Int)
    case atomic(end: Int)
    case match
  }

  private(set) var instructions: [Instruction] = []
  /// Two for each group, and one for each loop.
  private(set) var registerCount: Int
  /// How many groups there are, the whole match among them.
  let groupCount: Int

  init(_ node: PatternNode, groups: Int) throws(PatternParser.Refusal) {
    groupCount = groups
    registerCount = 2 * groups
    try add(node)
    instructions.append(.match)
  }

  private mutating func add(_ node: PatternNode) throws(PatternParser.Refusal) {
    guard instructions.count < Self.lengthLimit else { throw PatternParser.Refusal() }
    switch node {
    case .empty: break
    case .one(let set): instructions.append(.one(set))
    case .sequence(let nodes):
      for node in nodes { try add(node) }
    case .choice(let nodes): try add(choice: nodes)
    case .repeated(.one(let set), let least, let most, let greed):
      instructions.append(.run(set, least, most, greed))
    case .repeated(let inner, let least, let most, .possessive):
      try add(.atomic(.repeated(inner, least, most, .greedy)))
    case .repeated(let inner, let least, let most, let greed):
      try add(inner, least, most, isLazy: greed == .lazy)
    case .group(let inner, let number):
      instructions.append(.mark(2 * number))
      try add(inner)
      instructions.append(.mark(2 * number + 1))
    case .backreference(let number, let fold):
      instructions.append(.backreference(number, fold))
    case .look(let inner, let look):
      try add(look, inner)
    case .atomic(let inner):
      let start = reserve()
      try add(inner)
      instructions.append(.match)
      instructions[start] = .atomic(end: instructions.count)
    case .assertion(let assertion): instructions.append(.assertion(assertion))
    }
  }

  private mutating func reserve() -> Int {
    instructions.append(.match)
    return instructions.count - 1
  }

  private mutating func add(choice nodes: [PatternNode]) throws(PatternParser.Refusal) {
    var ends: [Int] = []
    for node in nodes.dropLast() {
      let split = reserve()
      try add(node)
      ends.append(reserve())
      instructions[split] = .split(split + 1, instructions.count)
    }
    if let last = nodes.last { try add(last) }
    for end in ends { instructions[end] = .jump(instructions.count) }
  }

  private mutating func add(_ look: PatternNode.Look, _ inner: PatternNode)
    throws(PatternParser.Refusal)
  {
    let isBehind = look == .behind || look == .notBehind
    let lengths = isBehind ? inner.lengths : 0...0
    guard let lengths else { throw PatternParser.Refusal() }
    let start = reserve()
    try add(inner)
    instructions.append(.match)
    instructions[start] = .look(look, lengths, end: instructions.count)
  }

  /// The rounds that have to be, then a loop or the rounds that may be.
  private mutating func add(_ inner: PatternNode, _ least: Int, _ most: Int, isLazy: Bool)
    throws(PatternParser.Refusal)
  {
    for _ in 0..<least {
      let before = instructions.count
      try add(inner)
      // What matches nothing matches it once as well as often.
      if instructions.count == before { break }
    }
    if most == PatternNode.unbounded { return try addLoop(inner, isLazy: isLazy) }
    var splits: [Int] = []
    for _ in least..<most {
      splits.append(reserve())
      try add(inner)
    }
    let end = instructions.count
    for split in splits { instructions[split] = fork(split + 1, end, isLazy) }
  }

  private mutating func addLoop(_ inner: PatternNode, isLazy: Bool) throws(PatternParser.Refusal) {
    let register = registerCount
    registerCount += 1
    let start = reserve()
    instructions.append(.mark(register))
    try add(inner)
    instructions.append(.leaveIfStill(register, instructions.count + 2))
    instructions.append(.jump(start))
    instructions[start] = fork(start + 1, instructions.count, isLazy)
  }

  private func fork(_ inside: Int, _ behind: Int, _ isLazy: Bool) -> Instruction {
    isLazy ? .split(behind, inside) : .split(inside, behind)
  }
}
