/// Takes a request body in slices; one thread at a time owns it, though not always the same.
///
/// The calls are: `begin`, then `write` any number of times, then exactly one
/// of `finish`, `failed` and `torn`. A sink whose Content-Length is over its
/// `limit` is never begun.
public protocol BodySink: AnyObject {
  /// How many bytes are accepted; one more → 413.
  var limit: Int64 { get }

  /// The first call; the handle lets another thread end this request.
  func begin(_ connection: ConnectionHandle)

  /// The next bytes, in order, at most 256 KiB; valid only during the call.
  ///
  /// Throwing ends the request with the answer of `failed(_:)`.
  func write(_ bytes: UnsafeRawBufferPointer) throws

  /// The body is complete.
  func finish(trailers: Headers) -> Response

  /// `write` threw this error.
  func failed(_ error: any Error) -> Response

  /// The body ended early: a broken, slow, malformed, oversized or pre-empted request.
  ///
  /// What was written so far is a true prefix of the body and may be kept.
  func torn()
}

extension BodySink {
  /// Does nothing.
  public func begin(_ connection: ConnectionHandle) {}
}
