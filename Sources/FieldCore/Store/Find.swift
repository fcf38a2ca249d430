import Database
import Domain
import SyncProtocol

/// The text that a search looks through.
enum SearchText {
  private static let whole = ["label", "name", "full_address", "address", "description", "content"]
  private static let endings = ["phone", "contact_phone", "id_number"]

  /// Names and addresses whole; of numbers only the last four digits, so that
  /// what is masked on the screen does not lie open in another column.
  static func of(_ record: Record) -> String {
    let words = whole.compactMap { record.fields[$0]?.text }
    let digits = endings.compactMap { record.fields[$0]?.plain.suffix(4) }.map(String.init)
    return (words + digits).joined(separator: "\n").lowercased()
  }
}

extension FieldStore {
  private static let shortestID = 4
  private static let shownCandidates = 20

  /// Records whose name, address, text or last four digits hold every word of
  /// this text, by title; deleted ones left out. A whole phone or ID number is
  /// found too. An empty text finds nothing.
  public func find(
    _ text: String, kind: String? = nil, limit: Int = 50
  ) throws(FieldError) -> [RecordSummary] {
    let words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
    guard !words.isEmpty else { return [] }
    var condition: SQL = "deleted = 0"
    for word in words.prefix(Self.mostWords) {
      let pattern = "%" + Self.escaped(word) + "%"
      // A whole number stands in the fields alone, as a text of its own.
      let whole = Self.isWholeNumber(word) ? "%\"" + word + "\"%" : pattern
      let fields: SQL = Self.isWholeNumber(word) ? "fields LIKE \(whole)" : "0"
      condition = "\(condition) AND (search LIKE \(pattern) ESCAPE '\\' OR \(fields))"
    }
    let ofKind: SQL = kind.map { "AND kind = \($0)" } ?? ""
    return try summaries(
      "\(condition) \(ofKind) ORDER BY title", limit)
  }

  /// More words than these are not looked at.
  private static let mostWords = 10

  /// Whether a word may be a phone number or a citizen's.
  private static func isWholeNumber(_ word: String) -> Bool {
    (7...18).contains(word.utf8.count)
      && word.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x78 || $0 == 0x2d }
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
