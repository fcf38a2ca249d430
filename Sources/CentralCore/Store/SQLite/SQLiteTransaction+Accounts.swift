import Database
import SyncProtocol

extension SQLiteTransaction {
  func account(_ name: String) throws -> Account? {
    try connection.row(
      "SELECT name, role, password_hash FROM account WHERE city = \(city) AND name = \(name)"
    ) { Account(name: try $0.text(0), role: try $0.text(1), passwordHash: try $0.text(2)) }
  }

  func put(_ account: Account) throws {
    try connection.run(
      """
      INSERT INTO account (city, name, role, password_hash)
      VALUES (\(city), \(account.name), \(account.role), \(account.passwordHash))
      ON CONFLICT (city, name) DO UPDATE SET role = excluded.role,
        password_hash = excluded.password_hash
      """)
  }

  func consoleSession(_ hash: Digest) throws -> ConsoleSession? {
    try connection.row(
      """
      SELECT account, form_token, expires_at FROM console_session
      WHERE city = \(city) AND hash = \(hash.bytes)
      """
    ) { row in
      ConsoleSession(
        hash: hash, account: try row.text(0), formToken: try row.text(1),
        expiresAt: try row.integer(2))
    }
  }

  func put(_ session: ConsoleSession, now: Int64) throws {
    try connection.run(
      "DELETE FROM console_session WHERE city = \(city) AND expires_at < \(now)")
    try connection.run(
      """
      INSERT INTO console_session (city, hash, account, form_token, expires_at)
      VALUES (\(city), \(session.hash.bytes), \(session.account), \(session.formToken),
        \(session.expiresAt))
      """)
  }

  func deleteConsoleSessions(of account: String) throws {
    try connection.run(
      "DELETE FROM console_session WHERE city = \(city) AND account = \(account)")
  }

  func deleteConsoleSession(_ hash: Digest) throws {
    try connection.run(
      "DELETE FROM console_session WHERE city = \(city) AND hash = \(hash.bytes)")
  }

  func audit(account: String, action: String, subject: String, at: Int64) throws {
    try connection.run(
      """
      INSERT INTO audit (city, account, action, subject, at)
      VALUES (\(city), \(account), \(action), \(subject), \(at))
      """)
  }
}
