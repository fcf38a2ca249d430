import Domain
import Foundation
import SyncProtocol
import Testing

/// The examples in Sync/vectors, which script/make-vectors.py computes without
/// this code.
enum Vectors {
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sync/vectors")

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: name)))
  }

  static func load<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
    try JSONDecoder().decode(type, from: Data(try bytes(name)))
  }
}

/// A value and its text belong together in both directions.
func expectBothWays<T: Codable & Equatable>(
  _ text: String, _ value: T, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let read = try WireJSON.decode(T.self, from: Array(text.utf8))
  #expect(read == value, sourceLocation: sourceLocation)
  let written = String(decoding: try WireJSON.encode(value), as: UTF8.self)
  #expect(written == text, sourceLocation: sourceLocation)
}

/// What is read from the text is written as the same text.
@discardableResult
func expectRoundTrip<T: Codable & Equatable>(
  _ type: T.Type, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) throws -> T {
  let value = try WireJSON.decode(type, from: Array(text.utf8))
  try expectBothWays(text, value, sourceLocation: sourceLocation)
  return value
}

/// A generator whose whole sequence is its seed (SplitMix64; Steele, Lea,
/// Flood 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// The identifiers the vectors speak of.
enum Known {
  static let device = "0198c0de-0000-7000-8000-0000000000d1"
  static let incarnation = "3f0a9f5e-8f1d-4c6a-9b1e-2a7d5c4b3e21"
  static let epoch = "5b7c9d1e-2f3a-4b5c-8d6e-7f8091a2b3c4"
  static let household = "0198c0de-1000-7abc-8def-000000000001"
  static let person = "0198c0de-1000-7abc-8def-000000000002"
  static let event = "0198c0de-1000-7abc-8def-000000000003"
  static let grid = "440399001001001"

  static func id(_ text: String) throws -> UniqueID { try #require(UniqueID(text)) }
  static func op(_ number: Int) throws -> UniqueID {
    try id("0198c0de-2000-7abc-8def-00000000000\(number)")
  }
}
