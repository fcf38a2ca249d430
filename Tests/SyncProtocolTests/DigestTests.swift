import SyncProtocol
import Testing

struct DigestTests {
  private struct Hashes: Decodable {
    struct Example: Decodable {
      let text: String
      let times: Int
      let sha256: String
    }
    let fips: [Example]
    let lengths: [String]
  }

  private struct Spellings: Decodable {
    let good: [String]
    let bad: [String]
  }

  // Typed from FIPS 180-4 / NIST "SHA256.pdf" examples, so that even the
  // vectors are held to something.
  @Test("the digests of nothing, abc, two blocks and a million a are those of FIPS 180-4")
  func fips() throws {
    let published = [
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    ]
    let examples = try Vectors.load(Hashes.self, "sha256.json").fips
    #expect(examples.map(\.sha256) == published)
    for example in examples {
      let bytes = Array(String(repeating: example.text, count: example.times).utf8)
      #expect(SHA256.hash(bytes).hex == example.sha256)
    }
  }

  private func pattern(_ length: Int) -> [UInt8] {
    (0..<length).map { UInt8(truncatingIfNeeded: $0 * 31 + 7) }
  }

  @Test("every length from 0 to 200 has the digest that hashlib computes")
  func lengths() throws {
    let digests = try Vectors.load(Hashes.self, "sha256.json").lengths
    #expect(digests.count == 201)
    for (length, expected) in digests.enumerated() {
      #expect(SHA256.hash(pattern(length)).hex == expected, "length \(length)")
    }
  }

  @Test("bytes fed in two parts, cut anywhere, give the digest of the whole")
  func parts() throws {
    let expected = try Vectors.load(Hashes.self, "sha256.json").lengths[200]
    let whole = pattern(200)
    for cut in 0...200 {
      var digest = SHA256()
      digest.update(Array(whole[..<cut]))
      digest.update([])
      digest.update(Array(whole[cut...]))
      #expect(digest.finalize().hex == expected, "cut at \(cut)")
    }
  }

  @Test("bytes fed one by one give the digest of the whole")
  func single() throws {
    let expected = try Vectors.load(Hashes.self, "sha256.json").lengths[200]
    var digest = SHA256()
    for byte in pattern(200) { digest.update([byte]) }
    #expect(digest.finalize().hex == expected)
  }

  @Test("a digest has one spelling")
  func spelling() throws {
    let spellings = try Vectors.load(Spellings.self, "digests.json")
    for text in spellings.good {
      #expect(Digest(hex: text)?.hex == text)
      try expectRoundTrip([Digest].self, "[\"\(text)\"]")
    }
    for text in spellings.bad {
      #expect(Digest(hex: text) == nil, "\(text.debugDescription)")
      let json = try WireJSON.encode([text])
      #expect(throws: DecodingError.self) { try WireJSON.decode([Digest].self, from: json) }
    }
  }

  @Test("a digest has 32 bytes")
  func length() {
    #expect(Digest(bytes: Array(repeating: 1, count: 31)) == nil)
    #expect(Digest(bytes: Array(repeating: 1, count: 33)) == nil)
    #expect(Digest(bytes: [0xab] + Array(repeating: 0, count: 31))?.hex.prefix(4) == "ab00")
  }

  @Test("comparison in constant time sees a difference in every bit")
  func constantTime() throws {
    let digest = SHA256.hash([1])
    #expect(digest.equalsInConstantTime(SHA256.hash([1])))
    for bit in 0..<256 {
      var bytes = digest.bytes
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      let other = try #require(Digest(bytes: bytes))
      #expect(!digest.equalsInConstantTime(other))
    }
  }
}
