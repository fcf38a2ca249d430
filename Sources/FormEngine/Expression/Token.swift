// The words of an XPath expression. `${name}` is XLSForm's own addition.

enum Token: Equatable, Sendable {
  case number(Double)
  case literal(String)
  /// A name, which may hold a prefix as in `jr:choice-name`.
  case name(String)
  /// `${name}`.
  case reference(String)
  case symbol(Symbol)
  case operation(Operator)
  case end

  enum Symbol: String, Sendable {
    case leftParenthesis = "("
    case rightParenthesis = ")"
    case leftBracket = "["
    case rightBracket = "]"
    case comma = ","
    case slash = "/"
    case dot = "."
    case dotDot = ".."
    case star = "*"
    case at = "@"
    case doubleSlash = "//"
    case union = "|"
    case axis = "::"
  }
}

enum Operator: String, Sendable {
  case or
  case and
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "div"
  case modulo = "mod"

  /// Whether it makes a number.
  var isArithmetic: Bool { precedence >= 5 }

  /// How tightly it binds (XPath 1.0 §3.5); all operators are left-associative.
  var precedence: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .equal, .notEqual: 3
    case .less, .lessOrEqual, .greater, .greaterOrEqual: 4
    case .add, .subtract: 5
    case .multiply, .divide, .modulo: 6
    }
  }
}

/// What is wrong with an expression, before it is known which cell it stands in.
struct ExpressionFault: Error, Equatable {
  let code: FormFault.Code
  let detail: String
}
