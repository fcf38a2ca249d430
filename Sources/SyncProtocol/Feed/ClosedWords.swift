import Domain

/// The words of closed sets in one item of the change feed, read as plain texts:
/// a later version may know more of them (PROTOCOL.md §8).
struct ClosedWords: Decodable {
  private struct RecordWords: Decodable {
    struct PositionWords: Decodable {
      let source: String?
    }
    let element: String?
    let position: PositionWords?
  }

  private struct ResultWords: Decodable {
    let result: String?
  }

  private let record: RecordWords?
  private let lane: String?
  private let results: [ResultWords]?

  /// Whether an item holds a word that this version does not know.
  static func hasUnknown(in decoder: any Decoder) -> Bool {
    // What cannot be read even so is no matter of words.
    guard let words = try? ClosedWords(from: decoder) else { return false }
    return words.hasUnknown
  }

  private var hasUnknown: Bool {
    if let element = record?.element, Element(rawValue: element) == nil { return true }
    if let source = record?.position?.source, Position.Source(rawValue: source) == nil {
      return true
    }
    if let lane, Lane(rawValue: lane) == nil { return true }
    return (results ?? []).contains { words in
      words.result.map { OperationResult.Outcome(rawValue: $0) == nil } ?? false
    }
  }
}
