import Testing

@testable import FormEngine

/// Expectations: RFC 4648 §10 and JavaRosa 5.1.0's replies.
@Suite struct Base64TextTests {
  @Test(
    "the vectors of RFC 4648 both ways",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("村民甲", "5p2R5rCR55Sy"),
    ])
  func vectors(text: String, encoded: String) {
    #expect(Base64Text.encode(Array(text.utf8)) == encoded)
    #expect(Base64Text.decode(encoded) == text)
  }

  @Test("what is no Base64 is passed over", arguments: JavaRosaReplies.base64)
  func forgiving(encoded: String, text: String) {
    #expect(Base64Text.decode(encoded) == text)
  }
}
