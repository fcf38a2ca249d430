// The choices sheet: lists of names and labels, with any columns beside them for
// filters to look at. A list may have a hundred thousand choices, so what is kept
// of one is little.

struct ChoiceLists {
  struct Choice {
    let name: String
    let line: Int
    var label = Wording()
    var media: [(kind: String, file: Wording)] = []
    /// Cells of other columns: the column's place in `extraColumns`, and the text.
    var extras: [(column: Int, text: String)] = []
    var smsOption: String?
  }

  struct List {
    let name: String
    var choices: [Choice] = []
    /// Whether labels must be looked up by id: they are translated, hold values,
    /// or have pictures or sounds.
    var needsItext = false
    /// Its choices stand in the controls (`search()`), not in an instance.
    var isInline = false
  }

  private(set) var lists: [List] = []
  private(set) var extraColumns: [String] = []
  private var places: [String: Int] = [:]
  private var seen: Set<[String]> = []

  static let mediaKinds: Set<String> = ["image", "big-image", "audio", "video"]
  private static let ownColumns: Set<String> = [
    "list_name", "name", "label", "media", "sms_option",
  ]
  private static let vocabulary = Columns.Vocabulary(
    names: ["list_name", "name", "label", "media", "sms_option"],
    aliases: [
      "caption": ["label"], "value": ["name"], "list name": ["list_name"],
      "image": ["media", "image"], "big-image": ["media", "big-image"],
      "audio": ["media", "audio"], "video": ["media", "video"],
    ],
    standing: standing)

  @Sendable private static func standing(_ path: [String]) -> Columns.Standing {
    switch path[0] {
    case "label": return path.count <= 2 ? .known : .unknown
    case "media":
      return (2...3).contains(path.count) && mediaKinds.contains(path[1]) ? .known : .unknown
    case "list_name", "name", "sms_option": return path.count == 1 ? .known : .unknown
    default:
      if path.count > 1 { return .unknown }
      return path[0].contains(" ") ? .tolerated : .known
    }
  }

  init() {}

  init(_ sheet: Sheet, settings: SettingsSheet, findings: inout Findings) {
    let columns = Columns(of: sheet, Self.vocabulary, findings: &findings)
    for name in ["list_name", "name"] where !columns.contains([name]) && !sheet.rows.isEmpty {
      findings.fault(sheet.location(line: sheet.headingLine, column: name), .missingColumn, name)
      return
    }
    var slots: [Int] = []
    for column in columns.known {
      let isExtra = !Self.ownColumns.contains(column.path[0])
      slots.append(isExtra ? extraColumns.count : -1)
      guard isExtra else { continue }
      if !CellText.isTag(column.path[0]) {
        findings.fault(
          sheet.location(line: sheet.headingLine, column: column.heading), .invalidName,
          column.path[0])
      }
      extraColumns.append(column.path[0])
    }
    let allowsDuplicates = settings.isYes("allow_choice_duplicates")
    for row in sheet.rows {
      read(
        row, columns, slots, settings.defaultLanguage, allowsDuplicates, findings: &findings)
    }
    seen = []
  }

  private mutating func read(
    _ row: Sheet.Row, _ columns: Columns, _ slots: [Int], _ defaultLanguage: String,
    _ allowsDuplicates: Bool, findings: inout Findings
  ) {
    var listName = ""
    var name: FormSource.Cell?
    var choice = Choice(name: "", line: row.line)
    for (place, column) in columns.known.enumerated() {
      guard let cell = columns.cell(row, column) else { continue }
      switch column.path[0] {
      case "list_name": listName = cell.text
      case "name": name = cell
      case "sms_option": choice.smsOption = cell.text
      case "label":
        if column.path.count == 1, choice.label.isTranslated {
          choice.label.replace(cell)
        } else {
          choice.label.add(
            cell, language: column.path.count > 1 ? column.path[1] : nil,
            default: defaultLanguage)
        }
      case "media": choice.addMedia(cell, column.path, default: defaultLanguage)
      default: choice.extras.append((slots[place], cell.text))
      }
    }
    // A row without a list is a remark.
    guard !listName.isEmpty else { return }
    let location = columns.sheet.location(line: row.line, column: "name")
    guard let name else {
      findings.fault(location, .missingName, listName)
      return
    }
    if choice.label.isEmpty {
      findings.warning(
        columns.sheet.location(line: row.line, column: "label"), .missingLabel, name.text)
    }
    if !allowsDuplicates, !seen.insert([listName, name.text]).inserted {
      findings.fault(name.location, .duplicateChoice, name.text)
    }
    append(choice.named(name.text), to: listName)
  }

  private mutating func append(_ choice: Choice, to name: String) {
    let place = places[name] ?? lists.count
    if place == lists.count {
      places[name] = place
      lists.append(List(name: name))
    }
    lists[place].choices.append(choice)
    if !choice.media.isEmpty || choice.label.isTranslated
      || choice.label.plain.map({ References.areIn($0.text) }) ?? false
    {
      lists[place].needsItext = true
    }
  }

  func place(of name: String) -> Int? { places[name] }

  func list(_ name: String) -> List? { places[name].map { lists[$0] } }

  var isEmpty: Bool { lists.isEmpty }

  /// The name of the choice that `or_other` adds.
  static let other = "other"

  /// Adds the choice of `or_other`, unless the author has one of that name.
  mutating func addOther(to place: Int, location: SourceLocation) {
    let list = lists[place]
    guard !list.choices.contains(where: { $0.name == Self.other }) else { return }
    let cell = FormSource.Cell(text: "Other", location: location)
    var choice = Choice(name: Self.other, line: location.row)
    var languages: [String] = []
    for each in list.choices {
      for translation in each.label.translations where !languages.contains(translation.language) {
        languages.append(translation.language)
      }
    }
    for language in languages {
      choice.label.add(cell, language: language, default: "")
    }
    if languages.isEmpty { choice.label = Wording(cell) }
    append(choice, to: list.name)
  }

  mutating func setInline(_ place: Int) { lists[place].isInline = true }
}

extension ChoiceLists.Choice {
  fileprivate mutating func addMedia(
    _ cell: FormSource.Cell, _ path: [String], default defaultLanguage: String
  ) {
    let language = path.count > 2 ? path[2] : nil
    if let place = media.firstIndex(where: { $0.kind == path[1] }) {
      media[place].file.add(cell, language: language, default: defaultLanguage)
    } else {
      var file = Wording()
      file.add(cell, language: language, default: defaultLanguage)
      media.append((path[1], file))
    }
  }

  fileprivate func named(_ name: String) -> Self {
    var choice = Self(name: name, line: line)
    choice.label = label
    choice.media = media
    choice.extras = extras
    choice.smsOption = smsOption
    return choice
  }
}
