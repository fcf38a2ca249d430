import FoundationEssentials

/// JSON as this protocol writes and reads it: members in alphabetical order,
/// slashes bare, no white space.
public enum WireJSON {
  /// The bytes of a value.
  public static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  /// The value of some bytes; throws `DecodingError` for anything else.
  public static func decode<T: Decodable>(
    _ type: T.Type, from bytes: some Collection<UInt8>
  ) throws -> T {
    try JSONDecoder().decode(type, from: Data(bytes))
  }
}
