import HTTP
import Support
import SyncProtocol
import Testing

/// Who gets what: every endpoint against every role.
///
/// An endpoint of `Sync/openapi.yaml`, or a page the console links to, without a
/// row here fails the test.
@Suite(.serialized) struct AuthorizationMatrixTests {
  /// One endpoint, how it is asked, and the status each role gets.
  private struct Row: Sendable {
    let endpoint: String
    let target: @Sendable (AuthorizationFixture) throws -> String
    var fields: Headers = [:]
    var body = ""
    let expected: @Sendable (Role) -> Int

    init(
      _ endpoint: String, fields: Headers = [:], body: String = "",
      _ expected: @escaping @Sendable (Role) -> Int,
      at target: @escaping @Sendable (AuthorizationFixture) throws -> String
    ) {
      self.endpoint = endpoint
      self.fields = fields
      self.body = body
      self.expected = expected
      self.target = target
    }
  }

  /// For devices only: 401 without a good token, 403 for a revoked one.
  private static func device(_ owner: Int, other: Int) -> @Sendable (Role) -> Int {
    { role in
      switch role {
      case .owner: owner
      case .otherScope: other
      case .revokedDevice: 403
      default: 401
      }
    }
  }

  private static func open(_ status: Int) -> @Sendable (Role) -> Int { { _ in status } }

  /// For signed-in people only; others are shown the way to the door.
  private static func console(
    operator duty: Int, administrator: Int
  ) -> @Sendable (Role) -> Int {
    { $0 == .operatorCookie ? duty : $0 == .administratorCookie ? administrator : 303 }
  }

  private static let bytes: Headers = [
    "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream",
  ]

  private static let rows: [Row] = [
    // A code that nobody was given: a token or a cookie does not help.
    Row(
      "POST /v1/enroll",
      body: """
        {"code":"AAAA-AAAA","incarnation":"0b9d9c3e-1c1f-4a55-9f6e-2f0f6f3c2a11","name":"x","schema":1}
        """, open(403)
    ) { _ in "/v1/enroll" },
    Row("GET /v1/session", device(200, other: 200)) { _ in
      "/v1/session?incarnation=0b9d9c3e-1c1f-4a55-9f6e-2f0f6f3c2a11"
    },
    Row("OPTIONS /v1/uploads", open(204)) { _ in "/v1/uploads" },
    Row(
      "POST /v1/uploads",
      fields: [
        "Upload-Length": "9",
        "Upload-Metadata": WireDevice.metadata("photo", SHA256.hash([9])),
      ], device(201, other: 201)
    ) { _ in "/v1/uploads" },
    Row("HEAD /v1/uploads/{id}", device(200, other: 404)) { try $0.upload() },
    Row("PATCH /v1/uploads/{id}", fields: bytes, body: "abc", device(204, other: 404)) {
      try $0.upload()
    },
    Row("GET /v1/uploads/{id}", device(409, other: 404)) { try $0.upload() },
    Row("DELETE /v1/uploads/{id}", device(204, other: 404)) { try $0.upload() },
    // The order's number is the proof; nobody was given this one.
    Row(
      "POST /v1/wipe", body: #"{"order":"0b9d9c3e-1c1f-4a55-9f6e-2f0f6f3c2a11"}"#, open(404)
    ) { _ in "/v1/wipe" },
    Row("GET /v1/changes", device(200, other: 200)) { _ in "/v1/changes" },
    Row("GET /v1/photos/{sha256}", device(200, other: 404)) { "/v1/photos/\($0.photo)" },
    Row("HEAD /v1/photos/{sha256}", device(200, other: 404)) { "/v1/photos/\($0.photo)" },
    Row("GET /healthz", open(200)) { _ in "/healthz" },
    Row("GET /metrics", open(200)) { _ in "/metrics" },
  ]

  /// The console has no description; what it links to is found by walking it.
  private static let consoleRows: [Row] = [
    Row("GET /console/", console(operator: 303, administrator: 303)) { _ in "/console/" },
    Row("GET /console/style.css", open(200)) { _ in "/console/style.css" },
    Row("GET /console/sign-in", open(200)) { _ in "/console/sign-in" },
    Row("POST /console/sign-in", body: "name=admin&password=no", open(403)) { _ in
      "/console/sign-in"
    },
    Row("GET /console/events", console(operator: 200, administrator: 200)) { _ in
      "/console/events"
    },
    Row("GET /console/events/{id}", console(operator: 200, administrator: 200)) {
      "/console/events/\($0.event)"
    },
    Row("GET /console/devices", console(operator: 200, administrator: 200)) { _ in
      "/console/devices"
    },
    Row("GET /console/photos/{sha256}", console(operator: 200, administrator: 200)) {
      "/console/photos/\($0.photo)"
    },
    Row("GET /console/devices/{id}/wipe", console(operator: 403, administrator: 200)) {
      "/console/devices/\($0.device)/wipe"
    },
    // Without the token of its form, nobody's post does anything.
    Row("POST /console/devices/{id}/wipe", console(operator: 403, administrator: 403)) {
      "/console/devices/\($0.device)/wipe"
    },
    Row("POST /console/sign-out", console(operator: 403, administrator: 403)) { _ in
      "/console/sign-out"
    },
    Row(
      "POST /console/sign-out", body: "form_token=AAAA",
      console(operator: 403, administrator: 403)
    ) { _ in "/console/sign-out" },
  ]

  @Test("every endpoint answers every role as this table says")
  func matrix() throws {
    #expect(Set(Self.rows.map(\.endpoint)) == (try DescribedEndpoints.all()))
    let fixture = try AuthorizationFixture()
    for (number, row) in (Self.rows + Self.consoleRows).enumerated() {
      let target = try row.target(fixture)
      let method = String(row.endpoint.prefix { $0 != " " })
      for role in Role.allCases {
        for claim in fixture.claims(role) {
          var fields = row.fields
          // So that limits on guessing do not answer in the table's place.
          if method == "POST" { fields.add("X-Forwarded-For", "198.51.100.\(number)") }
          if target == "/console/sign-in" { fields.add("Sec-Fetch-Site", "cross-site") }
          if target == "/v1/enroll" {
            fields.set("X-Forwarded-For", "198.51.100.\(role.rawValue)")
          }
          let answer = try fixture.ask(method, target, claim, fields, body: row.body)
          #expect(
            answer.status == row.expected(role), "\(row.endpoint) as \(role) with \(claim.fields)")
        }
      }
    }
    #expect(try fixture.district.admin(["check"]).status == 0)
  }

  @Test("methods that no table has are refused on every path")
  func methods() throws {
    let fixture = try AuthorizationFixture()
    let described = try DescribedEndpoints.all()
    let upload = try fixture.upload()
    for path in Set(described.map { String($0.drop { $0 != " " }.dropFirst()) }) {
      let target = path.replacing("/v1/uploads/{id}", with: upload)
        .replacing("{sha256}", with: fixture.photo)
      for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get", "LOCK"]
      where !described.contains("\(method) \(path)") {
        let answer = try fixture.ask(method, target, fixture.claims(.owner)[0])
        #expect(answer.status == 405, "\(method) \(path)")
        #expect(answer.headers.contains("Allow"), "\(method) \(path)")
      }
    }
    // The upload is still there.
    #expect(try fixture.ask("HEAD", upload, fixture.claims(.owner)[0]).status == 200)
  }

  @Test("every page the console links to is in the table")
  func pages() throws {
    let fixture = try AuthorizationFixture()
    let known = Set(Self.consoleRows.map(\.endpoint))
    var found: Set<String> = []
    var open = ["/console/events", "/console/sign-in"]
    var seen = Set(open)
    while let page = open.popLast() {
      let answer = try fixture.ask("GET", page, fixture.claims(.administratorCookie)[0])
      let text = String(decoding: answer.body, as: UTF8.self)
      for link in text.matches(of: /(href|src|action)="(\/[^"?#]*)[^"]*"/) {
        let path = String(link.2)
        let shape = path.replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, with: "{id}")
          .replacing(/[0-9a-f]{64}/, with: "{sha256}")
        found.insert("\(link.1 == "action" ? "POST" : "GET") \(shape)")
        if link.1 == "href", seen.insert(path).inserted { open.append(path) }
      }
    }
    #expect(found.isSubset(of: known), "\(found.subtracting(known)) need rows")
    #expect(found.contains("GET /console/events/{id}"), "the walk found too little: \(found)")
  }

  @Test("a form works with the token of its own session and no other's")
  func forms() throws {
    let fixture = try AuthorizationFixture()
    func token(_ role: Role) throws -> String {
      let page = try fixture.ask("GET", "/console/events", fixture.claims(role)[0])
      let text = String(decoding: page.body, as: UTF8.self)
      return text.firstMatch(of: /name="form_token" value="([^"]+)"/).map { String($0.1) } ?? ""
    }
    func signOut(_ role: Role, _ token: String) throws -> Int {
      try fixture.ask(
        "POST", "/console/sign-out", fixture.claims(role)[0], body: "form_token=\(token)"
      ).status
    }
    let (mine, theirs) = (try token(.administratorCookie), try token(.operatorCookie))
    #expect(!mine.isEmpty && mine != theirs)
    #expect(try signOut(.administratorCookie, theirs) == 403)
    #expect(try signOut(.administratorCookie, String(mine.dropLast())) == 403)
    #expect(try signOut(.administratorCookie, mine) == 303)
    // Signed out is signed out: the cookie is worth nothing now.
    let after = try fixture.ask("GET", "/console/events", fixture.claims(.administratorCookie)[0])
    #expect(after.headers.first("Location") == "/console/sign-in")
  }

  @Test("metrics are not told to whom the proxy calls a stranger")
  func metrics() throws {
    let fixture = try AuthorizationFixture()
    for (forwarded, status) in [
      ("203.0.113.7", 404), ("127.0.0.1, 203.0.113.7", 404), ("203.0.113.7, 127.0.0.1", 200),
    ] {
      let answer = try fixture.ask("GET", "/metrics", ["X-Forwarded-For": forwarded])
      #expect(answer.status == status, "\(forwarded)")
    }
  }

  @Test("another device's uploads are no parts of mine")
  func parts() throws {
    let fixture = try AuthorizationFixture()
    let offered = try fixture.ask("OPTIONS", "/v1/uploads", [:])
    guard offered.headers.first("Tus-Extension")?.contains("concatenation") == true else {
      print("left out: others' uploads as parts (concatenation is not offered)")
      return
    }
    let part = try fixture.ask(
      "POST", "/v1/uploads", fixture.claims(.owner)[0],
      [
        "Upload-Length": "3", "Upload-Concat": "partial",
        "Content-Type": "application/offset+octet-stream",
        "Upload-Metadata": WireDevice.metadata("photo", SHA256.hash(Array("abc".utf8))),
      ], body: "abc")
    let theirs = part.headers.first("Location") ?? ""
    #expect(part.status == 201)
    let metadata = WireDevice.metadata("photo", SHA256.hash(Array("abc".utf8)))
    for (role, isAllowed) in [(Role.otherScope, false), (.owner, true)] {
      let final = try fixture.ask(
        "POST", "/v1/uploads", fixture.claims(role)[0],
        ["Upload-Concat": "final;\(theirs)", "Upload-Metadata": metadata])
      #expect((final.status == 201) == isAllowed, "\(role): \(final.status)")
    }
  }
}
