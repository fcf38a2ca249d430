import CLinux
import Glibc

/// A bound, listening, non-blocking socket.
struct Listener: Sendable {
  let descriptor: Int32
  let port: Int

  /// `host` is a name or a numeric address; port 0 asks for a free one.
  init(host: String, port: Int) throws(SocketError) {
    let addresses = try AddressList(host: host, port: port, passive: true)
    var failure = SocketError(call: .resolve, code: EAI_NONAME)
    for address in addresses {
      switch Listener.bind(address) {
      case .success(let descriptor):
        self.descriptor = descriptor
        self.port = AddressList.localPort(descriptor)
        return
      case .failure(let error): failure = error
      }
    }
    throw failure
  }

  private static func bind(_ address: addrinfo) -> Result<Int32, SocketError> {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.ai_family, kind, 0)
    guard descriptor >= 0 else { return .failure(SocketError(call: .socket, code: errno)) }
    SocketOption.enable(descriptor, SOL_SOCKET, SO_REUSEADDR)
    guard Glibc.bind(descriptor, address.ai_addr, address.ai_addrlen) == 0 else {
      return closing(descriptor, .bind)
    }
    // The kernel caps it at net.core.somaxconn.
    guard listen(descriptor, 4096) == 0 else { return closing(descriptor, .listen) }
    return .success(descriptor)
  }

  private static func closing(
    _ descriptor: Int32, _ call: SocketError.Call
  ) -> Result<Int32, SocketError> {
    let code = errno
    close(descriptor)
    return .failure(SocketError(call: call, code: code))
  }
}

/// Setting the few socket options this module uses.
enum SocketOption {
  static func enable(_ descriptor: Int32, _ level: Int32, _ name: Int32) {
    var on: Int32 = 1
    setsockopt(descriptor, level, name, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  static func noDelay(_ descriptor: Int32) {
    enable(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
  }

  /// Lets the system take little beyond what it can send at once: a slow link's
  /// sender then knows how far it is, and a reset throws little away.
  static func keepUnsentLow(_ descriptor: Int32) {
    var bytes: Int32 = 16_384
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, &bytes,
      socklen_t(MemoryLayout<Int32>.size))
  }

  /// The error a non-blocking connect ended with; 0 for none.
  static func pendingError(_ descriptor: Int32) -> Int32 {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno
  }
}
