import SyncProtocol
import Testing

struct ProblemTests {
  private struct Problems: Decodable {
    struct Known: Decodable {
      let code: String
      let status: Int
      let body: String
    }
    struct Unknown: Decodable {
      let status: Int
      let body: String
    }
    let problems: [Known]
    let tolerated: [Unknown]
  }

  private let vectors: Problems

  init() throws { vectors = try Vectors.load(Problems.self, "problems.json") }

  @Test("every code has the status of the protocol's page, and no code is unlisted")
  func catalogue() throws {
    #expect(
      Set(vectors.problems.map(\.code)) == Set(ProblemCode.allCases.map(\.rawValue)))
    for known in vectors.problems {
      let code = try #require(ProblemCode(rawValue: known.code))
      #expect(code.status == known.status, "\(known.code)")
      #expect(!code.title.isEmpty)
    }
  }

  @Test("an error answer is read, and one of ours is written the same but for its title")
  func bodies() throws {
    for known in vectors.problems {
      let code = try #require(ProblemCode(rawValue: known.code))
      let read = try expectRoundTrip(Problem.self, known.body)
      #expect(read.code == code)
      #expect(read.expected == (code == .sequenceGap ? 5 : nil))
      var made = Problem(code, expected: code == .sequenceGap ? 5 : nil)
      made.title = "…"
      try expectBothWays(known.body, made)
    }
  }

  @Test("an error of a later version or of a proxy has no code of ours")
  func unknown() throws {
    for unknown in vectors.tolerated {
      let read = try WireJSON.decode(Problem.self, from: Array(unknown.body.utf8))
      #expect(read.code == nil)
      #expect(read.status == unknown.status)
    }
  }

  @Test("only what may pass by itself is tried again")
  func retries() {
    let retryable = ProblemCode.allCases.filter(\.isRetryable)
    #expect(
      Set(retryable) == [.rateLimited, .storageFull, .quotaExceeded, .busy, .stopping, .failed])
  }
}
