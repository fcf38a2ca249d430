import Glibc

extension Worker {
  /// Puts an answer on its way; decides whether the connection survives it.
  func respond(
    _ connection: Connection, _ response: Response, head: RequestHead?, began: MonotonicTime,
    unread: UnreadBody
  ) {
    connection.endExchange()
    connection.answered += 1
    let mayStay =
      head.map { !$0.asksToClose } ?? false
      && connection.answered < core.limits.requestsPerConnection
      && !response.headers.lists("Connection", "close") && !core.isStopping
    switch unread {
    case .none where start == end: connection.afterWriting = mayStay ? .nextRequest : .close
    case .none: connection.afterWriting = mayStay ? .nextRequest : .linger
    case .known(let left) where mayStay && left <= Int64(core.limits.drainBytes):
      connection.afterWriting = left > 0 ? .drain(left) : .nextRequest
    default: connection.afterWriting = .linger
    }
    var closes = false
    switch connection.afterWriting {
    case .close, .linger: closes = true
    case .nextRequest, .drain, .body: break
    }
    connection.phase = .writing(transmission(response, method: head?.method, closes: closes))
    count(response, head, began)
  }

  /// Answers a request the server itself refuses, and ends the connection after it.
  func refuse(
    _ connection: Connection, _ fault: MessageFault, head: RequestHead?,
    unread: UnreadBody = .unknown
  ) {
    core.log?.record(.refused(fault, remoteAddress: connection.remoteAddress))
    respond(
      connection, core.handler.refusal(fault, head: head), head: head, began: .now(),
      unread: unread)
  }

  private func transmission(_ response: Response, method: String?, closes: Bool) -> Transmission {
    let status = response.status
    // No body, whatever the handler says (RFC 9110 §6.4.1).
    let isBodiless = method == "HEAD" || status == 204 || status == 304 || status < 200
    let length: Int64? =
      status == 204 || status == 304 || status < 200 ? nil : response.body.length
    let bytes = headWriter.head(response, length: length, closes: closes, now: time(nil))
    return Transmission(head: bytes, body: isBodiless ? .empty : response.body)
  }

  private func count(_ response: Response, _ head: RequestHead?, _ began: MonotonicTime) {
    core.counters.withLock { $0.answers[min(max(response.status / 100, 0), 5)] += 1 }
    if let log = core.log, let head {
      let spent = (MonotonicTime.now().nanoseconds - began.nanoseconds) / 1000
      log.record(
        .answered(
          method: head.method, path: head.path, status: response.status, microseconds: spent))
    }
  }

  /// Writes on, and when all is out goes where the answer leads.
  func write(_ connection: Connection, _ transmission: Transmission) -> Step {
    var written: Int64 = 0
    let progress = transmission.advance(
      connection.descriptor, budget: Worker.turnBytes, written: &written)
    if written > 0 { core.counters.withLock { $0.bytesOut += written } }
    switch progress {
    case .blocked, .yielded:
      holdAnswer(connection, transmission)
      return .write
    case .broken:
      tear(connection)
      return .gone
    case .done:
      releaseAnswer(connection)
      return afterWriting(connection)
    }
  }

  /// The first time not all of it went out: the rest stays in memory until it is read.
  private func holdAnswer(_ connection: Connection, _ transmission: Transmission) {
    guard !connection.isHeld, transmission.memoryBytes > 0 else { return }
    connection.isHeld = true
    for slow in core.waitingAnswers.hold(connection, bytes: transmission.memoryBytes) {
      core.counters.withLock { $0.readersDropped += 1 }
      core.closing.push(ServerJob(connection: slow, cause: .preempted))
    }
  }

  func releaseAnswer(_ connection: Connection) {
    guard connection.isHeld else { return }
    connection.isHeld = false
    core.waitingAnswers.release(connection)
  }

  private func afterWriting(_ connection: Connection) -> Step {
    let next = connection.afterWriting
    connection.afterWriting = .nextRequest
    switch next {
    case .nextRequest: connection.phase = .head
    case .body(let reception): connection.phase = .body(reception)
    case .drain(let left): connection.phase = .draining(left)
    case .linger: beginLingering(connection)
    case .close:
      close(connection)
      return .gone
    }
    return .again
  }
}
