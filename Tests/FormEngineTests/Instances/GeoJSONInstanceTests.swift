import Testing

@testable import FormEngine

/// Expectations are what JavaRosa 5.1.0 made of the same bytes, unless a test says otherwise.
@Suite struct GeoJSONInstanceTests {
  private func items(_ features: String...) throws(FormFaults) -> [[String]] {
    let joined = features.joined(separator: ",")
    return try instance(#"{"type":"FeatureCollection","features":[\#(joined)]}"#, "x.geojson").items
  }

  private static func feature(_ geometry: String, _ rest: String = "") -> String {
    #"{"type":"Feature","geometry":\#(geometry)\#(rest)}"#
  }

  @Test(
    "geometries",
    arguments: [
      (#"{"type":"Point","coordinates":[1,2,3]}"#, "2 1 0 0"),
      (#"{"coordinates":[1.50,-2.0],"type":"Point"}"#, "-2.0 1.5 0 0"),
      (#"{"type":"Point","coordinates":[1E2,123456789012]}"#, "123456789012 100.0 0 0"),
      (#"{"type":"Point","coordinates":[-0,-0.0]}"#, "-0.0 0 0 0"),
      (#"{"type":"LineString","coordinates":[[1,2],[3,4.5,6]]}"#, "2 1 0 0; 4.5 3 0 0"),
      (#"{"type":"LineString","coordinates":[]}"#, ""),
      (#"{"type":"Polygon","coordinates":[]}"#, ""),
      (
        #"{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]],[[5,5],[6,6]]]}"#,
        "0 0 0 0; 1 0 0 0; 1 1 0 0; 0 0 0 0"
      ),
    ])
  func geometries(geometry: String, text: String) throws {
    #expect(try items(Self.feature(geometry)) == [["geometry=\(text)"]])
  }

  @Test("small degrees have no exponent, where JavaRosa writes 1.0E-7")
  func smallDegrees() throws {
    let point = #"{"type":"Point","coordinates":[1e-7,0.00025],"bbox":[0,0,0,0]}"#
    #expect(try items(Self.feature(point)) == [["geometry=0.00025 0.0000001 0 0"]])
  }

  @Test("properties are text as written, in their order; the id comes last or where it was")
  func properties() throws {
    let point = #"{"type":"Point","coordinates":[1,2]}"#
    let rest = #","properties":{"a":1.50,"b":true,"c":null,"d":"x\u00e9\n","e":1E5,"a":"2"}"#
    #expect(
      try items(Self.feature(point, rest + #","id":7"#), Self.feature(point, #","id":null"#))
        == [
          ["geometry=2 1 0 0", "a=2", "b=true", "c=", "d=xé\n", "e=1E5", "id=7"],
          ["geometry=2 1 0 0"],
        ])
    let own = #","properties":{"id":"p","name":"n"},"id":"q""#
    #expect(try items(Self.feature(point, own)) == [["geometry=2 1 0 0", "id=q", "name=n"]])
  }

  @Test("strings: escapes, surrogate pairs, half a pair")
  func strings() throws {
    let point = #"{"type":"Point","coordinates":[1,2]}"#
    let rest = #","properties":{"a":"\ud83d\ude00\"\\\/\b\f\r\t","b":"\ud83d\u0041"}"#
    let item = try items(Self.feature(point, rest))[0]
    #expect(item[1] == "a=😀\"\\/\u{8}\u{C}\r\t")
    #expect(item[2] == "b=\u{FFFD}A")
  }

  @Test("members in any order, unknown ones passed over, a byte order mark, no features")
  func order() throws {
    let point =
      #"{"properties":null,"geometry":{"type":"Point","coordinates":[1,2]},"x":[{}],"type":"Feature"}"#
    let text = #"{"crs":{"a":[1]},"features":[\#(point)],"features":[],"type":"FeatureCollection"}"#
    #expect(try instance("\u{FEFF}" + text, "X.GeoJSON").items == [["geometry=2 1 0 0"]])
    #expect(try items() == [])
  }

  @Test(
    "what is refused as GeoJSON",
    arguments: [
      #"{"type":"Feature"}"#, #"{"type":"FeatureCollection"}"#,
      #"{"type":"FeatureCollection","features":{}}"#,
      #"{"type":"FeatureCollection","features":[null]}"#,
      collection(feature("null")), collection(#"{"type":"Feature"}"#),
      collection(feature(#"{"type":"MultiPoint","coordinates":[[1,2]]}"#)),
      collection(feature(#"{"type":"Point","coordinates":[1]}"#)),
      collection(feature(#"{"type":"LineString","coordinates":[1,2]}"#)),
      collection(feature(#"{"type":"Point"}"#)), collection(feature(#"{"coordinates":[1,2]}"#)),
      collection(#"{"type":"feature","geometry":{"type":"Point","coordinates":[1,2]}}"#),
      collection(feature(#"{"type":"Point","coordinates":[1,2]}"#, #","id":{}"#)),
      collection(feature(#"{"type":"Point","coordinates":[1,2]}"#, #","properties":{"a":[1]}"#)),
      collection(feature(#"{"type":"Point","coordinates":[1,2]}"#, #","properties":[]"#)),
      collection(feature(#"{"type":"Point","coordinates":["1","2"]}"#)),
    ])
  func refused(text: String) {
    let fault = refusal(Array(text.utf8), "x.geojson")
    #expect(fault == "x.geojson:1 invalidGeoJSON" || fault == "x.geojson:1 invalidJSON")
  }

  private static func collection(_ feature: String) -> String {
    #"{"type":"FeatureCollection","features":[\#(feature)]}"#
  }

  @Test(
    "what is refused as JSON",
    arguments: [
      "", "[]", "{", "{\n\"type\":01}", "{\"a\":'b'}", "{\"a\":\"\t\"}", "{\"a\":1,}", "{\"a\":.5}",
      "{\"a\":1.}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":tru}", "{\"a\" 1}",
      "{\"type\":\"FeatureCollection\",\"features\":[]} x", "/**/{}",
    ])
  func refusedJSON(text: String) {
    #expect(refusal(Array(text.utf8), "x.geojson").hasSuffix("invalidJSON"))
  }

  @Test("a fault names its line, and nesting has a limit")
  func located() {
    let text = "{\"type\":\"FeatureCollection\",\n\"features\":[\n{\"type\":\"x\"}]}"
    #expect(refusal(Array(text.utf8), "x.geojson") == "x.geojson:3 invalidGeoJSON")
    let deep = "{\"a\":" + String(repeating: "[", count: 100_000)
    #expect(refusal(Array(deep.utf8), "x.geojson") == "x.geojson:1 nestedTooDeeply")
  }
}
