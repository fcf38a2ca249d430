import Database
import Foundation
import Glibc

/// A bare TCP connection to a local port.
struct RawConnection {
  struct Failed: Error {
    let code = errno
  }

  private let descriptor: Int32

  init(port: Int) throws { descriptor = try Self.open(port: port) }

  /// A connected descriptor, which is the caller's to close.
  static func open(port: Int) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(1), 0)
    guard descriptor >= 0 else { throw Failed() }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else {
      close(descriptor)
      throw Failed()
    }
    return descriptor
  }

  /// Sends these bytes and reads until the other end closes, 64 KiB at most.
  func exchange(_ bytes: [UInt8]) throws -> String {
    defer { close(descriptor) }
    guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Failed() }
    shutdown(descriptor, Int32(1))
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while answer.count < 65_536 {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      answer += buffer[..<count]
    }
    return String(decoding: answer, as: UTF8.self)
  }
}

/// Makes a database look as if a later version had made it.
enum NewerDatabase {
  static func mark(_ path: String) throws {
    try Connection(path: path, mode: .readWrite).script("PRAGMA user_version = 999")
  }
}
