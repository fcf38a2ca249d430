/// The centre's address as a worker types it: `http://host[:port][/prefix]` or
/// `https://…`.
struct CentreAddress: Equatable {
  enum Scheme: String {
    case http
    case https
  }

  /// Characters of an address that are accepted.
  private static let limit = 1000

  let scheme: Scheme
  let host: String
  let port: Int
  /// What stands before `/v1/…`, without a slash at its end.
  let prefix: String

  init?(_ text: String) {
    guard text.utf8.count <= Self.limit, let mark = text.range(of: "://"),
      let scheme = Scheme(rawValue: text[..<mark.lowerBound].lowercased())
    else { return nil }
    let rest = text[mark.upperBound...]
    let authority = rest.prefix { $0 != "/" }
    let path = rest.dropFirst(authority.count)
    guard let (host, port) = Self.hostAndPort(authority, standard: scheme == .https ? 443 : 80),
      path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x3f && $0 != 0x23 })
    else { return nil }
    self.scheme = scheme
    self.host = host
    self.port = port
    prefix = path.hasSuffix("/") ? String(path.dropLast()) : String(path)
  }

  /// Whether it is this machine: a tunnel's near end, or a trial.
  var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

  /// The address in one spelling.
  var text: String {
    let shown = host.contains(":") ? "[\(host)]" : host
    return "\(scheme.rawValue)://\(shown):\(port)\(prefix)"
  }

  private static func hostAndPort(
    _ authority: Substring, standard: Int
  ) -> (host: String, port: Int)? {
    var host = authority
    var port = standard
    // A colon after the last bracket parts host and port; those inside belong
    // to an IPv6 address (RFC 3986 §3.2.2).
    if let colon = authority.lastIndex(of: ":"), authority.last != "]" {
      guard let number = Int(authority[authority.index(after: colon)...]),
        (1...65_535).contains(number)
      else { return nil }
      port = number
      host = authority[..<colon]
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    let isHost = host.utf8.allSatisfy {
      switch $0 {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x3a, 0x5f: true
      default: false
      }
    }
    return isHost && !host.isEmpty ? (String(host), port) : nil
  }
}

extension String {
  /// The first place where `wanted` stands.
  fileprivate func range(of wanted: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(wanted) {
        return start..<index(start, offsetBy: wanted.count)
      }
      start = index(after: start)
    }
    return nil
  }
}
