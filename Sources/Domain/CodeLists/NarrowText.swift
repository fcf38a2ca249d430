/// What people type by a Chinese input method where digits and letters are
/// meant: full-width forms, and blanks around and inside.
enum NarrowText {
  /// The text with full-width ASCII (U+FF01–U+FF5E) made narrow and blanks,
  /// U+3000 too, left out.
  static func of(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where !scalar.properties.isWhitespace {
      let isWide = (0xFF01...0xFF5E).contains(scalar.value)
      scalars.append(isWide ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar)
    }
    return String(scalars)
  }
}
