import CSHA256

/// SHA-256 (FIPS 180-4), incremental.
///
/// Written here because the house takes no package; proved against the
/// vectors of FIPS 180-4 and `sha256sum`. It names segments and photos and
/// chains the journal; it protects no secret except a random bearer token,
/// so running in variable time is no concern.
public struct SHA256: Sendable {
  /// Bytes of a digest.
  public static let byteCount = 32
  private static let blockBytes = 64

  private var state: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19
  )
  private var pending: [UInt8] = []
  private var total: UInt64 = 0

  /// Starts a digest of no bytes.
  public init() {
    pending.reserveCapacity(Self.blockBytes)
  }

  /// Takes in further bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    total &+= UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let wanted = min(Self.blockBytes - pending.count, rest.count)
      pending.append(contentsOf: rest.prefix(wanted))
      rest = rest.dropFirst(wanted)
      guard pending.count == Self.blockBytes else { return }
      let block = pending
      pending.removeAll(keepingCapacity: true)
      block.withUnsafeBytes { compress($0) }
    }
    let whole = rest.count / Self.blockBytes * Self.blockBytes
    if whole > 0 {
      compress(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)))
    }
    pending.append(contentsOf: rest.dropFirst(whole))
  }

  /// Takes in further bytes.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Ends the digest.
  public consuming func finalize() -> Digest {
    let bitCount = total &* 8
    var tail: [UInt8] = [0x80]
    let used = (pending.count + 1) % Self.blockBytes
    let zeros = (Self.blockBytes - 8 + Self.blockBytes - used) % Self.blockBytes
    tail.append(contentsOf: repeatElement(0, count: zeros))
    for shift in stride(from: 56, through: 0, by: -8) {
      tail.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift)))
    }
    update(tail)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    let words = [state.0, state.1, state.2, state.3, state.4, state.5, state.6, state.7]
    for word in words {
      for shift in stride(from: 24, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift)))
      }
    }
    return Digest(unchecked: bytes)
  }

  /// The digest of these bytes.
  public static func hash(_ bytes: [UInt8]) -> Digest {
    var digest = SHA256()
    digest.update(bytes)
    return digest.finalize()
  }

  /// Asked once: the answer is the processor's and never changes.
  private static let isFast = csha256_is_fast() != 0

  private mutating func compress(_ bytes: UnsafeRawBufferPointer) {
    if Self.isFast, let start = bytes.baseAddress {
      withUnsafeMutableBytes(of: &state) { words in
        csha256_blocks(
          words.assumingMemoryBound(to: UInt32.self).baseAddress,
          start.assumingMemoryBound(to: UInt8.self), bytes.count / Self.blockBytes)
      }
      return
    }
    compressPortably(bytes)
  }

  private mutating func compressPortably(_ bytes: UnsafeRawBufferPointer) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
      Self.roundConstants.withUnsafeBufferPointer { k in
        var offset = 0
        while offset < bytes.count {
          Self.expand(bytes, at: offset, into: w)
          rounds(w, k)
          offset += Self.blockBytes
        }
      }
    }
  }

  private static func expand(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, into w: UnsafeMutableBufferPointer<UInt32>
  ) {
    for i in 0..<16 {
      w[i] = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + i * 4, as: UInt32.self))
    }
    for i in 16..<64 {
      let a = w[i - 15]
      let b = w[i - 2]
      let s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >> 3)
      let s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >> 10)
      w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
    }
  }

  private mutating func rounds(
    _ w: UnsafeMutableBufferPointer<UInt32>, _ k: UnsafeBufferPointer<UInt32>
  ) {
    var (a, b, c, d, e, f, g, h) = state
    for i in 0..<64 {
      let s1 = Self.rotate(e, 6) ^ Self.rotate(e, 11) ^ Self.rotate(e, 25)
      let choice = (e & f) ^ (~e & g)
      let t1 = h &+ s1 &+ choice &+ k[i] &+ w[i]
      let s0 = Self.rotate(a, 2) ^ Self.rotate(a, 13) ^ Self.rotate(a, 22)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let t2 = s0 &+ majority
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
    }
    state = (
      state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d,
      state.4 &+ e, state.5 &+ f, state.6 &+ g, state.7 &+ h
    )
  }

  @inline(__always)
  private static func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 {
    (x >> n) | (x << (32 - n))
  }

  private static let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}
