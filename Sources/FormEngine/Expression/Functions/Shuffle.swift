// randomize(nodeset, seed): the order ODK XForms prescribes, a Fisher–Yates
// shuffle from the inside out driven by the generator of Park and Miller. With
// the same seed every client shows the same order.

enum Shuffle {
  /// The places 0..<count in the order of a seed.
  static func order(count: Int, seed: Int64) -> [Int] {
    var generator = ParkMiller(seed: seed)
    return order(count: count) { generator.next() }
  }

  /// The places 0..<count in an order by `random`, which gives numbers in 0..<1.
  static func order(count: Int, random: () -> Double) -> [Int] {
    var places: [Int] = []
    places.reserveCapacity(count)
    for place in 0..<count {
      let chosen = max(0, min(place, Int(random() * Double(place + 1))))
      places.append(place)
      places.swapAt(chosen, place)
    }
    return places
  }

  /// The seed a number stands for: without its fraction, NaN as an empty text.
  static func seed(_ number: Double) -> Int64 {
    if number.isNaN { return 0 }
    if number >= 0x1p63 { return .max }
    return number < -0x1p63 ? .min : Int64(number)
  }

  /// The seed a text stands for: its number if it is one, and otherwise the first
  /// eight bytes of its SHA-256, so that an instance ID can be a seed; 0 when empty.
  static func seed(_ text: String) -> Int64 {
    let number = NumberText.number(text)
    guard number.isNaN else { return seed(number) }
    guard !text.isEmpty else { return 0 }
    let digest = MessageDigest.sha256.bytes(of: Array(text.utf8)).prefix(8)
    return Int64(bitPattern: digest.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}

/// The minimal standard generator of Park and Miller, in doubles as JavaRosa
/// computes it: a large seed is rounded before it is taken modulo 2³¹ − 1.
struct ParkMiller {
  private static let modulus = 2_147_483_647.0
  private var state: Double

  init(seed: Int64) {
    state = Double(seed).truncatingRemainder(dividingBy: Self.modulus)
    if state <= 0 { state += Self.modulus - 1 }
  }

  /// The next number in 0..<1.
  mutating func next() -> Double {
    state = (state * 16807).truncatingRemainder(dividingBy: Self.modulus)
    return (state - 1) / (Self.modulus - 1)
  }
}
