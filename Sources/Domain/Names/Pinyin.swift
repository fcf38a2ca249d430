/// How Chinese text is typed on a keyboard without an input method: pinyin
/// without tones, ü as `v`, or its initials.
public enum Pinyin {
  /// The ways a text can be spelled.
  public struct Spelling: Sendable, Hashable {
    /// All syllables, written together: `zengxiaoming`.
    public var full: String
    /// The first letter of each syllable: `zxm`.
    public var initials: String
    /// The syllables one by one.
    public var syllables: [String]
  }

  /// A text has no more spellings than these, however many of its characters
  /// have two readings.
  public static let mostSpellings = 8

  /// The readings of a character, the usual one first; none for what is not a
  /// Chinese character.
  public static func readings(of scalar: Unicode.Scalar) -> [String] {
    guard let usual = PinyinReadings.table.reading(of: scalar) else { return [] }
    let others = PinyinReadings.second[scalar] ?? []
    return [usual] + others.filter { $0 != usual }
  }

  /// The spellings of a person's name: its surname as surnames are read (曾 zeng,
  /// 单 shan, 仇 qiu, 解 xie, 区 ou), the first one most likely.
  public static func spellings(ofName name: String) -> [Spelling] {
    let scalars = Array(name.unicodeScalars)
    for length in [2, 1] where scalars.count > length {
      let surname = String(String.UnicodeScalarView(scalars.prefix(length)))
      guard let readings = PinyinReadings.surnames[surname] else { continue }
      let given = spellings(of: scalars.dropFirst(length))
      let parts = readings.map { [$0.split(separator: " ").map(String.init)] }.flatMap { $0 }
      let joined = parts.flatMap { part in given.map { part + $0 } }
      return joined.prefix(mostSpellings).map(spelling)
    }
    return spellings(of: name)
  }

  /// The spellings of any text. Letters and digits stand for themselves, in small
  /// letters; everything else is left out.
  public static func spellings(of text: String) -> [Spelling] {
    spellings(of: Array(text.unicodeScalars)[...]).map(spelling)
  }

  /// What somebody typed, as it stands in spellings: `Lü` and `LV` become `lv`.
  public static func folded(_ typed: String) -> String {
    String(
      String.UnicodeScalarView(
        typed.lowercased().unicodeScalars.map { $0 == "ü" ? "v" : $0 }))
  }

  private static func spellings(of scalars: ArraySlice<Unicode.Scalar>) -> [[String]] {
    var spellings: [[String]] = [[]]
    for scalar in scalars {
      let readings = syllables(of: scalar)
      if readings.isEmpty { continue }
      let room = spellings.count * readings.count <= mostSpellings
      let taken = room ? readings : [readings[0]]
      spellings = taken.flatMap { reading in spellings.map { $0 + [reading] } }
    }
    return spellings
  }

  private static func syllables(of scalar: Unicode.Scalar) -> [String] {
    if scalar.isASCII {
      let isWritten = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
      return isWritten ? [String(scalar).lowercased()] : []
    }
    return readings(of: scalar)
  }

  private static func spelling(_ syllables: [String]) -> Spelling {
    Spelling(
      full: syllables.joined(), initials: syllables.map { String($0.prefix(1)) }.joined(),
      syllables: syllables)
  }
}
