import FoundationEssentials

/// JSON as this protocol writes and reads it: members in alphabetical order,
/// slashes bare, no white space.
public enum WireJSON {
  /// The bytes of a value.
  public static func encode(_ value: some Encodable) throws -> [UInt8] {
    try encode(general: value)
  }

  private static func encode(general value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  /// The bytes of a value, as the general encoder writes them.
  public static func encode(_ value: some PlainJSONWritable) throws -> [UInt8] {
    var json = PlainJSONWriter()
    do { try value.write(plain: &json) } catch { return try encode(general: value) }
    return json.bytes
  }

  /// The value of some bytes, as the general decoder reads them; throws
  /// `DecodingError` for anything else.
  public static func decode<T: PlainJSONReadable>(
    _ type: T.Type, from bytes: some Collection<UInt8>
  ) throws -> T {
    let bytes = bytes as? [UInt8] ?? Array(bytes)
    do { return try PlainJSONReader.read(type, bytes) } catch {
      return try decode(general: type, from: bytes)
    }
  }

  /// The value of some bytes; throws `DecodingError` for anything else.
  ///
  /// Only UTF-8 without a byte order mark is JSON here (RFC 8259 §8.1). The
  /// decoder would take UTF-16 and UTF-32 too, and would not look at members
  /// it passes over; two readers must not differ on what a line says. And it
  /// nests no deeper than `Limits.nesting`.
  public static func decode<T: Decodable>(
    _ type: T.Type, from bytes: some Collection<UInt8>
  ) throws -> T {
    try decode(general: type, from: Array(bytes))
  }

  static func decode<T: Decodable>(general type: T.Type, from bytes: [UInt8]) throws -> T {
    guard bytes.first != byteOrderMark, !bytes.contains(0),
      String(validating: bytes, as: UTF8.self) != nil
    else { throw corrupted("not UTF-8") }
    guard depth(of: bytes) <= Limits.nesting else { throw corrupted("nested too deeply") }
    return try JSONDecoder().decode(type, from: Data(bytes))
  }

  /// How deeply the brackets outside texts nest. The decoder's time grows with
  /// the cube of it: 500 brackets take it a second.
  private static func depth(of bytes: [UInt8]) -> Int {
    var depth = 0
    var deepest = 0
    var isText = false
    var isEscaped = false
    for byte in bytes {
      if isText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isText = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isText = true
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        deepest = max(deepest, depth)
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: break
      }
    }
    return deepest
  }

  private static func corrupted(_ why: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: [], debugDescription: why))
  }

  /// First byte of U+FEFF, which no JSON text begins with.
  private static let byteOrderMark: UInt8 = 0xef
}
