// A server that says exactly what a test wants, right or wrong.
import Glibc

@testable import HTTP

/// One accepted connection in the hands of a script.
struct ScriptedPeer {
  let descriptor: Int32

  /// Reads up to the end of a head; what came, nil when the client closed before.
  @discardableResult
  func readHead() -> String? {
    var bytes: [UInt8] = []
    while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      var byte: UInt8 = 0
      guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// Makes the close that follows the script an RST.
  func closeWithReset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// Waits until the client closes.
  func awaitEnd() {
    var bytes = [UInt8](repeating: 0, count: 65536)
    while recv(descriptor, &bytes, bytes.count, 0) > 0 {}
  }
}

/// Runs `body` against a port whose first connection meets the first script, and so on.
///
/// A connection too many finds nobody listening; one too few costs ten seconds.
func withScripts<Result>(
  _ scripts: [@Sendable (ScriptedPeer) -> Void], _ body: (Int) throws -> Result
) throws -> Result {
  let listener = try Listener(host: "127.0.0.1", port: 0)
  let thread = try PlainThread.start {
    for script in scripts {
      var entry = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 10_000) == 1 else { break }
      let descriptor = accept(listener.descriptor, nil, nil)
      script(ScriptedPeer(descriptor: descriptor))
      close(descriptor)
    }
    close(listener.descriptor)
  }
  defer { thread.join() }
  return try body(listener.port)
}
