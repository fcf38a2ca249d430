import Domain
import Foundation
import Testing

struct UniqueIDTests {
  private struct Examples: Decodable {
    struct Made: Decodable {
      let version: Int
      let id: String
      let milliseconds: Int64?
      let rand_a: String
      let rand_b: String
    }
    let good: [String]
    let bad: [String]
    let made: [Made]
    let sorted: [String]
  }

  private let vectors: Examples

  init() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sync/vectors")
    vectors = try JSONDecoder().decode(
      Examples.self, from: Data(contentsOf: folder.appending(path: "identifiers.json")))
  }

  /// Hands out given words, then nothing but the last.
  private struct Words: RandomNumberGenerator {
    var words: [UInt64]
    mutating func next() -> UInt64 { words.count > 1 ? words.removeFirst() : words[0] }
  }

  @Test("the one spelling goes both ways")
  func spelling() throws {
    for text in vectors.good {
      let id = try #require(UniqueID(text))
      #expect(id.text == text)
      #expect("\(id)" == text)
      #expect(id.short == String(text.suffix(6)))
      let json = try JSONEncoder().encode([id])
      #expect(String(decoding: json, as: UTF8.self) == "[\"\(text)\"]")
      #expect(try JSONDecoder().decode([UniqueID].self, from: json) == [id])
    }
  }

  @Test("any other spelling is refused")
  func badSpelling() throws {
    #expect(vectors.bad.count == 18)
    for text in vectors.bad {
      #expect(UniqueID(text) == nil, "\(text.debugDescription)")
      let json = try JSONEncoder().encode([text])
      #expect(throws: DecodingError.self) { try JSONDecoder().decode([UniqueID].self, from: json) }
    }
  }

  @Test("every bit of the text is a bit of the identifier")
  func bits() throws {
    let zero = try #require(UniqueID("00000000-0000-0000-0000-000000000000"))
    var seen: Set<UniqueID> = [zero]
    for place in 0..<36 where ![8, 13, 18, 23].contains(place) {
      for digit in "123456789abcdef" {
        var text = Array(zero.text)
        text[place] = digit
        let id = try #require(UniqueID(String(text)))
        #expect(id.text == String(text))
        #expect(seen.insert(id).inserted)
      }
    }
    #expect(seen.count == 1 + 32 * 15)
  }

  @Test("known random bits make the examples of RFC 9562 appendix A")
  func made() throws {
    for example in vectors.made {
      let a = try #require(UInt64(example.rand_a, radix: 16))
      let b = try #require(UInt64(example.rand_b, radix: 16))
      // The variant takes the place of two bits, which the maker shifts out.
      var words = Words(words: [a, b << 2])
      if example.version == 7 {
        let id = UniqueID.v7(at: try #require(example.milliseconds), using: &words)
        #expect(id.text == example.id)
      } else {
        // 48 bits, then four that the version covers, then 12.
        words.words[0] = (a >> 12) << 16 | a & 0xfff
        #expect(UniqueID.v4(using: &words).text == example.id)
      }
    }
  }

  @Test("version and variant stand whatever the random bits are")
  func versionAndVariant() {
    for word in [UInt64.min, .max, 0x5555_5555_5555_5555, 0xaaaa_aaaa_aaaa_aaaa] {
      var words = Words(words: [word])
      for at in [Int64.min, -1, 0, 1_790_000_000_000, .max] {
        let id = Array(UniqueID.v7(at: at, using: &words).text)
        #expect(id[14] == "7")
        #expect("89ab".contains(id[19]))
      }
      let id = Array(UniqueID.v4(using: &words).text)
      #expect(id[14] == "4")
      #expect("89ab".contains(id[19]))
    }
  }

  @Test("a moment before 1970 counts as 1970")
  func early() {
    var words = Words(words: [0])
    #expect(UniqueID.v7(at: -1, using: &words).text.hasPrefix("00000000-0000-7"))
  }

  @Test("order is byte order, which is the order of the spelling")
  func order() throws {
    let ids = try vectors.sorted.map { try #require(UniqueID($0)) }
    #expect(ids.reversed().sorted() == ids)
    for (earlier, later) in zip(ids, ids.dropFirst()) {
      #expect(earlier < later)
      #expect(!(later < earlier))
      #expect(earlier.text < later.text)
    }
  }

  @Test("a later millisecond sorts later whatever the random bits are")
  func timeOrder() {
    var high = Words(words: [.max])
    var low = Words(words: [.min])
    let earlier = UniqueID.v7(at: 1_790_000_000_000, using: &high)
    #expect(earlier < UniqueID.v7(at: 1_790_000_000_001, using: &low))
  }

  @Test("ten thousand identifiers of one millisecond are different")
  func unique() {
    var random = SystemRandomNumberGenerator()
    let ids = Set((0..<10_000).map { _ in UniqueID.v7(at: 1_790_000_000_000, using: &random) })
    #expect(ids.count == 10_000)
  }
}
