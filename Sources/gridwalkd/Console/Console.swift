import CLI
import CentralCore
import HTTP
import Locks
import SyncProtocol

/// The centre's console: server-rendered pages that work without script.
struct Console {
  /// Bytes of a form post.
  private static let formBytes = 8192
  private static let cookieName = "gridwalk_console"
  /// Passwords hashed at one time: more would take every thread and core from
  /// the devices.
  private static let hashesAtOnce = 2

  let centre: Centre
  /// yescrypt costs 20 ms of a core, so guessing is limited by address and by
  /// name.
  private let attempts = RateLimit(attempts: 10, windowSeconds: 60)
  private let hashing = Mutex(0)

  init(centre: Centre) {
    self.centre = centre
  }

  func plan(_ head: RequestHead) -> BodyPlan {
    let path = head.path.split(separator: "/").dropFirst().map(String.init)
    if path == ["style.css"] { return .respond(Self.styleSheet) }
    if path == ["sign-in"], head.method == "POST" { return signInPlan(head) }
    if head.method == "POST" {
      return .collect(upTo: Self.formBytes) { request in
        secured { try signedIn(head) { try post(path, FormBody(request.body), $0, head) } }
      }
    }
    guard head.method == "GET" || head.method == "HEAD" else {
      return .respond(.notAllowed(["GET", "HEAD", "POST"]))
    }
    if path == ["sign-in"] {
      return .respond(secured { SignInPage(language: language(head), failed: nil).response() })
    }
    return .respond(secured { try signedIn(head) { try get(path, $0, head) } })
  }

  private func get(_ path: [String], _ session: ConsoleSession, _ head: RequestHead) throws
    -> Response
  {
    let frame = Frame(language: language(head), session: session)
    switch (path.first, path.count) {
    case (nil, _): return .seeOther("/console/events")
    case ("events", 1): return try EventsPage(centre: centre, frame: frame).response()
    case ("events", 2):
      try audit(session, "view-event", path[1])
      return try EventPage(centre: centre, frame: frame).response(id: path[1])
    case ("devices", 1): return try DevicesPage(centre: centre, frame: frame).response()
    case ("photos", 2): return try photo(path[1], head, session)
    default: return frame.page(.consoleNotFound, body: "", status: 404)
    }
  }

  private func post(
    _ path: [String], _ form: FormBody, _ session: ConsoleSession, _ head: RequestHead
  ) throws -> Response {
    guard SignIn.isFormToken(form["form_token"] ?? "", of: session) else {
      return Frame(language: language(head), session: session)
        .page(.consoleFormExpired, body: "", status: 403)
    }
    guard path == ["sign-out"] else { throw ProblemCode.notFound.fault }
    try centre.signIn.close(session)
    var response = Response.seeOther("/console/sign-in")
    response.headers.set("Set-Cookie", cookie("", head, seconds: 0))
    return response
  }

  private func photo(
    _ name: String, _ head: RequestHead, _ session: ConsoleSession
  ) throws -> Response {
    guard let digest = Digest(hex: name) else { throw ProblemCode.notFound.fault }
    let form = try head.photoForm
    let isThere = try centre.store.read {
      try form == .thumbnail || $0.photoBytes(digest) != nil
    }
    guard isThere else { throw ProblemCode.notFound.fault }
    let response = try Response.photo(digest, form, of: centre)
    try audit(session, "view-photo", digest.hex)
    return response
  }

  private func audit(_ session: ConsoleSession, _ action: String, _ subject: String) throws {
    let at = centre.now()
    // What was asked for may be anything; identifiers are short.
    let subject = String(subject.prefix(64))
    try centre.store.write {
      try $0.audit(account: session.account, action: action, subject: subject, at: at)
    }
  }

  // Signing in.

  private func signInPlan(_ head: RequestHead) -> BodyPlan {
    .collect(upTo: Self.formBytes) { request in
      secured { try signIn(FormBody(request.body), head) }
    }
  }

  private func signIn(_ form: FormBody, _ head: RequestHead) throws -> Response {
    let page = SignInPage(language: language(head), failed: .consoleSignInFailed)
    // A page of another site must not sign anybody in (Fetch Metadata).
    let site = head.headers.first("Sec-Fetch-Site")
    guard site == nil || site == "same-origin" || site == "none" else {
      return page.response(status: 403)
    }
    let name = String((form["name"] ?? "").prefix(100))
    let address = ClientAddress.of(head)
    for key in ["address \(address)", "name \(name)"] {
      if let seconds = attempts.refuse(key, now: centre.now()) {
        var response = SignInPage(language: language(head), failed: .consoleSignInTooOften)
          .response(status: 429)
        response.headers.set("Retry-After", String(seconds))
        return response
      }
    }
    guard beginHashing() else {
      var response = SignInPage(language: language(head), failed: .consoleSignInTooOften)
        .response(status: 503)
      response.headers.set("Retry-After", "1")
      return response
    }
    defer { hashing.withLock { $0 -= 1 } }
    guard let opened = try centre.signIn.open(name: name, password: form["password"] ?? "") else {
      return page.response(status: 403)
    }
    attempts.forget("name \(name)")
    attempts.forget("address \(address)")
    var response = Response.seeOther("/console/events")
    response.headers.set("Set-Cookie", cookie(opened.cookie, head, seconds: 43_200))
    return response
  }

  private func beginHashing() -> Bool {
    hashing.withLock { count in
      guard count < Self.hashesAtOnce else { return false }
      count += 1
      return true
    }
  }

  private func signedIn(
    _ head: RequestHead, _ body: (ConsoleSession) throws -> Response
  ) throws -> Response {
    guard let value = cookieValue(head), let session = try centre.signIn.session(cookie: value)
    else { return .seeOther("/console/sign-in") }
    return try body(session)
  }

  private func cookie(_ value: String, _ head: RequestHead, seconds: Int) -> String {
    let secure = head.headers.first("X-Forwarded-Proto") == "https" ? "; Secure" : ""
    return "\(Self.cookieName)=\(value); Path=/console; HttpOnly; SameSite=Strict; "
      + "Max-Age=\(seconds)\(secure)"
  }

  private func cookieValue(_ head: RequestHead) -> String? {
    for pair in (head.headers.first("Cookie") ?? "").split(separator: ";") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      if parts.count == 2, parts[0].drop(while: { $0 == " " }) == Self.cookieName {
        return String(parts[1])
      }
    }
    return nil
  }

  private func language(_ head: RequestHead) -> Language {
    let wished = head.headers.first("Accept-Language")?.lowercased() ?? ""
    return wished.hasPrefix("en") ? .english : .chinese
  }

  /// Every page's headers: nothing from elsewhere, nothing framed, nothing kept.
  private func secured(_ body: () throws -> Response) -> Response {
    var response = Response.of(body)
    response.headers.set(
      "Content-Security-Policy",
      "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
    response.headers.set("X-Content-Type-Options", "nosniff")
    response.headers.set("Referrer-Policy", "same-origin")
    if !response.headers.contains("Cache-Control") {
      response.headers.set("Cache-Control", "no-store")
    }
    return response
  }

  private static let styleSheet = Response(
    status: 200,
    headers: [
      "Content-Type": "text/css; charset=utf-8", "Cache-Control": "max-age=3600",
      "X-Content-Type-Options": "nosniff",
    ],
    body: .bytes(Array(StyleSheet.text.utf8)))
}

extension Response {
  static func seeOther(_ location: String) -> Response {
    Response(status: 303, headers: ["Location": location])
  }
}
