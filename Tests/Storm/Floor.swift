import Database
import Glibc

/// What the disk and SQLite alone can do, in the same folder: the floor under every
/// figure that fsyncs.
enum Floor {
  struct Fault: Error {
    let code: Int32
  }

  /// Seconds for one append of so many bytes with an fdatasync.
  static func append(_ bytes: Int, times: Int, in folder: String) throws -> Double {
    let descriptor = open("\(folder)/floor.log", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Fault(code: errno) }
    defer {
      close(descriptor)
      unlink("\(folder)/floor.log")
    }
    let block = [UInt8](repeating: 7, count: bytes)
    let began = nanoseconds()
    for _ in 0..<times {
      guard write(descriptor, block, bytes) == bytes, fdatasync(descriptor) == 0 else {
        throw Fault(code: errno)
      }
    }
    return Double(nanoseconds() - began) / 1e9 / Double(times)
  }

  /// Seconds for one INSERT of a blob, committed with `synchronous=FULL`.
  static func insert(_ bytes: Int, times: Int, in folder: String) throws -> Double {
    let path = "\(folder)/floor.db"
    defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
    let connection = try Connection(path: path)
    try connection.run("CREATE TABLE floor (id INTEGER PRIMARY KEY, line BLOB NOT NULL)")
    let block = [UInt8](repeating: 7, count: bytes)
    let began = nanoseconds()
    for _ in 0..<times {
      try connection.transaction {
        try connection.run("INSERT INTO floor (line) VALUES (\(block))")
      }
    }
    return Double(nanoseconds() - began) / 1e9 / Double(times)
  }
}
