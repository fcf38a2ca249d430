/// How far a round has come: bytes handed to the network of all that wait,
/// operations, thumbnails and photos together.
struct RoundProgress {
  /// Something on its way. An urgent segment may overtake a photo, which goes
  /// on behind it.
  private struct Item {
    var name: String
    var sent: Int64
    var total: Int64
  }

  /// Bytes of all that is sent in this round, as far as is known.
  private(set) var total: Int64
  private var ended: Int64 = 0
  private var items: [Item] = []
  /// When bytes first went out, in nanoseconds, and how many the centre had
  /// from an earlier try.
  private var start: Int64?
  private var resumed: Int64 = 0

  /// A round begins in which so many bytes wait.
  init(total: Int64 = 0) { self.total = total }

  /// Bytes handed over or received earlier.
  var done: Int64 { items.reduce(ended) { $0 + $1.sent } }

  /// A segment, thumbnail or photo begins, or begins anew.
  ///
  /// - Parameter isPlanned: whether the round's total counts it.
  mutating func begin(_ name: String, bytes: Int64, isPlanned: Bool) {
    if !isPlanned, !items.contains(where: { $0.name == name }) { total += bytes }
    items.removeAll { $0.name == name }
    items.append(Item(name: name, sent: 0, total: bytes))
    // A segment is its operations and a header.
    total = max(total, items.reduce(ended) { $0 + $1.total })
  }

  /// The centre has the present item's first bytes from an earlier try.
  mutating func resume(at offset: Int64) {
    guard let last = items.indices.last else { return }
    resumed += max(0, offset - items[last].sent)
    items[last].sent = offset
  }

  /// So many of the present item's bytes are handed over.
  mutating func advance(to bytes: Int64, now: Int64) {
    if start == nil { start = now }
    if let last = items.indices.last { items[last].sent = bytes }
  }

  /// The present item is through, or waits for somebody.
  mutating func end() { ended += items.popLast()?.total ?? 0 }

  /// Bytes per second since the first went out; nil in the first second.
  func rate(now: Int64) -> Int64? {
    guard let start, now - start >= 1_000_000_000 else { return nil }
    return Int64(Double(max(0, done - resumed)) / (Double(now - start) / 1e9))
  }

  /// Seconds until all is handed over at that rate; nil when nobody can tell.
  func secondsLeft(now: Int64) -> Int64? {
    guard let rate = rate(now: now), rate > 0 else { return nil }
    return (max(0, total - done) + rate - 1) / rate
  }
}
