import SyncProtocol

/// Somebody who signs in at the console.
public struct Account: Sendable, Hashable {
  /// The name typed at sign-in.
  public var name: String
  /// `administrator` or `operator`.
  public var role: String
  /// A yescrypt hash (crypt(5)).
  public var passwordHash: String

  /// An account as given.
  public init(name: String, role: String, passwordHash: String) {
    self.name = name
    self.role = role
    self.passwordHash = passwordHash
  }
}

/// A signed-in console.
public struct ConsoleSession: Sendable, Hashable {
  /// SHA-256 of the cookie.
  public var hash: Digest
  /// The account's name.
  public var account: String
  /// What every form of this session must carry.
  public var formToken: String
  /// When it ends, milliseconds since 1970 UTC.
  public var expiresAt: Int64

  /// A session as given.
  public init(hash: Digest, account: String, formToken: String, expiresAt: Int64) {
    self.hash = hash
    self.account = account
    self.formToken = formToken
    self.expiresAt = expiresAt
  }
}

/// Accounts and sessions of the console.
public protocol AccountReading {
  /// The account of this name.
  func account(_ name: String) throws -> Account?
  /// The session of this cookie's hash.
  func consoleSession(_ hash: Digest) throws -> ConsoleSession?
}

/// Changes of accounts and sessions.
public protocol AccountWriting {
  /// Adds or replaces an account.
  func put(_ account: Account) throws
  /// Begins a session, and forgets those that ended before `now`.
  func put(_ session: ConsoleSession, now: Int64) throws
  /// Ends all sessions of an account.
  func deleteConsoleSessions(of account: String) throws
  /// Ends a session.
  func deleteConsoleSession(_ hash: Digest) throws
  /// Notes who saw or changed what (PIPL art. 54): no values, only identifiers.
  func audit(account: String, action: String, subject: String, at: Int64) throws
}
