import FoundationEssentials

/// Base64 with padding, as tus metadata carries it (RFC 4648 §4).
public enum Base64 {
  /// The text of some bytes.
  public static func encode(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString()
  }

  /// The bytes of a text; nil when it is not base64.
  public static func decode(_ text: String) -> [UInt8]? {
    Data(base64Encoded: text).map { Array($0) }
  }
}

/// Base64 for URLs and tokens, without padding (RFC 4648 §5).
public enum Base64URL {
  /// The text of some bytes.
  public static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for byte in Base64.encode(bytes).utf8 {
      switch byte {
      case 0x2b: text.append(0x2d)
      case 0x2f: text.append(0x5f)
      case 0x3d: break
      default: text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of a text; nil when it is not base64url.
  public static func decode(_ text: String) -> [UInt8]? {
    var standard: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x2d: standard.append(0x2b)
      case 0x5f: standard.append(0x2f)
      case 0x2b, 0x2f, 0x3d: return nil
      default: standard.append(byte)
      }
    }
    while standard.count % 4 != 0 { standard.append(0x3d) }
    return Base64.decode(String(decoding: standard, as: UTF8.self))
  }
}
