/// The 15-digit code of a unit grid: six digits of the division, three each of
/// the street, the community and the sequence.
///
/// The length is from a transcription of GB/T 30428 and the parts are from
/// memory (reading of the standards, B1): both want checking against the text
/// before conformance is claimed.
public struct UnitGridCode: Sendable, Hashable, CustomStringConvertible {
  /// The 15 digits.
  public let description: String

  /// Exactly 15 ASCII digits, or nil.
  public init?(_ text: String) {
    guard text.utf8.count == 15, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    description = text
  }

  /// The division code (GB/T 2260), six digits.
  public var division: Substring { description.prefix(6) }
  /// The division and street, nine digits.
  public var street: Substring { description.prefix(9) }
  /// The division, street and community, twelve digits.
  public var community: Substring { description.prefix(12) }
  /// The number within the community, three digits.
  public var sequence: Substring { description.suffix(3) }
}
