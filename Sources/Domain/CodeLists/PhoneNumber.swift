/// A phone number of the mainland, as people are called by it: a mobile number
/// of 11 digits, a landline with its area code, or a service number.
public struct PhoneNumber: Sendable, Hashable {
  /// What it belongs to.
  public enum Kind: Sendable, Hashable {
    /// 1[3-9] and nine digits.
    case mobile
    /// 0, the area code, seven or eight digits, perhaps an extension.
    case landline
    /// 400 or 800 and seven digits.
    case service
  }

  /// The digits as they are dialled, an extension after `-`.
  public let text: String
  /// What it belongs to.
  public let kind: Kind

  /// Reads a number; nil for anything else. `+86`, `0086`, blanks, brackets and
  /// hyphens are passed over, full-width digits read as narrow ones.
  public init?(_ typed: String) {
    var text = NarrowText.of(typed)
    var ending = ""
    for mark in ["转", "#", "ext.", "ext"] {
      if let at = text.lowercased().range(of: mark) {
        ending = String(text[at.upperBound...])
        text = String(text[..<at.lowerBound])
        break
      }
    }
    for prefix in ["+86", "0086"] where text.hasPrefix(prefix) {
      text.removeFirst(prefix.count)
      break
    }
    let digits = text.filter { !"-()/".contains($0) }
    guard digits.utf8.allSatisfy(Self.isDigit), ending.utf8.allSatisfy(Self.isDigit),
      ending.utf8.count <= 6, let kind = Self.kind(of: Array(digits.utf8))
    else { return nil }
    guard ending.isEmpty || kind == .landline else { return nil }
    self.kind = kind
    self.text = ending.isEmpty ? digits : digits + "-" + ending
  }

  /// The numbering plan as people write it; which numbers are given out changes
  /// every year and is not looked at.
  private static func kind(of digits: [UInt8]) -> Kind? {
    guard let first = digits.first else { return nil }
    if first == UInt8(ascii: "1") {
      return digits.count == 11 && (0x33...0x39).contains(digits[1]) ? .mobile : nil
    }
    if first == UInt8(ascii: "0") {
      // 010 and 02x have three digits and eight behind them, others four and seven or eight.
      let isShort = digits.count > 1 && (digits[1] == 0x31 || digits[1] == 0x32)
      return (isShort ? 10...11 : 11...12).contains(digits.count) ? .landline : nil
    }
    let isService = digits.starts(with: "400".utf8) || digits.starts(with: "800".utf8)
    return isService && digits.count == 10 ? .service : nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension String {
  /// The first place of a text in this one. The standard library has it for
  /// collections of equal elements only from Foundation on.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) {
        return start..<(index(start, offsetBy: text.count, limitedBy: endIndex) ?? endIndex)
      }
      start = index(after: start)
    }
    return nil
  }
}
