import Domain
import SyncProtocol

/// Secrets the centre gives out: it keeps their SHA-256 only.
enum Secrets {
  /// 256 random bits as text.
  static func token(using random: inout some RandomNumberGenerator) -> String {
    var bytes: [UInt8] = []
    for _ in 0..<4 {
      let word = random.next()
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
    return Base64URL.encode(bytes)
  }

  /// Eight characters without 0 O 1 I L, in two groups: easy to read out and to
  /// type. 31⁸ ≈ 8.5 × 10¹¹ codes, and attempts are rate-limited.
  static func enrollmentCode(using random: inout some RandomNumberGenerator) -> String {
    let letters = Array("ABCDEFGHJKMNPQRSTUVWXYZ23456789")
    var code = ""
    for place in 0..<8 {
      if place == 4 { code.append("-") }
      code.append(letters[Int.random(in: 0..<letters.count, using: &random)])
    }
    return code
  }

  /// The hash of a code, however it was typed.
  static func hash(ofCode code: String) -> Digest {
    let plain = code.uppercased().filter { $0.isLetter || $0.isNumber }
    return SHA256.hash(Array("enrollment \(plain)".utf8))
  }

  static func hash(ofToken token: String) -> Digest {
    SHA256.hash(Array(token.utf8))
  }
}
