/// The SHA-1 message digest (FIPS 180-4 §6.1).
enum SHA1 {
  static func digest(_ message: [UInt8]) -> [UInt8] {
    var state: [UInt32] = [
      0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0,
    ]
    DigestBlocks.forEach(message, .big) { (words: [UInt32]) in
      let after = rounds(state, schedule(words))
      for place in 0..<5 { state[place] &+= after[place] }
    }
    return DigestBlocks.bytes(state, .big)
  }

  private static func schedule(_ words: [UInt32]) -> [UInt32] {
    var words = words
    for t in 16..<80 {
      words.append((words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16]).rotated(left: 1))
    }
    return words
  }

  private static func rounds(_ state: [UInt32], _ words: [UInt32]) -> [UInt32] {
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for t in 0..<80 {
      let mixed: UInt32
      let constant: UInt32
      switch t / 20 {
      case 0: (mixed, constant) = ((b & c) ^ (~b & d), 0x5A82_7999)
      case 1: (mixed, constant) = (b ^ c ^ d, 0x6ED9_EBA1)
      case 2: (mixed, constant) = ((b & c) ^ (b & d) ^ (c & d), 0x8F1B_BCDC)
      default: (mixed, constant) = (b ^ c ^ d, 0xCA62_C1D6)
      }
      let sum = a.rotated(left: 5) &+ mixed &+ e &+ constant &+ words[t]
      (e, d, c, b, a) = (d, c, b.rotated(left: 30), a, sum)
    }
    return [a, b, c, d, e]
  }
}
