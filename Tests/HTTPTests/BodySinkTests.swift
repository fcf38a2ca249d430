import Glibc
import Testing

@testable import HTTP

@Suite("A streamed body") struct BodySinkTests {
  private func put(_ length: Int) -> String {
    "PUT /upload HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n"
  }

  private func handler(_ sink: RecordingSink) -> ClosureHandler {
    ClosureHandler { _ in .stream(sink) }
  }

  @Test("reaches its sink whole, in large slices")
  func whole() throws {
    let sink = RecordingSink()
    let body = pattern(8 << 20)
    try withServer(handler(sink)) { port, _ in
      let wire = try Wire(port: port)
      try wire.send(put(body.count))
      try wire.send(body)
      #expect(try wire.answer().text == "\(body.count)")
      #expect(sink.bytes == body)
      let largest = sink.record.withLock { $0.largestWrite }
      #expect(largest > 65536)
      #expect(largest <= 256 << 10)
    }
  }

  @Test(
    "that breaks off leaves exactly its prefix",
    arguments: [0, 1, 100, 4096, 65_535, 262_144, 262_145, 999_999], ["reset", "end"])
  func torn(_ cut: Int, _ how: String) throws {
    let sink = RecordingSink()
    let body = pattern(1_000_000)
    try withServer(handler(sink)) { port, server in
      let wire = try Wire(port: port)
      try wire.send(put(body.count))
      try wire.send(Array(body[..<cut]))
      #expect(sink.awaitBytes(cut))
      if how == "reset" { wire.reset() } else { wire.endSending() }
      #expect(sink.awaitEnding() == .torn)
      #expect(sink.bytes == Array(body[..<cut]))
      #expect(sink.record.withLock { $0.endings } == 1)
      #expect(server.counters.answersTotal == 0)
    }
  }

  @Test("in chunks that breaks off leaves exactly its prefix", arguments: [0, 1, 9, 10, 11, 15])
  func tornChunks(_ cut: Int) throws {
    let sink = RecordingSink()
    let body = "a\r\n0123456789\r\n5\r\nabcde\r\n"
    // How many payload bytes the first `cut` bytes after "a\r\n" hold.
    let payload = Array("0123456789".utf8) + Array("abcde".utf8)
    let wireLength = [0: 3, 1: 4, 9: 12, 10: 13, 11: 19, 15: 23][cut] ?? 0
    try withServer(handler(sink)) { port, _ in
      let wire = try Wire(port: port)
      try wire.send("PUT /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
      try wire.send(Array(Array(body.utf8)[..<wireLength]))
      wire.endSending()
      #expect(sink.awaitEnding() == .torn)
      #expect(sink.bytes == Array(payload[..<cut]))
    }
  }

  @Test("in malformed chunks tears the sink and is refused")
  func malformedChunks() throws {
    let sink = RecordingSink()
    try withServer(handler(sink)) { port, _ in
      let wire = try Wire(port: port)
      try wire.send("PUT /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
      try wire.send("3\r\nabc\r\nzz\r\n")
      #expect(try wire.answer().status == 400)
      #expect(sink.awaitEnding() == .torn)
      #expect(sink.bytes == Array("abc".utf8))
    }
  }

  @Test("whose sink fails is answered by the sink while the client still sends")
  func failingSink() throws {
    let sink = RecordingSink(failsAfter: 1000)
    try withServer(handler(sink)) { port, _ in
      let wire = try Wire(port: port)
      try wire.send(put(5_000_000))
      try wire.send([UInt8](repeating: 1, count: 5_000_000))
      #expect(try wire.answer().status == 507)
      #expect(sink.awaitEnding() == .failed)
      #expect(sink.record.withLock { $0.endings } == 1)
    }
  }

  @Test("over the sink's limit is refused before the sink begins, or torn when it shows later")
  func limit() throws {
    let announced = RecordingSink(limit: 10)
    try withServer(handler(announced)) { port, _ in
      let wire = try Wire(port: port)
      try wire.send(put(11) + "01234567890")
      #expect(try wire.answer().status == 413)
      #expect(announced.record.withLock { $0.endings } == 0)
    }
    let chunked = RecordingSink(limit: 10)
    try withServer(handler(chunked)) { port, _ in
      let wire = try Wire(port: port)
      try wire.send("PUT /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
      try wire.send("a\r\n0123456789\r\n1\r\n0\r\n0\r\n\r\n")
      #expect(try wire.answer().status == 413)
      #expect(chunked.awaitEnding() == .torn)
      #expect(chunked.bytes == Array("0123456789".utf8))
    }
  }

  @Test("without a byte begins and finishes its sink")
  func empty() throws {
    let sink = RecordingSink()
    try withServer(handler(sink)) { port, _ in
      let wire = try Wire(port: port)
      try wire.send(put(0))
      #expect(try wire.answer().status == 201)
      #expect(sink.awaitEnding() == .finished)
    }
  }

  @Test("is ended by its handle from another thread")
  func preemption() throws {
    let sink = RecordingSink()
    try withServer(handler(sink)) { port, _ in
      let wire = try Wire(port: port)
      try wire.send(put(1_000_000))
      try wire.send([UInt8](repeating: 7, count: 1000))
      #expect(sink.awaitBytes(1000))
      let handle = try #require(sink.record.withLock { $0.handle })
      handle.close()
      handle.close()
      #expect(sink.awaitEnding() == .torn)
      #expect(sink.bytes.count == 1000)
      #expect(sink.record.withLock { $0.endings } == 1)
      #expect(throws: Wire.Broken.self) { try wire.answer() }
    }
  }

  @Test("is ended by its handle even while every worker waits for that end")
  func preemptionWithBusyWorkers() throws {
    let sink = RecordingSink()
    let handler = ClosureHandler { head in
      if head.method == "PUT" { return .stream(sink) }
      sink.record.withLock { $0.handle }?.close()
      // What an upload store does: a second request waits until the first has let go.
      return .respond(Response(status: sink.awaitEnding() == .torn ? 200 : 500))
    }
    try withServer(handler, workers: 1) { port, _ in
      let first = try Wire(port: port)
      try first.send(put(1_000_000) + "x")
      #expect(sink.awaitBytes(1))
      let second = try Wire(port: port)
      try second.send("DELETE /upload HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try second.answer().status == 200)
    }
  }

  @Test("that is complete cannot be ended by its old handle")
  func staleHandle() throws {
    let sink = RecordingSink()
    try withServer(handler(sink)) { port, _ in
      let wire = try Wire(port: port)
      try wire.send(put(2) + "x")
      #expect(sink.awaitBytes(1))
      let handle = try #require(sink.record.withLock { $0.handle })
      try wire.send("y")
      #expect(try wire.answer().status == 201)
      handle.close()
      try wire.send(put(1) + "z")
      #expect(try wire.answer().status == 201)
    }
  }
}
