import Database
import Domain
import SyncProtocol

extension SQLiteTransaction {
  /// Puts the newest change of a subject into a scope's row of changes.
  func tell(
    _ scope: Scope, type: String, subject: String, version: Int64, body: String? = nil
  ) throws {
    try connection.run(
      """
      INSERT INTO change (city, scope, type, subject, version, body)
      VALUES (\(city), \(scope.key), \(type), \(subject), \(version), \(body))
      ON CONFLICT (city, scope, type, subject) DO UPDATE SET version = excluded.version,
        body = excluded.body
      """)
  }

  func forget(_ scope: Scope, type: String, subject: String) throws {
    try connection.run(
      """
      DELETE FROM change WHERE city = \(city) AND scope = \(scope.key) AND type = \(type)
        AND subject = \(subject)
      """)
  }

  func changes(
    since positions: [(scope: Scope, version: Int64)], limit: Int
  ) throws -> ChangeStretch {
    var found: [(version: Int64, type: String, subject: String, body: String?)] = []
    for (scope, version) in positions {
      // One more than asked tells whether there is more.
      let some = try rows(of: scope, "version > \(version)", limit: limit + 1)
      guard some.count > limit, let last = some.last?.version else {
        found += some
        continue
      }
      // A record that moved takes its conflicts along, all at one version: of
      // the last one there may be more than the limit let through.
      found += some.filter { $0.version < last }
      found += try rows(of: scope, "version = \(last)", limit: -1)
    }
    found.sort { ($0.version, $0.type, $0.subject) < ($1.version, $1.type, $1.subject) }
    let scopes = Set(positions.map(\.scope))
    guard found.count > limit else {
      return ChangeStretch(
        changes: try found.compactMap { try change($0, in: scopes) }, through: try head(),
        more: false)
    }
    // A record that moved between two grids of the scope has two rows of one
    // version; a page never parts them.
    let through = found[limit - 1].version
    let taken = found.prefix { $0.version <= through }
    return ChangeStretch(
      changes: try taken.compactMap { try change($0, in: scopes) }, through: through, more: true)
  }

  private func rows(
    of scope: Scope, _ condition: SQL, limit: Int
  ) throws -> [(version: Int64, type: String, subject: String, body: String?)] {
    try connection.rows(
      """
      SELECT version, type, subject, body FROM change
      WHERE city = \(city) AND scope = \(scope.key) AND \(condition)
      ORDER BY version LIMIT \(limit)
      """
    ) { (try $0.integer(0), try $0.text(1), try $0.text(2), try $0.optionalText(3)) }
  }

  private func change(
    _ row: (version: Int64, type: String, subject: String, body: String?), in scopes: Set<Scope>
  ) throws -> Change? {
    switch row.type {
    case "record": try state(of: Self.id(row.subject)).map { .record($0) }
    case "gone": try gone(Self.id(row.subject), version: row.version, from: scopes)
    case "form": try form(row.subject).map { .form($0, version: row.version) }
    default: try row.body.map { try Self.value(Change.self, $0) }
    }
  }

  /// A record is gone only for a reader who cannot read the grid it moved to.
  private func gone(_ id: UniqueID, version: Int64, from scopes: Set<Scope>) throws -> Change? {
    if let now = try state(of: id), scopes.contains(.grid(now.grid)) { return nil }
    return .gone(id: id, version: version)
  }
}
