/// A citizen's identity number, 公民身份号码 (GB 11643-1999): six digits of the
/// division that gave it out, eight of the date of birth, three of a sequence
/// whose last digit is odd for men, and a check character (ISO 7064 MOD 11-2).
public struct ResidentIDNumber: Sendable, Hashable {
  /// Why a text is no identity number.
  public enum Fault: Error, Sendable, Hashable {
    /// Not 18 characters, or other characters than digits and a last `X`.
    case form
    /// The first two digits name no province.
    case division
    /// The eight digits of the date are none of the calendar, or lie after the
    /// day they are compared with.
    case birthDate
    /// The check character is another one.
    case check(expected: Character)
  }

  /// The 18 characters, a last `X` as a capital.
  public let text: String
  /// The code of the division that gave it out, six digits. Divisions change;
  /// this one need not exist any more.
  public let division: String
  /// The date of birth.
  public let birthDate: CalendarDate
  /// Whether it says male; else it says female.
  public let isMale: Bool

  /// Reads an identity number. Blanks around it are passed over, full-width
  /// characters are read as their narrow ones, `x` as `X`.
  ///
  /// - Parameter today: no later day is taken for a date of birth.
  public init(_ typed: String, today: CalendarDate? = nil) throws(Fault) {
    let text = NarrowText.of(typed).uppercased()
    let characters = Array(text.utf8)
    guard characters.count == 18, characters.dropLast().allSatisfy(Self.isDigit),
      Self.isDigit(characters[17]) || characters[17] == UInt8(ascii: "X")
    else { throw .form }
    let digits = characters.dropLast().map { Int($0) - 0x30 }
    guard Self.provinces.contains(digits[0] * 10 + digits[1]) else { throw .division }
    let date = digits[6..<14].reduce(0) { $0 * 10 + $1 }
    guard
      let birthDate = CalendarDate(year: date / 10_000, month: date / 100 % 100, day: date % 100),
      birthDate.year >= Self.firstYear, today.map({ birthDate <= $0 }) ?? true
    else { throw .birthDate }
    let expected = Self.check(of: digits)
    guard characters[17] == expected else {
      throw .check(expected: Character(Unicode.Scalar(expected)))
    }
    self.text = text
    self.birthDate = birthDate
    division = String(text.prefix(6))
    isMale = digits[16] % 2 == 1
  }

  /// The sex as GB/T 2261.1 codes it: `1` male, `2` female.
  public var sexCode: String { isMale ? "1" : "2" }

  /// Nobody who lives was born earlier.
  private static let firstYear = 1850
  /// 2ⁱ mod 11 for the places from the left (GB 11643 table; ISO 7064 MOD 11-2).
  private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  private static let checkCharacters = Array("10X98765432".utf8)
  /// The first two digits of GB/T 2260, with 83 for Taiwan residents' permits
  /// (81 and 82 for those of Hong Kong and Macau).
  private static let provinces: Set<Int> = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83,
  ]

  private static func check(of digits: [Int]) -> UInt8 {
    checkCharacters[zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 } % 11]
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
