import Foundation

/// What was done and found, by kind.
final class Tally: @unchecked Sendable {
  // `@unchecked Sendable`: `lock` guards the counts.
  private let lock = NSLock()
  private var counts: [String: Int] = [:]
  private(set) var faults = 0

  /// A fault that struck.
  func fault(_ kind: String) {
    lock.lock()
    counts["fault: " + kind, default: 0] += 1
    faults += 1
    lock.unlock()
  }

  /// Anything else that is worth telling.
  func note(_ what: String, _ count: Int = 1) {
    lock.lock()
    counts[what, default: 0] += count
    lock.unlock()
  }

  var total: Int {
    lock.lock()
    defer { lock.unlock() }
    return faults
  }

  func lines() -> [String] {
    lock.lock()
    defer { lock.unlock() }
    return counts.sorted { $0.key < $1.key }.map { key, count in
      String(repeating: " ", count: max(0, 8 - String(count).count)) + "\(count)  \(key)"
    }
  }
}
