import Glibc
import Support
import Testing

@testable import HTTP

/// A body in chunks that its sender may end.
@Suite("A body that ends early") struct EarlyEndTests {
  private let patch = ClientRequest(method: "PATCH", target: "/echo")

  @Test("ends at a chunk, is answered as whole, and leaves the connection good")
  func ends() throws {
    let content = pattern(300_000)
    try withServer { port, server in
      let connection = HTTPConnection(host: "127.0.0.1", port: port)
      for asked in [1, 3, 10] {
        var questions = 0
        var heard: [Int64] = []
        let response = try connection.send(
          patch, body: .bytes(content), responseLimit: 1 << 20, progress: { heard.append($0) },
          endsEarly: {
            questions += 1
            return questions == asked
          })
        // The first chunk goes unasked; each is of 8 KiB.
        #expect(response.body == Array(content.prefix(asked * 8192)))
        #expect(heard.last == Int64(asked * 8192))
        #expect(heard == heard.sorted())
      }
      let whole = try connection.send(
        patch, body: .bytes(content), responseLimit: 1 << 20, endsEarly: { false })
      #expect(whole.body == content)
      #expect(server.counters.connectionsAccepted == 1)
    }
  }

  @Test("a file from an offset, to its end")
  func file() throws {
    let content = pattern(100_000)
    let path = TemporaryPath.make()
    defer { unlink(path) }
    try content.write(toPath: path)
    let file = try OpenFile(path: path)
    try withServer { port, _ in
      let connection = HTTPConnection(host: "127.0.0.1", port: port)
      let response = try connection.send(
        patch, body: .file(descriptor: file.descriptor, offset: 11, length: 90_000),
        responseLimit: 1 << 20, endsEarly: { false })
      #expect(response.body == Array(content[11..<90_011]))
    }
  }
}
