import Foundation
import HTTP
import Support

/// A signed-in browser, as far as a test needs one.
struct Console {
  private let connection: HTTPConnection
  private let cookie: String

  init(_ district: District) throws {
    connection = HTTPConnection(host: "127.0.0.1", port: district.port)
    let password = district.founding["password"] as? String ?? ""
    let answer = try connection.send(
      ClientRequest(
        method: "POST", target: "/console/sign-in",
        headers: ["Content-Type": "application/x-www-form-urlencoded"]),
      body: .bytes(Array("name=admin&password=\(password)".utf8)), responseLimit: 65_536)
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
}
