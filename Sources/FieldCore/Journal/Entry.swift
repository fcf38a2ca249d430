import Database
import Domain
import SyncProtocol

/// One operation as it stands in the journal (PROTOCOL.md §3).
public struct Entry: Sendable, Hashable {
  /// The operation.
  public var operation: Operation
  /// Its line as it is hashed, stored and sent, without newline.
  public var line: [UInt8]
  /// The chain hash up to and with it.
  public var hash: Digest
  /// Entries of one commit share this number; it grows.
  public var batch: Int64

  static let columns: SQL = "journal.line, journal.hash, journal.batch"

  init(operation: Operation, line: [UInt8], hash: Digest, batch: Int64) {
    self.operation = operation
    self.line = line
    self.hash = hash
    self.batch = batch
  }

  init(_ row: Row) throws {
    line = try row.blob(0)
    operation = try WireJSON.decode(Operation.self, from: line)
    guard let hash = Digest(bytes: try row.blob(1)) else { throw FieldError.damaged }
    self.hash = hash
    batch = try row.integer(2)
  }
}
