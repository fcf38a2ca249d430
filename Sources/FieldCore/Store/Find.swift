import Database
import Domain
import SyncProtocol

/// The text that a search looks through from end to end: what is too long for
/// keys, and only where it is told, in reports and diaries.
enum SearchText {
  private static let told = ["description", "content", "handling", "note"]

  /// Nil for a record that tells nothing.
  static func of(_ record: Record) -> String? {
    guard record.element == .event || record.element == .diary else { return nil }
    let texts = told.compactMap { record.fields[$0]?.text }
    return texts.isEmpty ? nil : texts.joined(separator: "\n").lowercased()
  }
}

extension FieldStore {
  private static let shortestID = 4
  private static let shownCandidates = 20

  /// Records that every word of this text finds, by title; deleted ones left out.
  ///
  /// A word finds a name by any of its characters on, by its pinyin or the
  /// initials of it; an address likewise; a door as `3-201` or `3-2-201`; a phone
  /// or identity number by its last four or more characters; a report or diary
  /// by any part of its text. An empty text finds nothing.
  public func find(
    _ text: String, kind: String? = nil, limit: Int = 50
  ) throws(FieldError) -> [RecordSummary] {
    let words = text.split(whereSeparator: \.isWhitespace).prefix(Self.mostWords)
      .map { Pinyin.folded(String($0)) }
    guard !words.isEmpty else { return [] }
    let ofKind: SQL = kind.map { "AND kind = \($0)" } ?? ""
    return try snapshot {
      let byKey = try summaries("\(Self.keyed(words)) \(ofKind) ORDER BY title", limit)
      let told = try summaries("\(Self.told(words)) \(ofKind) ORDER BY title", limit)
      let known = Set(byKey.map(\.id))
      return Array((byKey + told.filter { !known.contains($0.id) }).prefix(limit))
    }
  }

  /// More words than these are not looked at.
  private static let mostWords = 10

  /// Records that have a key beginning with each word.
  private static func keyed(_ words: [String]) -> SQL {
    var condition: SQL = "deleted = 0"
    for word in words {
      let isNumber = isLongNumber(word)
      let key = isNumber ? String(word.suffix(SearchKeys.endingDigits)) : word
      let from = String(key.prefix(SearchKeys.longest))
      condition = """
        \(condition) AND number IN (
          SELECT record FROM search_key WHERE key >= \(from) AND key < \(from + Self.lastScalar))
        """
      // The four digits are the key; all that was typed has to end a number.
      if isNumber { condition = "\(condition) AND fields LIKE \("%" + word + "\"%")" }
    }
    return condition
  }

  /// Reports and diaries whose text or keys hold every word.
  private static func told(_ words: [String]) -> SQL {
    var condition: SQL = "told IS NOT NULL AND deleted = 0"
    for word in words {
      let pattern = "%" + escaped(word) + "%"
      condition = """
        \(condition) AND (told LIKE \(pattern) ESCAPE '\\' OR search LIKE \(pattern) ESCAPE '\\')
        """
    }
    return condition
  }

  /// Greater than any character that a key goes on with.
  private static let lastScalar = "\u{10FFFF}"

  /// Whether a word is more of a phone or identity number than its key.
  private static func isLongNumber(_ word: String) -> Bool {
    (5...18).contains(word.utf8.count)
      && word.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x78 }
  }

  /// The record a person names by its whole identifier or by the last four or
  /// more of its characters.
  ///
  /// - Throws: `.notFound`, or `.ambiguous` with the candidates.
  public func resolve(_ text: String) throws(FieldError) -> UniqueID {
    let text = text.lowercased()
    if let id = UniqueID(text) {
      guard try record(id) != nil else { throw .notFound(text) }
      return id
    }
    let found = try ids(endingIn: text)
    guard let first = found.first else { throw .notFound(text) }
    guard found.count == 1 else { throw .ambiguous(found) }
    return first
  }

  private func ids(endingIn text: String) throws(FieldError) -> [UniqueID] {
    let isSuffix = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || byte == 0x2d
    }
    guard isSuffix, text.utf8.count >= Self.shortestID else { return [] }
    // The six characters that lists show have an index of their own.
    let isShort = text.utf8.count == 6
    let condition: SQL =
      isShort ? "substr(id, -6) = \(text)" : "id LIKE \("%" + text)"
    return try worded {
      try connection.rows(
        "SELECT id FROM record WHERE \(condition) ORDER BY id LIMIT \(Self.shownCandidates)"
      ) { try Column.id($0.text(0)) }
    }
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if character == "%" || character == "_" || character == "\\" { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }
}
