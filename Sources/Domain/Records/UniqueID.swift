/// A 128-bit identifier (RFC 9562), written as 36 lower-case characters.
///
/// Records and operations carry version 7, which sorts by the moment of making
/// and so keeps an index compact; incarnations carry version 4.
public struct UniqueID: Sendable, Hashable {
  private let high: UInt64
  private let low: UInt64

  /// A version 7 identifier made at this moment (milliseconds since 1970, UTC).
  public static func v7(
    at milliseconds: Int64, using random: inout some RandomNumberGenerator
  ) -> UniqueID {
    let time = UInt64(clamping: milliseconds) & 0xffff_ffff_ffff
    let high = time << 16 | 0x7000 | random.next() & 0x0fff
    return UniqueID(high: high, low: variant | random.next() >> 2)
  }

  /// A version 4 identifier: 122 random bits.
  public static func v4(using random: inout some RandomNumberGenerator) -> UniqueID {
    let high = random.next() & 0xffff_ffff_ffff_0fff | 0x4000
    return UniqueID(high: high, low: variant | random.next() >> 2)
  }

  /// A version 8 identifier out of 128 bits, of which six give way.
  public static func v8(high: UInt64, low: UInt64) -> UniqueID {
    UniqueID(high: high & 0xffff_ffff_ffff_0fff | 0x8000, low: low & ~(3 << 62) | variant)
  }

  private static let variant: UInt64 = 0x8000_0000_0000_0000

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads the 8-4-4-4-12 form in lower case, the only spelling this protocol
  /// uses; nil for any other text.
  public init?(_ text: String) {
    var text = text
    guard let id = text.withUTF8({ UniqueID(utf8: $0) }) else { return nil }
    self = id
  }

  /// Reads the 8-4-4-4-12 form from its bytes; nil for any other text.
  public init?(utf8 text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 36 else { return nil }
    var words: (high: UInt64, low: UInt64) = (0, 0)
    for position in 0..<36 {
      let byte = text[position]
      if Self.isDash(position) {
        guard byte == 0x2d else { return nil }
        continue
      }
      let value: UInt64
      switch byte {
      case 0x30...0x39: value = UInt64(byte - 0x30)
      case 0x61...0x66: value = UInt64(byte - 0x61 + 10)
      default: return nil
      }
      if position < 19 {
        words.high = words.high << 4 | value
      } else {
        words.low = words.low << 4 | value
      }
    }
    self.init(high: words.high, low: words.low)
  }

  private static func isDash(_ position: Int) -> Bool {
    position == 8 || position == 13 || position == 18 || position == 23
  }

  /// 36 lower-case characters.
  public var text: String {
    String(unsafeUninitializedCapacity: 36) { out in
      var digit = 0
      for position in 0..<36 {
        if Self.isDash(position) {
          out[position] = 0x2d
          continue
        }
        let word = digit < 16 ? high : low
        let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - digit % 16 * 4) & 15)
        out[position] = value < 10 ? 0x30 + value : 0x61 + value - 10
        digit += 1
      }
      return 36
    }
  }

  /// The last six characters: random bits, short enough to read out on the
  /// phone and to type at a prompt.
  public var short: String { String(text.suffix(6)) }
}

extension UniqueID: Codable, CustomStringConvertible, Comparable {
  /// 36 lower-case characters.
  public var description: String { text }

  /// Byte order, which for version 7 is the order of making, to the millisecond.
  public static func < (a: UniqueID, b: UniqueID) -> Bool {
    (a.high, a.low) < (b.high, b.low)
  }

  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let id = UniqueID(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a lower-case UUID"))
    }
    self = id
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
