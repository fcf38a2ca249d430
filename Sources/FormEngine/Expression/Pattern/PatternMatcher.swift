/// Runs a program over a text, going back to the last choice when it leads
/// nowhere. Choices are kept in a list of their own, not on the call stack, so
/// that no text is too long.
struct PatternMatcher {
  private enum Choice {
    case resume(at: Int, position: Int)
    /// A run of a set that can end at any position down to (or up to) another.
    case shorter(at: Int, position: Int, least: Int)
    case longer(at: Int, position: Int, most: Int)
    /// What a register was before.
    case restore(register: Int, value: Int)
  }

  private let program: [PatternProgram.Instruction]
  private let groupCount: Int
  private let text: [UInt32]
  private var registers: [Int]
  private var choices: [Choice] = []
  private var steps = 0

  init(_ program: PatternProgram, _ text: [UInt32]) {
    self.program = program.instructions
    groupCount = program.groupCount
    self.text = text
    registers = [Int](repeating: -1, count: program.registerCount)
  }

  mutating func matchesAll() throws(Pattern.Exhausted) -> Bool {
    try run(from: 0, at: 0, endingAt: text.count) != nil
  }

  /// Where the instructions from a place lead to; nil when nowhere.
  private mutating func run(from start: Int, at first: Int, endingAt end: Int?)
    throws(Pattern.Exhausted) -> Int?
  {
    let floor = choices.count
    var place = start
    var position = first
    while true {
      steps += 1
      guard steps <= Pattern.stepLimit else { throw Pattern.Exhausted() }
      if case .match = program[place], end == nil || end == position {
        forgetChoices(above: floor)
        return position
      }
      if try step(&place, &position) { continue }
      guard resume(&place, &position, floor) else { return nil }
    }
  }

  /// Does one instruction; false when it does not match.
  private mutating func step(_ place: inout Int, _ position: inout Int)
    throws(Pattern.Exhausted) -> Bool
  {
    switch program[place] {
    case .match: return false
    case .one(let set):
      guard position < text.count, set.contains(text[position]) else { return false }
      position += 1
      place += 1
    case .run(let set, let least, let most, let greed):
      return repeatSet(set, least, most, greed, &place, &position)
    case .split(let first, let second):
      choices.append(.resume(at: second, position: position))
      place = first
    case .jump(let other): place = other
    case .mark(let register):
      choices.append(.restore(register: register, value: registers[register]))
      registers[register] = position
      place += 1
    case .leaveIfStill(let register, let other):
      place = registers[register] == position ? other : place + 1
    case .assertion(let assertion):
      guard holds(assertion, at: position) else { return false }
      place += 1
    case .backreference(let group, let fold):
      guard let end = end(ofGroup: group, from: position, fold) else { return false }
      position = end
      place += 1
    case .look(let look, let lengths, let end):
      guard try looks(look, lengths, from: place + 1, at: position) else { return false }
      place = end
    case .atomic(let end):
      guard let reached = try run(from: place + 1, at: position, endingAt: nil) else {
        return false
      }
      position = reached
      place = end
    }
    return true
  }

  private mutating func repeatSet(
    _ set: PatternSet, _ least: Int, _ most: Int, _ greed: PatternNode.Greed,
    _ place: inout Int, _ position: inout Int
  ) -> Bool {
    let limit = most < text.count - position ? position + most : text.count
    let wanted = greed == .lazy ? min(position + least, limit) : limit
    var end = position
    while end < wanted, set.contains(text[end]) { end += 1 }
    steps += (end - position) / 16
    guard end - position >= least else { return false }
    place += 1
    switch greed {
    case .greedy where end > position + least:
      choices.append(.shorter(at: place, position: end, least: position + least))
    case .lazy where end < limit: choices.append(.longer(at: place, position: end, most: limit))
    default: break
    }
    position = end
    return true
  }

  /// Takes the last choice that is left; false when there is none.
  private mutating func resume(_ place: inout Int, _ position: inout Int, _ floor: Int) -> Bool {
    while choices.count > floor {
      switch choices.removeLast() {
      case .resume(let at, let before): (place, position) = (at, before)
      case .shorter(let at, let before, let least):
        (place, position) = (at, before - 1)
        if position > least {
          choices.append(.shorter(at: at, position: position, least: least))
        }
      case .longer(let at, let before, let most):
        guard case .run(let set, _, _, _) = program[at - 1], set.contains(text[before]) else {
          continue
        }
        (place, position) = (at, before + 1)
        if position < most { choices.append(.longer(at: at, position: position, most: most)) }
      case .restore(let register, let value):
        registers[register] = value
        continue
      }
      return true
    }
    return false
  }

  /// Drops the choices of a part that is not gone back into; registers can still be restored.
  private mutating func forgetChoices(above floor: Int) {
    let kept = choices[floor...].filter { if case .restore = $0 { true } else { false } }
    choices.replaceSubrange(floor..., with: kept)
  }

  private mutating func looks(
    _ look: PatternNode.Look, _ lengths: ClosedRange<Int>, from place: Int, at position: Int
  ) throws(Pattern.Exhausted) -> Bool {
    let floor = choices.count
    var isFound = false
    switch look {
    case .ahead, .notAhead: isFound = try run(from: place, at: position, endingAt: nil) != nil
    case .behind, .notBehind:
      for length in lengths where !isFound && length <= position {
        isFound = try run(from: place, at: position - length, endingAt: position) != nil
      }
    }
    guard look == .notAhead || look == .notBehind else { return isFound }
    // Groups inside of a negative look match nothing.
    var (ignoredPlace, ignoredPosition) = (0, 0)
    _ = resume(&ignoredPlace, &ignoredPosition, floor)
    return !isFound
  }

  private func end(ofGroup group: Int, from position: Int, _ fold: PatternSet.Fold) -> Int? {
    guard group < groupCount else { return nil }
    let (start, end) = (registers[2 * group], registers[2 * group + 1])
    guard start >= 0, end >= start, position + end - start <= text.count else { return nil }
    for offset in 0..<(end - start)
    where !PatternSet.areEqual(text[start + offset], text[position + offset], fold) {
      return nil
    }
    return position + end - start
  }

  // MARK: Assertions

  private func holds(_ assertion: PatternNode.Assertion, at position: Int) -> Bool {
    switch assertion {
    case .textStart: return position == 0
    case .textEnd: return position == text.count
    case .lastLineEnd(let unixLines): return isLastLineEnd(position, unixLines)
    case .lineStart(let unixLines):
      // Not even an empty text begins a line at its end.
      guard position < text.count else { return false }
      return position == 0
        || (isBreak(position - 1, unixLines) && !isInPair(position, unixLines))
    case .lineEnd(let unixLines):
      return position == text.count
        || (isBreak(position, unixLines) && !isInPair(position, unixLines))
    case .wordBoundary: return isWord(position - 1) != isWord(position)
    case .noWordBoundary: return isWord(position - 1) == isWord(position)
    }
  }

  private func isLastLineEnd(_ position: Int, _ unixLines: Bool) -> Bool {
    if position == text.count { return true }
    guard isBreak(position, unixLines), !isInPair(position, unixLines) else { return false }
    if position == text.count - 1 { return true }
    return !unixLines && position == text.count - 2 && text[position] == 0x0D
      && text[position + 1] == 0x0A
  }

  private func isInPair(_ position: Int, _ unixLines: Bool) -> Bool {
    !unixLines && position > 0 && text[position] == 0x0A && text[position - 1] == 0x0D
  }

  private func isBreak(_ position: Int, _ unixLines: Bool) -> Bool {
    unixLines ? text[position] == 0x0A : PatternSet.lineBreaks.contains(text[position])
  }

  private func isWord(_ position: Int) -> Bool {
    guard text.indices.contains(position), let scalar = Unicode.Scalar(text[position]) else {
      return false
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber:
      return true
    default: return scalar == "_"
    }
  }
}
