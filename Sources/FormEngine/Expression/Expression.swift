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
    /// A child; an attribute when the name begins with `@`.
    case name(String)
    /// `*`: every child element.
    case any
    case parent
    case itself
  }

  struct Step: Equatable, Sendable {
    var test: Test
    var predicates: [Expression] = []
  }

  var start: Start
  var steps: [Step]

  /// The instance of the answers saved last, and how `${last-saved#name}` speaks of it.
  static let lastSaved = "__last-saved"
  /// The name behind `last-saved#`; nil for another reference.
  static func lastSaved(_ name: String) -> String? {
    name.hasPrefix("last-saved#") ? String(name.dropFirst("last-saved#".count)) : nil
  }

  static let itself = Path(start: .context, steps: [])
}

extension Path {
  /// The steps as an author writes them, for messages.
  static func text(_ steps: some Collection<Step>) -> String {
    steps.map { step in
      switch step.test {
      case .name(let name): name
      case .any: "*"
      case .parent: ".."
      case .itself: "."
      }
    }.joined(separator: "/")
  }
}
