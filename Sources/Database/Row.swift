import CSQLite

/// The current row of a statement, readable only while its closure runs.
/// Columns are counted from 0.
public struct Row {
  let statement: OpaquePointer

  /// An INTEGER.
  public func integer(_ column: Int) throws -> Int64 {
    guard sqlite3_column_type(statement, Int32(column)) == SQLITE_INTEGER else {
      throw unexpected(column)
    }
    return sqlite3_column_int64(statement, Int32(column))
  }

  /// An INTEGER, or nil for NULL.
  public func optionalInteger(_ column: Int) throws -> Int64? {
    isNull(column) ? nil : try integer(column)
  }

  /// A REAL (or an INTEGER), or nil for NULL.
  public func optionalReal(_ column: Int) throws -> Double? {
    switch sqlite3_column_type(statement, Int32(column)) {
    case SQLITE_NULL: return nil
    case SQLITE_FLOAT, SQLITE_INTEGER: return sqlite3_column_double(statement, Int32(column))
    default: throw unexpected(column)
    }
  }

  /// A TEXT.
  public func text(_ column: Int) throws -> String {
    guard sqlite3_column_type(statement, Int32(column)) == SQLITE_TEXT,
      let start = sqlite3_column_text(statement, Int32(column))
    else { throw unexpected(column) }
    let count = Int(sqlite3_column_bytes(statement, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// A TEXT, or nil for NULL.
  public func optionalText(_ column: Int) throws -> String? {
    isNull(column) ? nil : try text(column)
  }

  /// A BLOB.
  public func blob(_ column: Int) throws -> [UInt8] {
    guard sqlite3_column_type(statement, Int32(column)) == SQLITE_BLOB else {
      throw unexpected(column)
    }
    let count = Int(sqlite3_column_bytes(statement, Int32(column)))
    guard count > 0, let start = sqlite3_column_blob(statement, Int32(column)) else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  /// A BLOB, or nil for NULL.
  public func optionalBlob(_ column: Int) throws -> [UInt8]? {
    isNull(column) ? nil : try blob(column)
  }

  /// Whether the column holds 1 rather than 0.
  public func bool(_ column: Int) throws -> Bool { try integer(column) != 0 }

  /// The value as it is stored.
  public func argument(_ column: Int) throws -> SQL.Argument {
    switch sqlite3_column_type(statement, Int32(column)) {
    case SQLITE_INTEGER: .integer(try integer(column))
    case SQLITE_FLOAT: .real(sqlite3_column_double(statement, Int32(column)))
    case SQLITE_TEXT: .text(try text(column))
    case SQLITE_BLOB: .blob(try blob(column))
    default: .null
    }
  }

  private func isNull(_ column: Int) -> Bool {
    sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL
  }

  private func unexpected(_ column: Int) -> DatabaseError {
    let name = sqlite3_column_name(statement, Int32(column)).map { String(cString: $0) } ?? ""
    return DatabaseError(.unexpectedValue, message: "column \(name)")
  }
}
