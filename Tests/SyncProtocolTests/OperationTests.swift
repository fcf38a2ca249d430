import Domain
import SyncProtocol
import Testing

struct OperationTests {
  private struct Lines: Decodable {
    struct Case: Decodable {
      let why: String
      let line: String
    }
    let operations: [String]
    let tolerated: [Case]
    let malformed: [Case]
  }

  private let lines: Lines

  init() throws { lines = try Vectors.load(Lines.self, "operations.json") }

  private func read(_ line: String) throws -> SyncProtocol.Operation {
    try WireJSON.decode(SyncProtocol.Operation.self, from: Array(line.utf8))
  }

  @Test("a creation carries fields, position and photos, and is written as it was read")
  func create() throws {
    var operation = SyncProtocol.Operation(
      op: try Known.op(1), lane: .normal, seq: 1, record: try Known.id(Known.household),
      element: .household, kind: "household", action: .create, base: 0,
      evidence: .init(
        at: 1_790_000_000_001, boot: "6f1cbb2e-8d3a-4f0e-9a57-3c1d2e4f5a6b", mono: 81_234_568))
    operation.grid = Known.grid
    operation.fields = [
      "address": "南山区蛇口街道渔村路12号/3", "rooms": 3, "rent": .decimal(1850.5), "let": true,
      "note": .null, "languages": .array(["粤语", "客家话"]), "quote": "“a\"b\\c”\n\t𠮷",
    ]
    operation.position = Position(
      latitude: 22.485123, longitude: 113.918456, accuracy: 4.5, source: .gnss,
      at: 1_790_000_000_000)
    operation.position?.outside = true
    operation.photos = [
      SHA256.hash(Array("photo 1".utf8)).hex, SHA256.hash(Array("photo 2".utf8)).hex,
    ]
    try expectBothWays(lines.operations[0], operation)
  }

  @Test("an update clears a field with null")
  func update() throws {
    let operation = try expectRoundTrip(SyncProtocol.Operation.self, lines.operations[1])
    #expect(operation.action == .update)
    #expect(operation.base == 41)
    #expect(operation.parent == UniqueID(Known.household))
    #expect(operation.fields == ["phone": "13800138000", "note": .null])
  }

  @Test("a deletion that takes an operation back, and an act, are read and written")
  func others() throws {
    let delete = try expectRoundTrip(SyncProtocol.Operation.self, lines.operations[2])
    #expect(delete.action == .delete)
    #expect(delete.undoes == (try Known.op(2)))
    #expect(delete.fields == nil)
    #expect(delete.evidence == .init(at: 1_790_000_000_000))
    let act = try expectRoundTrip(SyncProtocol.Operation.self, lines.operations[3])
    #expect(act.action == .act)
    #expect(act.lane == .urgent)
    #expect(act.fields == ["act": "accept"])
    let decision = try expectRoundTrip(SyncProtocol.Operation.self, lines.operations[4])
    #expect(decision.resolves == [Conflict.id(op: try Known.op(2), field: "phone")])
    #expect(decision.seen == [try Known.op(2), try Known.op(8)])
  }

  @Test("members and spellings that are not ours are passed over")
  func tolerated() throws {
    #expect(lines.tolerated.count == 4)
    let expected = [1, 1, 1, 0]
    for (index, tolerated) in lines.tolerated.enumerated() {
      var plain = try read(lines.operations[expected[index]])
      if tolerated.why == "unknown member of evidence" {
        plain.evidence = .init(at: 1_790_000_000_000)
      }
      #expect(try read(tolerated.line) == plain, "\(tolerated.why)")
    }
  }

  @Test("a line that is no operation is refused")
  func malformed() throws {
    #expect(lines.malformed.count > 15)
    for malformed in lines.malformed {
      #expect(throws: DecodingError.self, "\(malformed.why)") { try read(malformed.line) }
    }
  }
}
