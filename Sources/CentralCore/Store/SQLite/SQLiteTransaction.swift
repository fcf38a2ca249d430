import Database
import Domain
import FoundationEssentials
import SyncProtocol

/// One transaction of the SQLite engine. Its SQL stands in the extensions, one
/// file for each part of the store.
struct SQLiteTransaction: CentralWriting {
  let connection: Connection
  let city: String

  func epoch() throws -> UniqueID {
    let text = try connection.row("SELECT value FROM centre WHERE name = 'epoch'") {
      try $0.text(0)
    }
    return try Self.id(text ?? "")
  }

  func head() throws -> Int64 {
    let text = try connection.row("SELECT value FROM centre WHERE name = 'sequence'") {
      try $0.text(0)
    }
    guard let head = Int64(text ?? "") else { throw DatabaseError(.unexpectedValue) }
    return head
  }

  func nextVersion() throws -> Int64 {
    let next = try connection.row(
      """
      UPDATE centre SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)
      WHERE name = 'sequence' RETURNING CAST(value AS INTEGER)
      """
    ) { try $0.integer(0) }
    guard let next else { throw DatabaseError(.unexpectedValue) }
    return next
  }

  // What columns hold beyond SQLite's own types.

  static func id(_ text: String) throws -> UniqueID {
    guard let id = UniqueID(text) else {
      throw DatabaseError(.unexpectedValue, message: "identifier")
    }
    return id
  }

  static func digest(_ bytes: [UInt8]) throws -> Digest {
    guard let digest = Digest(bytes: bytes) else {
      throw DatabaseError(.unexpectedValue, message: "digest")
    }
    return digest
  }

  static func json(_ value: some Encodable) throws -> String {
    String(decoding: try WireJSON.encode(value), as: UTF8.self)
  }

  /// A text that cannot be read is damage in here; the error must not look like
  /// a request that cannot be read.
  static func value<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
    do { return try WireJSON.decode(type, from: Array(text.utf8)) } catch is DecodingError {
      throw DatabaseError(.unexpectedValue, message: "\(type)")
    }
  }
}
