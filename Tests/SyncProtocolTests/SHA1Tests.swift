import SyncProtocol
import Testing

struct SHA1Tests {
  private struct Hashes: Decodable {
    struct Example: Decodable {
      let text: String
      let times: Int
      let sha1: String
    }
    let fips: [Example]
    let lengths: [String]
  }

  private let vectors: Hashes

  init() throws { vectors = try Vectors.load(Hashes.self, "sha1.json") }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  private func pattern(_ length: Int) -> [UInt8] {
    (0..<length).map { UInt8(truncatingIfNeeded: $0 * 31 + 7) }
  }

  // Typed from the NIST examples "SHA1.pdf", so that even the vectors are held
  // to something.
  @Test("the digests of nothing, abc, two blocks and a million a are those of FIPS 180-4")
  func fips() {
    let published = [
      "da39a3ee5e6b4b0d3255bfef95601890afd80709", "a9993e364706816aba3e25717850c26c9cd0d89d",
      "84983e441c3bd26ebaae4aa1f95129e5e54670f1", "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
    ]
    #expect(vectors.fips.map(\.sha1) == published)
    for example in vectors.fips {
      let bytes = Array(String(repeating: example.text, count: example.times).utf8)
      #expect(hex(SHA1.hash(bytes)) == example.sha1)
    }
  }

  @Test("every length from 0 to 200 has the digest that hashlib computes")
  func lengths() {
    #expect(vectors.lengths.count == 201)
    for (length, expected) in vectors.lengths.enumerated() {
      #expect(hex(SHA1.hash(pattern(length))) == expected, "length \(length)")
    }
  }

  @Test("bytes fed in two parts, cut anywhere, give the digest of the whole")
  func parts() {
    let whole = pattern(200)
    for cut in 0...200 {
      var digest = SHA1()
      digest.update(Array(whole[..<cut]))
      digest.update([])
      digest.update(Array(whole[cut...]))
      #expect(hex(digest.finalize()) == vectors.lengths[200], "cut at \(cut)")
    }
  }
}
