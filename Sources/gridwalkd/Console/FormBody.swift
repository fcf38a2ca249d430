import HTTP

/// The fields of an `application/x-www-form-urlencoded` body.
struct FormBody {
  private var fields: [String: String] = [:]

  init(_ bytes: [UInt8]) {
    for pair in bytes.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1)
      guard let name = parts.first else { continue }
      fields[Self.decode(name)] = parts.count == 2 ? Self.decode(parts[1]) : ""
    }
  }

  subscript(name: String) -> String? { fields[name] }

  /// Percent-decodes; a broken escape stands for itself.
  private static func decode(_ bytes: ArraySlice<UInt8>) -> String {
    var decoded: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "+") {
        decoded.append(UInt8(ascii: " "))
      } else if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        decoded.append(value)
        rest = rest.dropFirst(2)
      } else {
        decoded.append(byte)
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }
}
