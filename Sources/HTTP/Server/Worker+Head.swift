import Glibc

extension Worker {
  /// Reads on until the head is complete, then asks the handler.
  func takeHead(_ connection: Connection) -> Step {
    let limits = core.limits
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
    if bytes.isEmpty { return .read(upTo: headRoom) }
    if connection.headBegan == nil { connection.headBegan = .now() }
    do throws(MessageFault) {
      guard
        let length = try connection.scanner.scan(
          bytes, startLineLimit: limits.requestLineBytes, headerLimit: limits.headerBytes)
      else { return .read(upTo: max(1, headRoom - bytes.count)) }
      let head = try RequestHead(
        parsing: UnsafeRawBufferPointer(rebasing: bytes[..<length]),
        fieldLimit: limits.headerCount, remoteAddress: connection.remoteAddress)
      start += length
      begin(connection, head)
    } catch {
      refuse(connection, error, head: nil)
    }
    return .again
  }

  /// The longest head, the empty line before it and its own included.
  private var headRoom: Int { core.limits.requestLineBytes + core.limits.headerBytes + 8 }

  private func begin(_ connection: Connection, _ head: RequestHead) {
    let began = MonotonicTime.now()
    connection.scanner = HeadScanner()
    connection.headBegan = nil
    switch core.handler.plan(head) {
    case .respond(let response):
      respond(connection, response, head: head, began: began, unread: unread(head))
    case .collect(let limit, let answer):
      accept(
        connection, head, .memory(answer),
        limit: Int64(min(max(0, limit), core.limits.collectedBodyBytes)), began)
    case .stream(let sink): accept(connection, head, .sink(sink), limit: sink.limit, began)
    }
  }

  private func accept(
    _ connection: Connection, _ head: RequestHead, _ taker: BodyReception.Taker, limit: Int64,
    _ began: MonotonicTime
  ) {
    if let length = head.contentLength, length > limit {
      return refuse(connection, .bodyTooLarge, head: head, unread: unread(head))
    }
    let framing: BodyReception.Framing =
      head.isChunked
      ? .chunked(
        ChunkedDecoder(
          trailerLimit: core.limits.headerBytes, fieldLimit: core.limits.headerCount))
      : .fixed(remaining: head.contentLength ?? 0)
    let reception = BodyReception(
      head: head, taker: taker, limit: limit, framing: framing, began: began)
    if case .sink(let sink) = taker {
      sink.begin(
        ConnectionHandle(connection: connection, exchange: connection.exchange, core: core))
    }
    // No 100 when the body is here already or there is none (RFC 9110 §10.1.1).
    if head.expectsContinue, head.hasBody, start == end {
      connection.phase = .writing(
        Transmission(head: Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), body: .empty))
      connection.afterWriting = .body(reception)
    } else {
      connection.phase = .body(reception)
    }
  }

  /// What follows a head whose body nobody takes.
  func unread(_ head: RequestHead) -> UnreadBody {
    guard head.hasBody else { return .none }
    // A client that waits for 100 may send the body or not: the stream is ambiguous.
    if head.expectsContinue || head.isChunked { return .unknown }
    return .known(head.contentLength ?? 0)
  }
}

/// The part of a request's body that nobody will take.
enum UnreadBody {
  case none
  case known(Int64)
  case unknown
}
