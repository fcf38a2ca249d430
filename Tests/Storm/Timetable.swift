/// What is due when: a binary heap by time.
struct Timetable {
  private var entries: [(at: UInt64, peer: Int)] = []

  var next: UInt64? { entries.first?.at }

  mutating func add(_ peer: Int, at time: UInt64) {
    entries.append((time, peer))
    var child = entries.count - 1
    while child > 0, entries[child].at < entries[(child - 1) / 2].at {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// The peer that was due first, when its time has come, with that time.
  mutating func take(until now: UInt64) -> (at: UInt64, peer: Int)? {
    guard let first = entries.first, first.at <= now else { return nil }
    let last = entries.removeLast()
    guard !entries.isEmpty else { return first }
    entries[0] = last
    var parent = 0
    while true {
      let left = 2 * parent + 1
      guard left < entries.count else { return first }
      let right = left + 1
      let least = right < entries.count && entries[right].at < entries[left].at ? right : left
      guard entries[least].at < entries[parent].at else { return first }
      entries.swapAt(least, parent)
      parent = least
    }
  }
}
