import Glibc

/// Holds a data folder for the one agent that may run on it. The kernel lets
/// go of it when the process dies, however it dies.
final class AgentLock {
  private let descriptor: Int32
  private static let pidBytes = 16

  /// - Throws: `.agentRunning` when another process holds it.
  init(_ directory: DataDirectory) throws(SyncError) {
    let descriptor = open(directory.agentLock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .local(.directoryUnusable(errno: errno)) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      let holder = Self.pid(in: descriptor)
      close(descriptor)
      guard reason == EWOULDBLOCK else { throw .local(.directoryUnusable(errno: reason)) }
      throw .agentRunning(pid: holder)
    }
    self.descriptor = descriptor
    write(descriptor)
  }

  deinit { close(descriptor) }

  private func write(_ descriptor: Int32) {
    let text = Array("\(getpid())\n".utf8)
    // Only tells others who holds the lock; the lock itself is the kernel's.
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
  }

  private static func pid(in descriptor: Int32) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: pidBytes)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes.prefix(count).prefix { $0 != 0x0a }, as: UTF8.self))
  }
}
