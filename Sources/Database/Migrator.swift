/// Brings a database to this program's schema, one numbered step after the
/// other, all in one transaction; refuses a database that a newer program made,
/// because it may keep promises this one does not know.
public struct Migrator: Sendable {
  /// Marks whose database the file is (`PRAGMA application_id`).
  public let applicationID: Int64
  /// The steps: the first makes version 1. A step that was released is never
  /// edited; a change is a new step.
  public let steps: [String]

  /// Steps for one program's databases.
  public init(applicationID: Int64, steps: [String]) {
    self.applicationID = applicationID
    self.steps = steps
  }

  /// Runs the steps that are missing.
  ///
  /// - Throws: `DatabaseError` `.newerSchema` or `.foreignDatabase`; nothing is
  ///   changed then.
  public func migrate(_ connection: Connection) throws {
    if try version(of: connection) == steps.count { return }
    try connection.transaction {
      // Read again under the lock: another process may have migrated meanwhile.
      let version = try version(of: connection)
      for (index, step) in steps.enumerated().dropFirst(version) {
        try connection.script(step)
        try connection.script("PRAGMA user_version = \(index + 1)")
      }
      try connection.script("PRAGMA application_id = \(applicationID)")
    }
  }

  /// The schema version of a database that is ours or empty.
  private func version(of connection: Connection) throws -> Int {
    let id = try connection.row("PRAGMA application_id") { try $0.integer(0) } ?? 0
    let version = try connection.row("PRAGMA user_version") { Int(try $0.integer(0)) } ?? 0
    let isOurs = id == applicationID
    guard try version >= 0 && (isOurs || (id == 0 && version == 0 && isEmpty(connection))) else {
      throw DatabaseError(.foreignDatabase)
    }
    guard version <= steps.count else {
      throw DatabaseError(.newerSchema(found: version, known: steps.count))
    }
    return version
  }

  /// Most programs mark their databases with neither number, so what is in it
  /// decides.
  private func isEmpty(_ connection: Connection) throws -> Bool {
    try connection.row("SELECT 1 FROM sqlite_schema LIMIT 1") { _ in } == nil
  }
}
