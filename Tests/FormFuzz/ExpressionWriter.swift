// Expressions that the grammar allows and no author would write.

/// Writes random expressions over the nodes of `Fuzzer.scratchForm`.
struct ExpressionWriter {
  private static let functions = [
    "abs", "acos", "area", "asin", "atan", "atan2", "base64-decode", "boolean",
    "boolean-from-string", "ceiling", "checklist", "coalesce", "concat", "contains", "cos",
    "count", "count-non-empty", "count-selected", "current", "date", "date-time",
    "decimal-date-time", "decimal-time", "depend", "digest", "distance", "enclosed-area",
    "ends-with", "exp", "exp10", "extract-signed", "false", "floor", "format-date",
    "format-date-time", "geofence", "id", "if", "indexed-repeat", "instance", "int",
    "is-selected", "join", "jr:choice-name", "jr:itext", "last", "log", "log10", "max", "min",
    "name", "normalize-space", "not", "now", "number", "once", "pi", "position", "pow",
    "property", "pulldata", "random", "randomize", "regex", "round", "selected", "selected-at",
    "sin", "sqrt", "starts-with", "string", "string-length", "substr", "substring-after",
    "substring-before", "sum", "tan", "today", "translate", "true", "uuid", "version",
    "weighted-checklist",
  ]
  private static let operators = [
    " + ", " - ", " * ", " div ", " mod ", " = ", " != ", " < ", " <= ", " > ", " >= ", " and ",
    " or ", " | ",
  ]
  private static let leaves = [
    "''", "'a'", "'a b c'", "'𠮷'", "'2026-02-28'", "'1969-12-31T23:59:59.999-14:00'", "'25:00'",
    "'22.5 114.0 0 0;22.6 114.1 0 0;22.5 114.2 0 0'", "'MD5'", "'%Y-%m-%d %H:%M:%S.%3 %Z'",
    "'[a-z]+'", "'(('", "'x{2,'", "0", "1", "-1", "0.5", "1e308", "99999999999999999999", ".", "..",
    "/data/n", "/data/t", "/data/d", "/data/m", "/data/g", "/data/row", "/data/row/v", "../v",
    "current()/..", "/data/row[position() = 1]/v", "/data/row[v > 1]", "/data/row[2]/v",
    "/data/gone",
    "instance('list')/root/item", "instance('list')/root/item[name = /data/s]/label", "@a", "*",
    "true()", "9223372036854775807", "-0", "'NaN'",
  ]

  /// An expression at most `depth` calls deep.
  func expression(depth: Int, _ generator: inout Generator) -> String {
    if depth == 0 || generator.once(in: 4) { return generator.pick(Self.leaves) ?? "1" }
    switch generator.below(6) {
    case 0, 1, 2:
      let arguments = (0..<generator.below(5)).map { _ in expression(depth: depth - 1, &generator) }
      return (generator.pick(Self.functions) ?? "") + "(" + arguments.joined(separator: ", ") + ")"
    case 3: return "-" + expression(depth: depth - 1, &generator)
    case 4: return "(" + expression(depth: depth - 1, &generator) + ")"
    default:
      let left = expression(depth: depth - 1, &generator)
      return left + (generator.pick(Self.operators) ?? "=")
        + expression(depth: depth - 1, &generator)
    }
  }
}
