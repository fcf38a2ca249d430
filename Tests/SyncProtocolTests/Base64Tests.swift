import SyncProtocol
import Testing

struct Base64Tests {
  // RFC 4648 §10.
  private static let published = [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ]

  @Test("the examples of RFC 4648 go both ways")
  func examples() {
    for (plain, text) in Self.published {
      #expect(Base64.encode(Array(plain.utf8)) == text)
      #expect(Base64.decode(text) == Array(plain.utf8))
      let bare = text.filter { $0 != "=" }
      #expect(Base64URL.encode(Array(plain.utf8)) == bare)
      #expect(Base64URL.decode(bare) == Array(plain.utf8))
    }
    #expect(Base64.encode([0xfb, 0xff]) == "+/8=")
    #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
    #expect(Base64URL.decode("-_8") == [0xfb, 0xff])
  }

  @Test(
    "what is not base64 is nil",
    arguments: ["Zg", "Zg=", "Z", "Zm9v!", "Zm 9v", "Zm9v\n", "Zg==Zg==", "=", "-_8=", "Zm8 "])
  func bad(_ text: String) {
    #expect(Base64.decode(text) == nil)
  }

  @Test("what is not base64url is nil", arguments: ["Z", "+/8", "Zg==", "Zm9v!", "Zm9v\n", "é"])
  func badURL(_ text: String) {
    #expect(Base64URL.decode(text) == nil)
  }
}
