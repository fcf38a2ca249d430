import Domain
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("Operations that are refused alone")
struct RefusalTests {
  /// Sends one operation between two good ones and returns its result.
  private func refusal(
    _ scene: Scene, _ hand: inout Handheld, _ add: (inout Handheld) throws -> Void
  ) throws -> OperationResult {
    try hand.create()
    try add(&hand)
    try hand.create()
    let results = try scene.sync(&hand)
    try #require(results.count == 3)
    // It holds nothing up.
    #expect(results[0].result == .applied)
    #expect(results[2].result == .applied)
    return results[1]
  }

  @Test("each code of PROTOCOL §5 is told for its own reason")
  func codes() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    let mine = try hand.create()
    try scene.sync(&hand)
    var other = try scene.handheld(worker: "W2")
    let theirs = try other.create(grid: Town.gridC)
    try scene.sync(&other)
    let stranger = scene.ids.v7()
    let cases: [(RefusalCode, (inout Handheld) throws -> Void)] = [
      (.malformed, { try $0.add(.create, stranger) { $0.grid = nil } }),
      (.malformed, { try $0.add(.update, mine, fields: ["#deleted": true]) }),
      (.malformed, { try $0.add(.update, mine, fields: ["": 1]) }),
      (.malformed, { try $0.add(.update, mine, kind: "person") }),
      (.malformed, { try $0.add(.update, mine) { $0.photos = ["../../etc/passwd"] } }),
      (.malformed, { try $0.add(.update, mine, base: -1) }),
      (.malformed, { try $0.add(.update, mine) { $0.seq += 1 } }),
      (.malformed, { try $0.add(.update, mine) { $0.seq -= 1 } }),
      (.malformed, { try $0.add(.update, mine) { $0.lane = .urgent } }),
      (.kindUnknown, { try $0.add(.create, stranger, kind: "spaceship") }),
      (.gridUnknown, { try $0.add(.create, stranger) { $0.grid = "000000000000000" } }),
      (.gridOutOfScope, { try $0.add(.create, stranger) { $0.grid = Town.gridC } }),
      (.gridOutOfScope, { try $0.add(.update, mine) { $0.grid = Town.gridC } }),
      (.gridOutOfScope, { try $0.add(.update, theirs, fields: ["phone": "1"]) }),
      (.gridOutOfScope, { try $0.add(.update, theirs) { $0.grid = Town.gridB } }),
      (.gridOutOfScope, { try $0.add(.delete, theirs) }),
      (.recordUnknown, { try $0.add(.update, stranger) }),
      (.recordUnknown, { try $0.add(.delete, stranger) }),
      (.recordExists, { try $0.add(.create, mine) }),
      (.recordExists, { try $0.add(.create, theirs) }),
      (
        .tooLarge,
        { hand in
          try hand.add(.update, mine) { operation in
            operation.photos = (0...Limits.operationPhotos).map { SHA256.hash([UInt8($0)]).hex }
          }
        }
      ),
      (.actUnknown, { try $0.add(.act, mine, fields: ["act": "accept"]) }),
    ]
    let before = try scene.record(mine)
    for (code, add) in cases {
      let result = try refusal(scene, &hand, add)
      #expect(result.result == .refused)
      #expect(result.code == code)
      #expect(result.version == nil)
    }
    #expect(try scene.record(mine) == before)
    #expect(try scene.record(theirs).grid == Town.gridC)
    #expect(try scene.store.read { try $0.record(stranger) } == nil)
    #expect(try scene.conflicts().isEmpty)
  }

  @Test("an operation that came before under another number is a duplicate")
  func duplicate() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    let record = try hand.create(["n": 1])
    let operation = try hand.add(.update, record, fields: ["n": 2])
    try hand.add(.update, record, fields: ["n": 3])
    try scene.sync(&hand)
    let again = try refusal(scene, &hand) {
      try $0.add(.update, record, fields: ["n": 2]) { $0.op = operation.op }
    }
    #expect(again.code == .duplicate)
    #expect(again.op == operation.op)
    // From another device too, and in another incarnation.
    var other = try scene.handheld(worker: "W2")
    let third = try refusal(scene, &other) {
      try $0.add(.update, record, fields: ["n": 9]) { $0.op = operation.op }
    }
    #expect(third.code == .duplicate)
    #expect(try scene.fields(record) == ["n": 3])
    // A refused one counts as having come, and is refused for the same reason.
    let refused = try hand.add(.create, record)
    try hand.add(.update, record, fields: ["n": 7]) { $0.op = refused.op }
    try hand.add(.update, record, fields: ["n": 8]) { $0.op = refused.op }
    #expect(
      try scene.sync(&hand).map(\.code) == [.recordExists, .recordExists, .recordExists])
    let first = hand.received(.normal) - 1
    let repeated = try scene.take(hand.segment(first: first), from: hand.device)
    #expect(repeated.results.map(\.code) == [.recordExists, .recordExists])
    #expect(try scene.fields(record) == ["n": 3])
  }

  @Test("a duplicate names the photos that the centre still lacks")
  func duplicateWithoutPhoto() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    let photo = SHA256.hash([1, 2, 3])
    let record = hand.ids.v7()
    let operation = try hand.add(.create, record) { $0.photos = [photo.hex] }
    try scene.sync(&hand)
    try hand.add(.create, record) {
      $0.op = operation.op
      $0.photos = [photo.hex]
    }
    let receipt = try scene.take(hand.segment(first: 2), from: hand.device)
    guard case .segment(_, _, _, _, let results, let missing) = receipt else {
      Issue.record("no receipt of a segment")
      return
    }
    #expect(results.map(\.code) == [.duplicate])
    #expect(missing == [photo])
  }

  @Test("each malformed line of the vectors is refused alone and kept as it came")
  func malformedVectors() throws {
    struct File: Decodable {
      struct Line: Decodable {
        let why: String
        let line: String
      }
      let malformed: [Line]
    }
    let lines = try Vectors.load(File.self, "operations.json").malformed
    #expect(lines.count > 10)
    let scene = try Scene()
    var hand = try scene.handheld()
    for example in lines {
      let result = try refusal(scene, &hand) { $0.append(line: example.line) }
      #expect(result.code == .malformed, "\(example.why)")
    }
    let lane = LaneKey(device: hand.device.id, incarnation: hand.incarnation, lane: .normal)
    let end = hand.received(.normal)
    let stored = try scene.store.read { try $0.operations(of: lane, first: 1, last: end) }
    #expect(stored.map(\.line) == hand.lines[.normal])
  }

  @Test(
    "a hostile line poisons neither its lane nor the feed of its grid",
    arguments: [
      #"{"x":1e999}"#, #"{"x":-1e999}"#, #"{"x":1e-999}"#, #"{"x":123456789012345678901234567890}"#,
      #"{"x":9223372036854775807,"y":-9223372036854775808,"z":9223372036854775808}"#,
      #"{"x":"\u0000\u0001\ud83d\ude00"}"#, #"{"\u0000":"x"}"#, #"{"x":"\ud800"}"#,
      #"{"x":[[[[[[[[[[[[[1]]]]]]]]]]]]]}"#, #"{"x":[[[[[[[[[[[1]]]]]]]]]]]}"#,
      #"{"x":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}}"#,
      #"{"x":[[[[[[[[1]]]]]]]]}"#, #"{"x":{"":{"":1}}}"#, #"{"x":1,"x":2}"#,
      #"{"é":1,"é":2}"#, #"{"x":true,"y":[null,false,1.5,"",{}]}"#,
    ])
  func poison(_ fields: String) throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    let reader = try scene.device(worker: "W2")
    func line(_ action: String, _ record: UniqueID, _ fields: String, seq: Int64) -> String {
      """
      {"op":"\(scene.ids.v7())","lane":"normal","seq":\(seq),"record":"\(record)",\
      "element":"household","kind":"household","action":"\(action)","grid":"\(Town.gridB)",\
      "fields":\(fields),"base":0,"evidence":{"at":1}}
      """
    }
    let record = scene.ids.v7()
    let result = try refusal(scene, &hand) {
      $0.append(line: line("create", record, fields, seq: $0.nextSeq()))
    }
    print("poison \(fields): \(result.result.rawValue) \(result.code?.rawValue ?? "")")
    // And as an update that another device's value covers: both go into a
    // conflict.
    let victim = try hand.create(["x": "mine"])
    try scene.sync(&hand)
    var other = try scene.handheld(worker: "W2")
    _ = try refusal(scene, &other) {
      $0.append(line: line("update", victim, fields, seq: $0.nextSeq()))
    }
    // Every device of the grid can still read every page.
    var cursor: String?
    while true {
      let bytes = try WireJSON.encode(try scene.page(reader, after: cursor, limit: 3))
      #expect(bytes.count <= Limits.answerBytes)
      let page = try WireJSON.decode(ChangePage.self, from: bytes)
      cursor = page.cursor
      if !page.more { break }
    }
    #expect(try scene.store.read { try $0.openConflicts() }.count <= 2)
  }

  @Test("a record cannot grow beyond what a page of the feed can carry")
  func growth() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    let record = try hand.create()
    var outcomes: [OperationResult] = []
    for n in 0..<12 {
      try hand.add(
        .update, record, fields: ["note\(n)": .text(String(repeating: "字", count: 80_000))])
      outcomes += try scene.sync(&hand)
    }
    #expect(outcomes.last?.code == .tooLarge)
    let page = try scene.page(hand.device, after: nil, limit: 500)
    #expect(try WireJSON.encode(page).count <= Limits.answerBytes / 2)
    // A smaller change of the same record is taken, and one that shrinks it.
    try hand.add(.update, record, fields: ["phone": "1", "note0": .null])
    try hand.add(.update, record, fields: ["note99": .text(String(repeating: "字", count: 70_000))])
    #expect(try scene.sync(&hand).map(\.result) == [.applied, .applied])
  }

  @Test("a line of very many values is refused unread")
  func flatArrays() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    let values = Array(repeating: "[]", count: 80_000).joined(separator: ",")
    let record = scene.ids.v7()
    hand.append(
      line: """
        {"op":"\(scene.ids.v7())","lane":"normal","seq":1,"record":"\(record)",\
        "element":"household","kind":"household","action":"create","grid":"\(Town.gridB)",\
        "fields":{"x":[\(values)]},"base":0,"evidence":{"at":1}}
        """)
    #expect(try scene.sync(&hand)[0].code == .tooLarge)
    // Brackets and commas of a text are no values.
    let text = String(repeating: "[{,\\\"", count: 20_000)
    let other = scene.ids.v7()
    try hand.add(.create, other, fields: ["x": .text(text)])
    #expect(try scene.sync(&hand)[0].result == .applied)
    #expect(try scene.fields(other) == ["x": .text(text)])
  }
}
