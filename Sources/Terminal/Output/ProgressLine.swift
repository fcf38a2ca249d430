// One line that tells how far a transfer is: `↑ 412 KB ▓▓▓▓▓▓░░ 78% 3s`. It
// never asks a clock or writes by itself: the caller says what time it is and
// where the text goes, so that it can be tested and thrown away.

/// How words and numbers of a progress line look; they come from the catalogue.
public struct ProgressLabels: Sendable {
  /// Shows a number of bytes.
  public let bytes: @Sendable (Int64) -> String
  /// Shows a rate in bytes per second.
  public let rate: @Sendable (Int64) -> String
  /// Shows the seconds that are left.
  public let timeLeft: @Sendable (Int64) -> String

  /// Gathers the three ways of showing.
  public init(
    bytes: @escaping @Sendable (Int64) -> String, rate: @escaping @Sendable (Int64) -> String,
    timeLeft: @escaping @Sendable (Int64) -> String
  ) {
    self.bytes = bytes
    self.rate = rate
    self.timeLeft = timeLeft
  }
}

/// The progress of one transfer.
public struct ProgressLine: Sendable {
  /// How the progress is shown.
  public enum Style: Sendable, Equatable {
    /// One line rewritten in place, on a terminal of a width that can move its cursor.
    case rewriting(width: Int)
    /// A line of its own now and then: dumb terminals and screen readers.
    case occasional
    /// Nothing: pipes.
    case silent
  }

  /// A rewritten line is written at most this often, in nanoseconds.
  static let rewriteInterval: Int64 = 100_000_000
  /// Occasional lines are at least this far apart, in nanoseconds.
  static let occasionalInterval: Int64 = 10_000_000_000
  /// The rate is that of about the last five seconds, in nanoseconds.
  static let rateWindow: Int64 = 5_000_000_000
  static let widestBar = 20
  static let narrowestBar = 4

  private let label: String
  private var total: Int64
  private let style: Style
  private let labels: ProgressLabels
  private var samples: [(time: Int64, done: Int64)] = []
  private var lastShown: Int64?

  /// Starts a line.
  ///
  /// - Parameters:
  ///   - label: what is transferred; stands at the front.
  ///   - total: bytes in all; 0 where nobody knows.
  public init(_ label: String, total: Int64, style: Style, labels: ProgressLabels) {
    self.label = DisplayText.line(label)
    self.total = max(0, total)
    self.style = style
    self.labels = labels
  }

  /// Takes note that there is more, or less, to transfer than was said.
  public mutating func setTotal(_ bytes: Int64) { total = max(0, bytes) }

  /// Takes note of the bytes done so far and answers the text to write now, if any.
  ///
  /// - Parameter now: a monotonic time in nanoseconds.
  public mutating func advance(to done: Int64, now: Int64) -> String? {
    sample(done, now)
    let interval = style == .occasional ? Self.occasionalInterval : Self.rewriteInterval
    if let lastShown, now - lastShown < interval { return nil }
    lastShown = now
    return shown(done)
  }

  /// The last state, shown whatever the time, with the line end that closes the line.
  public mutating func finish(at done: Int64, now: Int64) -> String? {
    sample(done, now)
    guard let text = shown(done) else { return nil }
    return style == .occasional ? text : text + "\n"
  }

  private mutating func sample(_ done: Int64, _ now: Int64) {
    samples.append((now, done))
    // One sample before the window stays, or a slow link would show no rate.
    while samples.count > 2, now - samples[1].time >= Self.rateWindow { samples.removeFirst() }
    // Many calls within the window: every other one is enough.
    if samples.count > 256 {
      samples = samples.enumerated().filter { $0.offset % 2 == 0 || $0.offset == 256 }
        .map { $0.element }
    }
  }

  /// Bytes per second over the window; nil before two points in time are known.
  private var rate: Int64? {
    guard let first = samples.first, let last = samples.last, last.time > first.time else {
      return nil
    }
    let seconds = Double(last.time - first.time) / 1e9
    return Int64(max(0, Double(last.done - first.done) / seconds))
  }

  private func shown(_ done: Int64) -> String? {
    switch style {
    case .silent: nil
    case .occasional: parts(done).joined(separator: " ") + "\n"
    // CR to the front, then EL 0: erase to the end of the line (ECMA-48 8.3.41).
    case .rewriting(let width): "\r" + line(done, width) + "\u{1B}[K"
    }
  }

  private func parts(_ done: Int64) -> [String] {
    var parts = [label, labels.bytes(done)]
    if total > 0 { parts.append("\(percent(done))%") }
    guard let rate, rate > 0 else { return parts }
    parts.append(labels.rate(rate))
    if total > done { parts.append(labels.timeLeft((total - done + rate - 1) / rate)) }
    return parts
  }

  /// The last column stays free: some terminals wrap when it is written.
  private func line(_ done: Int64, _ width: Int) -> String {
    var parts = parts(done)
    let text = parts.joined(separator: " ")
    let room = width - 1 - DisplayWidth.width(of: text) - 1
    if total > 0, room >= Self.narrowestBar {
      parts.insert(bar(done, min(room, Self.widestBar)), at: 2)
    }
    return DisplayWidth.truncate(parts.joined(separator: " "), to: width - 1)
  }

  private func bar(_ done: Int64, _ columns: Int) -> String {
    let full = columns * percent(done) / 100
    return String(repeating: "▓", count: full) + String(repeating: "░", count: columns - full)
  }

  /// Rounded down, so that 100 is only shown when all is done.
  private func percent(_ done: Int64) -> Int {
    guard done < total else { return 100 }
    return Int(Double(max(0, done)) / Double(total) * 100)
  }
}
