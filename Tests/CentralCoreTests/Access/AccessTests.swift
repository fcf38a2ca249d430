import SyncProtocol
import Testing

@testable import CentralCore

@Suite("Passwords, sign-in and attempts")
struct AccessTests {
  /// Made by Python 3.11's crypt module and, the last, by Perl 5.36's crypt(),
  /// on libxcrypt 4.4.33; the salts were written by hand.
  static let foreign: [(password: String, hash: String)] = [
    (
      "网格员的密码",
      "$y$j75$LdJMENpBABJJ3hIHjB1Bi.$JoJkkde4gDrwtVTaKAXh8aBlljIrVi6yUKqY.q7XnD."
    ),
    (
      String(repeating: "a", count: 100),
      "$y$j9T$0123456789012345678901$rFx4zwdnRhTg..25QW1pnI5pR.sZD573adR4q1KxaD6"
    ),
    (
      "pa$$ wörd",
      "$y$j9T$qwertyuiopasdfghjklzx.$Kj6frMwIIPzqCZYUfT5ICfLcaUl.zG.r5d/3uqc.jwC"
    ),
  ]

  @Test("hashes of other programs are understood", arguments: foreign)
  func foreignHashes(_ password: String, _ hash: String) {
    #expect(Password.matches(password, hash: hash))
    for wrong in ["", password + " ", String(password.dropLast()), password + "\u{0}"] {
      #expect(!Password.matches(wrong, hash: hash))
    }
  }

  @Test("a fresh hash is yescrypt with a salt of its own, and fits its password only")
  func fresh() throws {
    let (one, two) = (
      try #require(Password.hash("网格员的密码")), try #require(Password.hash("网格员的密码"))
    )
    #expect(one.hasPrefix("$y$"))
    #expect(one != two)
    #expect(Password.matches("网格员的密码", hash: one))
    #expect(!Password.matches("网格员的密码!", hash: one))
  }

  @Test(
    "a hash that is none, or of another method, fits nothing",
    arguments: [
      "", "$y$", "$y$j9T$", "*0", "*1", "x", "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
      "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnQJu",
    ])
  func noHash(_ hash: String) {
    #expect(!Password.matches("", hash: hash))
    #expect(!Password.matches("password", hash: hash))
    #expect(!Password.matches("*0", hash: hash))
  }

  @Test("what crypt would cut off is no password: a NUL, and what is too long")
  func cutOff() throws {
    #expect(Password.hash("secret\u{0}more") == nil)
    #expect(Password.hash("\u{0}") == nil)
    #expect(Password.hash(String(repeating: "a", count: Password.byteLimit + 1)) == nil)
    let longest = String(repeating: "a", count: Password.byteLimit)
    let hash = try #require(Password.hash(longest))
    #expect(Password.matches(longest, hash: hash))
    #expect(!Password.matches(String(longest.dropLast()), hash: hash))
    #expect(!Password.matches(longest + "a", hash: hash))
  }

  @Test("a session opens with the right password, and ends")
  func signIn() throws {
    let scene = try Scene()
    let signIn = scene.centre.signIn
    #expect(try signIn.setPassword("correct horse", of: "admin", role: "administrator"))
    #expect(try signIn.open(name: "admin", password: "wrong horse") == nil)
    #expect(try signIn.open(name: "nobody", password: "correct horse") == nil)
    #expect(try signIn.open(name: "nobody", password: "") == nil)
    let opened = try #require(try signIn.open(name: "admin", password: "correct horse"))
    #expect(opened.session.expiresAt == scene.clock.now + 12 * 3_600_000)
    #expect(try signIn.session(cookie: opened.cookie) == opened.session)
    for wrong in ["", "x", opened.cookie + "x", opened.session.formToken] {
      #expect(try signIn.session(cookie: wrong) == nil)
    }
    scene.clock.advance(hours: 12)
    #expect(try signIn.session(cookie: opened.cookie) == nil)
    let again = try #require(try signIn.open(name: "admin", password: "correct horse"))
    #expect(again.cookie != opened.cookie)
    try signIn.close(again.session)
    #expect(try signIn.session(cookie: again.cookie) == nil)
  }

  @Test("a name that does not exist costs the work of a real hash")
  func nobody() throws {
    // crypt(3) gives up at once on a setting it does not understand. Python's
    // crypt module says what "x" comes to with this one.
    #expect(
      Password.compute("x", setting: SignIn.nobody)
        == "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$6foLM1JhGupouWKMU70wxK61Kw9ZnecbACjJwRadqM2")
    let fresh = try #require(Password.hash("x"))
    #expect(fresh.hasPrefix(SignIn.nobody.prefix(7)))
  }

  @Test("so many attempts in a window, each key for itself")
  func rateLimit() {
    let limit = RateLimit(attempts: 3, windowSeconds: 10)
    for _ in 0..<3 { #expect(limit.refuse("a", now: 1000) == nil) }
    #expect(limit.refuse("a", now: 1000) == 10)
    #expect(limit.refuse("a", now: 10_999) == 1)
    #expect(limit.refuse("b", now: 1000) == nil)
    #expect(limit.refuse("a", now: 11_000) == nil)
    limit.forget("b")
    for _ in 0..<3 { #expect(limit.refuse("b", now: 2000) == nil) }
    #expect(limit.refuse("b", now: 2000) != nil)
    // A clock that was set back locks nobody out for longer than a window.
    #expect(limit.refuse("b", now: -5_000_000) == nil)
  }

  @Test("very many keys are not all remembered, and a busy one is not forgotten for them")
  func manyKeys() {
    let limit = RateLimit(attempts: 1, windowSeconds: 3600)
    for n in 0..<30_000 {
      #expect(limit.refuse("key \(n)", now: Int64(n)) == nil)
    }
    #expect(limit.count <= RateLimit.keyLimit)
    #expect(limit.refuse("key 29999", now: 30_000) != nil)
  }
}
