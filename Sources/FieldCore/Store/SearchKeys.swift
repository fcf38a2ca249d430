import Domain

/// What a record is found by: short texts, each matched from its beginning. A
/// name stands there once from each of its characters on, so that a part of it
/// is the beginning of one; in characters, in pinyin and by initials.
///
/// Of phone and identity numbers only the last four digits are kept: what is
/// masked on the screen does not lie open in another column.
enum SearchKeys {
  private static let names = ["full_name", "name", "label", "head"]
  private static let places = ["full_address", "address", "estate", "street"]
  private static let endings = ["phone", "contact_phone", "household_phone", "id_number"]
  /// From these on, a text is no name: it is found by its beginning only.
  private static let longestName = 40
  /// The longest key. What was typed is cut the same way.
  static let longest = 24
  static let endingDigits = 4

  /// The keys of a record, each once, in small letters.
  static func of(_ record: Record) -> [String] {
    var keys: Set<String> = []
    for name in names {
      guard let text = record.fields[name]?.text else { continue }
      keys.formUnion(parts(of: text))
      for spelling in Pinyin.spellings(ofName: text) { keys.formUnion(parts(of: spelling)) }
    }
    for place in places {
      guard let text = record.fields[place]?.text else { continue }
      keys.formUnion(parts(of: text))
      for spelling in Pinyin.spellings(of: text).prefix(1) {
        keys.formUnion(suffixes(of: spelling.initials))
      }
    }
    for number in endings {
      guard let digits = record.fields[number]?.plain, digits.utf8.count >= endingDigits else {
        continue
      }
      keys.insert(String(digits.suffix(endingDigits)).lowercased())
    }
    if let door = door(of: record) { keys.formUnion(door) }
    return keys.filter { !$0.isEmpty }.sorted()
  }

  /// `3-2-201`, and without the unit `3-201`, as a door is called in the street.
  private static func door(of record: Record) -> [String]? {
    let parts = ["building", "unit", "room"].map { record.fields[$0]?.plain ?? "" }
    guard !parts[0].isEmpty, !parts[2].isEmpty else { return nil }
    let short = "\(parts[0])-\(parts[2])".lowercased()
    return parts[1].isEmpty ? [short] : [short, "\(parts[0])-\(parts[1])-\(parts[2])".lowercased()]
  }

  private static func parts(of text: String) -> Set<String> {
    suffixes(of: String(text.lowercased().filter { !$0.isWhitespace }))
  }

  /// A spelling from each of its syllables on.
  private static func parts(of spelling: Pinyin.Spelling) -> Set<String> {
    var keys = suffixes(of: spelling.initials)
    var rest = Substring(spelling.full)
    for syllable in spelling.syllables {
      keys.insert(String(rest.prefix(longest)))
      rest = rest.dropFirst(syllable.count)
    }
    return keys
  }

  private static func suffixes(of text: String) -> Set<String> {
    let characters = Array(text)
    let starts = characters.count <= longestName ? characters.count : 1
    return Set((0..<starts).map { String(characters[$0...].prefix(longest)) })
  }
}
