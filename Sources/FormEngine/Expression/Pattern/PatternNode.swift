/// A regular expression taken apart.
indirect enum PatternNode: Sendable {
  enum Greed: Sendable { case greedy, lazy, possessive }

  enum Assertion: Sendable {
    case textStart, textEnd
    /// The end, or in front of the line break that ends the text.
    case lastLineEnd(unixLines: Bool)
    case lineStart(unixLines: Bool)
    case lineEnd(unixLines: Bool)
    case wordBoundary, noWordBoundary
  }

  enum Look: Sendable { case ahead, notAhead, behind, notBehind }

  case empty
  /// One scalar out of a set.
  case one(PatternSet)
  case sequence([PatternNode])
  case choice([PatternNode])
  case repeated(PatternNode, Int, Int, Greed)
  case group(PatternNode, Int)
  /// What a group has matched; in any case of letters when `fold` says so.
  case backreference(Int, PatternSet.Fold)
  case look(PatternNode, Look)
  case atomic(PatternNode)
  case assertion(Assertion)

  /// Stands for "without end" in a repetition or a length.
  static let unbounded = Int(Int32.max)

  /// How many scalars it can match, for looking behind; nil when there is no limit.
  var lengths: ClosedRange<Int>? {
    switch self {
    case .empty, .look, .assertion: return 0...0
    case .one: return 1...1
    case .backreference: return nil
    case .group(let inner, _), .atomic(let inner): return inner.lengths
    case .sequence(let nodes):
      return nodes.reduce(0...0) { sum, node in
        guard let sum, let next = node.lengths else { return nil }
        return sum.lowerBound + next.lowerBound...sum.upperBound + next.upperBound
      }
    case .choice(let nodes):
      let all = nodes.map(\.lengths)
      guard !all.contains(nil), let least = all.compactMap({ $0?.lowerBound }).min(),
        let most = all.compactMap({ $0?.upperBound }).max()
      else { return nil }
      return least...most
    case .repeated(let inner, let least, let most, _):
      guard most < Self.unbounded, let each = inner.lengths else { return nil }
      return each.lowerBound * least...each.upperBound * most
    }
  }
}
