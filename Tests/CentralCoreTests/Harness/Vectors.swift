import FoundationEssentials

/// The examples in Sync/vectors, which no code of these sources computed.
enum Vectors {
  static func path(_ name: String) -> String {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(4)
    return parts.joined(separator: "/") + "/Sync/vectors/\(name)"
  }

  static func load<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
    try JSONDecoder().decode(type, from: Data(try Disk.read(path(name))))
  }
}
