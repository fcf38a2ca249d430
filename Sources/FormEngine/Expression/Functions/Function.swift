// The functions of the ODK XForms specification and those JavaRosa adds, with
// the number of arguments each takes. What is not in the table is a located fault.

/// A function of ODK XForms.
enum Function: String, Sendable, CaseIterable {
  case string, concat, join, substr, contains, translate, uuid
  case substringBefore = "substring-before"
  case substringAfter = "substring-after"
  case stringLength = "string-length"
  case normalizeSpace = "normalize-space"
  case startsWith = "starts-with"
  case endsWith = "ends-with"
  case conditional = "if"
  case coalesce, once, boolean, not, regex, checklist
  case yes = "true"
  case no = "false"
  case booleanFromString = "boolean-from-string"
  case weightedChecklist = "weighted-checklist"
  case number, random, int, sum, max, min, round, pow, log, log10, abs, sin, cos, tan, asin, acos
  case atan, atan2, sqrt, exp, exp10, pi
  case count, position
  case countNonEmpty = "count-non-empty"
  case today, now, date
  case dateTime = "date-time"
  case formatDate = "format-date"
  case formatDateTime = "format-date-time"
  case decimalDateTime = "decimal-date-time"
  case decimalTime = "decimal-time"
  case selected
  case isSelected = "is-selected"
  case selectedAt = "selected-at"
  case countSelected = "count-selected"
  case choiceName = "jr:choice-name"
  case indexedRepeat = "indexed-repeat"
  case randomize, pulldata, digest, property, version, depend
  case instance, current
  case text = "jr:itext"
  case base64Decode = "base64-decode"
  case extractSigned = "extract-signed"
  case area, distance, geofence
  case enclosedArea = "enclosed-area"

  static func named(_ name: String) -> Function? { Function(rawValue: name) }

  /// How many arguments it takes.
  var arity: ClosedRange<Int> {
    switch self {
    case .yes, .no, .today, .now, .random, .pi, .version: 0...0
    case .uuid, .position, .stringLength, .normalizeSpace: 0...1
    case .string, .boolean, .not, .number, .int, .sum, .log, .log10, .abs, .sin, .cos, .tan,
      .asin, .acos, .atan, .sqrt, .exp, .exp10, .count, .countNonEmpty, .date, .dateTime,
      .decimalDateTime, .decimalTime, .countSelected, .once, .booleanFromString, .text,
      .base64Decode, .area, .enclosedArea, .property:
      1...1
    case .round: 1...2
    case .contains, .startsWith, .endsWith, .substringBefore, .substringAfter, .coalesce, .regex,
      .pow, .atan2, .formatDate, .formatDateTime, .selected, .isSelected, .selectedAt, .choiceName,
      .geofence, .extractSigned:
      2...2
    case .instance, .current: 0...1
    case .randomize: 1...2
    case .pulldata: 4...4
    case .substr, .digest: 2...3
    case .translate, .conditional: 3...3
    case .indexedRepeat: 3...11
    case .concat: 0...1000
    case .max, .min, .join, .depend, .distance: 1...1000
    case .checklist, .weightedChecklist: 2...1000
    }
  }

  /// Whether a particular number of arguments is right.
  func accepts(_ count: Int) -> Bool {
    switch self {
    case .indexedRepeat: arity.contains(count) && !count.isMultiple(of: 2)
    case .weightedChecklist: arity.contains(count) && count.isMultiple(of: 2)
    default: arity.contains(count)
    }
  }
}
