import Domain
import SyncProtocol

/// How far one device has read the feed (PROTOCOL.md §8); devices see opaque
/// text.
///
/// It grants nothing: the scope itself is looked up at every request, and a
/// forged cursor only decides how much of the own scope comes again.
struct FeedCursor: Codable, Equatable {
  /// The history the versions belong to.
  var epoch: UniqueID
  /// For each grid of the scope, the version it was read to.
  var grids: [String: Int64]
  /// The version that the device's own changes and the city's were read to.
  var own: Int64

  /// Bytes of a cursor that are accepted: some 2,500 grids.
  static let byteLimit = 131_072

  /// The beginning of a history.
  init(epoch: UniqueID) {
    self.epoch = epoch
    grids = [:]
    own = 0
  }

  /// Reads what `text` wrote; nil for anything else.
  init?(_ text: String) {
    guard text.utf8.count <= Self.byteLimit, let bytes = Base64URL.decode(text) else { return nil }
    do { self = try WireJSON.decode(FeedCursor.self, from: bytes) } catch { return nil }
  }

  func text() throws -> String { Base64URL.encode(try WireJSON.encode(self)) }
}
