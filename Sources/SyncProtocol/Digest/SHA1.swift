/// SHA-1 (FIPS 180-4), incremental.
///
/// Only because every server of tus has to know it for `Upload-Checksum`: it
/// finds bytes that a link spoiled and protects against nobody.
public struct SHA1: Sendable {
  /// Bytes of a digest.
  public static let byteCount = 20
  private static let blockBytes = 64

  private var state: (UInt32, UInt32, UInt32, UInt32, UInt32) = (
    0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0
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
    if whole > 0 { compress(UnsafeRawBufferPointer(rebasing: rest.prefix(whole))) }
    pending.append(contentsOf: rest.dropFirst(whole))
  }

  /// Takes in further bytes.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Ends the digest: 20 bytes.
  public consuming func finalize() -> [UInt8] {
    let bitCount = total &* 8
    let used = (pending.count + 1) % Self.blockBytes
    let zeros = (Self.blockBytes - 8 + Self.blockBytes - used) % Self.blockBytes
    var tail: [UInt8] = [0x80] + [UInt8](repeating: 0, count: zeros)
    for shift in stride(from: 56, through: 0, by: -8) {
      tail.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift)))
    }
    update(tail)
    return [state.0, state.1, state.2, state.3, state.4].flatMap { word in
      stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }
  }

  /// The digest of these bytes.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var digest = SHA1()
    digest.update(bytes)
    return digest.finalize()
  }

  private mutating func compress(_ bytes: UnsafeRawBufferPointer) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 80) { w in
      for offset in stride(from: 0, to: bytes.count, by: Self.blockBytes) {
        Self.expand(bytes, at: offset, into: w)
        rounds(w)
      }
    }
  }

  private static func expand(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, into w: UnsafeMutableBufferPointer<UInt32>
  ) {
    for i in 0..<16 {
      w[i] = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + i * 4, as: UInt32.self))
    }
    for i in 16..<80 { w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1) }
  }

  private mutating func rounds(_ w: UnsafeMutableBufferPointer<UInt32>) {
    var (a, b, c, d, e) = state
    for i in 0..<80 {
      let (mixed, constant): (UInt32, UInt32) =
        switch i {
        case ..<20: ((b & c) ^ (~b & d), 0x5a82_7999)
        case ..<40: (b ^ c ^ d, 0x6ed9_eba1)
        case ..<60: ((b & c) ^ (b & d) ^ (c & d), 0x8f1b_bcdc)
        default: (b ^ c ^ d, 0xca62_c1d6)
        }
      let next = Self.rotate(a, 5) &+ mixed &+ e &+ constant &+ w[i]
      (e, d, c, b, a) = (d, c, Self.rotate(b, 30), a, next)
    }
    state = (
      state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e
    )
  }

  @inline(__always)
  private static func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 {
    (x << n) | (x >> (32 - n))
  }
}
