import Domain
import SyncProtocol
import Testing

struct ChainTests {
  private struct Chains: Decodable {
    struct Chain: Decodable {
      struct Entry: Decodable {
        let line: String
        let hash: String
      }
      let incarnation: String
      let lane: Lane
      let genesis: String
      let entries: [Entry]
    }
    let lanes: [Chain]
  }

  @Test("every line's hash follows its predecessor's, whatever the line says")
  func vectors() throws {
    let chains = try Vectors.load(Chains.self, "chain.json").lanes
    #expect(chains.map(\.entries.count) == [4, 1, 0])
    for chain in chains {
      var hash = JournalChain.genesis(
        incarnation: try Known.id(chain.incarnation), lane: chain.lane)
      #expect(hash.hex == chain.genesis)
      for entry in chain.entries {
        hash = JournalChain.hash(Array(entry.line.utf8), after: hash)
        #expect(hash.hex == entry.hash)
      }
    }
    #expect(Set(chains.map(\.genesis)).count == 3)
  }

  @Test("a line may be a slice of a larger buffer")
  func slice() throws {
    let chain = try Vectors.load(Chains.self, "chain.json").lanes[0]
    let genesis = try #require(Digest(hex: chain.genesis))
    let buffer = Array("…\(chain.entries[0].line)…".utf8)
    let hash = JournalChain.hash(buffer.dropFirst(3).dropLast(3), after: genesis)
    #expect(hash.hex == chain.entries[0].hash)
  }
}
