import Glibc

/// A client connection to one server; blocking, for one thread at a time.
///
/// It stays open between requests. When it was idle, turns out dead before
/// any byte of a response and the request is repeatable, it is opened again
/// and the request sent once more; nothing else is ever sent twice.
public final class HTTPConnection {
  private let host: String
  private let port: Int
  private let limits: ClientLimits
  private var open: (socket: ClientSocket, reader: ResponseReader)?

  /// Names the server; `host` is a name or a numeric address without brackets.
  public init(host: String, port: Int, limits: ClientLimits = ClientLimits()) {
    self.host = host
    self.port = port
    self.limits = limits
  }

  /// Sends a request and gives the final response with its body in memory.
  ///
  /// `responseLimit` is in bytes; `progress` hears how many bytes of the body
  /// the system has taken. A response that comes while the body is still being
  /// sent is returned at once (`cameEarly`), and the connection is closed.
  ///
  /// With `endsEarly` the body goes in chunks: asked before each but the first,
  /// true ends the body there, and the connection stays good.
  public func send(
    _ request: ClientRequest, body: ClientBody = .none, responseLimit: Int,
    progress: ((Int64) -> Void)? = nil, endsEarly: (() -> Bool)? = nil
  ) throws(ClientError) -> ClientResponse {
    try repeatingOnce(request, body, Watch(progress: progress, endsEarly: endsEarly)) {
      head, reader throws(ClientError) in
      try HTTPConnection.collect(head, reader, request.method, limit: Int64(responseLimit))
    }
  }

  /// Sends a request; a 2xx body goes to `take` slice by slice, any other body into memory.
  ///
  /// `take` hears the response (without body) with each slice, so that it can
  /// tell 200 from 206; returning false ends the request with `abandoned`.
  public func send(
    _ request: ClientRequest, body: ClientBody = .none, streamLimit: Int64,
    progress: ((Int64) -> Void)? = nil,
    take: (ClientResponse, UnsafeRawBufferPointer) -> Bool
  ) throws(ClientError) -> ClientResponse {
    let errorLimit = Int64(limits.errorBodyBytes)
    return try repeatingOnce(request, body, Watch(progress: progress)) {
      head, reader throws(ClientError) in
      guard (200..<300).contains(head.status) else {
        return try HTTPConnection.collect(head, reader, request.method, limit: errorLimit)
      }
      let response = ClientResponse(status: head.status, headers: head.headers)
      let reusable = try reader.readBody(head, method: request.method, limit: streamLimit) {
        bytes throws(ClientError) in
        if !take(response, bytes) { throw .abandoned }
      }
      return (response, reusable)
    }
  }

  /// Closes the connection; the next request opens it again.
  public func close() { open = nil }

  // MARK: - One exchange

  /// Who looks on while the body is sent.
  private struct Watch {
    var progress: ((Int64) -> Void)?
    var endsEarly: (() -> Bool)?
  }

  private typealias Receive = (ResponseHead, ResponseReader) throws(ClientError) -> (
    ClientResponse, Bool
  )

  private func repeatingOnce(
    _ request: ClientRequest, _ body: ClientBody, _ watch: Watch, _ receive: Receive
  ) throws(ClientError) -> ClientResponse {
    let head = try RequestHeadWriter.head(
      request, body, isChunked: watch.endsEarly != nil, host: host, port: port)
    // An end of stream or stray bytes seen now cost nothing: no byte of ours went out.
    if let open, open.socket.isStale || open.reader.hasLeftovers { close() }
    let wasOpen = open != nil
    do throws(ClientError) {
      return try exchange(request, head, body, watch, receive)
    } catch {
      let hadBegun = open?.reader.hasBegun ?? true
      close()
      guard wasOpen, !hadBegun, error.meansDeadConnection, request.isRepeatable else {
        throw error
      }
    }
    do throws(ClientError) {
      return try exchange(request, head, body, watch, receive)
    } catch {
      close()
      throw error
    }
  }

  private func exchange(
    _ request: ClientRequest, _ head: [UInt8], _ body: ClientBody, _ watch: Watch,
    _ receive: Receive
  ) throws(ClientError) -> ClientResponse {
    let (socket, reader) = try opened()
    reader.begin()
    var sender = RequestSender(
      head: head, body: body, endsEarly: watch.endsEarly, socket: socket, reader: reader,
      limits: limits)
    let early = try sender.run(progress: watch.progress)
    let responseHead: ResponseHead
    if let early { responseHead = early } else { responseHead = try reader.awaitHead() }
    var (response, isReusable) = try receive(responseHead, reader)
    response.cameEarly = early != nil
    let saysClose = responseHead.isHTTP10 || responseHead.headers.lists("Connection", "close")
    // After an early response the rest of our body would be taken for a request.
    if !isReusable || saysClose || early != nil { close() }
    return response
  }

  private func opened() throws(ClientError) -> (ClientSocket, ResponseReader) {
    if let open { return open }
    let socket = try ClientSocket.connect(host: host, port: port, limits: limits)
    let made = (socket, ResponseReader(socket: socket, limits: limits))
    open = made
    return made
  }

  private static func collect(
    _ head: ResponseHead, _ reader: ResponseReader, _ method: String, limit: Int64
  ) throws(ClientError) -> (ClientResponse, Bool) {
    var response = ClientResponse(status: head.status, headers: head.headers)
    var body: [UInt8] = []
    let reusable = try reader.readBody(head, method: method, limit: limit) {
      bytes throws(ClientError) in
      body.append(contentsOf: bytes)
    }
    response.body = body
    return (response, reusable)
  }
}
