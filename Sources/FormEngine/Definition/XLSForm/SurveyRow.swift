// A row of the survey sheet, its cells put where pyxform puts them.

struct SurveyRow {
  typealias Cell = FormSource.Cell

  let sheet: String
  let line: Int
  /// As pyxform counts: rows with content, the headings being row 1. Names that
  /// are made up hold it.
  let number: Int
  private(set) var plain: [String: Cell] = [:]
  private(set) var label = Wording()
  private(set) var hint = Wording()
  private(set) var guidance = Wording()
  private(set) var media: [(kind: String, file: Wording)] = []
  private(set) var bind: [String: Cell] = [:]
  private(set) var constraintMessage = Wording()
  private(set) var requiredMessage = Wording()
  private(set) var control: [String: Cell] = [:]
  private(set) var attributes: [(name: String, cell: Cell)] = []

  init(
    _ row: Sheet.Row, number: Int, columns: Columns, settings: SettingsSheet
  ) {
    sheet = columns.sheet.name
    line = row.line
    self.number = number
    for column in columns.known {
      guard var cell = columns.cell(row, column) else { continue }
      if settings.cleansText {
        cell = Cell(text: CellText.singleSpaces(cell.text), location: cell.location)
      }
      put(cell, column.path, default: settings.defaultLanguage)
    }
  }

  private mutating func put(_ cell: Cell, _ path: [String], default language: String) {
    switch path[0] {
    case "label": Self.put(cell, path, into: &label, default: language)
    case "hint": Self.put(cell, path, into: &hint, default: language)
    case "guidance_hint": Self.put(cell, path, into: &guidance, default: language)
    case "media":
      if let place = media.firstIndex(where: { $0.kind == path[1] }) {
        media[place].file.add(cell, language: Self.language(path, 2), default: language)
      } else {
        var file = Wording()
        file.add(cell, language: Self.language(path, 2), default: language)
        media.append((path[1], file))
      }
    case "bind" where path[1] == "jr:constraintMsg":
      constraintMessage.add(cell, language: Self.language(path, 2), default: language)
    case "bind" where path[1] == "jr:requiredMsg":
      requiredMessage.add(cell, language: Self.language(path, 2), default: language)
    case "bind": bind[path[1]] = cell
    case "control": control[path[1]] = cell
    case "instance": attributes.append((path[1], cell))
    default: plain[path[0]] = cell
    }
  }

  private static func put(
    _ cell: Cell, _ path: [String], into wording: inout Wording, default language: String
  ) {
    if path.count == 1, wording.isTranslated {
      wording.replace(cell)
    } else {
      wording.add(cell, language: Self.language(path, 1), default: language)
    }
  }

  private static func language(_ path: [String], _ place: Int) -> String? {
    path.count > place ? path[place] : nil
  }

  /// Where a column is blamed that may be empty.
  func location(_ column: String) -> SourceLocation {
    plain[column]?.location ?? SourceLocation(sheet: sheet, row: line, column: column)
  }

  var isEmpty: Bool {
    plain.isEmpty && label.isEmpty && hint.isEmpty && guidance.isEmpty && media.isEmpty
      && bind.isEmpty && control.isEmpty && attributes.isEmpty && constraintMessage.isEmpty
      && requiredMessage.isEmpty
  }

  /// An element with what the row says about any kind of element.
  func element(_ kind: SurveyElement.Kind, _ name: String, typeName: String) -> SurveyElement {
    var element = SurveyElement(kind, name, at: location("type"))
    element.nameLocation = location("name")
    element.typeName = typeName
    element.label = label
    element.hint = hint
    element.guidance = guidance
    element.media = media
    element.bind = bind
    element.constraintMessage = constraintMessage
    element.requiredMessage = requiredMessage
    element.control = control
    element.attributes = attributes
    return element
  }
}

/// What the survey's headings mean.
enum SurveyColumns {
  static let vocabulary = Columns.Vocabulary(
    names: plain.union(wordings).union(["media", "bind", "control", "instance"]),
    aliases: aliases, standing: standing)

  private static let wordings: Set<String> = ["label", "hint", "guidance_hint"]
  private static let plain: Set<String> = [
    "type", "name", "default", "choice_filter", "parameters", "trigger", "disabled", "intent",
    // For text messages; nothing here sends any.
    "sms_field", "sms_option", "sms_separator", "sms_allow_media", "sms_date_format",
    "sms_datetime_format", "sms_response",
  ]
  private static let aliases: [String: [String]] = [
    "compact_tag": ["instance", "odk:tag"], "read_only": ["bind", "readonly"],
    "readonly": ["bind", "readonly"], "relevant": ["bind", "relevant"],
    "relevance": ["bind", "relevant"], "required": ["bind", "required"],
    "constraint": ["bind", "constraint"], "calculation": ["bind", "calculate"],
    "calculate": ["bind", "calculate"], "constraining_message": ["bind", "jr:constraintMsg"],
    "constraint_message": ["bind", "jr:constraintMsg"],
    "requiredmsg": ["bind", "jr:requiredMsg"], "required_message": ["bind", "jr:requiredMsg"],
    "noapperrorstring": ["bind", "jr:noAppErrorString"],
    "no_app_error_string": ["bind", "jr:noAppErrorString"],
    "save_to": ["bind", "entities:saveto"], "caption": ["label"], "command": ["type"],
    "tag": ["name"], "value": ["name"], "appearance": ["control", "appearance"],
    "count": ["control", "jr:count"], "repeat_count": ["control", "jr:count"],
    "jr:count": ["control", "jr:count"], "autoplay": ["control", "autoplay"],
    "rows": ["control", "rows"], "body": ["control"], "image": ["media", "image"],
    "big-image": ["media", "big-image"], "audio": ["media", "audio"],
    "video": ["media", "video"],
  ]

  @Sendable private static func standing(_ path: [String]) -> Columns.Standing {
    let isKnown: Bool
    switch path[0] {
    case "label", "hint", "guidance_hint": isKnown = path.count <= 2
    case "media":
      isKnown = (2...3).contains(path.count) && ChoiceLists.mediaKinds.contains(path[1])
    case "bind":
      let isText = path.count > 1 && path[1].hasPrefix("jr:") && path[1].hasSuffix("Msg")
      isKnown = path.count == 2 || (path.count == 3 && isText)
    case "control", "instance": isKnown = path.count == 2
    default: isKnown = path.count == 1 && plain.contains(path[0])
    }
    return isKnown ? .known : .unknown
  }
}
