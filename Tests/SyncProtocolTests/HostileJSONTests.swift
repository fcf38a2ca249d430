import Domain
import SyncProtocol
import Testing

struct HostileJSONTests {
  private func value(_ text: String) throws -> FieldValue {
    try WireJSON.decode(FieldValue.self, from: Array(text.utf8))
  }

  @Test("a hundred thousand brackets throw", arguments: ["[", "{\"a\":", "[{\"a\":"])
  func nesting(_ bracket: String) {
    let open = String(repeating: bracket, count: 100_000)
    #expect(throws: DecodingError.self) { try value(open) }
    let close = bracket.hasPrefix("[{") ? "}]" : bracket == "[" ? "]" : "}"
    let closed = open + "1" + String(repeating: close, count: 100_000)
    #expect(throws: DecodingError.self) { try value(closed) }
    #expect(throws: DecodingError.self) {
      try WireJSON.decode(SyncProtocol.Operation.self, from: Array("{\"x\":\(closed)}".utf8))
    }
  }

  private func nested(_ depth: Int, _ inner: String) -> String {
    String(repeating: "[", count: depth) + inner + String(repeating: "]", count: depth)
  }

  @Test("nesting is read to its limit and no deeper")
  func nestingLimit() throws {
    #expect(Limits.nesting >= 10)
    for depth in 1...Limits.nesting {
      var read = try value(nested(depth, "7"))
      for _ in 0..<depth {
        guard case .array(let values) = read else { break }
        read = try #require(values.first)
      }
      #expect(read == 7)
    }
    #expect(throws: DecodingError.self) { try value(nested(Limits.nesting + 1, "7")) }
    let beside = Array(repeating: "[{}]", count: 100).joined(separator: ",")
    #expect(throws: Never.self) { try value("[\(beside)]") }
  }

  @Test("brackets in texts do not count as nesting, those behind a text do")
  func bracketsInTexts() throws {
    let brackets = String(repeating: "[{", count: 50)
    #expect(try value(#"["\#(brackets)"]"#) == .array([.text(brackets)]))
    #expect(try value(#"["\"\#(brackets)\\"]"#) == .array([.text(#""\#(brackets)\"#)]))
    let behind = #"["\\",\#(nested(Limits.nesting, "7"))]"#
    #expect(throws: DecodingError.self) { try value(behind) }
  }

  @Test(
    "numbers beyond what a field can hold throw",
    arguments: [
      "1e999", "-1e999", "NaN", "-NaN",
      "Infinity", "-Infinity", "0x10", "01", "+1", ".5", "1.", "1e", "--1",
    ])
  func numbers(_ text: String) {
    #expect(throws: DecodingError.self) { try value("[\(text)]") }
  }

  @Test("whole numbers stay whole up to the ends of 64 bits")
  func wholeNumbers() throws {
    #expect(try value("9223372036854775807") == .integer(.max))
    #expect(try value("-9223372036854775808") == .integer(.min))
    #expect(try value("9007199254740993") == .integer(9_007_199_254_740_993))
    #expect(try value("9223372036854775808") == .decimal(9_223_372_036_854_775_808))
    #expect(try value("0.1") == .decimal(0.1))
    #expect(try value("true") == true)
    #expect(try value("1") == 1)
  }

  @Test("a number with very many digits is read or refused, in bounded time")
  func longNumber() throws {
    let digits = String(repeating: "9", count: 200_000)
    #expect(throws: DecodingError.self) { try value(digits) }
    #expect(try value("0." + digits).plain == "1")
  }

  @Test("a value that is not finite is not written")
  func notFinite() {
    for number in [Double.nan, .infinity, -.infinity] {
      #expect(throws: EncodingError.self) { try WireJSON.encode([FieldValue.decimal(number)]) }
    }
  }

  @Test(
    "bytes that are not UTF-8 throw, also where nobody would look",
    arguments: [
      [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe6, 0xb8], [0x80],
    ] as [[UInt8]])
  func invalidUTF8(_ bytes: [UInt8]) {
    let text = Array("{\"a\":\"".utf8) + bytes + Array("\"}".utf8)
    #expect(throws: DecodingError.self) { try WireJSON.decode(FieldValue.self, from: text) }
    struct Nothing: Decodable {}
    #expect(throws: DecodingError.self) { try WireJSON.decode(Nothing.self, from: text) }
  }

  @Test("UTF-16, UTF-32 and byte order marks are not this protocol's JSON (RFC 8259 §8.1)")
  func otherEncodings() {
    let text = Array("{\"a\":1}".utf8)
    let utf16: [UInt8] = text.flatMap { byte -> [UInt8] in [byte, 0] }
    let utf32: [UInt8] = text.flatMap { byte -> [UInt8] in [0, 0, 0, byte] }
    let marked: [UInt8] = [0xef, 0xbb, 0xbf] + text
    let markedUTF16: [UInt8] = [0xff, 0xfe] + utf16
    for bytes in [utf16, markedUTF16, utf32, marked] {
      #expect(throws: DecodingError.self) { try WireJSON.decode(FieldValue.self, from: bytes) }
    }
  }

  @Test("a member named twice has one value and breaks nothing")
  func duplicateKeys() throws {
    guard case .object(let fields) = try value("{\"a\":1,\"a\":2,\"b\":3}") else {
      Issue.record("not an object")
      return
    }
    #expect(fields.count == 2)
    #expect(fields["a"] == 1 || fields["a"] == 2)
    #expect(fields["b"] == 3)
  }

  @Test("control characters and half surrogate pairs in a text throw")
  func badText() {
    for text in [
      "\"\u{1}\"", "\"a\nb\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\x41\"", "\"\\u12\"", "\"",
    ] {
      #expect(throws: DecodingError.self, "\(text.debugDescription)") { try value(text) }
    }
  }

  @Test("a thousand members and a text of a megabyte are read")
  func large() throws {
    let members = (0..<1000).map { "\"f\($0)\":\($0)" }.joined(separator: ",")
    guard case .object(let fields) = try value("{\(members)}") else {
      Issue.record("not an object")
      return
    }
    #expect(fields.count == 1000)
    #expect(fields["f999"] == 999)
    let long = String(repeating: "渔", count: 350_000)
    #expect(try value("\"\(long)\"") == .text(long))
  }
}
