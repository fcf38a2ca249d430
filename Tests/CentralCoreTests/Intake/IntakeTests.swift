import Domain
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("Taking segments")
struct IntakeTests {
  @Test("a whole segment is taken, and a repeat returns what was stored")
  func repeated() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    let record = try hand.create(["name": "王"])
    try hand.add(.update, record, fields: ["phone": "1"])
    hand.append(line: "no operation")
    try hand.create(grid: Town.gridC)
    let segment = hand.segment()
    let first = try scene.take(segment, from: hand.device)
    #expect(first.results.map(\.result) == [.applied, .applied, .refused, .refused])
    #expect(first.results.map(\.code) == [nil, nil, .malformed, .gridOutOfScope])
    #expect(first.results.map(\.seq) == [1, 2, 3, 4])
    let head = try scene.store.read { try $0.head() }
    for _ in 0..<3 { #expect(try scene.take(segment, from: hand.device) == first) }
    #expect(try scene.store.read { try $0.head() } == head)
    #expect(try scene.fields(record) == ["name": "王", "phone": "1"])
  }

  @Test("a segment that is partly a repeat applies only what is new")
  func overlap() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    let record = try hand.create(["n": 1])
    for n in 2...6 { try hand.add(.update, record, fields: ["n": .integer(Int64(n))]) }
    let one = try scene.take(hand.segment(last: 4), from: hand.device).results
    let two = try scene.take(hand.segment(first: 3), from: hand.device).results
    #expect(two.map(\.seq) == [3, 4, 5, 6])
    #expect(Array(two.prefix(2)) == Array(one.suffix(2)))
    #expect(try scene.fields(record) == ["n": 6])
    let all = try scene.take(hand.segment(), from: hand.device).results
    #expect(all == one + two.suffix(2))
    let lane = LaneKey(device: hand.device.id, incarnation: hand.incarnation, lane: .normal)
    let stored = try scene.store.read { try $0.operations(of: lane, first: 1, last: 9) }
    #expect(stored.map(\.line) == hand.lines[.normal])
    #expect(stored.map(\.hash) == (1...6).map { hand.hash(.normal, at: $0) })
  }

  @Test("a gap is answered with the sequence that is wanted, and changes nothing")
  func gap() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    for _ in 0..<5 { try hand.create() }
    let device = hand.device
    for (first, expected): (Int64, Int64) in [(2, 1), (5, 1)] {
      let segment = hand.segment(first: first)
      #expect(throws: IntakeFault(.sequenceGap, expected: expected)) {
        try scene.take(segment, from: device)
      }
    }
    try scene.take(hand.segment(last: 2), from: device)
    let segment = hand.segment(first: 4)
    #expect(throws: IntakeFault(.sequenceGap, expected: 3)) {
      try scene.take(segment, from: device)
    }
    #expect(try scene.store.read { try $0.recordCounts() } == ["household": 2])
  }

  @Test("two journals under one incarnation are found out, wherever they part")
  func forked() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    for _ in 0..<3 { try hand.create() }
    var clone = hand
    try scene.take(hand.segment(), from: hand.device)
    let device = hand.device
    // The same first three, then another fourth: no fork yet.
    try hand.create()
    try clone.create()
    try scene.take(hand.segment(first: 4), from: device)
    let before = try scene.store.read { try $0.head() }
    // Part repeat, part new; the repeated part differs.
    try clone.create()
    for first: Int64 in [1, 3, 4, 5] {
      let segment = clone.segment(first: first)
      #expect(throws: IntakeFault(.chainForked)) { try scene.take(segment, from: device) }
    }
    // What continues from another past than the one received.
    var stranger = Handheld(device: device, incarnation: hand.incarnation, ids: scene.ids)
    for _ in 0..<6 { try stranger.create() }
    let segment = stranger.segment(first: 5)
    #expect(throws: IntakeFault(.chainForked)) { try scene.take(segment, from: device) }
    #expect(try scene.store.read { try $0.head() } == before)
  }

  @Test("a segment of another device is refused, whatever it holds")
  func foreign() throws {
    let scene = try Scene()
    var mine = try scene.handheld()
    let other = try scene.device()
    try mine.create()
    let segment = mine.segment()
    #expect(throws: IntakeFault(.segmentForeign)) { try scene.take(segment, from: other) }
    #expect(try scene.store.read { try $0.lanes() }.isEmpty)
  }

  @Test("an altered, exchanged or missing line breaks the chain")
  func altered() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    for _ in 0..<4 { try hand.create(["name": "王小明"]) }
    let bytes = try hand.segment().bytes()
    _ = try Segment(bytes: bytes)
    var changed = bytes
    changed[changed.count - 20] ^= 1
    var lines = bytes.split(separator: 0x0a).map { Array($0) }
    lines.swapAt(2, 3)
    let exchanged = lines.reduce(into: [UInt8]()) { $0 += $1 + [0x0a] }
    for wrong in [changed, exchanged] {
      #expect(throws: Segment.Fault.chainBroken) { try Segment(bytes: wrong) }
      #expect(throws: UploadFault.segmentMalformed(.chainBroken)) {
        try scene.centre.uploads.takeWhole(
          .segment, wrong, sha256: SHA256.hash(wrong), metadata: "", device: hand.device)
      }
    }
    #expect(try scene.store.read { try $0.lanes() }.isEmpty)
  }

  @Test("lanes and incarnations are chains of their own")
  func lanesApart() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    var reborn = Handheld(device: hand.device, incarnation: scene.ids.v4(), ids: scene.ids)
    for lane in Lane.allCases {
      try hand.create(lane: lane)
      try reborn.create(lane: lane)
      #expect(try scene.sync(&hand, lane: lane).map(\.result) == [.applied])
      #expect(try scene.sync(&reborn, lane: lane).map(\.result) == [.applied])
    }
    #expect(try scene.store.read { try $0.lanes().count } == 4)
    // A line of one lane does not fit another.
    let urgent = try #require(hand.lines[.urgent]?.first)
    var mixed = hand
    mixed.append(line: urgent)
    #expect(try scene.sync(&mixed).map(\.code) == [.malformed])
  }

  @Test("photos that the centre lacks are named, each once, refused operations' not")
  func missing() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    let (known, lacking, refused) = (
      SHA256.hash([1]), SHA256.hash([2]), SHA256.hash([3])
    )
    let device = hand.device
    try scene.store.write { try $0.put(photo: known, bytes: 1, from: device.id, at: 1) }
    let record = try hand.create { $0.photos = [known.hex, lacking.hex] }
    try hand.add(.update, record) { $0.photos = [lacking.hex] }
    try hand.create(grid: Town.gridC) { $0.photos = [refused.hex] }
    let segment = hand.segment()
    let receipt = try scene.take(segment, from: device)
    #expect(receipt.missing == [lacking])
    #expect(try scene.record(record).photos == [known.hex, lacking.hex])
    // A repeat says what is lacking now.
    try scene.store.write { try $0.put(photo: lacking, bytes: 1, from: device.id, at: 1) }
    let again = try scene.take(segment, from: device)
    #expect(again.missing.isEmpty)
    #expect(again.results == receipt.results)
    #expect(try scene.store.read { try $0.grids(ofPhoto: refused) }.isEmpty)
    #expect(try scene.store.read { try $0.grids(ofPhoto: lacking) } == [Town.gridB])
  }

  @Test("the results reach the device's feed once, the new ones only")
  func announced() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    for _ in 0..<4 { try hand.create() }
    let device = hand.device
    let one = try scene.take(hand.segment(last: 2), from: device).results
    try scene.take(hand.segment(last: 2), from: device)
    let two = try scene.take(hand.segment(first: 2), from: device).results
    let told = try scene.store.read {
      try $0.changes(since: [(.device(device.id), 0)], limit: 99)
    }.changes
    let results = told.map { change -> [OperationResult] in
      if case .receipt(_, _, let results, _) = change { results } else { [] }
    }
    #expect(results == [one, Array(two.suffix(2))])
  }

  @Test("segments made without this code are taken or refused as the vectors say")
  func vectors() throws {
    let scene = try Scene()
    let id = try #require(UniqueID("0198c0de-0000-7000-8000-0000000000d1"))
    let device = Town.device(
      id, worker: "W1",
      incarnation: try #require(UniqueID("3f0a9f5e-8f1d-4c6a-9b1e-2a7d5c4b3e21")))
    try scene.store.write { try $0.put(device) }
    func send(_ name: String) throws -> Receipt? {
      let bytes = try Disk.read(Vectors.path("segments/\(name).segment"))
      return try scene.centre.uploads.takeWhole(
        .segment, bytes, sha256: SHA256.hash(bytes), metadata: "", device: device
      ).receipt
    }
    #expect(throws: UploadFault.segment(IntakeFault(.sequenceGap, expected: 1))) {
      try send("tail")
    }
    let whole = try #require(try send("whole"))
    #expect(whole.results.map(\.seq) == [1, 2, 3, 4])
    // Line 3 is no operation; the person of line 2 does not exist.
    #expect(
      whole.results.map(\.code) == [nil, .recordUnknown, .malformed, .recordUnknown])
    #expect(whole.missing.count == 2)
    let tail = try #require(try send("tail"))
    #expect(tail.results == Array(whole.results.suffix(3)))
    #expect(throws: UploadFault.segmentMalformed(.chainBroken)) { try send("altered") }
    #expect(throws: UploadFault.segmentMalformed(.headerMalformed)) { try send("header-bom") }
    #expect(throws: UploadFault.segmentMalformed(.linesMissing)) { try send("truncated") }
    #expect(try send("whole")?.results == whole.results)
  }
}
