import Glibc

/// The MD5 message digest (RFC 1321).
enum MD5 {
  /// RFC 1321 §3.4: the whole part of 2³² times the sine of 1 to 64 radians.
  private static let sines = (1...64).map { UInt32(4_294_967_296 * fabs(sin(Double($0)))) }
  /// How far each of the four rounds rotates, over and over.
  private static let rotations: [[UInt32]] = [
    [7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21],
  ]

  static func digest(_ message: [UInt8]) -> [UInt8] {
    var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476]
    DigestBlocks.forEach(message, .little) { (words: [UInt32]) in
      let after = rounds(state, words)
      for place in 0..<4 { state[place] &+= after[place] }
    }
    return DigestBlocks.bytes(state, .little)
  }

  private static func rounds(_ state: [UInt32], _ words: [UInt32]) -> [UInt32] {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    for step in 0..<64 {
      let mixed: UInt32
      let word: Int
      switch step / 16 {
      case 0: (mixed, word) = ((b & c) | (~b & d), step)
      case 1: (mixed, word) = ((b & d) | (c & ~d), (5 * step + 1) % 16)
      case 2: (mixed, word) = (b ^ c ^ d, (3 * step + 5) % 16)
      default: (mixed, word) = (c ^ (b | ~d), 7 * step % 16)
      }
      let sum = a &+ mixed &+ words[word] &+ sines[step]
      (a, d, c) = (d, c, b)
      b = b &+ sum.rotated(left: rotations[step / 16][step % 4])
    }
    return [a, b, c, d]
  }
}
