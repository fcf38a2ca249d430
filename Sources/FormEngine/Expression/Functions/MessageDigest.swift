// digest(text, algorithm, encoding): the five algorithms ODK XForms names, over
// the UTF-8 of the text. Forms use them to make short codes out of answers, so
// the same text has to give the same code in every client; they guard nothing.

/// A message digest algorithm of `digest()`.
enum MessageDigest: Equatable, Sendable, CaseIterable {
  case md5, sha1, sha256, sha384, sha512

  /// How the bytes of a digest are written.
  enum Encoding: Equatable, Sendable {
    case base64, hex

    /// `base64` or `hex`, in any case; nil for another word.
    init?(named name: String) {
      switch name.lowercased() {
      case "base64": self = .base64
      case "hex": self = .hex
      default: return nil
      }
    }
  }

  /// `MD5`, `SHA-1`, `SHA-256`, `SHA-384` or `SHA-512`, in any case and with or
  /// without hyphens, as JavaRosa takes them; nil for another word.
  init?(named name: String) {
    switch name.lowercased().filter({ $0 != "-" }) {
    case "md5": self = .md5
    case "sha1": self = .sha1
    case "sha256": self = .sha256
    case "sha384": self = .sha384
    case "sha512": self = .sha512
    default: return nil
    }
  }

  /// The digest of a text, written as asked; hexadecimal digits are lower case.
  func text(of message: String, encoding: Encoding = .base64) -> String {
    let digest = bytes(of: Array(message.utf8))
    switch encoding {
    case .base64: return Base64Text.encode(digest)
    case .hex: return Self.hexadecimal(digest)
    }
  }

  /// The digest of a message.
  func bytes(of message: [UInt8]) -> [UInt8] {
    switch self {
    case .md5: MD5.digest(message)
    case .sha1: SHA1.digest(message)
    case .sha256: SHA2.sha256(message)
    case .sha384: SHA2.sha384(message)
    case .sha512: SHA2.sha512(message)
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}

/// What the five algorithms have in common: the message is closed with a one bit,
/// zeros and its length in bits, and taken in blocks of sixteen words.
enum DigestBlocks {
  enum ByteOrder { case little, big }

  /// Gives every block of the closed message to `body`, as sixteen words.
  static func forEach<Word: FixedWidthInteger & UnsignedInteger>(
    _ message: [UInt8], _ order: ByteOrder, _ body: ([Word]) -> Void
  ) {
    let size = MemoryLayout<Word>.size
    let closed = closing(message, blockSize: 16 * size, lengthSize: 2 * size, order)
    var words = [Word](repeating: 0, count: 16)
    for block in stride(from: 0, to: closed.count, by: 16 * size) {
      for place in 0..<16 {
        words[place] = word(closed, at: block + place * size, order)
      }
      body(words)
    }
  }

  /// The words as bytes.
  static func bytes<Word: FixedWidthInteger & UnsignedInteger>(
    _ words: [Word], _ order: ByteOrder
  ) -> [UInt8] {
    words.flatMap { word in
      let bytes = (0..<MemoryLayout<Word>.size).map {
        UInt8(truncatingIfNeeded: word >> Word($0 * 8))
      }
      return order == .little ? bytes : bytes.reversed()
    }
  }

  private static func closing(
    _ message: [UInt8], blockSize: Int, lengthSize: Int, _ order: ByteOrder
  ) -> [UInt8] {
    var closed = message + [0x80]
    while closed.count % blockSize != blockSize - lengthSize { closed.append(0) }
    let length = bytes([UInt64(message.count) * 8], order)
    let rest = [UInt8](repeating: 0, count: lengthSize - length.count)
    closed += order == .little ? length + rest : rest + length
    return closed
  }

  private static func word<Word: FixedWidthInteger & UnsignedInteger>(
    _ bytes: [UInt8], at start: Int, _ order: ByteOrder
  ) -> Word {
    let size = MemoryLayout<Word>.size
    var word: Word = 0
    for place in 0..<size {
      word = word << 8 | Word(bytes[start + (order == .big ? place : size - 1 - place)])
    }
    return word
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  func rotated(left count: Self) -> Self { self << count | self >> (Self(Self.bitWidth) - count) }
  func rotated(right count: Self) -> Self { self >> count | self << (Self(Self.bitWidth) - count) }
}
