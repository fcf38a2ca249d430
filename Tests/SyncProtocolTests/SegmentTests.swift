import Domain
import SyncProtocol
import Testing

struct SegmentTests {
  struct Stored: Decodable, Sendable {
    struct Line: Decodable {
      let text: String
      let times: Int
      let count: Int
    }
    let name: String
    let file: String?
    let header: String?
    let lines: [Line]?
    let length: Int
    let sha256: String
    let problem: String?
    let device: String?
    let incarnation: String?
    let lane: Lane?
    let first: Int64?
    let last: Int64?
    let previous: String?
    let hash: String?

    /// The segment's bytes, which are checked to be those of the vector.
    func bytes() throws -> [UInt8] {
      let bytes: [UInt8]
      if let file {
        bytes = try Vectors.bytes(file)
      } else {
        var built = Array((try #require(header) + "\n").utf8)
        for line in try #require(lines) {
          let text = Array((String(repeating: line.text, count: line.times) + "\n").utf8)
          for _ in 0..<line.count { built.append(contentsOf: text) }
        }
        bytes = built
      }
      #expect(bytes.count == length)
      #expect(SHA256.hash(bytes).hex == sha256)
      return bytes
    }
  }

  struct Foreign: Decodable {
    let name: String
    let text: String
  }

  struct Segments: Decodable {
    let accepted: [Stored]
    let refused: [Stored]
    let foreign: [Foreign]
  }

  static func segments() throws -> Segments { try Vectors.load(Segments.self, "segments.json") }

  @Test("a segment is read, and sealed again to the same bytes")
  func accepted() throws {
    let accepted = try Self.segments().accepted
    #expect(accepted.count == 6)
    for stored in accepted {
      let bytes = try stored.bytes()
      let segment = try Segment(bytes: bytes)
      #expect(try segment.bytes() == bytes, "\(stored.name)")
      let sealed = Segment(
        device: segment.header.device, incarnation: segment.header.incarnation,
        lane: segment.header.lane, first: segment.header.first, previous: segment.header.previous,
        lines: segment.lines)
      #expect(sealed == segment, "\(stored.name)")
      #expect(try sealed.bytes() == bytes, "\(stored.name)")
      guard stored.file != nil else { continue }
      #expect(segment.header.device.text == stored.device)
      #expect(segment.header.incarnation.text == stored.incarnation)
      #expect(segment.header.lane == stored.lane)
      #expect(segment.header.first == stored.first)
      #expect(segment.header.last == stored.last)
      #expect(segment.header.previous.hex == stored.previous)
      #expect(segment.header.hash.hex == stored.hash)
    }
  }

  @Test("a segment that is not one is refused with the fault that its problem needs")
  func refused() throws {
    let refused = try Self.segments().refused
    #expect(refused.count > 20)
    for stored in refused {
      let bytes = try stored.bytes()
      let fault = #expect(throws: Segment.Fault.self, "\(stored.name)") {
        try Segment(bytes: bytes)
      }
      let problem: ProblemCode = fault == .chainBroken ? .chainBroken : .segmentMalformed
      #expect(problem.rawValue == stored.problem, "\(stored.name)")
    }
  }

  @Test("what exceeds a limit is called too large")
  func limits() throws {
    let names = ["too-many-operations", "line-too-long", "too-large", "newlines"]
    let refused = try Self.segments().refused.filter { names.contains($0.name) }
    #expect(refused.count == names.count)
    for stored in refused {
      let bytes = try stored.bytes()
      #expect(throws: Segment.Fault.tooLarge, "\(stored.name)") { try Segment(bytes: bytes) }
    }
  }

  @Test("another device's segment and an unknown schema are for the centre to refuse")
  func foreign() throws {
    let foreign = try Self.segments().foreign
    let schema = try Segment(bytes: Array(foreign[0].text.utf8))
    #expect(schema.header.schema == 2)
    let device = try Segment(bytes: Array(foreign[1].text.utf8))
    #expect(device.header.device.text == "0198c0de-0000-7000-8000-0000000000d2")
  }

  @Test("a line that is no operation, or no UTF-8, is carried as it came")
  func strangeLines() throws {
    let lines: [[UInt8]] = [[], [0xff, 0x00], Array("{}".utf8), [0x0d]]
    let sealed = Segment(
      device: try Known.id(Known.device), incarnation: try Known.id(Known.incarnation),
      lane: .urgent, first: 1,
      previous: JournalChain.genesis(incarnation: try Known.id(Known.incarnation), lane: .urgent),
      lines: lines)
    #expect(sealed.header.last == 4)
    let read = try Segment(bytes: try sealed.bytes())
    #expect(read == sealed)
    #expect(read.lines == lines)
  }

  @Test("no mutation of a segment crashes the reader or passes with other lines")
  func mutations() throws {
    let seed: UInt64 = 20_261_121
    print("segment mutations: seed \(seed)")
    var random = SplitMix64(state: seed)
    let files = try Self.segments().accepted.filter { $0.file != nil }
    let originals = try files.map { try $0.bytes() }
    let segments = try originals.map { try Segment(bytes: $0) }
    var refused = 0
    for _ in 0..<10_000 {
      let index = Int.random(in: 0..<originals.count, using: &random)
      let bytes = Mutation.mutate(originals[index], with: originals, using: &random)
      if bytes == originals[index] { continue }
      // What is announced covers every byte.
      #expect(SHA256.hash(bytes).hex != files[index].sha256)
      do {
        let read = try Segment(bytes: bytes)
        // The header's own members are covered by the announced digest only;
        // the chain covers the lines and where they hang.
        let whole = try #require(segments.first { $0.header.hash == read.header.hash })
        #expect(read.lines == whole.lines.suffix(read.lines.count))
        #expect(read.header.previous == segments.first { $0.lines == read.lines }?.header.previous)
      } catch is Segment.Fault {
        refused += 1
      }
    }
    #expect(refused > 9000)
  }

  @Test("no mutation of an operation, a receipt or a page crashes the reader")
  func jsonMutations() throws {
    struct Texts: Decodable { let operations: [String] }
    struct Receipts: Decodable { let receipts: [String] }
    struct Pages: Decodable { let page: String }
    let seed: UInt64 = 20_261_122
    print("JSON mutations: seed \(seed)")
    var random = SplitMix64(state: seed)
    var texts = try Vectors.load(Texts.self, "operations.json").operations
    texts += try Vectors.load(Receipts.self, "receipts.json").receipts
    texts.append(try Vectors.load(Pages.self, "changes.json").page)
    let originals = texts.map { Array($0.utf8) }
    var refused = 0
    for _ in 0..<3000 {
      let index = Int.random(in: 0..<originals.count, using: &random)
      let bytes = Mutation.mutate(originals[index], with: originals, using: &random)
      for read in Mutation.readers {
        do { try read(bytes) } catch is DecodingError { refused += 1 }
      }
    }
    #expect(refused > 6000)
  }
}

/// Damage as it happens on disks and lines, and as an enemy would do it.
private enum Mutation {
  static let readers: [@Sendable ([UInt8]) throws -> Void] = [
    { _ = try WireJSON.decode(SyncProtocol.Operation.self, from: $0) },
    { _ = try WireJSON.decode(Receipt.self, from: $0) },
    { _ = try WireJSON.decode(ChangePage.self, from: $0) },
  ]

  static func mutate(
    _ original: [UInt8], with others: [[UInt8]], using random: inout SplitMix64
  ) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      guard !bytes.isEmpty else { return bytes }
      let place = Int.random(in: 0..<bytes.count, using: &random)
      let end = Int.random(in: place...min(place + 40, bytes.count), using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
      case 2: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
      case 3: bytes.removeSubrange(place..<end)
      case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 5: bytes.removeLast(bytes.count - place)
      case 6: swapLines(&bytes, using: &random)
      default:
        let other = others[Int.random(in: 0..<others.count, using: &random)]
        let from = Int.random(in: 0..<other.count, using: &random)
        bytes.replaceSubrange(place..., with: other[from...])
      }
    }
    return bytes
  }

  private static func swapLines(_ bytes: inout [UInt8], using random: inout SplitMix64) {
    var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    guard lines.count > 2 else { return }
    let a = Int.random(in: 0..<lines.count, using: &random)
    let b = Int.random(in: 0..<lines.count, using: &random)
    lines.swapAt(a, b)
    bytes = Array(lines.joined(separator: [0x0a]))
  }
}
