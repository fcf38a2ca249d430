/// Folds what a Chinese input method types at full width.
public enum HalfWidth {
  /// The text with the full-width forms of ASCII (U+FF01–U+FF5E) and the
  /// ideographic space as ASCII; everything else stays.
  public static func folded(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0xFF01...0xFF5E: result.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
      case 0x3000: result.append(" ")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
