// A bad link between a client and a server on this machine: it forwards TCP,
// and on command resets, delays, swallows, holds or slows what passes.
//
// One thread accepts and one more serves each connection; commands take
// effect within a few milliseconds. Cuts are exact: the far side gets the
// promised number of bytes, and then a reset.
import Glibc
import Locks

/// A TCP proxy on 127.0.0.1 that fails on command.
public final class FaultyProxy: Sendable {
  /// Which way bytes travel.
  public enum Direction: Sendable {
    /// From the client to the server.
    case uplink
    /// From the server to the client.
    case downlink
  }

  /// What the bytes of a cut are counted over.
  public enum Scope: Sendable {
    /// Each connection from its first byte; one that is already past the count is left alone.
    case connection
    /// All connections together, from the command on.
    case total
  }

  /// A socket call that failed while the proxy was set up.
  public struct SetupError: Error, Equatable {
    /// Its errno.
    public let code: Int32
  }

  /// The port clients connect to.
  public let port: Int

  private let listener: Int32
  private let link = ProxyLink()
  private let accepting = Mutex<pthread_t?>(nil)

  /// Listens on a free port and forwards to `targetPort` of 127.0.0.1.
  ///
  /// - Parameter receiveBytes: the room for bytes that came and were not taken
  ///   yet; little of it, and clients feel the link's rate at once.
  public init(targetPort: Int, receiveBytes: Int? = nil) throws {
    listener = try ProxySocket.listen(receiveBytes: receiveBytes)
    port = ProxySocket.port(of: listener)
    link.change { $0.targetPort = targetPort }
    let (listener, link) = (listener, link)
    let thread = try ProxyThread.start { ProxyAcceptor(listener: listener, link: link).run() }
    accepting.withLock { $0 = thread }
  }

  /// Sends new connections to another port.
  public func setTarget(port: Int) { link.change { $0.targetPort = port } }

  /// Resets both sides after exactly so many bytes were delivered; once, or again and again.
  public func cut(
    _ direction: Direction, afterBytes: Int64, scope: Scope = .connection,
    repeating: Bool = false
  ) {
    link.change {
      $0.cut = ProxyCut(
        direction: direction, bytes: afterBytes, scope: scope, repeating: repeating,
        left: afterBytes)
    }
  }

  /// Forgets a cut that has not happened.
  public func cancelCut() { link.change { $0.cut = nil } }

  /// Resets every open connection now.
  public func resetAll() { link.change { $0.resets += 1 } }

  /// Holds every byte back for so long; applies to bytes that come from now on.
  public func delay(_ direction: Direction, milliseconds: Int) {
    link.change { $0[direction].delayMilliseconds = milliseconds }
  }

  /// Limits one direction of all connections together; nil lifts the limit.
  public func limit(_ direction: Direction, bytesPerSecond: Int?) {
    link.change {
      $0[direction].bytesPerSecond = bytesPerSecond
      $0[direction].tokens = 0
      $0[direction].refilled = ProxyClock.milliseconds()
    }
  }

  /// Lets a new connection wait so long before its first byte passes, as its
  /// handshake would on a real link.
  public func delayConnections(milliseconds: Int) {
    link.change { $0.connectMilliseconds = milliseconds }
  }

  /// From now on, again and again: so long a link, then every connection is
  /// reset and new ones too while it is dark.
  public func drop(everyMilliseconds: Int, darkMilliseconds: Int) {
    link.change {
      $0.drops = ProxyDrops(
        start: ProxyClock.milliseconds(), upMilliseconds: Int64(everyMilliseconds),
        darkMilliseconds: Int64(darkMilliseconds))
    }
  }

  /// While on, bytes are taken and vanish, as behind a dead radio link.
  public func blackHole(_ isOn: Bool) { link.change { $0.isBlackHole = isOn } }

  /// While on, new connections are accepted and reset.
  public func refuse(_ isOn: Bool) { link.change { $0.isRefusing = isOn } }

  /// Stops forwarding; senders feel it as back-pressure.
  public func pause() { link.change { $0.isPaused = true } }

  /// Forwards again.
  public func resume() { link.change { $0.isPaused = false } }

  /// Bytes delivered to the server since the start.
  public var uplinkBytes: Int64 { link.read { $0[.uplink].delivered } }

  /// Bytes the uplink carried since the start, whether they were delivered or
  /// lost in a reset.
  public var uplinkCarriedBytes: Int64 { link.read { $0[.uplink].carried } }

  /// Bytes delivered to the client since the start.
  public var downlinkBytes: Int64 { link.read { $0[.downlink].delivered } }

  /// Connections accepted since the start.
  public var connections: Int { link.read { $0.accepted } }

  /// Cuts that have happened since the start.
  public var cuts: Int { link.read { $0.cutsDone } }

  /// Closes everything and returns when all threads have ended.
  public func stop() {
    let thread = accepting.withLock { thread in
      defer { thread = nil }
      return thread
    }
    guard let thread else { return }
    link.change { $0.isStopped = true }
    pthread_join(thread, nil)
    close(listener)
  }
}

// MARK: - The link's state

struct ProxyCut {
  let direction: FaultyProxy.Direction
  let bytes: Int64
  let scope: FaultyProxy.Scope
  let repeating: Bool
  /// For `.total`: bytes not taken yet, and those of them that a connection may be reading now.
  var left: Int64
  var reserved: Int64 = 0
  /// The connection that took the last bytes.
  var carrier: Int32 = -1
}

/// A link that is there for a while, dark for a while, and so on.
struct ProxyDrops {
  let start: Int64
  let upMilliseconds: Int64
  let darkMilliseconds: Int64

  /// Which stretch it is, and whether the link is dark.
  func phase(_ now: Int64) -> (cycle: Int64, isDark: Bool) {
    let (cycle, within) = (now - start).quotientAndRemainder(
      dividingBy: upMilliseconds + darkMilliseconds)
    return (cycle, within >= upMilliseconds)
  }
}

struct ProxyLane {
  var delayMilliseconds = 0
  var bytesPerSecond: Int?
  var tokens = 0.0
  var refilled: Int64 = 0
  var delivered: Int64 = 0
  var carried: Int64 = 0

  /// How many bytes the rate allows now.
  mutating func allowance(_ now: Int64) -> Int {
    guard let bytesPerSecond else { return .max }
    let rate = Double(bytesPerSecond)
    // A burst of 50 ms at most, so that the rate also holds over short times.
    tokens = min(tokens + rate * Double(now - refilled) / 1000, max(rate * 0.05, 64))
    refilled = now
    return Int(tokens)
  }
}

struct ProxyLinkState {
  var targetPort = 0
  var up = ProxyLane()
  var down = ProxyLane()
  var cut: ProxyCut?
  var drops: ProxyDrops?
  var connectMilliseconds = 0
  var isBlackHole = false
  var isRefusing = false
  var isPaused = false
  var isStopped = false
  var resets = 0
  var accepted = 0
  var cutsDone = 0

  subscript(direction: FaultyProxy.Direction) -> ProxyLane {
    get { direction == .uplink ? up : down }
    set { if direction == .uplink { up = newValue } else { down = newValue } }
  }

  /// How many bytes a connection may take now; `settle` must follow.
  mutating func reserve(
    _ direction: FaultyProxy.Direction, carried: Int64, most: Int
  ) -> Int {
    var count = min(most, self[direction].allowance(ProxyClock.milliseconds()))
    if let cut, cut.direction == direction {
      let left = cut.scope == .total ? cut.left - cut.reserved : cut.bytes - carried
      if cut.scope == .total || left >= 0 { count = min(count, Int(max(0, left))) }
    }
    if self[direction].bytesPerSecond != nil { self[direction].tokens -= Double(count) }
    if cut?.direction == direction { self.cut?.reserved += Int64(count) }
    return count
  }

  /// Says how much of a reservation was used, and by whom.
  mutating func settle(
    _ direction: FaultyProxy.Direction, reserved: Int, used: Int, carrier: Int32
  ) {
    if self[direction].bytesPerSecond != nil { self[direction].tokens += Double(reserved - used) }
    self[direction].carried += Int64(used)
    guard var settled = cut, settled.direction == direction else { return }
    // A cut commanded in between knows nothing of this reservation.
    settled.reserved = max(0, settled.reserved - Int64(reserved))
    settled.left -= Int64(used)
    if used > 0 { settled.carrier = carrier }
    cut = settled
  }

  /// Whether the connection that delivered so many bytes is the one to cut; takes the cut.
  mutating func takeCut(
    _ direction: FaultyProxy.Direction, delivered: Int64, carrier: Int32
  ) -> Bool {
    guard let cut, cut.direction == direction else { return false }
    let isDue =
      cut.scope == .total
      ? cut.left <= 0 && cut.carrier == carrier : delivered == cut.bytes
    guard isDue else { return false }
    cutsDone += 1
    if cut.repeating { self.cut?.left = cut.bytes } else { self.cut = nil }
    return true
  }
}

final class ProxyLink: Sendable {
  private let state = Mutex(ProxyLinkState())

  func change<Result: Sendable>(_ body: (inout ProxyLinkState) -> Result) -> Result {
    state.withLock { body(&$0) }
  }

  func read<Result: Sendable>(_ body: (ProxyLinkState) -> Result) -> Result {
    state.withLock { body($0) }
  }
}

enum ProxyClock {
  static func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}

// MARK: - Threads

enum ProxyThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  static func start(_ run: @escaping @Sendable () -> Void) throws -> pthread_t {
    let box = Unmanaged.passRetained(Body(run))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      throw FaultyProxy.SetupError(code: code)
    }
    return thread
  }
}

struct ProxyAcceptor: Sendable {
  let listener: Int32
  let link: ProxyLink

  func run() {
    var threads: [pthread_t] = []
    while !link.read({ $0.isStopped }) {
      var entry = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 10) > 0 else { continue }
      let client = accept(listener, nil, nil)
      guard client >= 0 else { continue }
      if let thread = serve(client) { threads.append(thread) }
    }
    for thread in threads { pthread_join(thread, nil) }
  }

  private func serve(_ client: Int32) -> pthread_t? {
    let (target, isRefusing) = link.change { state in
      state.accepted += 1
      return (state.targetPort, state.isRefusing)
    }
    if isRefusing {
      ProxySocket.reset(client)
      return nil
    }
    ProxySocket.prepare(client)
    let link = link
    do {
      return try ProxyThread.start { ProxyAcceptor.carry(client, to: target, link) }
    } catch {
      ProxySocket.reset(client)
      return nil
    }
  }

  private static func carry(_ client: Int32, to target: Int, _ link: ProxyLink) {
    let wait = link.read { $0.connectMilliseconds }
    if wait > 0 { _ = poll(nil, 0, Int32(wait)) }
    let isDark = link.read { $0.drops?.phase(ProxyClock.milliseconds()).isDark ?? false }
    guard !isDark, let server = ProxySocket.connect(port: target) else {
      ProxySocket.reset(client)
      return
    }
    ProxyConnection(client: client, server: server, link: link).run()
  }
}

// MARK: - One connection

/// One direction of one connection.
private struct ProxyFlow {
  private struct Parcel {
    var bytes: [UInt8]
    var sent = 0
    let dueMilliseconds: Int64
  }

  private static let heldBytes = 256 << 10

  let direction: FaultyProxy.Direction
  let source: Int32
  let target: Int32
  private var parcels: [Parcel] = []
  private var held = 0
  private var carried: Int64 = 0
  private(set) var delivered: Int64 = 0
  private var hasEnded = false
  private(set) var isShut = false

  init(_ direction: FaultyProxy.Direction, from source: Int32, to target: Int32) {
    self.direction = direction
    self.source = source
    self.target = target
  }

  var wantsBytes: Bool { !hasEnded && held < ProxyFlow.heldBytes }

  /// Takes what has come; false when the connection broke.
  mutating func take(_ link: ProxyLink) -> Bool {
    guard wantsBytes else { return true }
    let (direction, carried) = (direction, carried)
    let (room, isBlackHole, delay) = link.change { state in
      let isBlackHole = state.isBlackHole
      let room =
        isBlackHole ? 65536 : state.reserve(direction, carried: carried, most: 65536)
      return (room, isBlackHole, state[direction].delayMilliseconds)
    }
    guard room > 0 else { return true }
    var bytes = [UInt8](repeating: 0, count: room)
    let count = recv(source, &bytes, room, Int32(MSG_DONTWAIT))
    let code = errno
    if isBlackHole {
      if count == 0 { hasEnded = true }
      return count >= 0 || code == EAGAIN || code == EINTR
    }
    let source = source
    link.change {
      $0.settle(direction, reserved: room, used: max(0, count), carrier: source)
    }
    if count < 0 { return code == EAGAIN || code == EINTR }
    if count == 0 { hasEnded = true }
    bytes.removeLast(room - count)
    if count > 0 {
      parcels.append(
        Parcel(bytes: bytes, dueMilliseconds: ProxyClock.milliseconds() + Int64(delay)))
    }
    held += count
    self.carried += Int64(count)
    return true
  }

  /// Delivers what is due; false when the connection broke.
  mutating func deliver(_ link: ProxyLink) -> Bool {
    let now = ProxyClock.milliseconds()
    while let parcel = parcels.first, parcel.dueMilliseconds <= now {
      let count = parcel.bytes.withUnsafeBytes { bytes in
        send(
          target, bytes.baseAddress.map { $0 + parcel.sent }, bytes.count - parcel.sent,
          Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      note(count, link)
      if parcel.sent + count == parcel.bytes.count {
        parcels.removeFirst()
      } else {
        parcels[0].sent += count
      }
    }
    if hasEnded, parcels.isEmpty, !isShut {
      isShut = true
      shutdown(target, Int32(SHUT_WR))
    }
    return true
  }

  private mutating func note(_ count: Int, _ link: ProxyLink) {
    held -= count
    delivered += Int64(count)
    let direction = direction
    link.change { $0[direction].delivered += Int64(count) }
  }

  /// Bytes that are due but found no room.
  var isBlocked: Bool {
    parcels.first.map { $0.dueMilliseconds <= ProxyClock.milliseconds() } ?? false
  }

  /// Milliseconds until the next parcel is due; nil when none waits.
  var nextDue: Int64? {
    parcels.first.map { max(0, $0.dueMilliseconds - ProxyClock.milliseconds()) }
  }

  /// Whether this flow reached a cut and everything before it was delivered.
  func takesCut(_ link: ProxyLink) -> Bool {
    guard parcels.isEmpty else { return false }
    let (direction, delivered, source) = (direction, delivered, source)
    return link.change { $0.takeCut(direction, delivered: delivered, carrier: source) }
  }
}

private struct ProxyConnection {
  /// The longest wait, so that commands are noticed soon.
  private static let tickMilliseconds: Int32 = 5

  private let link: ProxyLink
  private let resets: Int
  private let cycle: Int64?
  private var up: ProxyFlow
  private var down: ProxyFlow

  init(client: Int32, server: Int32, link: ProxyLink) {
    self.link = link
    resets = link.read { $0.resets }
    cycle = link.read { $0.drops?.phase(ProxyClock.milliseconds()).cycle }
    up = ProxyFlow(.uplink, from: client, to: server)
    down = ProxyFlow(.downlink, from: server, to: client)
  }

  consuming func run() {
    while true {
      let (isStopped, isPaused, resetsNow) = link.read { ($0.isStopped, $0.isPaused, $0.resets) }
      if isStopped || resetsNow != resets || isDropped { return resetBoth() }
      wait(isPaused)
      if isPaused { continue }
      guard up.take(link), down.take(link), up.deliver(link), down.deliver(link) else {
        return resetBoth()
      }
      if up.takesCut(link) {
        ProxySocket.awaitAcknowledged(up.target)
        return resetBoth()
      }
      if down.takesCut(link) {
        ProxySocket.awaitAcknowledged(down.target)
        return resetBoth()
      }
      if up.isShut, down.isShut {
        close(up.source)
        close(down.source)
        return
      }
    }
  }

  /// Whether the link went dark since this connection began.
  private var isDropped: Bool {
    guard let phase = link.read({ $0.drops?.phase(ProxyClock.milliseconds()) }) else {
      return false
    }
    return phase.isDark || cycle.map { $0 != phase.cycle } ?? false
  }

  private func wait(_ isPaused: Bool) {
    var entries = [
      pollfd(fd: up.source, events: events(reading: up, writing: down), revents: 0),
      pollfd(fd: down.source, events: events(reading: down, writing: up), revents: 0),
    ]
    let due = min(up.nextDue ?? 5, down.nextDue ?? 5)
    let tick = min(ProxyConnection.tickMilliseconds, Int32(max(1, min(due, 5))))
    // A closed peer would make poll return at once while nothing may be forwarded.
    if isPaused || entries.allSatisfy({ $0.events == 0 }) || isThrottled {
      _ = poll(nil, 0, tick)
    } else {
      _ = poll(&entries, 2, tick)
    }
  }

  private var isThrottled: Bool {
    link.read { $0.up.bytesPerSecond != nil || $0.down.bytesPerSecond != nil || $0.isBlackHole }
  }

  private func events(reading: ProxyFlow, writing: ProxyFlow) -> Int16 {
    var events: Int32 = 0
    if reading.wantsBytes { events |= POLLIN }
    if writing.isBlocked { events |= POLLOUT }
    return Int16(events)
  }

  private func resetBoth() {
    ProxySocket.reset(up.source)
    ProxySocket.reset(down.source)
  }
}

// MARK: - Sockets

enum ProxySocket {
  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  private static func with<Result>(
    _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    withUnsafePointer(to: loopback(port)) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private static func make() -> Int32 {
    socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  }

  static func listen(receiveBytes: Int?) throws -> Int32 {
    let descriptor = make()
    guard descriptor >= 0 else { throw FaultyProxy.SetupError(code: errno) }
    // What is accepted inherits it.
    if let receiveBytes {
      var size = Int32(receiveBytes)
      setsockopt(
        descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    guard with(0, { bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 1024) == 0 else {
      let code = errno
      close(descriptor)
      throw FaultyProxy.SetupError(code: code)
    }
    return descriptor
  }

  static func connect(port: Int) -> Int32? {
    let descriptor = make()
    guard descriptor >= 0 else { return nil }
    guard with(port, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
      close(descriptor)
      return nil
    }
    prepare(descriptor)
    return descriptor
  }

  static func port(of descriptor: Int32) -> Int {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  static func prepare(_ descriptor: Int32) {
    var on: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Closes with RST, which also throws away what is not sent yet.
  static func reset(_ descriptor: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close(descriptor)
  }

  /// Waits until the peer's kernel has everything, for a second at most.
  static func awaitAcknowledged(_ descriptor: Int32) {
    let last = ProxyClock.milliseconds() + 1000
    var left: Int32 = 0
    while ioctl(descriptor, UInt(TIOCOUTQ), &left) == 0, left > 0,
      ProxyClock.milliseconds() < last
    {
      _ = poll(nil, 0, 1)
    }
  }
}
