/// A request body on its way to whoever takes it.
final class BodyReception {
  enum Taker {
    case memory(@Sendable (Request) -> Response)
    case sink(any BodySink)
  }

  enum Framing {
    case fixed(remaining: Int64)
    case chunked(ChunkedDecoder)
  }

  let head: RequestHead
  let taker: Taker
  let limit: Int64
  let began: MonotonicTime
  var framing: Framing
  var received: Int64 = 0
  var collected: [UInt8] = []

  init(
    head: RequestHead, taker: Taker, limit: Int64, framing: Framing, began: MonotonicTime
  ) {
    self.head = head
    self.taker = taker
    self.limit = limit
    self.framing = framing
    self.began = began
    if case .memory = taker, case .fixed(let length) = framing {
      // A promise of the client: a small part of it is believed in advance.
      collected.reserveCapacity(Int(min(length, 4 << 10)))
    }
  }
}
