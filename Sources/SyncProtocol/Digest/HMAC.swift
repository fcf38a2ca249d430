/// HMAC-SHA-256 (RFC 2104).
public enum HMAC {
  private static let blockBytes = 64

  /// The code of a message under a key of any length.
  public static func sha256(_ message: [UInt8], key: [UInt8]) -> Digest {
    var block = key.count > blockBytes ? SHA256.hash(key).bytes : key
    block += [UInt8](repeating: 0, count: blockBytes - block.count)
    let inner = SHA256.hash(block.map { $0 ^ 0x36 } + message)
    return SHA256.hash(block.map { $0 ^ 0x5c } + inner.bytes)
  }
}
