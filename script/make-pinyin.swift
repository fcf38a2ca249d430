// Writes Sources/Domain/Names/PinyinTable.swift: one reading, without its tone,
// of each character of the block CJK Unified Ideographs. The readings are those
// of Unicode's CLDR transform Han-Latin, as ICU in Foundation has it (Unicode
// License v3). Readings of surnames and second readings stand in Pinyin.swift
// and are kept by hand.
//
//     swift script/make-pinyin.swift > Sources/Domain/Names/PinyinTable.swift
import Foundation

let first = 0x4E00
let last = 0x9FFF

func reading(_ value: Int) -> String {
  guard let scalar = Unicode.Scalar(UInt32(value)) else { return "" }
  let character = String(scalar)
  guard let latin = character.applyingTransform(StringTransform("Han-Latin"), reverse: false),
    latin != character
  else { return "" }
  // ü is typed as v; every other mark is a tone.
  let umlaut = latin.decomposedStringWithCanonicalMapping.unicodeScalars
  var plain = ""
  for scalar in umlaut {
    if scalar.value == 0x308 { plain.removeLast(); plain += "v" }
    if scalar.isASCII, scalar.properties.isAlphabetic { plain.unicodeScalars.append(scalar) }
  }
  return plain.lowercased()
}

let readings = (first...last).map(reading)
let syllables = Set(readings).sorted()
// 6 bits a digit, characters that need no escape in a Swift literal.
let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
precondition(syllables.count <= digits.count * digits.count)
let index = Dictionary(uniqueKeysWithValues: syllables.enumerated().map { ($1, $0) })
var code = ""
for reading in readings {
  let place = index[reading] ?? 0
  code.append(digits[place / digits.count])
  code.append(digits[place % digits.count])
}

func lines(_ text: String, _ separator: String) -> String {
  var rest = Substring(text)
  var lines: [String] = []
  while !rest.isEmpty {
    lines.append("    " + rest.prefix(94) + (rest.count > 94 ? separator : ""))
    rest = rest.dropFirst(94)
  }
  return lines.joined(separator: "\n")
}

print(
  """
  // Written by script/make-pinyin.swift; not to be changed by hand.

  /// One reading of each character from U+4E00 to U+9FFF, from Unicode's CLDR
  /// transform Han-Latin: two digits of base 64 for each say which syllable.
  enum PinyinTable {
    static let firstScalar: UInt32 = 0x\(String(first, radix: 16, uppercase: true))

    static let syllables = \"\"\"
  \(lines(syllables.joined(separator: " "), "\\"))
      \"\"\"

    static let digits = "\(String(digits))"

    static let code = \"\"\"
  \(lines(code, "\\"))
      \"\"\"
  }
  """)
