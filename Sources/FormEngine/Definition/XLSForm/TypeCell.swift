// The `type` column is a small language of its own: `select_one list or_other`,
// `begin repeat`, `begin loop over list`.

/// What a type cell says.
enum TypeCell: Equatable {
  enum Section: Equatable {
    case group, repeats, loop
  }

  struct Select: Equatable {
    let type: AuthoredType
    /// A list's name, a file's, or a reference to repeated answers.
    let list: String
    /// Whether it was asked for by a word that promises a file.
    let isFromFile: Bool
    /// Only the spellings with underscores take `value` and `label`.
    let takesPaths: Bool
    let hasOther: Bool
  }

  case question(AuthoredType)
  case select(Select)
  /// A list is only given to a loop.
  case begin(Section, list: String?)
  case end(Section)
  /// `csv` or `xml`.
  case external(String)
  /// A setting that stands in the survey: its name.
  case setting(String)
  case unsupported
  case unknown

  init(_ text: String) {
    if let section = Self.section(text) {
      self = section
    } else if let select = Self.select(text) {
      self = select
    } else if let setting = Self.settings[text] {
      self = .setting(setting)
    } else if let type = AuthoredType.named(text) {
      self = .question(type)
    } else if text == "csv-external" || text == "xml-external" {
      self = .external(String(text.prefix(3)))
    } else {
      self = text == "osm" || text.hasPrefix("osm ") ? .unsupported : .unknown
    }
  }

  private static let settings = [
    "form_title": "form_title", "set_form_title": "form_title", "form_id": "form_id",
    "set_form_id": "form_id", "prefix": "prefix",
  ]

  private static let sections: [(String, Section)] = [
    ("group", .group), ("lgroup", .repeats), ("repeat", .repeats), ("loop", .loop),
    ("looped group", .repeats),
  ]

  private static func section(_ text: String) -> TypeCell? {
    for mark in ["begin ", "begin_", "end ", "end_"] where text.hasPrefix(mark) {
      let rest = text.dropFirst(mark.count)
      for (word, section) in sections where rest.hasPrefix(word) {
        if rest.count == word.count {
          return mark.hasPrefix("b") ? .begin(section, list: nil) : .end(section)
        }
        var words = rest.dropFirst(word.count).split(
          separator: " ", omittingEmptySubsequences: false)
        guard mark.hasPrefix("b"), words.removeFirst().isEmpty else { continue }
        if words.count == 2, words[0] == "over" { words.removeFirst() }
        if words.count == 1 { return .begin(section, list: String(words[0])) }
      }
    }
    return nil
  }

  private enum Command {
    case one, multiple, rank, external
  }

  private static let commands: [String: Command] = [
    "add select one prompt using": .one, "select one from": .one, "select1": .one,
    "select_one": .one, "select one": .one, "select_one_from_file": .one,
    "select one from file": .one, "add select multiple prompt using": .multiple,
    "select all that apply from": .multiple, "select_multiple": .multiple,
    "select all that apply": .multiple, "select_multiple_from_file": .multiple,
    "select multiple from file": .multiple, "rank": .rank, "select_one_external": .external,
  ]

  private static func select(_ text: String) -> TypeCell? {
    var rest = text[...]
    var hasOther = false
    for suffix in [" or specify other", " or_other", " or other"] where rest.hasSuffix(suffix) {
      let shorter = rest.dropLast(suffix.count)
      guard let parts = divided(shorter) else { continue }
      rest = shorter
      hasOther = true
      return make(parts, hasOther)
    }
    return divided(rest).flatMap { make($0, hasOther) }
  }

  /// The command, and the one word after it.
  private static func divided(_ text: Substring) -> (command: String, list: String)? {
    guard let space = text.lastIndex(of: " ") else { return nil }
    let command = String(text[..<space])
    let list = text[text.index(after: space)...]
    return commands[command] == nil || list.isEmpty ? nil : (command, String(list))
  }

  private static func make(_ parts: (command: String, list: String), _ hasOther: Bool)
    -> TypeCell?
  {
    guard let command = commands[parts.command] else { return nil }
    let type: AuthoredType
    switch command {
    case .one: type = .selectOne
    case .multiple: type = .selectMultiple
    case .rank: type = .rank
    case .external: return .unsupported
    }
    let isFromFile = parts.command.hasSuffix("file")
    return .select(
      Select(
        type: type, list: parts.list, isFromFile: isFromFile,
        takesPaths: parts.command.hasSuffix("_file"), hasOther: hasOther))
  }
}

/// The name of a file beside a form, taken apart at its last dot.
struct FileName: Equatable {
  let stem: String
  /// With its dot; empty when there is none.
  let suffix: String

  init(_ name: String) {
    // A dot at the beginning hides a file; it begins no suffix.
    guard let dot = name.lastIndex(of: "."), name[..<dot].contains(where: { $0 != "." }) else {
      stem = name
      suffix = ""
      return
    }
    stem = String(name[..<dot])
    suffix = String(name[dot...])
  }

  var isInstance: Bool { [".csv", ".xml", ".geojson"].contains(suffix) }

  /// Whether a select may be read from it: one suffix, and one of the three.
  var isSelectable: Bool { isInstance && FileName(stem).suffix.isEmpty }
}
