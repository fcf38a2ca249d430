import Foundation

/// The network between the handhelds and the centre: passes whole exchanges on,
/// and does to the one it was told to what it was told.
final class Link: @unchecked Sendable {
  // `@unchecked Sendable`: `lock` guards everything that changes.
  enum Fault: String, CaseIterable, Sendable {
    case requestReset, requestFinish, requestHole, staleTail
    case responseLost, responseReset, responseFinish, garbage
    case duplicate, zombie, lateZombie
    case portal, unavailable, altered
  }

  /// One fault on its way.
  struct Order: Sendable {
    var fault: Fault
    /// Exchanges that pass first.
    var skip: Int
    /// Where in the message, in 1/1000 of its length.
    var share: Int
  }

  let port: Int
  private let listener: Int32
  private let lock = NSLock()
  private var target = 0
  private var order: Order?
  private var stale: [(request: [UInt8], from: Int, wire: Wire?)] = []
  private var struck: [Fault] = []
  private var exchangeCount = 0
  private var acknowledged: [String: Int] = [:]
  private(set) var complaints: [String] = []
  private(set) var duplicateAnswers = 0
  private var isStopped = false
  private var open: [ObjectIdentifier: [Wire]] = [:]
  private static let holeMilliseconds: UInt32 = 25

  init() throws {
    (listener, port) = try Wire.listen()
    let thread = Thread { [self] in accept() }
    thread.start()
  }

  func stop() {
    locked { isStopped = true }
    shutdown(listener, Int32(SHUT_RDWR))
    locked {
      for entry in stale { entry.wire?.reset() }
      stale = []
    }
  }

  func setTarget(_ port: Int) { locked { target = port } }

  func arm(_ order: Order) { locked { self.order = order } }

  /// Takes back an order that has not struck; what struck since the last time,
  /// and the exchanges since then.
  func disarm() -> (struck: [Fault], exchanges: Int) {
    locked {
      order = nil
      defer {
        struck = []
        exchangeCount = 0
      }
      return (struck, exchangeCount)
    }
  }

  /// Complaints since the last time: offsets that went back.
  func takeComplaints() -> [String] {
    locked {
      defer { complaints = [] }
      return complaints
    }
  }

  /// Lets everything that was held back reach the centre now, and waits for it.
  func release() {
    let waiting = locked {
      defer { stale = [] }
      return stale
    }
    for entry in waiting { deliver(entry) }
  }

  @discardableResult
  private func locked<T>(_ body: () -> T) -> T {
    lock.lock()
    defer { lock.unlock() }
    return body()
  }

  private func accept() {
    while true {
      let descriptor = Glibc.accept(listener, nil, nil)
      if locked({ isStopped }) { break }
      guard descriptor >= 0 else { continue }
      let thread = Thread { [self] in serve(Wire(descriptor)) }
      thread.start()
    }
    Glibc.close(listener)
  }

  /// What becomes of the exchange that begins now.
  private func nextFault(_ request: Message) -> Order? {
    locked {
      exchangeCount += 1
      guard var waiting = order else { return nil }
      guard fits(waiting.fault, request) else { return nil }
      if waiting.skip > 0 {
        waiting.skip -= 1
        order = waiting
        return nil
      }
      order = nil
      struck.append(waiting.fault)
      return waiting
    }
  }

  private func fits(_ fault: Fault, _ request: Message) -> Bool {
    // A code that was used twice gives a token twice, and the last one counts:
    // nobody between the two sends it again by itself.
    let isEnrolling = request.path.hasPrefix("/v1/enroll")
    switch fault {
    case .duplicate, .zombie, .lateZombie, .staleTail: return !isEnrolling
    case .altered: return request.hasBody && request.path.hasPrefix("/v1/uploads")
    default: return true
    }
  }

  private func serve(_ client: Wire) {
    var server: Wire?
    var (up, down): ([UInt8], [UInt8]) = ([], [])
    defer { server?.close() }
    while let request = Message.read(from: client, rest: &up) {
      let fault = nextFault(request)
      if server == nil {
        server = Wire.connect(port: locked { target })
        down = []
      }
      guard let centre = server else { return client.reset() }
      deliverStale(besides: fault?.fault)
      switch exchange(request, fault, client, centre, &down) {
      case .goOn: continue
      case .resetClient: return client.reset()
      case .closeClient: return client.close()
      case .keepServer:
        server = nil
        return client.reset()
      }
    }
    client.close()
  }

  private enum After { case goOn, resetClient, closeClient, keepServer }

  private func exchange(
    _ request: Message, _ order: Order?, _ client: Wire, _ centre: Wire, _ down: inout [UInt8]
  ) -> After {
    let whole = request.bytes
    guard let order else { return pass(request, client, centre, &down) }
    let cut = whole.count * order.share / 1000
    switch order.fault {
    case .requestReset:
      centre.send(whole[..<cut])
      centre.reset()
      return .keepServer
    case .requestFinish:
      centre.send(whole[..<cut])
      centre.finish()
      return .closeClient
    case .requestHole, .staleTail:
      centre.send(whole[..<cut])
      usleep(Self.holeMilliseconds * 1000)
      // The centre sees neither an end nor more bytes: a connection nobody
      // uses any more, or one whose rest comes after the next try.
      let rest = order.fault == .staleTail ? Array(whole[cut...]) : []
      locked { stale.append((rest, cut, centre)) }
      return .keepServer
    case .portal:
      let page = "<html>welcome</html>"
      client.send(
        ArraySlice(
          "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: \(page.count)\r\n\r\n\(page)"
            .utf8))
      return .goOn
    case .unavailable:
      client.send(
        ArraySlice("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n".utf8))
      return .goOn
    case .altered:
      var altered = request
      let place = request.headLength + (whole.count - request.headLength - 1) * order.share / 1000
      altered.bytes[place] ^= 0x55
      return pass(altered, client, centre, &down)
    case .zombie:
      let zombie = Thread { [self] in deliver((whole, 0, nil)) }
      zombie.start()
      return pass(request, client, centre, &down)
    case .lateZombie:
      locked { stale.append((whole, 0, nil)) }
      return pass(request, client, centre, &down)
    case .duplicate, .responseLost, .responseReset, .responseFinish, .garbage:
      guard let answer = answer(to: request, centre, &down) else { return .resetClient }
      return damage(answer, of: request, order, client)
    }
  }

  /// Does to an answer that came what was ordered.
  private func damage(
    _ answer: Message, of request: Message, _ order: Order, _ client: Wire
  ) -> After {
    let cut = answer.bytes.count * order.share / 1000
    switch order.fault {
    case .duplicate:
      deliver((request.bytes, 0, nil))
      return client.send(answer.bytes[...]) ? .goOn : .closeClient
    case .responseReset:
      client.send(answer.bytes[..<cut])
      return .resetClient
    case .responseFinish:
      client.send(answer.bytes[..<cut])
      return .closeClient
    case .garbage:
      var random = SplitMix64(seed: UInt64(order.share))
      client.send((0..<200).map { _ in UInt8(truncatingIfNeeded: random.next()) }[...])
      return .closeClient
    default: return .resetClient
    }
  }

  private func pass(
    _ request: Message, _ client: Wire, _ centre: Wire, _ down: inout [UInt8]
  ) -> After {
    guard let answer = answer(to: request, centre, &down) else { return .resetClient }
    guard client.send(answer.bytes[...]) else { return .closeClient }
    return answer.field("Connection")?.lowercased() == "close" ? .closeClient : .goOn
  }

  private func answer(to request: Message, _ centre: Wire, _ down: inout [UInt8]) -> Message? {
    let before = locked { acknowledged }
    centre.send(request.bytes[...])
    guard
      let answer = Message.read(from: centre, rest: &down, hasBody: request.method != "HEAD")
    else { return nil }
    note(answer, to: request, before)
    return answer
  }

  /// Offsets that the centre acknowledges never go back.
  private func note(_ answer: Message, to request: Message, _ before: [String: Int]) {
    guard let offset = answer.field("Upload-Offset").flatMap({ Int($0) }) else { return }
    let path = request.method == "POST" ? answer.field("Location") ?? "" : request.path
    locked {
      if offset < before[path] ?? 0 {
        complaints.append("\(request.method) \(path): offset \(offset) after \(before[path] ?? 0)")
      }
      acknowledged[path] = max(acknowledged[path] ?? 0, offset)
    }
  }

  /// Old requests reach the centre besides a later one.
  private func deliverStale(besides fault: Fault?) {
    guard fault != .requestHole, fault != .staleTail, fault != .lateZombie else { return }
    let ready = locked {
      // A hole without more bytes stays open until the end.
      let ready = stale.filter { !$0.request.isEmpty }
      stale.removeAll { !$0.request.isEmpty }
      return ready
    }
    for entry in ready {
      let thread = Thread { [self] in deliver(entry) }
      thread.start()
    }
  }

  /// Sends a request or the rest of one, and takes the answer nobody waits for.
  private func deliver(_ entry: (request: [UInt8], from: Int, wire: Wire?)) {
    guard let wire = entry.wire ?? Wire.connect(port: locked { target }) else { return }
    defer { wire.close() }
    guard !entry.request.isEmpty, wire.send(entry.request[...]) else { return }
    var rest: [UInt8] = []
    let isHead = entry.from == 0 && entry.request.starts(with: Array("HEAD".utf8))
    if Message.read(from: wire, rest: &rest, hasBody: !isHead) != nil {
      locked { duplicateAnswers += 1 }
    }
  }
}
