import CLinux
import Glibc

/// All simulated devices on one thread and one epoll instance. Times count from the
/// moment a request was due, so that a loop that falls behind does not flatter the
/// server.
final class ClientLoop {
  struct Plan {
    var port: UInt16
    /// Makes device `number` when its time has come.
    var make: (Int) -> any Conversation
    /// When each device comes, in nanoseconds from the start.
    var arrivals: [UInt64]
    /// A new connection for each request.
    var isFresh = false
    /// Whether a device that has said all keeps its connection to the end.
    var stays = false
  }

  private final class Peer {
    let number: Int
    let conversation: any Conversation
    let arrived: UInt64
    var socket: PeerSocket?
    var ask: Ask?
    var sent = 0
    var due: UInt64 = 0
    var answer = Answer()

    init(number: Int, conversation: any Conversation, arrived: UInt64) {
      self.number = number
      self.conversation = conversation
      self.arrived = arrived
    }
  }

  private let plan: Plan
  private let poll = epoll_create1(Int32(EPOLL_CLOEXEC))
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 262_144, alignment: 4096)
  private var peers: [Peer?]
  private var parked: [PeerSocket] = []
  private var timetable = Timetable()
  private var over = 0
  private(set) var tally = Tally()

  init(_ plan: Plan) {
    self.plan = plan
    peers = Array(repeating: nil, count: plan.arrivals.count)
  }

  deinit {
    for socket in parked { close(socket.descriptor) }
    close(poll)
    buffer.deallocate()
  }

  /// Runs until every device has said all or given up; `atEnd` sees the
  /// connections that stay.
  func run(atEnd: () -> Void = {}) {
    tally.began = nanoseconds()
    for (number, at) in plan.arrivals.enumerated() {
      timetable.add(number, at: tally.began + at)
    }
    let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: 512)
    defer { events.deallocate() }
    while over < peers.count {
      let now = nanoseconds()
      while let (at, number) = timetable.take(until: now) { begin(number, at) }
      let wait = timetable.next.map { ($0 > now ? ($0 - now) / 1_000_000 : 0) } ?? 1000
      let count = epoll_wait(poll, events.baseAddress, 512, Int32(min(wait, 1000)))
      for event in events.prefix(max(0, Int(count))) { advance(Int(event.data.u64)) }
    }
    tally.ended = nanoseconds()
    atEnd()
  }

  private func begin(_ number: Int, _ at: UInt64) {
    let peer =
      peers[number]
      ?? Peer(number: number, conversation: plan.make(number), arrived: at)
    peers[number] = peer
    ask(peer, due: at)
  }

  private func ask(_ peer: Peer, due: UInt64) {
    guard let ask = peer.conversation.ask() else { return end(peer) }
    peer.ask = ask
    peer.sent = 0
    peer.due = due
    peer.answer.reset()
    if peer.socket == nil {
      guard let socket = PeerSocket(port: plan.port, number: peer.number) else {
        return again(peer, in: 1)
      }
      peer.socket = socket
      watch(peer, EPOLL_CTL_ADD, EPOLLIN.rawValue | EPOLLOUT.rawValue)
    } else {
      send(peer)
    }
  }

  private func watch(_ peer: Peer, _ what: Int32, _ interest: UInt32) {
    guard let socket = peer.socket else { return }
    var event = epoll_event()
    event.events = interest
    event.data.u64 = UInt64(peer.number)
    epoll_ctl(poll, what, socket.descriptor, &event)
  }

  private func advance(_ number: Int) {
    guard let peer = peers[number], peer.socket != nil else { return }
    if let ask = peer.ask, peer.sent < ask.bytes.count { send(peer) }
    if peer.socket != nil { receive(peer) }
  }

  private func send(_ peer: Peer) {
    guard let socket = peer.socket, let ask = peer.ask else { return }
    let wasWaiting = peer.sent > 0 || peer.answer.bytes.isEmpty
    while peer.sent < ask.bytes.count {
      let count = ask.bytes.withUnsafeBytes {
        Glibc.send(
          socket.descriptor, $0.baseAddress.map { $0 + peer.sent }, $0.count - peer.sent,
          Int32(MSG_NOSIGNAL))
      }
      if count < 0 {
        if errno == EAGAIN || errno == EINPROGRESS || errno == ENOTCONN {
          return watch(peer, EPOLL_CTL_MOD, EPOLLIN.rawValue | EPOLLOUT.rawValue)
        }
        return lose(peer)
      }
      peer.sent += count
    }
    if wasWaiting { watch(peer, EPOLL_CTL_MOD, EPOLLIN.rawValue) }
  }

  private func receive(_ peer: Peer) {
    guard let socket = peer.socket else { return }
    while true {
      let count = recv(socket.descriptor, buffer.baseAddress, buffer.count, 0)
      if count < 0, errno == EAGAIN || errno == EINTR { return }
      guard count > 0, peer.ask != nil else { return lose(peer) }
      peer.answer.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      if let body = peer.answer.body() { return hear(peer, body) }
    }
  }

  private func hear(_ peer: Peer, _ body: ArraySlice<UInt8>) {
    let now = nanoseconds()
    let status = peer.answer.status
    if plan.isFresh || peer.answer.closes { drop(peer) }
    if status == 503 || status == 429 {
      tally.turnedAway += 1
      return again(peer, in: peer.answer.retryAfter)
    }
    if let ask = peer.ask { tally.add(ask.name, now - peer.due) }
    peer.ask = nil
    do {
      try peer.conversation.hear(status: status, body: body)
      ask(peer, due: now)
    } catch {
      tally.fail("\(error)")
      end(peer)
    }
  }

  private func lose(_ peer: Peer) {
    drop(peer)
    guard peer.ask != nil else { return }
    tally.broken += 1
    again(peer, in: 1)
  }

  /// As devices wait: a refusal or a broken connection is asked again later.
  private func again(_ peer: Peer, in seconds: UInt64) {
    timetable.add(peer.number, at: nanoseconds() + seconds * 1_000_000_000)
  }

  private func drop(_ peer: Peer) {
    if let socket = peer.socket { close(socket.descriptor) }
    peer.socket = nil
  }

  private func end(_ peer: Peer) {
    tally.add("device", nanoseconds() - peer.arrived)
    over += 1
    if plan.stays, let socket = peer.socket {
      epoll_ctl(poll, EPOLL_CTL_DEL, socket.descriptor, nil)
      parked.append(socket)
      peer.socket = nil
    }
    drop(peer)
    peers[peer.number] = nil
  }
}
