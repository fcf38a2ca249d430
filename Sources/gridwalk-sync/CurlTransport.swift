import CCurl
import Glibc
import SyncProtocol

/// Carries requests over TLS with the system's libcurl, which verifies the
/// centre against the system's certificates (`$SSL_CERT_FILE` or
/// `$CURL_CA_BUNDLE` name a city's own CA). The thread sleeps in poll(2) while
/// it waits; the connection stays warm between requests.
final class CurlTransport: Transport {
  private let library: CurlLibrary
  private let handle: UnsafeMutableRawPointer
  private let base: String
  /// Seconds without a byte after which a request is given up.
  private static let idleSeconds = 60
  private static let connectSeconds = 15

  /// Nil when the machine has no libcurl.
  init?(_ address: CentreAddress) {
    guard let library = CurlLibrary.load(), let handle = library.make() else { return nil }
    self.library = library
    self.handle = handle
    base = address.text
  }

  deinit { library.cleanup(handle) }

  func send(_ request: TransportRequest) throws(TransportError) -> TransportResponse {
    let exchange = try CurlExchange(request)
    let headers = CurlHeaders(request.headers, library)
    // Resets the options, keeps the connections.
    library.reset(handle)
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    configure(request, context)
    library.set(handle, CCURL_HTTPHEADER, headers.list)
    let code = withExtendedLifetime((exchange, headers)) { library.perform(handle) }
    if exchange.isTooLarge { throw .notUnderstood }
    guard code == 0 else { throw TransportError(curl: code) }
    return TransportResponse(
      status: library.status(of: handle), headers: exchange.headers, body: exchange.answer)
  }

  private func configure(_ request: TransportRequest, _ context: UnsafeMutableRawPointer) {
    library.set(handle, CCURL_URL, base + request.path)
    library.set(handle, CCURL_CUSTOMREQUEST, request.method)
    library.set(handle, CCURL_HTTP_VERSION, CCURL_HTTP_1_1)
    library.set(handle, CCURL_PROTOCOLS, CCURL_HTTPS)
    library.set(handle, CCURL_NOSIGNAL, 1)
    library.set(handle, CCURL_SOCKOPTFUNCTION, CurlExchange.prepare)
    library.set(handle, CCURL_CONNECTTIMEOUT, Self.connectSeconds)
    library.set(handle, CCURL_LOW_SPEED_LIMIT, 1)
    library.set(handle, CCURL_LOW_SPEED_TIME, Self.idleSeconds)
    if let bundle = getenv("SSL_CERT_FILE") ?? getenv("CURL_CA_BUNDLE") {
      library.set(handle, CCURL_CAINFO, String(cString: bundle))
    }
    if request.method == "HEAD" { library.set(handle, CCURL_NOBODY, 1) }
    if request.body.count > 0 {
      library.set(handle, CCURL_UPLOAD, 1)
      // A body of unknown length goes in chunks.
      let length = request.endsEarly == nil ? request.body.count : -1
      library.set(handle, offset: CCURL_INFILESIZE_LARGE, length)
      library.set(handle, CCURL_READFUNCTION, CurlExchange.read)
      library.set(handle, CCURL_READDATA, context)
    }
    library.set(handle, CCURL_WRITEFUNCTION, CurlExchange.write)
    library.set(handle, CCURL_WRITEDATA, context)
    library.set(handle, CCURL_HEADERFUNCTION, CurlExchange.header)
    library.set(handle, CCURL_HEADERDATA, context)
  }
}

extension TransportError {
  /// By libcurl's error codes (https://curl.se/libcurl/c/libcurl-errors.html).
  fileprivate init(curl code: Int32) {
    switch code {
    case 5, 6: self = .unresolved
    case 7: self = .unreachable
    case 28: self = .timedOut
    // Peer certificate, own certificate, CA file, revocation list, issuer, pinned key, its status.
    case 51, 58, 60, 77, 82, 83, 90, 91: self = .untrusted
    // Handshake, engine, cipher, level, engine again, shutdown.
    case 35, 53, 54, 59, 64, 66, 80: self = .tlsFailed
    case 26: self = .fileUnreadable
    case 1, 3, 8, 61: self = .notUnderstood
    default: self = .broken
    }
  }
}
