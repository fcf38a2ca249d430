import Glibc
import HTTP
import SyncProtocol

/// Carries requests over plain sockets: loopback, a VPN, or a TLS tunnel's near
/// end. Waiting costs nothing: the thread sleeps in poll(2).
final class SocketTransport: Transport {
  private let connection: HTTPConnection
  private let prefix: String
  /// Every request may be repeated (PROTOCOL.md §1); one with a larger body is
  /// not, when a kept connection turns out dead, because the centre is asked
  /// first what of it arrived.
  private static let repeatedBytes: Int64 = 4_096

  init(_ address: CentreAddress) {
    connection = HTTPConnection(host: address.host, port: address.port)
    prefix = address.prefix
  }

  func send(_ request: TransportRequest) throws(TransportError) -> TransportResponse {
    var headers = Headers()
    for (name, value) in request.headers { headers.add(name, value) }
    let file = try OpenBody(request.body)
    do {
      let response = try connection.send(
        ClientRequest(
          method: request.method, target: prefix + request.path, headers: headers,
          isRepeatable: request.body.count <= Self.repeatedBytes),
        body: file.body, responseLimit: request.answerLimit, progress: request.progress,
        endsEarly: request.endsEarly)
      return TransportResponse(
        status: response.status,
        headers: response.headers.fields.map { ($0.name, $0.value) }, body: response.body)
    } catch {
      throw TransportError(error)
    }
  }
}

/// A request's body with its file open while it is sent.
private struct OpenBody: ~Copyable {
  let body: ClientBody
  private let descriptor: Int32

  init(_ body: TransportRequest.Body) throws(TransportError) {
    switch body {
    case .none:
      descriptor = -1
      self.body = .none
    case .bytes(let bytes):
      descriptor = -1
      self.body = .bytes(bytes)
    case .file(let path, let offset, let length):
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .fileUnreadable }
      self.body = .file(descriptor: descriptor, offset: offset, length: length)
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }
}

extension TransportError {
  fileprivate init(_ error: ClientError) {
    switch error {
    case .cannotResolve: self = .unresolved
    case .cannotConnect: self = .unreachable
    case .timedOut: self = .timedOut
    case .bodyUnreadable: self = .fileUnreadable
    case .malformed, .responseTooLarge: self = .notUnderstood
    case .reset, .closedEarly, .socket, .abandoned, .invalidRequest: self = .broken
    }
  }
}
