import Domain
import Foundation
import HTTP
import Support
import SyncProtocol

/// Who may stand before the centre's door.
enum Role: String, CaseIterable {
  case nobody
  case malformedToken
  case unknownToken
  case wrongSecret
  case revokedDevice
  case operatorCookie
  case administratorCookie
  case otherScope
  /// Last, since what it is allowed to do changes what the others would find.
  case owner

  static let cookies: Set<Role> = [.operatorCookie, .administratorCookie]
  static let devices: Set<Role> = [.owner, .otherScope]
}

/// A serving centre with one of each: devices, accounts, an event with its
/// photo, and uploads that belong to one of the devices.
final class AuthorizationFixture {
  /// A step of the preparation did not work.
  struct Unfit: Error {}

  let district: District
  private let tokens: [Role: String]
  private let cookies: [Role: String]
  /// An event report in the owner's grid, with a photo.
  let event: String
  let photo: String
  /// A device that is enrolled.
  var device: String { String((tokens[.owner] ?? "").prefix(36)) }
  private var uploads = 0

  init() throws {
    let district = try District()
    try district.serve()
    self.district = district
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    let report = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    guard try hers.sync().status == 0 else { throw Unfit() }
    event = report["id"] as? String ?? ""
    photo = SHA256.hash([UInt8](try Data(contentsOf: MainRoadTests.photo))).hex
    let revoked = try Self.enroll(district, worker: "W001")
    guard try district.admin(["device", "revoke", String(revoked.prefix(36))]).status == 0 else {
      throw Unfit()
    }
    let owner = try Self.enroll(district, worker: "W001")
    let other = try Self.enroll(district, worker: "W002")
    tokens = [
      .revokedDevice: revoked, .owner: owner, .otherScope: other,
      .unknownToken: "01890000-0000-7000-8000-000000000000" + owner.dropFirst(36),
      .wrongSecret: String(owner.prefix(36) + other.dropFirst(36)),
    ]
    let password = district.founding["password"] as? String ?? ""
    let account = try Program("gridwalkd").run(
      ["account", "duty", "--role", "operator", "--data", district.centre],
      input: "grid-duty-2026\n")
    guard account.status == 0 else { throw Unfit() }
    cookies = [
      .administratorCookie: try Self.signIn(district, "admin", password),
      .operatorCookie: try Self.signIn(district, "duty", "grid-duty-2026"),
    ]
  }

  /// The header fields by which somebody says who she is; several sayings for a
  /// malformed token.
  func claims(_ role: Role) -> [Headers] {
    if let token = tokens[role] { return [["Authorization": "Bearer \(token)"]] }
    if let cookie = cookies[role] { return [["Cookie": cookie]] }
    guard role == .malformedToken, let good = tokens[.owner] else { return [[:]] }
    return [
      ["Authorization": "Bearer"], ["Authorization": "Bearer x"], ["Authorization": good],
      ["Authorization": "Basic \(good)"], ["Authorization": "Bearer \(good) \(good)"],
      ["Authorization": "Bearer \(good)x"], ["Authorization": "Bearer \(good.dropLast())"],
      ["Authorization": "Bearer \(good.prefix(36))"], ["Authorization": "Bearer ."],
      ["Authorization": "Bearer \(good)", "authorization": "Bearer \(good)"],
    ]
  }

  /// A photo upload of the owner's, of which nothing has come.
  func upload() throws -> String {
    uploads += 1
    let body = [UInt8](repeating: 7, count: 100 + uploads)
    let answer = try ask(
      "POST", "/v1/uploads", claims(.owner)[0],
      [
        "Upload-Length": String(body.count),
        "Upload-Metadata": WireDevice.metadata("photo", SHA256.hash(body)),
      ])
    return answer.headers.first("Location") ?? ""
  }

  /// One request on a connection of its own, in tus where a path needs it.
  func ask(
    _ method: String, _ target: String, _ claim: Headers, _ fields: Headers = [:],
    body: String = ""
  ) throws -> ClientResponse {
    var headers = claim
    for field in fields.fields { headers.add(field.name, field.value) }
    if target.hasPrefix("/v1/uploads") { headers.add("Tus-Resumable", "1.0.0") }
    return try HTTPConnection(host: "127.0.0.1", port: district.port).send(
      ClientRequest(method: method, target: target, headers: headers),
      body: body.isEmpty ? .none : .bytes(Array(body.utf8)), responseLimit: 16 << 20)
  }

  private static func enroll(_ district: District, worker: String) throws -> String {
    var random = SystemRandomNumberGenerator()
    let request = EnrollRequest(
      code: try district.code(for: worker), incarnation: .v4(using: &random), name: "matrix")
    let answer = try HTTPConnection(host: "127.0.0.1", port: district.port).send(
      ClientRequest(method: "POST", target: "/v1/enroll"),
      body: .bytes(try WireJSON.encode(request)), responseLimit: 65_536)
    return try WireJSON.decode(EnrollAnswer.self, from: answer.body).token
  }

  private static func signIn(
    _ district: District, _ name: String, _ password: String
  ) throws -> String {
    let answer = try HTTPConnection(host: "127.0.0.1", port: district.port).send(
      ClientRequest(method: "POST", target: "/console/sign-in"),
      body: .bytes(Array("name=\(name)&password=\(password)".utf8)), responseLimit: 65_536)
    return String((answer.headers.first("Set-Cookie") ?? "").prefix { $0 != ";" })
  }
}

/// The endpoints that `Sync/openapi.yaml` describes, as "METHOD /path".
enum DescribedEndpoints {
  static func all() throws -> Set<String> {
    let file = Checkout.root.appendingPathComponent("Sync/openapi.yaml")
    var endpoints: Set<String> = []
    var isInPaths = false
    var path = ""
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      if !line.hasPrefix(" ") { isInPaths = line == "paths:" }
      guard isInPaths else { continue }
      if let found = line.wholeMatch(of: #/  (/[^:]*):/#) { path = String(found.1) }
      if let found = line.wholeMatch(of: #/    (get|head|post|put|patch|delete|options|trace):/#) {
        endpoints.insert("\(found.1.uppercased()) \(path)")
      }
    }
    return endpoints
  }
}
