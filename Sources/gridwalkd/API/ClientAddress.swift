import HTTP

/// Where a request comes from, for limits on guessing.
///
/// TLS ends at a proxy on this machine (`Sync/deploy/nginx.conf`), so that every
/// connection comes from loopback. Whoever connects from there is believed what
/// it appended to `X-Forwarded-For`; without that one attacker behind the proxy
/// would lock everybody out. Nobody else is believed.
enum ClientAddress {
  static func of(_ head: RequestHead) -> String {
    guard isLoopback(head.remoteAddress),
      let appended = head.headers.all("X-Forwarded-For").last?.split(separator: ",").last
    else { return head.remoteAddress }
    let address = appended.filter { $0 != " " }.prefix(limit)
    return address.isEmpty ? head.remoteAddress : String(address)
  }

  static func isLoopback(_ address: String) -> Bool {
    Loopback.contains(address)
  }

  /// Characters of an address that are looked at.
  private static let limit = 64
}
