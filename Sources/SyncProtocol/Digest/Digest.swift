/// The 32 bytes of a SHA-256, written as 64 lower-case hexadecimal digits.
public struct Digest: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The 32 bytes.
  public let bytes: [UInt8]

  init(unchecked bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// These 32 bytes, or nil when there are not 32.
  public init?(bytes: [UInt8]) {
    guard bytes.count == SHA256.byteCount else { return nil }
    self.bytes = bytes
  }

  /// Exactly 64 lower-case hexadecimal digits, or nil: one spelling only, so
  /// that a digest can be a file name and a key.
  public init?(hex: String) {
    var hex = hex
    guard let digest = hex.withUTF8({ Digest(hexadecimal: $0) }) else { return nil }
    self = digest
  }

  /// Exactly 64 lower-case hexadecimal digits, or nil.
  init?(hexadecimal digits: UnsafeBufferPointer<UInt8>) {
    guard digits.count == SHA256.byteCount * 2 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(SHA256.byteCount)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    self.bytes = bytes
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { out in
      for (index, byte) in bytes.enumerated() {
        out[index * 2] = Self.digit(byte >> 4)
        out[index * 2 + 1] = Self.digit(byte & 15)
      }
      return bytes.count * 2
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x61 + value - 10
  }

  /// The hexadecimal spelling.
  public var description: String { hex }

  /// Whether both are equal, in a time that does not tell where they differ.
  public func equalsInConstantTime(_ other: Digest) -> Bool {
    var difference: UInt8 = 0
    for (mine, theirs) in zip(bytes, other.bytes) { difference |= mine ^ theirs }
    return difference == 0
  }

  /// Reads the hexadecimal spelling.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let digest = Digest(hex: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a SHA-256"))
    }
    self = digest
  }

  /// Writes the hexadecimal spelling.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x61 + 10
    default: nil
    }
  }
}
