// A translatable cell: written once, or once for each language. pyxform keeps the
// difference, and so must we: what is written once stays outside itext and is
// shown in every language.

struct Wording {
  typealias Cell = FormSource.Cell

  private(set) var plain: Cell?
  /// In the order of the columns.
  private(set) var translations: [(language: String, cell: Cell)] = []

  init() {}

  init(_ plain: Cell) { self.plain = plain }

  var isEmpty: Bool { plain == nil && translations.isEmpty }
  var isTranslated: Bool { !translations.isEmpty }

  /// Any of its cells, to say where it stands.
  var firstCell: Cell? { plain ?? translations.first?.cell }

  /// Adds a cell; one without a language counts as the default language's as
  /// soon as there are others, and yields to a cell of that language.
  mutating func add(_ cell: Cell, language: String?, default defaultLanguage: String) {
    guard let language else {
      if translations.isEmpty {
        plain = cell
      } else if !translations.contains(where: { $0.language == defaultLanguage }) {
        translations.append((defaultLanguage, cell))
      }
      return
    }
    if let plain {
      if language != defaultLanguage { translations.append((defaultLanguage, plain)) }
      self.plain = nil
    }
    if let place = translations.firstIndex(where: { $0.language == language }) {
      translations[place].cell = cell
    } else {
      translations.append((language, cell))
    }
  }

  /// A plain cell that comes after translations takes their place (as in pyxform,
  /// where it only happens to columns that are not grouped).
  mutating func replace(_ cell: Cell) {
    translations = []
    plain = cell
  }

  /// Every language's cell, a plain one as the default language's.
  func byLanguage(default defaultLanguage: String) -> [(language: String, cell: Cell)] {
    if let plain { return [(defaultLanguage, plain)] }
    return translations
  }

  /// The same with another text in each cell.
  func map(_ change: (_ language: String?, Cell) -> String) -> Wording {
    var result = Wording()
    result.plain = plain.map { Cell(text: change(nil, $0), location: $0.location) }
    result.translations = translations.map {
      ($0.language, Cell(text: change($0.language, $0.cell), location: $0.cell.location))
    }
    return result
  }
}
