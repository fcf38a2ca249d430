/// A unified social credit code, 统一社会信用代码 (GB 32100-2015): the registering
/// body, the kind of body, six digits of its division, the nine characters of
/// its organization code (GB 11714), and a check character modulo 31.
public struct CreditCode: Sendable, Hashable {
  /// Why a text is no credit code.
  public enum Fault: Error, Sendable, Hashable {
    /// Not 18 characters of the code's alphabet (no I, O, S, V, Z), or no digits
    /// in the division's place.
    case form
    /// The check character is another one.
    case check(expected: Character)
  }

  /// The 18 characters, letters as capitals.
  public let text: String
  /// The division of the registering body, six digits.
  public var division: String { String(text.dropFirst(2).prefix(6)) }
  /// The organization code in it, nine characters (GB 11714).
  public var organizationCode: String { String(text.dropFirst(8).prefix(9)) }

  /// Reads a credit code. Blanks are passed over, full-width and small letters
  /// read as narrow capitals.
  public init(_ typed: String) throws(Fault) {
    let text = NarrowText.of(typed).uppercased()
    let values = text.utf8.compactMap { Self.alphabet.firstIndex(of: $0) }
    guard text.utf8.count == 18, values.count == 18, values[2..<8].allSatisfy({ $0 < 10 }) else {
      throw .form
    }
    let expected = Self.alphabet[Self.check(of: values)]
    guard Self.alphabet[values[17]] == expected else {
      throw .check(expected: Character(Unicode.Scalar(expected)))
    }
    self.text = text
  }

  private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
  /// 3ⁱ mod 31 for the places from the left.
  private static let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

  private static func check(of values: [Int]) -> Int {
    (31 - zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } % 31) % 31
  }
}
