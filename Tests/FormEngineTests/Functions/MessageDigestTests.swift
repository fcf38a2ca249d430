import Testing

@testable import FormEngine

/// Vectors from RFC 1321 §A.5 and the examples NIST gives for FIPS 180-4.
@Suite struct MessageDigestTests {
  private static let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
  private static let longer =
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
    + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"

  @Test(
    "MD5",
    arguments: [
      ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
      ("abc", "900150983cd24fb0d6963f7d28e17f72"),
      ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
      (
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
        "57edf4a22be3c955ac49da2e2107b67a"
      ),
    ])
  func md5(text: String, digest: String) {
    #expect(MessageDigest.md5.text(of: text, encoding: .hex) == digest)
  }

  @Test(
    "SHA-1 and SHA-2",
    arguments: [
      (MessageDigest.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
      (.sha1, long, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
      (
        .sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
      ),
      (
        .sha256, long, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        .sha384, "abc",
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
          + "8086072ba1e7cc2358baeca134c825a7"
      ),
      (
        .sha384, longer,
        "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712"
          + "fcc7c71a557e2db966c3e9fa91746039"
      ),
      (
        .sha512, "abc",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
          + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
      ),
      (
        .sha512, longer,
        "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
          + "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"
      ),
    ])
  func sha(algorithm: MessageDigest, text: String, digest: String) {
    #expect(algorithm.text(of: text, encoding: .hex) == digest)
  }

  @Test("a million times a (FIPS 180-4 examples, RFC 1321 closing over many blocks)")
  func manyBlocks() {
    let text = String(repeating: "a", count: 1_000_000)
    #expect(
      MessageDigest.sha1.text(of: text, encoding: .hex)
        == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
    #expect(
      MessageDigest.md5.text(of: text, encoding: .hex) == "7707d6ae4e027c70eea2a935c2296f21")
  }

  @Test(
    "names as JavaRosa takes them",
    arguments: [
      ("MD5", MessageDigest.md5), ("md-5", .md5), ("SHA-1", .sha1), ("sha1", .sha1),
      ("Sha-256", .sha256), ("SHA384", .sha384), ("S-H-A-512", .sha512), ("SHA 1", nil), ("", nil),
      ("SHA-224", nil),
    ])
  func names(name: String, algorithm: MessageDigest?) {
    #expect(MessageDigest(named: name) == algorithm)
  }

  @Test("encodings")
  func encodings() {
    #expect(MessageDigest.md5.text(of: "abc") == "kAFQmDzST7DWlj99KOF/cg==")
    #expect(MessageDigest.Encoding(named: "Base64") == .base64)
    #expect(MessageDigest.Encoding(named: "HEX") == .hex)
    #expect(MessageDigest.Encoding(named: "base-64") == nil)
  }
}
