import Glibc

/// A connected, non-blocking socket with poll(2) deadlines; closed with its last reference.
final class ClientSocket {
  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { Glibc.close(descriptor) }

  /// Tries the host's addresses one after the other.
  static func connect(
    host: String, port: Int, limits: ClientLimits
  ) throws(ClientError) -> ClientSocket {
    let addresses: AddressList
    do {
      addresses = try AddressList(host: host, port: port, passive: false)
    } catch {
      throw .cannotResolve(code: error.code)
    }
    var failure = ClientError.cannotConnect(code: ENETUNREACH)
    for address in addresses {
      do throws(ClientError) {
        return try connect(address, seconds: limits.connectSeconds)
      } catch {
        failure = error
      }
    }
    throw failure
  }

  private static func connect(
    _ address: addrinfo, seconds: Double
  ) throws(ClientError) -> ClientSocket {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = Glibc.socket(address.ai_family, kind, 0)
    guard descriptor >= 0 else { throw .cannotConnect(code: errno) }
    let socket = ClientSocket(descriptor: descriptor)
    SocketOption.noDelay(descriptor)
    SocketOption.keepUnsentLow(descriptor)
    if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return socket }
    guard errno == EINPROGRESS || errno == EINTR else { throw .cannotConnect(code: errno) }
    _ = try socket.wait(
      POLLOUT, until: MonotonicTime.now().adding(seconds: seconds), step: .connect)
    let code = SocketOption.pendingError(descriptor)
    guard code == 0 else { throw .cannotConnect(code: code) }
    return socket
  }

  /// Whether the peer closed or sent something nobody asked for.
  var isStale: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) != 0
  }

  /// The events that came; POLLHUP and POLLERR count as whatever was asked for.
  func wait(
    _ events: Int32, until deadline: MonotonicTime, step: ClientError.Step
  ) throws(ClientError) -> Int32 {
    while true {
      var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      let count = poll(&entry, 1, deadline.millisecondsLeft())
      if count > 0 {
        let came = Int32(entry.revents)
        return came & (POLLHUP | POLLERR) != 0 ? came | events : came
      }
      if count < 0, errno != EINTR { throw .socket(code: errno) }
      if count == 0, deadline <= .now() { throw .timedOut(step) }
    }
  }

  /// How many bytes went out; 0 when there is no room now.
  func send(_ bytes: UnsafeRawBufferPointer) throws(ClientError) -> Int {
    while true {
      let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN, EWOULDBLOCK: return 0
      case EPIPE, ECONNRESET: throw .reset
      default: throw .socket(code: errno)
      }
    }
  }

  /// How many bytes came, 0 at the end of the stream; nil when there are none now.
  func receive(_ room: UnsafeMutableRawBufferPointer) throws(ClientError) -> Int? {
    while true {
      let count = recv(descriptor, room.baseAddress, room.count, 0)
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN, EWOULDBLOCK: return nil
      case ECONNRESET, EPIPE: throw .reset
      case ETIMEDOUT: throw .timedOut(.receive)
      default: throw .socket(code: errno)
      }
    }
  }
}
