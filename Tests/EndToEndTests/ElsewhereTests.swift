import Glibc
import HTTP
import Support
import Testing

/// What a machine that is not the centre's own gets to see.
@Suite struct ElsewhereTests {
  @Test("metrics are for the machine itself, whatever a stranger says of himself")
  func metrics() throws {
    guard let address = Self.ownAddress() else {
      print("left out: this machine has no address besides loopback")
      return
    }
    let district = try District()
    let server = try Program("gridwalkd").start([
      "serve", "--json", "--data", district.centre, "--listen", "0.0.0.0:0", "--grace", "1",
    ])
    defer {
      server.signal(SIGKILL)
      server.wait()
    }
    let port = server.waitForOutput { line -> Int? in
      line.firstMatch(of: /0\.0\.0\.0:([0-9]+)/).flatMap { Int($0.1) }
    }
    let wire = HTTPConnection(host: address, port: try #require(port))
    for claim: Headers in [
      [:], ["X-Forwarded-For": "127.0.0.1"], ["X-Forwarded-For": "::1"],
      ["Forwarded": "for=127.0.0.1"], ["X-Real-IP": "127.0.0.1"], ["Host": "localhost"],
    ] {
      let answer = try wire.send(
        ClientRequest(method: "GET", target: "/metrics", headers: claim), responseLimit: 65_536)
      #expect(answer.status == 404, "\(claim.fields)")
    }
    let health = try wire.send(
      ClientRequest(method: "GET", target: "/healthz"), responseLimit: 65_536)
    #expect(health.status == 200)
  }

  /// The machine's first IPv4 address that is not loopback.
  private static func ownAddress() -> String? {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&first) == 0 else { return nil }
    defer { freeifaddrs(first) }
    for entry in sequence(
      state: first,
      next: { next -> ifaddrs? in
        defer { next = next?.pointee.ifa_next }
        return next?.pointee
      })
    {
      guard let address = entry.ifa_addr, address.pointee.sa_family == sa_family_t(AF_INET) else {
        continue
      }
      var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let size = socklen_t(MemoryLayout<sockaddr_in>.size)
      guard
        getnameinfo(address, size, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0
      else { continue }
      let text = String(
        decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      if !Loopback.contains(text) { return text }
    }
    return nil
  }
}
