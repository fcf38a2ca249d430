import CLinux
import Glibc

/// One epoll instance; tokens come back with the events.
struct EventPoll: Sendable {
  static let readable = EPOLLIN.rawValue
  static let writable = EPOLLOUT.rawValue
  static let once = EPOLLONESHOT.rawValue

  let descriptor: Int32

  init() throws(SocketError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw SocketError(call: .poll, code: errno) }
  }

  func close() { _ = Glibc.close(descriptor) }

  @discardableResult
  func add(_ target: Int32, _ events: UInt32, token: UInt64) -> Bool {
    control(EPOLL_CTL_ADD, target, events, token)
  }

  @discardableResult
  func modify(_ target: Int32, _ events: UInt32, token: UInt64) -> Bool {
    control(EPOLL_CTL_MOD, target, events, token)
  }

  @discardableResult
  func remove(_ target: Int32) -> Bool { control(EPOLL_CTL_DEL, target, 0, 0) }

  /// How many of `events` were filled; 0 at the timeout or when interrupted.
  func wait(_ events: UnsafeMutableBufferPointer<epoll_event>, milliseconds: Int32) -> Int {
    max(0, Int(epoll_wait(descriptor, events.baseAddress, Int32(events.count), milliseconds)))
  }

  private func control(_ what: Int32, _ target: Int32, _ events: UInt32, _ token: UInt64) -> Bool {
    var event = epoll_event()
    event.events = events
    event.data.u64 = token
    return epoll_ctl(descriptor, what, target, &event) == 0
  }
}
