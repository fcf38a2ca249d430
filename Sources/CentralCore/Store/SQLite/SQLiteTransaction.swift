import Database
import Domain
import FoundationEssentials
import SyncProtocol

/// One transaction of the SQLite engine. Its SQL stands in the extensions, one
/// file for each part of the store.
struct SQLiteTransaction: CentralWriting {
  let connection: Connection
  let city: String
  /// The versions of the writer's batch; nil in a transaction that only reads.
  var versions: VersionSequence?

  func epoch() throws -> UniqueID {
    let text = try connection.row("SELECT value FROM centre WHERE name = 'epoch'") {
      try $0.text(0)
    }
    return try Self.id(text ?? "")
  }

  func head() throws -> Int64 {
    try versions?.head ?? storedHead()
  }

  func storedHead() throws -> Int64 {
    let text = try connection.row("SELECT value FROM centre WHERE name = 'sequence'") {
      try $0.text(0)
    }
    guard let head = Int64(text ?? "") else { throw DatabaseError(.unexpectedValue) }
    return head
  }

  func nextVersion() throws -> Int64 {
    guard let versions else { throw DatabaseError(.readOnly) }
    versions.head += 1
    return versions.head
  }

  /// Puts down the version given out last; the writer's last word in a batch.
  func storeHead() throws {
    guard let versions, versions.head != versions.stored else { return }
    try connection.run(
      "UPDATE centre SET value = \(String(versions.head)) WHERE name = 'sequence'")
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

  static func json(_ value: some PlainJSONWritable) throws -> String {
    String(decoding: try WireJSON.encode(value), as: UTF8.self)
  }

  /// A text that cannot be read is damage in here; the error must not look like
  /// a request that cannot be read.
  static func value<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
    do { return try WireJSON.decode(type, from: Array(text.utf8)) } catch is DecodingError {
      throw DatabaseError(.unexpectedValue, message: "\(type)")
    }
  }

  static func value<T: PlainJSONReadable>(_ type: T.Type, _ text: String) throws -> T {
    do { return try WireJSON.decode(type, from: Array(text.utf8)) } catch is DecodingError {
      throw DatabaseError(.unexpectedValue, message: "\(type)")
    }
  }
}

/// The versions given out in one batch of the writer: counted here and put down
/// once, with the commit. A write that fails gives its own back.
final class VersionSequence {
  /// The version given out last.
  var head: Int64
  /// What the database says.
  let stored: Int64

  init(after head: Int64) {
    self.head = head
    stored = head
  }
}
