/// Decides what happens to a request.
public protocol HTTPHandler: Sendable {
  /// Says how the body is taken; called on a worker thread once the head is complete.
  ///
  /// Calls for different connections come from several threads at one time.
  func plan(_ head: RequestHead) -> BodyPlan

  /// The answer to a request the server refuses by itself; its status must be `fault.status`.
  ///
  /// `head` is nil when the fault lies in the head. Without an implementation
  /// the answer has no body.
  func refusal(_ fault: MessageFault, head: RequestHead?) -> Response
}

extension HTTPHandler {
  /// An answer without a body.
  public func refusal(_ fault: MessageFault, head: RequestHead?) -> Response {
    Response(status: fault.status)
  }
}

/// How a request's body is taken.
public enum BodyPlan {
  /// The answer needs no body; one that comes is thrown away or ends the connection.
  case respond(Response)
  /// The whole body in memory, up to so many bytes; above → 413.
  case collect(upTo: Int, @Sendable (Request) -> Response)
  /// The body in slices, as it comes.
  case stream(any BodySink)
}
