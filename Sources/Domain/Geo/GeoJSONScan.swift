/// A look at the bytes of a JSON text before it is decoded, so that the limits
/// hold before memory is spent.
struct GeoJSONScan {
  /// The deepest nesting of arrays and objects.
  private(set) var depth = 0
  /// How many arrays start with a number: positions, in GeoJSON.
  private(set) var positions = 0

  /// Counts outside of strings.
  ///
  /// The text need not be valid JSON.
  init(_ bytes: some Sequence<UInt8>) {
    var level = 0
    var isInString = false
    var isEscaped = false
    var opensArray = false
    for byte in bytes {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: continue
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        level += 1
        depth = max(depth, level)
      case UInt8(ascii: "]"), UInt8(ascii: "}"): level -= 1
      case UInt8(ascii: "-"), 0x30...0x39: if opensArray { positions += 1 }
      default: break
      }
      opensArray = byte == UInt8(ascii: "[")
    }
  }
}
