// Recursive descent over the XPath 1.0 subset of ODK XForms: the axes child,
// parent, self and attribute, predicates, function calls and the operators. The
// depth is counted, so that no form can exhaust the stack: neither here nor in
// those who walk the tree afterwards.

struct Parser {
  /// How deeply parentheses, calls and predicates may be nested.
  static let depthLimit = 200
  /// How many operators may follow each other on one level: a chain makes a tree as deep.
  static let chainLimit = 1000

  private let tokens: [Token]
  private var index = 0
  private var depth = 0

  static func parse(_ text: String) throws(ExpressionFault) -> Expression {
    var parser = Parser(tokens: try Lexer.tokens(of: text))
    let expression = try parser.expression(above: 0)
    guard parser.current == .end else { throw parser.unexpected() }
    return expression
  }

  private init(tokens: [Token]) {
    self.tokens = tokens
  }

  private var current: Token { tokens[index] }

  private mutating func expression(above floor: Int) throws(ExpressionFault) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else {
      throw ExpressionFault(code: .nestedTooDeeply, detail: "\(Self.depthLimit)")
    }
    var left = try unary()
    var length = 0
    while case .operation(let operation) = current, operation.precedence > floor {
      index += 1
      length += 1
      guard length <= Self.chainLimit else {
        throw ExpressionFault(code: .nestedTooDeeply, detail: "\(Self.chainLimit)")
      }
      let right = try expression(above: operation.precedence)
      left = .operation(operation, left, right)
    }
    return left
  }

  private mutating func unary() throws(ExpressionFault) -> Expression {
    var negations = 0
    while current == .operation(.subtract) {
      negations += 1
      index += 1
    }
    let operand = try primary()
    guard negations > 0 else { return operand }
    let negated = Expression.negate(operand)
    return negations.isMultiple(of: 2) ? .negate(negated) : negated
  }

  private mutating func primary() throws(ExpressionFault) -> Expression {
    switch current {
    case .number(let value):
      index += 1
      return .number(value)
    case .literal(let text):
      index += 1
      return .literal(text)
    case .symbol(.leftParenthesis):
      index += 1
      let inner = try expression(above: 0)
      try expect(.rightParenthesis)
      return inner
    case .reference(let name):
      index += 1
      let predicates = try self.predicates()
      return .path(
        Path(start: .reference(name, predicates: predicates), steps: try trailingSteps()))
    case .name(let name):
      if tokens[index + 1] == .symbol(.leftParenthesis), !Self.nodeTests.contains(name) {
        return try call(name)
      }
      return .path(Path(start: .context, steps: try steps()))
    case .symbol(.dot), .symbol(.dotDot), .symbol(.star), .symbol(.at):
      return .path(Path(start: .context, steps: try steps()))
    case .symbol(.slash):
      index += 1
      return .path(Path(start: .root, steps: try steps()))
    default:
      throw unexpected()
    }
  }

  private mutating func call(_ name: String) throws(ExpressionFault) -> Expression {
    index += 2
    var arguments: [Expression] = []
    if current != .symbol(.rightParenthesis) {
      arguments.append(try expression(above: 0))
      while current == .symbol(.comma) {
        index += 1
        arguments.append(try expression(above: 0))
      }
    }
    try expect(.rightParenthesis)
    switch (name, arguments.first) {
    case ("current", nil):
      return .path(Path(start: .current, steps: try trailingSteps()))
    case ("instance", .literal(let list)?) where arguments.count == 1:
      return .path(Path(start: .instance(list), steps: try trailingSteps()))
    default:
      return .call(name, arguments)
    }
  }

  private mutating func trailingSteps() throws(ExpressionFault) -> [Path.Step] {
    guard current == .symbol(.slash) else { return [] }
    index += 1
    return try steps()
  }

  private mutating func steps() throws(ExpressionFault) -> [Path.Step] {
    var steps = [try step()]
    while current == .symbol(.slash) {
      index += 1
      steps.append(try step())
    }
    return steps
  }

  private mutating func step() throws(ExpressionFault) -> Path.Step {
    switch current {
    case .symbol(.dot):
      index += 1
      return Path.Step(test: .itself)
    case .symbol(.dotDot):
      index += 1
      return Path.Step(test: .parent)
    case .name(let name) where tokens[index + 1] == .symbol(.axis):
      index += 2
      return try step(on: name)
    case .symbol(.at):
      index += 1
      return try attribute()
    default:
      return Path.Step(test: try nodeTest(), predicates: try predicates())
    }
  }

  /// What stands behind an axis in its long form (XPath 1.0 §2.2).
  private mutating func step(on axis: String) throws(ExpressionFault) -> Path.Step {
    switch axis {
    case "child": return Path.Step(test: try nodeTest(), predicates: try predicates())
    case "attribute": return try attribute()
    case "self", "parent":
      guard case .any = try nodeTest() else {
        throw ExpressionFault(code: .unsupportedPath, detail: axis + "::")
      }
      return Path.Step(test: axis == "self" ? .itself : .parent)
    default: throw ExpressionFault(code: .unsupportedPath, detail: axis + "::")
    }
  }

  private mutating func attribute() throws(ExpressionFault) -> Path.Step {
    guard case .name(let name) = try nodeTest() else {
      throw ExpressionFault(code: .unsupportedPath, detail: "@*")
    }
    return Path.Step(test: .name("@" + name))
  }

  private static let nodeTests: Set<String> = ["node"]

  private mutating func nodeTest() throws(ExpressionFault) -> Path.Test {
    switch current {
    case .symbol(.star):
      index += 1
      return .any
    case .name(let name):
      index += 1
      guard Self.nodeTests.contains(name), current == .symbol(.leftParenthesis) else {
        return .name(name)
      }
      index += 1
      try expect(.rightParenthesis)
      return .any
    default: throw unexpected()
    }
  }

  private mutating func predicates() throws(ExpressionFault) -> [Expression] {
    var predicates: [Expression] = []
    while current == .symbol(.leftBracket) {
      index += 1
      predicates.append(try expression(above: 0))
      try expect(.rightBracket)
    }
    return predicates
  }

  private mutating func expect(_ symbol: Token.Symbol) throws(ExpressionFault) {
    guard current == .symbol(symbol) else { throw unexpected() }
    index += 1
  }

  /// XPath that ODK leaves out is called unsupported rather than a mistake.
  private func unexpected() -> ExpressionFault {
    switch current {
    case .symbol(.doubleSlash), .symbol(.axis), .symbol(.union):
      ExpressionFault(code: .unsupportedPath, detail: text(of: current))
    default:
      ExpressionFault(code: .syntax, detail: text(of: current))
    }
  }

  private func text(of token: Token) -> String {
    switch token {
    case .number(let value): NumberText.string(value)
    case .literal(let text): "'\(text)'"
    case .name(let name): name
    case .reference(let name): "${\(name)}"
    case .symbol(let symbol): symbol.rawValue
    case .operation(let operation): operation.rawValue
    case .end: "…"
    }
  }
}
