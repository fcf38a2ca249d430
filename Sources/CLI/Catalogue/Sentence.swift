// Every word a person reads comes from this folder. A sentence is a static
// member or function of `Sentence`, in the file of its subject; the rest of
// the product passes codes and values and looks the words up here.

/// A text for people in both languages of the product.
public struct Sentence: Sendable, Hashable {
  /// The Chinese text, simplified characters.
  public let zh: String
  /// The English text.
  public let en: String

  /// Makes a sentence from its two texts.
  public init(zh: String, en: String) {
    self.zh = zh
    self.en = en
  }

  /// The text in the language asked for.
  public func text(in language: Language) -> String {
    switch language {
    case .chinese: zh
    case .english: en
    }
  }
}
