import Domain
import SyncProtocol
import Testing

struct ReceiptTests {
  private struct Receipts: Decodable {
    let receipts: [String]
    let tolerated: [String]
    let refused: [String]
  }

  private let vectors: Receipts

  init() throws { vectors = try Vectors.load(Receipts.self, "receipts.json") }

  private func wholeReceipt() throws -> Receipt {
    .segment(
      epoch: try Known.id(Known.epoch), lane: .normal, first: 1, last: 6,
      results: [
        .init(seq: 1, op: try Known.op(1), result: .applied, version: 42),
        .init(seq: 2, op: try Known.op(2), result: .merged, version: 43),
        .init(seq: 3, op: nil, result: .refused, code: .malformed),
        .init(seq: 4, op: try Known.op(4), result: .conflict, version: 44),
        .init(seq: 5, op: try Known.op(6), result: .refused, code: .gridOutOfScope),
        .init(
          seq: 6, op: try Known.op(7), result: .refused,
          code: RefusalCode(rawValue: "moon-too-full")),
      ],
      missing: [SHA256.hash(Array("photo 2".utf8))])
  }

  @Test("a segment's receipt carries every outcome, also a code of a later version")
  func segment() throws {
    try expectBothWays(vectors.receipts[0], try wholeReceipt())
  }

  @Test("a photo's receipt names its digest and size")
  func photo() throws {
    let receipt = Receipt.photo(
      epoch: try Known.id(Known.epoch), sha256: SHA256.hash(Array("photo 1".utf8)), bytes: 161_713)
    try expectBothWays(vectors.receipts[1], receipt)
  }

  @Test("a thumbnail's receipt names its digest and its photo's")
  func thumbnail() throws {
    let receipt = Receipt.thumbnail(
      epoch: try Known.id(Known.epoch), sha256: SHA256.hash(Array("thumbnail 1".utf8)),
      photo: SHA256.hash(Array("photo 1".utf8)))
    try expectBothWays(vectors.receipts[3], receipt)
  }

  @Test("nothing missing is an empty list")
  func nothingMissing() throws {
    let receipt = try expectRoundTrip(Receipt.self, vectors.receipts[2])
    guard case .segment(_, _, _, _, let results, let missing) = receipt else {
      Issue.record("not a segment's receipt")
      return
    }
    #expect(results.count == 1)
    #expect(missing.isEmpty)
  }

  @Test("unknown members are passed over")
  func tolerated() throws {
    let read = try WireJSON.decode(Receipt.self, from: Array(vectors.tolerated[0].utf8))
    #expect(read == (try wholeReceipt()))
  }

  @Test("what is no receipt is no success")
  func refused() {
    #expect(vectors.refused.count == 10)
    for text in vectors.refused {
      #expect(throws: DecodingError.self, "\(text)") {
        try WireJSON.decode(Receipt.self, from: Array(text.utf8))
      }
    }
  }

  @Test("the refusal codes are those of the protocol's page")
  func codes() {
    let codes: [RefusalCode] = [
      .malformed, .kindUnknown, .gridUnknown, .gridOutOfScope, .recordUnknown, .recordExists,
      .duplicate, .tooLarge, .actUnknown,
    ]
    #expect(
      codes.map(\.rawValue) == [
        "malformed", "kind-unknown", "grid-unknown", "grid-out-of-scope", "record-unknown",
        "record-exists", "duplicate", "too-large", "act-unknown",
      ])
  }
}
