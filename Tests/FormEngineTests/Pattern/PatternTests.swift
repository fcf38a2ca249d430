import Testing

@testable import FormEngine

@Suite struct PatternTests {
  @Test("patterns mean what they mean in Java", arguments: JavaPatterns.accepted)
  func accepted(pattern: String, matching: [String], other: [String]) throws {
    let compiled = try #require(Pattern(pattern))
    for text in matching { #expect(try compiled.matches(text), "\(text)") }
    for text in other { #expect(try !compiled.matches(text), "\(text)") }
  }

  @Test("what Java refuses is refused", arguments: JavaPatterns.refused)
  func refused(pattern: String) {
    #expect(!Pattern.isValid(pattern))
  }

  @Test("scalars are matched, not UTF-16 units and not characters")
  func scalars() throws {
    #expect(try #require(Pattern(".{2}")).matches("𠮷e"))
    #expect(try #require(Pattern("..")).matches("e\u{301}"))
    #expect(try #require(Pattern(#"\uD842\uDFB7"#)).matches("𠮷"))
  }

  @Test("a long text needs no deep stack, a pattern gone astray ends")
  func limits() throws {
    let long = String(repeating: "ab", count: 50_000)
    #expect(try #require(Pattern("(a|b)*")).matches(long))
    #expect(try #require(Pattern("(?:ab)+?")).matches(long))
    #expect(try #require(Pattern(".*b")).matches(long))
    let astray = try #require(Pattern("(a+)+b"))
    #expect(throws: Pattern.Exhausted.self) {
      try astray.matches(String(repeating: "a", count: 60))
    }
  }

  @Test("patterns that would grow without end are refused")
  func growth() {
    #expect(!Pattern.isValid("(((a{1,500}b){1,500}){1,500}c)"))
    #expect(Pattern.isValid("(?:){2000000000}"))
    #expect(!Pattern.isValid(String(repeating: "(", count: 4000)))
    #expect(!Pattern.isValid(String(repeating: "[", count: 4000)))
    #expect(!Pattern.isValid(String(repeating: "a", count: 4001)))
  }

  @Test("no pattern crashes (seed 20260102)")
  func anyPattern() throws {
    var generator = SeededGenerator(state: 20_260_102)
    let alphabet = Array(#"ab(()[]{}|*+?\^$.,-&12<=!:ipLdQE甲"#.unicodeScalars)
    for _ in 0..<5000 {
      var pattern = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0..<14, using: &generator) {
        pattern.append(alphabet.randomElement(using: &generator) ?? "a")
      }
      _ = try Pattern(String(pattern))?.matches("ab甲1")
    }
  }
}
