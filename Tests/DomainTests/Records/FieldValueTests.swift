import Domain
import Foundation
import Testing

struct FieldValueTests {
  private func read(_ json: String) throws -> FieldValue {
    try JSONDecoder().decode(FieldValue.self, from: Data(json.utf8))
  }

  private func write(_ value: FieldValue) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  @Test(
    "each kind of value has its JSON, both ways",
    arguments: [
      ("null", .null), ("true", .bool(true)), ("false", .bool(false)), ("0", .integer(0)),
      ("1", .integer(1)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775807", .integer(.max)), ("1.5", .decimal(1.5)),
      ("113.918456", .decimal(113.918456)), ("\"\"", .text("")), ("\"true\"", .text("true")),
      ("\"1\"", .text("1")), ("\"渔村路 12/3\"", .text("渔村路 12/3")), ("[]", .array([])),
      ("[1,\"a\",null,[true]]", .array([1, "a", .null, .array([true])])), ("{}", .object([:])),
      ("{\"a\":1,\"b\":{\"c\":null}}", .object(["a": 1, "b": .object(["c": .null])])),
    ] as [(String, FieldValue)])
  func bothWays(_ json: String, _ value: FieldValue) throws {
    #expect(try read(json) == value)
    #expect(try write(value) == json)
  }

  @Test("a whole number stays whole however it is spelt, true is no 1 and 1 no true")
  func wholeNumbers() throws {
    #expect(try read("[5.0,1e3]") == .array([5, 1000]))
    #expect(try read("1") != true)
    #expect(try read("true") != 1)
  }

  @Test("a number beyond floating point keeps its last digit")
  func precise() throws {
    #expect(try write(read("9007199254740993")) == "9007199254740993")
    #expect(try write(read("440399001001001999")) == "440399001001001999")
  }

  @Test("a number that is not finite is not written")
  func notFinite() {
    for number in [Double.nan, .infinity, -.infinity] {
      #expect(throws: EncodingError.self) { try write(.array([.decimal(number)])) }
    }
  }

  @Test("text and integer give themselves and nothing else")
  func accessors() {
    #expect(FieldValue.text("a").text == "a")
    #expect(FieldValue.integer(5).integer == 5)
    for value in [.null, true, 5, .decimal(5.5), .array(["a"]), .object([:])] as [FieldValue] {
      #expect(value.text == nil)
    }
    for value in [.null, true, "5", .decimal(5), .array([5])] as [FieldValue] {
      #expect(value.integer == nil)
    }
  }

  @Test("plain is what a person would type")
  func plain() {
    let cases: [(FieldValue, String)] = [
      (.null, ""), (true, "true"), (-7, "-7"), (.decimal(0.1), "0.1"), ("渔 村", "渔 村"),
      (.array(["a", 2, "b"]), "a 2 b"), (.object(["b": 2, "a": "x"]), "a=x b=2"),
    ]
    for (value, text) in cases { #expect(value.plain == text) }
  }
}
