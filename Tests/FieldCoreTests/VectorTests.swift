import Database
import Domain
import Foundation
import Support
import SyncProtocol
import Testing

@testable import FieldCore

/// The examples in Sync/vectors, put through a real store.
@Suite struct VectorTests {
  private struct Pages: Decodable {
    let changes: [String: String]
    let page, empty, tolerated, skipped: String
    let refused: [String]
  }

  private struct Chains: Decodable {
    struct Chain: Decodable {
      struct Link: Decodable { let line, hash: String }
      let incarnation, lane, genesis: String
      let entries: [Link]
    }
    let lanes: [Chain]
  }

  private static let folder = Checkout.root.appendingPathComponent("Sync/vectors")
  private static let grid = "440399001001001"

  private static func load<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
    try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
  }

  private static func chains() throws -> [Chains.Chain] {
    try load(Chains.self, "chain.json").lanes
  }

  private func id(_ text: String) throws -> UniqueID { try #require(UniqueID(text)) }
  private func record(_ number: Int) throws -> UniqueID {
    try id("0198c0de-1000-7abc-8def-00000000000\(number)")
  }

  private func page(_ text: String) throws -> ChangePage {
    try WireJSON.decode(ChangePage.self, from: Array(text.utf8))
  }

  /// The handheld that the vectors speak of.
  private func known(_ incarnation: String? = nil) throws -> Field {
    let field = try Field()
    let incarnation = try incarnation ?? Self.chains().first?.incarnation
    try field.store.connection.run("UPDATE incarnation SET id = \(incarnation)")
    try field.store.enrolled(
      EnrollAnswer(
        device: id("0198c0de-0000-7000-8000-0000000000d1"), token: "t",
        epoch: id("5b7c9d1e-2f3a-4b5c-8d6e-7f8091a2b3c4"), city: "440399",
        worker: Worker(id: "7", name: "王"), now: field.machine.now),
      centre: "http://centre", name: "手持")
    return field
  }

  /// Puts the lines of the handheld's lanes into the journal with the vectors' hashes.
  private func fill(
    _ store: FieldStore, altering altered: (String) -> String = { $0 }
  ) throws {
    let incarnation = try store.device().incarnation.text
    for chain in try Self.chains() where chain.incarnation == incarnation {
      for (index, link) in chain.entries.enumerated() {
        let line = Array(altered(link.line).utf8)
        let operation = try? WireJSON.decode(Operation.self, from: line)
        try store.connection.run(
          """
          INSERT INTO journal (incarnation, lane, seq, batch, op, record, action, line, hash, at)
          VALUES (1, \(chain.lane), \(Int64(index) + 1), \(Int64(index) + 1),
            \((operation?.op ?? store.newID()).text), \((operation?.record ?? store.newID()).text),
            \(operation?.action.rawValue ?? "update"), \(line),
            \(try #require(Digest(hex: link.hash)).bytes), 1)
          """)
      }
    }
  }

  @Test("the journal chains and writes the vectors' lines with the vectors' hashes")
  func chain() throws {
    var compared = 0
    for chain in try Self.chains() {
      let store = try known(chain.incarnation).store
      let journal = try store.journal()
      let lane = try #require(Lane(rawValue: chain.lane))
      #expect(try journal.head(of: lane).hash.hex == chain.genesis)
      // Up to the line that is no operation: the device writes none such.
      for link in chain.entries {
        guard let operation = try? WireJSON.decode(Operation.self, from: Array(link.line.utf8))
        else { break }
        let entry = try journal.append(operation, batch: try journal.nextBatch())
        #expect(String(decoding: entry.line, as: UTF8.self) == link.line)
        #expect(entry.hash.hex == link.hash)
        compared += 1
      }
      #expect(store.verify() == [])
    }
    #expect(compared >= 3)
  }

  @Test("segments sealed from the vectors' journal are the vectors' files")
  func segments() throws {
    let store = try known().store
    try fill(store)
    func file(_ name: String) throws -> [UInt8] {
      Array(try Data(contentsOf: Self.folder.appendingPathComponent("segments/\(name).segment")))
    }
    #expect(try store.segmentBytes(.normal, first: 1, last: 4) == file("whole"))
    #expect(try store.segmentBytes(.normal, first: 2, last: 4) == file("tail"))
    #expect(try store.segmentBytes(.urgent, first: 1, last: 1) == file("urgent"))
    let sealed = try #require(try store.nextSegment(.normal, bytes: 1 << 20))
    #expect(sealed.sha256 == SHA256.hash(try file("whole")))
    #expect(sealed.length == 1748)
  }

  @Test("the examination finds the vectors' chains whole and an altered line broken")
  func verification() throws {
    let store = try known().store
    try fill(store)
    let incarnation = try store.device().incarnation
    // The third line is no operation, but chained as it should be.
    let third = StoreFault.entry(incarnation: incarnation, lane: .normal, seq: 3)
    #expect(store.verify() == [third])
    let changed = try known().store
    try fill(changed) { $0.replacing("13800138000", with: "13800138001") }
    #expect(
      changed.verify() == [.chain(incarnation: incarnation, lane: .normal, seq: 2), third])
  }

  @Test("every change of the vectors does to the store what the protocol says")
  func changes() throws {
    let field = try known()
    let store = field.store
    let vectors = try Self.load(Pages.self, "changes.json")
    func take(_ name: String) throws {
      let text = try #require(vectors.changes[name])
      try field.store.apply(
        page(vectors.empty.replacing(#""changes":[]"#, with: #""changes":[\#(text)]"#)))
    }
    try take("enter")
    #expect(try store.grids().map(\.name) == ["渔村一格"])
    try take("record")
    let household = try field.shown(record(1))
    #expect(household.fields == ["address": "渔村路12号", "rooms": 3])
    #expect(household.version == 42)
    #expect(household.position?.longitude == 113.918456)
    try take("deleted")
    let person = try field.shown(record(2))
    #expect(person.deleted == true)
    #expect(person.parent == household.id)
    #expect(try store.children(of: household.id) == [])
    try take("form")
    #expect(try store.form("household")?.version == "2026112101")
    try take("conflict")
    #expect(try store.conflicts(of: record(2)).map(\.conflict.kept) == ["13900139000"])
    try take("cleared")
    let cleared = try #require(try store.conflicts(of: record(2)).first).conflict
    #expect(cleared.field == "rooms")
    #expect(cleared.shown == .null)
    try take("resolved")
    #expect(try store.conflicts(of: record(2)).map(\.conflict.field) == ["rooms"])
    #expect(try store.conflicts(decidedToo: true).count == 2)
    try take("gone")
    #expect(try store.record(record(3)) == nil)
    #expect(try store.record(record(1)) != nil)
    try take("leave")
    #expect(try store.record(record(1)) == nil)
    #expect(try store.grids() == [])
    #expect(try store.device().cursor == "djE6NDc")
  }

  @Test("the vectors' whole page, with the receipts of the vectors' operations")
  func wholePage() throws {
    let field = try known()
    let store = field.store
    let vectors = try Self.load(Pages.self, "changes.json")
    let journal = try store.journal()
    let normal = try #require(try Self.chains().first)
    for link in normal.entries.prefix(2) {
      let operation = try WireJSON.decode(Operation.self, from: Array(link.line.utf8))
      _ = try journal.append(operation, batch: try journal.nextBatch())
    }
    #expect(try store.queueSummary().operations[.normal]?.items == 2)
    try store.apply(page(vectors.page))
    #expect(try store.queueSummary().isEmpty)
    #expect(
      try store.received().compactMap { $0.result?.result.rawValue } == ["merged", "applied"])
    #expect(try store.received().compactMap { $0.result?.version } == [43, 42])
    // Its last change takes the grid away, and nothing of the device waits there.
    #expect(try store.record(record(1)) == nil)
    #expect(try store.conflicts(decidedToo: true).isEmpty)
    #expect(try store.device().cursor == "djE6NDc")
    #expect(try store.device().clockOffset == 0)
  }

  @Test("unknown types are passed over; what is no page is no answer of the centre")
  func tolerance() throws {
    let field = try known()
    let vectors = try Self.load(Pages.self, "changes.json")
    try field.store.apply(page(vectors.tolerated))
    #expect(try field.store.device().cursor == "djE6NDc")
    let strange = try known()
    try strange.store.apply(page(vectors.skipped))
    #expect(try strange.store.count("SELECT count(*) FROM record") == 1)
    #expect(try strange.shown(record(1)).element == .household)
    #expect(!vectors.refused.isEmpty)
    let client = CentreClient(
      link: CentreLink(try FakeCentre(), patience: .none, report: { _ in }), token: nil)
    for text in vectors.refused {
      let answer = TransportResponse(
        status: 200, headers: [("Content-Type", "application/json")], body: Array(text.utf8))
      #expect(throws: SyncError.portal) { try client.json(ChangePage.self, in: answer) }
    }
  }
}
