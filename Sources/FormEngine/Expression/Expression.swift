// An expression as written: immutable, knowing nothing of any form. Names are
// resolved by `Resolver`, which turns it into a `Formula`.

indirect enum Expression: Equatable, Sendable {
  case number(Double)
  case literal(String)
  case path(Path)
  case call(String, [Expression])
  case operation(Operator, Expression, Expression)
  case negate(Expression)
}

/// A location path: where it starts and the steps from there.
struct Path: Equatable, Sendable {
  enum Start: Equatable, Sendable {
    /// `/…`
    case root
    /// A relative path.
    case context
    /// `current()/…`
    case current
    /// `instance('list')/…`
    case instance(String)
    /// `${name}…`; its predicates stand directly behind the brace.
    case reference(String, predicates: [Expression])
  }

  enum Test: Equatable, Sendable {
    case name(String)
    case parent
    case itself
  }

  struct Step: Equatable, Sendable {
    var test: Test
    var predicates: [Expression] = []
  }

  var start: Start
  var steps: [Step]

  static let itself = Path(start: .context, steps: [])
}
