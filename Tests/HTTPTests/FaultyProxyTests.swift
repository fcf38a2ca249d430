import Support
import Testing

@testable import HTTP

@Suite("The faulty proxy") struct FaultyProxyTests {
  /// Runs a test through a proxy in front of a server whose uploads go to `sink`.
  private func withProxy(
    _ sink: RecordingSink = RecordingSink(), _ body: (FaultyProxy, HTTPConnection) throws -> Void
  ) throws {
    let handler = ClosureHandler { head in
      head.method == "PUT"
        ? .stream(sink)
        : .respond(Response(status: 200, body: .bytes([UInt8](repeating: 5, count: 100_000))))
    }
    try withServer(handler) { port, _ in
      let proxy = try FaultyProxy(targetPort: port)
      defer { proxy.stop() }
      try body(proxy, HTTPConnection(host: "127.0.0.1", port: proxy.port))
    }
  }

  private func put(_ bytes: [UInt8]) -> (ClientRequest, ClientBody) {
    (ClientRequest(method: "PUT", target: "/u", isRepeatable: false), .bytes(bytes))
  }

  @Test("forwards and counts both ways")
  func forwards() throws {
    let sink = RecordingSink()
    try withProxy(sink) { proxy, connection throws in
      let content = pattern(500_000)
      let (request, body) = put(content)
      #expect(try connection.send(request, body: body, responseLimit: 100).status == 201)
      #expect(sink.bytes == content)
      let head =
        "PUT /u HTTP/1.1\r\nHost: 127.0.0.1:\(proxy.port)\r\nContent-Length: 500000\r\n\r\n"
      #expect(proxy.uplinkBytes == Int64(500_000 + head.utf8.count))
      #expect(proxy.downlinkBytes > 0)
      #expect(proxy.connections == 1)
    }
  }

  @Test(
    "cuts after exactly so many uplink bytes", arguments: [200, 1_000, 65_536, 123_457],
    [FaultyProxy.Scope.connection, .total])
  func cutsUplink(_ count: Int, _ scope: FaultyProxy.Scope) throws {
    let sink = RecordingSink()
    try withProxy(sink) { proxy, connection throws in
      proxy.cut(.uplink, afterBytes: Int64(count), scope: scope)
      let content = pattern(1_000_000)
      let (request, body) = put(content)
      #expect(throws: ClientError.reset) {
        try connection.send(request, body: body, responseLimit: 100)
      }
      #expect(sink.awaitEnding() == .torn)
      let port = proxy.port
      let head = "PUT /u HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Length: 1000000\r\n\r\n"
      #expect(sink.bytes == Array(content[..<(count - head.utf8.count)]))
      #expect(proxy.uplinkBytes == Int64(count))
      #expect(proxy.cuts == 1)
      // The cut happens once.
      let again = ClientRequest(method: "GET", target: "/")
      #expect(try connection.send(again, responseLimit: 100_000).status == 200)
    }
  }

  @Test("cuts after exactly so many downlink bytes, again and again")
  func cutsDownlink() throws {
    try withProxy { proxy, connection throws in
      proxy.cut(.downlink, afterBytes: 50_000, repeating: true)
      for number in 1...3 {
        #expect(throws: ClientError.reset) {
          try connection.send(ClientRequest(method: "GET", target: "/"), responseLimit: 100_000)
        }
        #expect(proxy.downlinkBytes == Int64(number * 50_000))
      }
      proxy.cancelCut()
      let request = ClientRequest(method: "GET", target: "/")
      #expect(try connection.send(request, responseLimit: 100_000).body.count == 100_000)
    }
  }

  @Test("swallows bytes, refuses connections and comes back")
  func blackHole() throws {
    try withProxy { proxy, _ throws in
      var limits = ClientLimits()
      limits.idleSeconds = 0.2
      let connection = HTTPConnection(host: "127.0.0.1", port: proxy.port, limits: limits)
      let request = ClientRequest(method: "GET", target: "/")
      proxy.blackHole(true)
      #expect(throws: ClientError.timedOut(.receive)) {
        try connection.send(request, responseLimit: 100_000)
      }
      proxy.blackHole(false)
      proxy.refuse(true)
      #expect(throws: ClientError.self) { try connection.send(request, responseLimit: 100_000) }
      proxy.refuse(false)
      #expect(try connection.send(request, responseLimit: 100_000).status == 200)
      proxy.pause()
      #expect(throws: ClientError.timedOut(.receive)) {
        try connection.send(request, responseLimit: 100_000)
      }
      proxy.resume()
      #expect(try connection.send(request, responseLimit: 100_000).status == 200)
    }
  }

  @Test("slows the uplink to its rate and delays what passes, never faster")
  func slows() throws {
    try withProxy { proxy, connection throws in
      let (request, body) = put(pattern(50_000))
      proxy.limit(.uplink, bytesPerSecond: 100_000)
      let began = MonotonicTime.now()
      #expect(try connection.send(request, body: body, responseLimit: 100).status == 201)
      // 50 kB at 100 kB/s is half a second, less the burst of 50 ms. Lower bounds only.
      #expect(MonotonicTime.now() > began.adding(seconds: 0.4))
      proxy.limit(.uplink, bytesPerSecond: nil)
      proxy.delay(.uplink, milliseconds: 150)
      proxy.delay(.downlink, milliseconds: 150)
      let later = MonotonicTime.now()
      let get = ClientRequest(method: "GET", target: "/")
      #expect(try connection.send(get, responseLimit: 100_000).status == 200)
      #expect(MonotonicTime.now() > later.adding(seconds: 0.29))
    }
  }

  @Test("changes its target")
  func changesTarget() throws {
    try withProxy { proxy, connection throws in
      try withServer { port, _ throws in
        proxy.setTarget(port: port)
        let request = ClientRequest(method: "GET", target: "/hello")
        #expect(try connection.send(request, responseLimit: 5).body == Array("hello".utf8))
      }
    }
  }
}
