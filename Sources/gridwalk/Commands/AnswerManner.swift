import FormEngine

// How a person answers each type of question. A type that the engine learns is
// one line in the table; until it stands there its answer is taken as typed.

/// How a question is answered.
enum AnswerManner: Equatable {
  /// The text as typed.
  case words
  /// Digits, at full width too.
  case number
  /// A number between bounds, on a step.
  case range
  /// A date, or a date with a time; words like 今天 too.
  case moment
  /// One of a list.
  case one
  /// Several of a list.
  case several
  /// All of a list, in an order.
  case order
  /// Yes, or nothing.
  case agreement
  /// `LAT,LON[,ACC]`.
  case position
  /// Positions parted by `;`, at least so many of them; the last joins the first.
  case path(least: Int, isClosed: Bool)
  /// The path of a JPEG photo.
  case photo
  /// The path of a file of any kind.
  case file
  /// Only shown.
  case nothing

  /// By XLSForm's names of the types.
  static let byType: [String: AnswerManner] = [
    "text": .words, "barcode": .words,
    "integer": .number, "decimal": .number, "time": .number,
    "range": .range,
    "date": .moment, "dateTime": .moment,
    "select_one": .one,
    "select_multiple": .several,
    "rank": .order,
    "acknowledge": .agreement,
    "geopoint": .position,
    "geotrace": .path(least: 2, isClosed: false),
    "geoshape": .path(least: 3, isClosed: true),
    "image": .photo,
    "audio": .file, "video": .file, "file": .file,
    "note": .nothing,
  ]

  init(_ type: QuestionType) { self = Self.byType[type.rawValue] ?? .words }

  /// Whether the answer names a file kept by its digest.
  var isFile: Bool { self == .photo || self == .file }

  /// Whether the answer names choices of a list.
  var isChoice: Bool { self == .one || self == .several || self == .order }
}

extension Question {
  /// How it is answered; nil for what is no question.
  var manner: AnswerManner? {
    if case .question(let type) = kind { return AnswerManner(type) }
    return nil
  }
}

/// The bounds and the step of a range question (XLSForm, parameters `start`,
/// `end` and `step`; 1, 10 and 1 where the author gave none).
struct AnswerRange: Equatable {
  let start: String
  let end: String
  let step: String

  init(_ parameters: [String: String]) {
    start = parameters["start"] ?? "1"
    end = parameters["end"] ?? "10"
    step = parameters["step"] ?? "1"
  }

  /// Whether a number lies within the bounds and on a step from the start.
  ///
  /// Bounds that are no numbers bound nothing: the form's own rules decide then.
  func holds(_ text: String) -> Bool {
    guard let number = Double(text), number.isFinite else { return false }
    guard let start = Double(start), let end = Double(end) else { return true }
    guard number >= min(start, end), number <= max(start, end) else { return false }
    guard let step = Double(step), step != 0 else { return true }
    let steps = (number - start) / step
    // Decimal steps such as 0.1 are not exact in binary.
    return abs(steps - steps.rounded()) < 1e-6
  }
}
