import Glibc

extension Worker {
  /// Hands on the body's bytes that are here, and answers when it is complete.
  func takeBody(_ connection: Connection, _ reception: BodyReception) -> Step {
    switch reception.framing {
    case .fixed(let remaining): return takeFixed(connection, reception, remaining)
    case .chunked(var decoder):
      let step = takeChunked(connection, reception, &decoder)
      reception.framing = .chunked(decoder)
      return step
    }
  }

  private func takeFixed(
    _ connection: Connection, _ reception: BodyReception, _ remaining: Int64
  ) -> Step {
    let count = Int(min(remaining, Int64(end - start)))
    reception.framing = .fixed(remaining: remaining - Int64(count))
    if count > 0 {
      let slice = UnsafeRawBufferPointer(rebasing: buffer[start..<(start + count)])
      start += count
      guard deliver(connection, reception, slice, unread: .known(remaining - Int64(count))) else {
        return .again
      }
    }
    if remaining == Int64(count) {
      finish(connection, reception, trailers: Headers())
      return .again
    }
    return .read(upTo: Int(min(remaining - Int64(count), Int64(Worker.bufferBytes))))
  }

  private func takeChunked(
    _ connection: Connection, _ reception: BodyReception, _ decoder: inout ChunkedDecoder
  ) -> Step {
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
    var index = 0
    do throws(MessageFault) {
      while true {
        switch try decoder.next(bytes, &index) {
        case .payload(let range):
          let slice = UnsafeRawBufferPointer(rebasing: bytes[range])
          guard reception.received + Int64(slice.count) <= reception.limit else {
            throw .bodyTooLarge
          }
          guard deliver(connection, reception, slice, unread: .unknown) else {
            start += index
            return .again
          }
        case .needMore:
          start = end
          // Little of the next request, so that a connection never keeps much.
          let most = min(decoder.remaining + 16384, Int64(Worker.bufferBytes))
          return .read(upTo: Int(most))
        case .finished:
          start += index
          finish(connection, reception, trailers: decoder.trailers)
          return .again
        }
      }
    } catch {
      start += index
      abandon(reception)
      refuse(connection, error, head: reception.head, unread: .unknown)
      return .again
    }
  }

  /// False when the sink failed and its answer is on its way.
  private func deliver(
    _ connection: Connection, _ reception: BodyReception, _ slice: UnsafeRawBufferPointer,
    unread: UnreadBody
  ) -> Bool {
    switch reception.taker {
    case .memory: reception.collected.append(contentsOf: slice)
    case .sink(let sink):
      do {
        try sink.write(slice)
      } catch {
        respond(
          connection, sink.failed(error), head: reception.head, began: reception.began,
          unread: unread)
        return false
      }
    }
    reception.received += Int64(slice.count)
    return true
  }

  private func finish(_ connection: Connection, _ reception: BodyReception, trailers: Headers) {
    let response: Response
    switch reception.taker {
    case .memory(let answer):
      let body = reception.collected
      reception.collected = []
      response = answer(Request(head: reception.head, body: body, trailers: trailers))
    case .sink(let sink): response = sink.finish(trailers: trailers)
    }
    respond(connection, response, head: reception.head, began: reception.began, unread: .none)
  }

  /// Tells the sink that no more will come.
  func abandon(_ reception: BodyReception) {
    core.counters.withLock { $0.bodiesTorn += 1 }
    core.log?.record(
      .torn(
        method: reception.head.method, path: reception.head.path, bytes: reception.received))
    if case .sink(let sink) = reception.taker { sink.torn() }
  }
}
