import Foundation
import HTTP
import Support

/// A signed-in browser, as far as a test needs one.
struct Console {
  private let connection: HTTPConnection
  private let cookie: String

  /// Signs in; as the demo's administrator unless told otherwise.
  init(_ district: District, name: String = "admin", password: String? = nil) throws {
    connection = HTTPConnection(host: "127.0.0.1", port: district.port)
    let password = password ?? district.founding["password"] as? String ?? ""
    let answer = try connection.send(
      ClientRequest(
        method: "POST", target: "/console/sign-in",
        headers: ["Content-Type": "application/x-www-form-urlencoded"]),
      body: .bytes(Array("name=\(name)&password=\(password)".utf8)), responseLimit: 65_536)
    let field = answer.headers.first("Set-Cookie") ?? ""
    cookie = String(field.prefix { $0 != ";" })
  }

  func page(_ path: String) throws -> String {
    String(decoding: try bytes(path), as: UTF8.self)
  }

  func bytes(_ path: String) throws -> [UInt8] {
    try connection.send(
      ClientRequest(method: "GET", target: path, headers: ["Cookie": cookie]),
      responseLimit: 4 << 20
    ).body
  }

  /// Sends a form.
  func post(_ path: String, _ form: String) throws -> ClientResponse {
    try Self.post(connection, path, form, ["Cookie": cookie])
  }

  /// The status that somebody gets who is not signed in.
  static func anonymousPost(_ district: District, _ path: String, _ form: String) throws -> Int {
    let connection = HTTPConnection(host: "127.0.0.1", port: district.port)
    return try post(connection, path, form, [:]).status
  }

  private static func post(
    _ connection: HTTPConnection, _ path: String, _ form: String, _ headers: Headers
  ) throws -> ClientResponse {
    var headers = headers
    headers.set("Content-Type", "application/x-www-form-urlencoded")
    return try connection.send(
      ClientRequest(method: "POST", target: path, headers: headers),
      body: .bytes(Array(form.utf8)), responseLimit: 4 << 20)
  }

  /// What the forms of a page carry.
  static func formToken(in page: String) -> String? {
    guard let mark = page.range(of: "name=\"form_token\" value=\"") else { return nil }
    return String(page[mark.upperBound...].prefix { $0 != "\"" })
  }
}
