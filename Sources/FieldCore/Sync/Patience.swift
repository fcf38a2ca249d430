/// How long a round stays with a link that broke in its midst: a mast changes,
/// a lift door closes. What outlasts it is `Backoff`'s matter.
public struct Patience {
  /// Waits between tries that carry nothing, in seconds: close together for the
  /// second that a change of masts takes, ten seconds in all.
  private static let waits = [0.1, 0.1, 0.1, 0.15, 0.15, 0.2, 0.4, 0.8, 1.5, 3, 3]

  private let random: () -> UInt64
  /// Sleeps so many seconds.
  let pause: (Double) -> Void
  private let waits: [Double]

  /// Waits by sleeping; `random` gives 64 bits that part the devices of a
  /// street from each other.
  public init(random: @escaping () -> UInt64, pause: @escaping (Double) -> Void) {
    self.random = random
    self.pause = pause
    waits = Self.waits
  }

  private init() {
    random = { 0 }
    pause = { _ in }
    waits = []
  }

  /// A round that ends when the link breaks twice without carrying anything.
  public static var none: Patience { Patience() }

  /// Seconds before a try that follows so many fruitless ones, from 1; nil when
  /// enough was tried. Between half of the planned wait and all of it.
  func wait(beforeTry number: Int) -> Double? {
    guard waits.indices.contains(number - 1) else { return nil }
    let share = Double(random() >> 11) / Double(1 << 53)
    return waits[number - 1] * (0.5 + share / 2)
  }
}
