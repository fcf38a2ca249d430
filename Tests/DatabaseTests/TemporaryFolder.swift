import Database
import Foundation
import Testing

/// A folder that goes with the test that made it.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "database-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  // A folder that stays behind fails no test.
  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

  func mode(_ name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path(name))
    return try #require(attributes[.posixPermissions] as? Int)
  }
}

extension Connection {
  func count(_ sql: SQL) throws -> Int64 {
    try #require(try row(sql) { try $0.integer(0) })
  }
}

/// Runs the body and answers the error it must throw.
func databaseError(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) -> DatabaseError? {
  #expect(throws: DatabaseError.self, sourceLocation: sourceLocation, performing: body)
}
