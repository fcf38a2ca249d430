import SyncProtocol

/// Signing in at the console.
public struct SignIn: Sendable {
  /// Hours a session lasts.
  private static let sessionHours: Int64 = 12

  /// A session as its browser holds it.
  public struct Opened: Sendable {
    /// The cookie's value, kept nowhere here.
    public var cookie: String
    /// The session.
    public var session: ConsoleSession
  }

  let store: any CentralStore
  let now: @Sendable () -> Int64

  /// Sign-in with the centre's store and clock.
  public init(store: any CentralStore, now: @escaping @Sendable () -> Int64) {
    self.store = store
    self.now = now
  }

  /// Adds an account, or gives it a new password; false when the system cannot
  /// hash passwords.
  public func setPassword(_ password: String, of name: String, role: String) throws -> Bool {
    guard let hash = Password.hash(password) else { return false }
    try store.write { transaction in
      try transaction.put(Account(name: name, role: role, passwordHash: hash))
      // Whoever knew the old password is signed out.
      try transaction.deleteConsoleSessions(of: name)
    }
    return true
  }

  /// Opens a session; nil when name or password is wrong, which take the same
  /// time.
  public func open(name: String, password: String) throws -> Opened? {
    let account = try store.read { try $0.account(name) }
    let isRight = Password.matches(password, hash: account?.passwordHash ?? Self.nobody)
    guard isRight, let account else { return nil }
    var random = SystemRandomNumberGenerator()
    let cookie = Secrets.token(using: &random)
    let at = now()
    let session = ConsoleSession(
      hash: Secrets.hash(ofToken: cookie), account: account.name,
      formToken: Secrets.token(using: &random), expiresAt: at + Self.sessionHours * 3_600_000)
    try store.write { transaction in
      try transaction.put(session, now: at)
      try transaction.audit(account: account.name, action: "sign-in", subject: "console", at: at)
    }
    return Opened(cookie: cookie, session: session)
  }

  /// The session of a cookie, while it lasts.
  public func session(cookie: String) throws -> ConsoleSession? {
    let hash = Secrets.hash(ofToken: cookie)
    guard let session = try store.read({ try $0.consoleSession(hash) }),
      session.expiresAt > now()
    else { return nil }
    return session
  }

  /// Whether a form carries the token of its session; the comparison takes the
  /// same time wherever they differ.
  public static func isFormToken(_ token: String, of session: ConsoleSession) -> Bool {
    Secrets.hash(ofToken: token).equalsInConstantTime(Secrets.hash(ofToken: session.formToken))
  }

  /// Ends a session.
  public func close(_ session: ConsoleSession) throws {
    try store.write { try $0.deleteConsoleSession(session.hash) }
  }

  /// A well-formed hash that no password has, for names that do not exist.
  static let nobody =
    "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7"
}
