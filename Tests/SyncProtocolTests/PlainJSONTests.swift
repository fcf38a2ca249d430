import Domain
import FoundationEssentials
import Support
import Testing

@testable import SyncProtocol

/// The plain reader and writer beside the general ones, which are Foundation's.
@Suite("Plain JSON") struct PlainJSONTests {
  static let seed: UInt64 = 20_261_128

  /// What both readers make of a line; the plain one may leave it alone.
  private func compare<T: PlainJSONReadable & Equatable>(
    _ type: T.Type, _ text: [UInt8]
  ) -> Bool {
    guard let plain = try? PlainJSONReader.read(type, text) else { return false }
    let general = try? WireJSON.decode(general: type, from: text)
    #expect(plain == general, "\(String(decoding: text, as: UTF8.self))")
    return true
  }

  private func general(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Written here, unless the plain writer leaves it to the general one.
  private func plain(_ value: some PlainJSONWritable) throws -> String {
    var json = PlainJSONWriter()
    try value.write(plain: &json)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static let line = #"""
    {"op":"01980000-0000-7000-8000-000000000001","lane":"normal","seq":7,
     "record":"01980000-0000-7000-8000-000000000002","element":"person","kind":"person",
     "action":"update","grid":"440399001001001","parent":null,
     "fields":{"phone":"13800138000","note":null,"n":-12,"share":0.25,"tags":["a",true,[]],
       "address":{"street":"和平路\n\"3\" \\/","号":12}},
     "position":{"latitude":22.5431,"longitude":114,"accuracy":6.5,"source":"gnss","at":5,
       "outside":false},
     "photos":["00"],"undoes":"01980000-0000-7000-8000-000000000003","base":41,
     "evidence":{"at":1790000000000,"boot":"6f1c","mono":81234567}}
    """#

  @Test("a whole operation reads the same, every member of it")
  func operation() throws {
    #expect(compare(Operation.self, Array(Self.line.utf8)))
    let read = try WireJSON.decode(Operation.self, from: Array(Self.line.utf8))
    #expect(
      read.fields?["address"] == .object(["street": "和平路\n\"3\" \\/", "号": 12]))
    #expect(read.position?.latitude == 22.5431)
  }

  @Test("what handhelds write is read plainly, and nothing unusual is")
  func which() throws {
    let change = { (what: String, by: String) in
      Array(Self.line.replacing(what, with: by).utf8)
    }
    for (what, by) in [
      ("\"seq\":7", "\"seq\":7.0"), ("\"seq\":7", "\"seq\":07"), ("\"seq\":7", "\"seq\":7e0"),
      ("\"seq\":7", "\"seq\":7,\"seq\":8"), ("\"n\":-12", "\"n\":-12,\"n\":1"),
      ("\"n\":-12", "\"n\":-0"), ("\"n\":-12", "\"n\":2.0"), ("\"n\":-12", "\"n\":1e2"),
      ("\"n\":-12", "\"n\":9223372036854775807"), ("\"n\":-12", "\"n\":0.1234567890123456"),
      ("\"n\":-12", "\"n\":\"\\u0041\""), ("\"n\":-12", "\"n\":\"\t\""),
      ("\"note\"", "\"n\\u006fte\""),
      ("\"kind\":\"person\",", ""), ("\"lane\":\"normal\"", "\"lane\":\"other\""),
      ("\"base\":41", "\"base\":41,\"later\":1"), ("22.5431", "122.5431"),
      ("\"tags\":[", "\"tags\":[" + String(repeating: "[", count: 20)), ("}}", "}} x"), ("}}", "}"),
    ] {
      let text = change(what, by)
      #expect(throws: Unplain.self, "\(by)") { try PlainJSONReader.read(Operation.self, text) }
    }
    #expect(throws: Unplain.self) {
      try PlainJSONReader.read(Operation.self, [0xef, 0xbb, 0xbf] + Array(Self.line.utf8))
    }
  }

  @Test("a hundred thousand damaged lines read the same wherever they are read at all")
  func damaged() throws {
    var random = SplitMix64(state: Self.seed)
    let line = Array(Self.line.utf8)
    let pieces =
      Array(#"{}[]",:\/0123456789.-+eEtrufalsn "#.utf8) + [
        0, 9, 10, 0x1f, 0x7f, 0x80, 0xc3, 0xe5, 0xff,
      ]
    var read = 0
    for _ in 0..<100_000 {
      var text = line
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let at = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: text[at] = pieces[Int.random(in: 0..<pieces.count, using: &random)]
        case 1: text.insert(pieces[Int.random(in: 0..<pieces.count, using: &random)], at: at)
        case 2: text.remove(at: at)
        default:
          let end = min(text.count, at + Int.random(in: 1...20, using: &random))
          text.insert(contentsOf: text[at..<end], at: at)
        }
      }
      if compare(Operation.self, text) { read += 1 }
    }
    // Enough of them are read that the comparison means something.
    #expect(read > 5000, "seed \(Self.seed): \(read)")
  }

  @Test("numbers read the same, to the last bit")
  func numbers() throws {
    var random = SplitMix64(state: Self.seed)
    for _ in 0..<50_000 {
      let digits = Int.random(in: 1...16, using: &random)
      var text = String(UInt64.random(in: 0...9_999_999_999_999_999, using: &random))
      text = String(text.prefix(digits))
      let point = Int.random(in: 0...text.count, using: &random)
      if point > 0, point < text.count {
        text.insert(".", at: text.index(text.startIndex, offsetBy: point))
      }
      if Bool.random(using: &random) { text = "-" + text }
      _ = compare([String: FieldValue].self, Array("{\"n\":\(text)}".utf8))
      let fix = #"{"latitude":\#(text),"longitude":1,"source":"gnss"}"#
      _ = compare(Position.self, Array(fix.utf8))
    }
  }

  @Test("a segment's header reads the same")
  func header() throws {
    let id = "01980000-0000-7000-8000-000000000001"
    let hash = String(repeating: "0a", count: 32)
    let text = """
      {"device":"\(id)","first":5,"gridwalk":"segment/1","hash":"\(hash)","incarnation":"\(id)",
       "lane":"urgent","last":7,"previous":"\(hash)","schema":1}
      """
    #expect(compare(Segment.Header.self, Array(text.utf8)))
  }

  @Test("texts and names are written as the general encoder writes them")
  func texts() throws {
    var fields: [String: FieldValue] = [
      "": "", "b": "é\u{301}", "a_b": 1, "A": 2, "a10": 3, "a2": 4,
    ]
    for scalar in Array(0...0x2100) + [0xd7ff, 0xe000, 0xfeff, 0xffff, 0x1f600] {
      guard let scalar = Unicode.Scalar(UInt32(scalar)) else { continue }
      fields["k\(scalar.value)"] = .text("x\(Character(scalar))y")
    }
    #expect(try plain(fields) == general(fields))
    let names: [String: FieldValue] = [
      "名\"\\\n": .array([.null, .bool(true), .object([:])]), "/": "/",
    ]
    #expect(try plain(names) == general(names))
  }

  @Test("numbers are written as the general encoder writes them, or left to it")
  func writtenNumbers() throws {
    var random = SplitMix64(state: Self.seed)
    for number in [0, 1, -1, 9, 10, 99, 100, .max, .min, 1 << 53] as [Int64] {
      #expect(try plain(FieldValue.integer(number)) == general(FieldValue.integer(number)))
    }
    for whole in [0.0, -0.0, 1, -7, 114, 1e15, 1e16, 9.007199254740992e15, -1e22, 1e300] {
      let value = FieldValue.decimal(whole)
      if let text = try? plain(value) { #expect(try text == general(value)) }
      #expect(try WireJSON.encode(value) == Array(general(value).utf8))
    }
    for _ in 0..<20_000 {
      let value = FieldValue.decimal(
        Double(Int64.random(in: -9_999_999...9_999_999, using: &random))
          / Double(Int.random(in: 1...99_999_999, using: &random)))
      if let text = try? plain(value) { #expect(try text == general(value)) }
      #expect(try WireJSON.encode(value) == Array(general(value).utf8))
    }
  }

  @Test("every value of the feed and of receipts is written the same, whole and bare")
  func values() throws {
    let id = try #require(UniqueID("01980000-0000-7000-8000-000000000001"))
    let digest = SHA256.hash([1])
    let results = [
      OperationResult(seq: 1, op: id, result: .applied, version: 3),
      OperationResult(seq: 2, op: nil, result: .refused, code: .malformed),
    ]
    var record = Record(
      id: id, element: .person, kind: "person", grid: "1", parent: id,
      fields: ["n": 1, "t": "王 \"小\""],
      position: Position(
        latitude: 22.5, longitude: 114.25, accuracy: 0.5, source: .exif, at: 9, outside: true),
      photos: ["00", "11"], version: 7)
    record.deleted = true
    let bare = Record(id: id, element: .event, kind: "event", grid: "1")
    let receipts: [Receipt] = [
      .photo(epoch: id, sha256: digest, bytes: 5),
      .segment(epoch: id, lane: .urgent, first: 1, last: 2, results: results, missing: [digest]),
      .segment(epoch: id, lane: .normal, first: 1, last: 1, results: [], missing: []),
    ]
    for receipt in receipts { #expect(try plain(receipt) == general(receipt)) }
    let changes: [Change] = [
      .enter(grid: GridOutline(id: "1", name: "格", boundary: .object(["type": "Polygon"]))),
      .enter(grid: GridOutline(id: "1", name: "格", boundary: nil)),
      .record(record), .record(bare), .gone(id: id, version: 4),
      .receipt(incarnation: id, lane: .normal, results: results, version: 5),
      .receipt(incarnation: id, lane: .normal, results: [], version: 5),
    ]
    for change in changes { #expect(try plain(change) == general(change)) }
    for change in changes { _ = compare(Change.self, Array(try general(change).utf8)) }
    #expect(compare(Change.self, Array(try general(changes[5]).utf8)))
    let page = ChangePage(epoch: id, now: 1, cursor: "c", more: true, changes: changes)
    #expect(try plain(page) == general(page))
    // What the plain writer leaves alone takes its whole page with it.
    let other = ChangePage(
      epoch: id, now: 1, cursor: "c", more: false,
      changes: changes + [.leave(grid: "1"), .unknown(type: "x")])
    #expect(throws: Unplain.self) { try plain(other) }
    #expect(try String(decoding: WireJSON.encode(other), as: UTF8.self) == general(other))
    // A member that is new would be missing from what is written.
    let position = try #require(record.position)
    for (value, members) in [
      (record as Any, 10), (results[0], 5), (position, 6), (page, 5),
      (GridOutline(id: "", name: "", boundary: nil), 3),
    ] {
      #expect(Mirror(reflecting: value).children.count == members, "\(value)")
    }
  }
}
