import FieldCore
import Glibc

/// Tells systemd how the service is (sd_notify(3)): one datagram to the socket
/// that `$NOTIFY_SOCKET` names. Without one it says nothing.
struct ServiceNotifier {
  private let address: String?
  private var lastAlive: Int64 = 0
  /// Between two signs of life of a round, in seconds.
  private static let aliveSeconds: Int64 = 10

  init(_ environment: (String) -> String?) {
    address = environment("NOTIFY_SOCKET").flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The watch has begun.
  func ready() { send("READY=1") }

  /// The watch is at work; resets the service's watchdog.
  func alive(_ status: String) { send("WATCHDOG=1\nSTATUS=" + status) }

  /// Signs of life while a round runs, which may be hours on a slow link.
  mutating func alive(during event: SyncEvent) {
    guard address != nil else { return }
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    guard Int64(time.tv_sec) - lastAlive >= Self.aliveSeconds else { return }
    lastAlive = Int64(time.tv_sec)
    alive("syncing")
  }

  /// The watch ends.
  func stopping() { send("STOPPING=1") }

  private func send(_ message: String) {
    guard let address, let (named, length) = Self.socketAddress(address) else { return }
    var target = named
    let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // A service manager that does not listen must not stop the sync.
    _ = withUnsafePointer(to: &target) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(
          descriptor, message, message.utf8.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), $0, length)
      }
    }
  }

  /// A path, or a name in the abstract space that begins with `@` (unix(7)).
  private static func socketAddress(_ name: String) -> (sockaddr_un, socklen_t)? {
    var target = sockaddr_un()
    target.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(name.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: target.sun_path) else { return nil }
    if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: bytes) }
    let before = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: target.sun_path)
    return (target, socklen_t(before + bytes.count))
  }
}
