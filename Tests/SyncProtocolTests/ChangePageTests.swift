import Domain
import SyncProtocol
import Testing

struct ChangePageTests {
  private struct Pages: Decodable {
    let changes: [String: String]
    let page: String
    let empty: String
    let tolerated: String
    let skipped: String
    let refused: [String]
  }

  private let vectors: Pages

  init() throws { vectors = try Vectors.load(Pages.self, "changes.json") }

  private func text(_ name: String) throws -> String { try #require(vectors.changes[name]) }

  private func household() throws -> Record {
    Record(
      id: try Known.id(Known.household), element: .household, kind: "household", grid: Known.grid,
      fields: ["address": "渔村路12号", "rooms": 3],
      position: Position(latitude: 22.485123, longitude: 113.918456, source: .exif),
      photos: [SHA256.hash(Array("photo 1".utf8)).hex], version: 42)
  }

  @Test("a grid enters with its name and boundary")
  func enter() throws {
    guard case .enter(let grid) = try expectRoundTrip(Change.self, text("enter")) else {
      Issue.record("not an entering grid")
      return
    }
    #expect(grid.id == Known.grid)
    #expect(grid.name == "渔村一格")
    guard case .object(let boundary)? = grid.boundary else {
      Issue.record("no boundary")
      return
    }
    #expect(boundary["type"] == "MultiPolygon")
  }

  @Test("a record comes with its present state")
  func record() throws {
    try expectBothWays(text("record"), Change.record(household()))
    var person = Record(
      id: try Known.id(Known.person), element: .person, kind: "person", grid: Known.grid,
      parent: try Known.id(Known.household), version: 43)
    person.deleted = true
    try expectBothWays(text("deleted"), Change.record(person))
  }

  @Test("a record that left, a form and a grid that left are read and written")
  func small() throws {
    try expectBothWays(text("gone"), Change.gone(id: Known.id(Known.event), version: 44))
    try expectBothWays(
      text("form"),
      Change.form(
        FormSource(
          id: "household", version: "2026112101", source: "type,name,label\ntext,address,地址\n"),
        version: 46))
    try expectBothWays(
      text("formWithLists"),
      Change.form(
        FormSource(
          id: "visit", version: "1", source: "survey\n",
          attachments: ["doors.csv": "name,label\nd1,3栋\n", "wells.geojson": "{}"]),
        version: 46))
    try expectBothWays(text("leave"), Change.leave(grid: Known.grid))
  }

  @Test("a receipt in the feed says which part of which lane it is about")
  func receipt() throws {
    guard
      case .receipt(let incarnation, let lane, let results, let version) =
        try expectRoundTrip(Change.self, text("receipt"))
    else {
      Issue.record("not a receipt")
      return
    }
    #expect(incarnation.text == Known.incarnation)
    #expect(lane == .normal)
    #expect(results.map(\.seq) == [1, 2, 3, 4, 5, 6])
    #expect(version == 45)
  }

  @Test("a conflict says both values, the one before, and who wrote which")
  func conflict() throws {
    let mine = Conflict.Author(
      op: try Known.op(2), worker: "W0017", name: "陈晓燕", at: 1_790_000_000_002)
    let theirs = Conflict.Author(
      op: try Known.op(8), worker: "W0018", name: "李国强", at: 1_790_000_000_001)
    var conflict = Conflict(
      id: Conflict.id(op: mine.op, field: "phone"), record: try Known.id(Known.person),
      field: "phone", base: "13700137000", shown: "13800138000", kept: "13900139000",
      op: mine.op, shownBy: mine, keptBy: theirs)
    try expectBothWays(text("conflict"), Change.conflict(conflict, version: 47))
    conflict.resolved = .init(op: try Known.op(6), worker: "W0017", name: "陈晓燕")
    try expectBothWays(text("resolved"), Change.conflict(conflict, version: 49))
  }

  @Test("a conflict keeps a field that was cleared, and need not know who wrote")
  func cleared() throws {
    let conflict = Conflict(
      id: Conflict.id(op: try Known.op(2), field: "rooms"), record: try Known.id(Known.person),
      field: "rooms", shown: .null, kept: 3, op: try Known.op(2))
    try expectBothWays(text("cleared"), Change.conflict(conflict, version: 48))
  }

  @Test("a page is read and written")
  func pages() throws {
    let page = try expectRoundTrip(ChangePage.self, vectors.page)
    #expect(page.changes.count == 11)
    #expect(page.more)
    #expect(page.epoch.text == Known.epoch)
    #expect(page.now == 1_790_000_000_000)
    let empty = ChangePage(
      epoch: try Known.id(Known.epoch), now: 1_790_000_000_000, cursor: "djE6NDc", more: false,
      changes: [])
    try expectBothWays(vectors.empty, empty)
  }

  @Test("unknown types and members are passed over")
  func tolerated() throws {
    let page = try WireJSON.decode(ChangePage.self, from: Array(vectors.tolerated.utf8))
    #expect(page.changes.count == 5)
    #expect(page.changes[0] == .unknown(type: "weather"))
    #expect(page.changes[1] == .record(try household()))
    #expect(
      page.changes[2] == (try WireJSON.decode(Change.self, from: Array(text("enter").utf8))))
    #expect(page.changes[3] == .leave(grid: Known.grid))
    guard case .conflict(let conflict, 47) = page.changes[4] else {
      Issue.record("not a conflict")
      return
    }
    // An older centre says no more.
    #expect(conflict.base == .null)
    #expect(conflict.shownBy == nil)
  }

  @Test("a change with a word that nobody knows is passed over alone")
  func skipped() throws {
    let page = try WireJSON.decode(ChangePage.self, from: Array(vectors.skipped.utf8))
    #expect(
      page.changes == [
        .unknown(type: "record"), .unknown(type: "record"), .unknown(type: "receipt"),
        .unknown(type: "receipt"), .record(try household()),
      ])
  }

  @Test("what is no page is refused whole")
  func refused() {
    #expect(vectors.refused.count == 8)
    for text in vectors.refused {
      #expect(throws: DecodingError.self, "\(text)") {
        try WireJSON.decode(ChangePage.self, from: Array(text.utf8))
      }
    }
  }
}
