// Functions whose result is a text; all count Unicode scalars.

extension Evaluator {
  func textual(_ function: Function, _ values: [XPathValue]) throws(EvaluationFault) -> String? {
    switch function {
    case .string: return string(values[0])
    case .concat: return list(values).map { string($0) }.joined()
    case .join:
      return list(Array(values.dropFirst())).map { string($0) }.joined(separator: string(values[0]))
    case .substr: return substring(values)
    case .substringBefore:
      let (text, wanted) = (Array(string(values[0]).unicodeScalars), scalars(values[1]))
      return text.firstRange(of: wanted).map { ScalarText.string(text[..<$0.lowerBound]) } ?? ""
    case .substringAfter:
      let (text, wanted) = (scalars(values[0]), scalars(values[1]))
      if wanted.isEmpty { return ScalarText.string(text[...]) }
      return text.firstRange(of: wanted).map { ScalarText.string(text[$0.upperBound...]) } ?? ""
    case .translate: return translate(values)
    case .selectedAt:
      let index = number(values[1])
      let words = string(values[0]).split(separator: " ")
      guard index >= 0, index < Double(words.count) else { return "" }
      return String(words[Int(index)])
    case .uuid:
      guard let length = values.first.map({ number($0) }) else { return environment.makeUUID() }
      return randomWord(length: length >= 0 && length <= 1000 ? Int(length) : 0)
    case .version: return definition.version
    case .property: return environment.property(string(values[0]))
    case .digest: return try digest(values)
    case .base64Decode: return Base64Text.decode(string(values[0]))
    case .extractSigned: return signedMessage(values)
    default: return nil
    }
  }

  /// `string-length()` and `normalize-space()`.
  func measured(_ function: Function, _ text: String) -> XPathValue {
    guard function == .normalizeSpace else {
      return .number(Double(text.unicodeScalars.count))
    }
    let words = text.unicodeScalars.split { $0.value <= 0x20 }.map { String($0) }
    return .string(words.joined(separator: " "))
  }

  private func digest(_ values: [XPathValue]) throws(EvaluationFault) -> String {
    let name = string(values[1])
    let encoding = values.count > 2 ? string(values[2]) : "base64"
    guard let digest = MessageDigest(named: name) else {
      throw EvaluationFault(code: .unknownDigest, detail: name)
    }
    guard let encoding = MessageDigest.Encoding(named: encoding) else {
      throw EvaluationFault(code: .unknownDigest, detail: encoding)
    }
    return digest.text(of: string(values[0]), encoding: encoding)
  }

  /// The message behind an Ed25519 signature of 64 bytes, both in Base64; empty when
  /// the signature is not that of the key, or nothing here can tell.
  private func signedMessage(_ values: [XPathValue]) -> String {
    let signed = Base64Text.bytes(string(values[0])) ?? []
    guard let isSigned = environment.isSigned, signed.count > 64,
      let key = Base64Text.bytes(string(values[1])), key.count == 32,
      isSigned(key, Array(signed[64...]), Array(signed[..<64]))
    else { return "" }
    return String(decoding: signed[64...], as: UTF8.self)
  }

  func scalars(_ value: XPathValue) -> [Unicode.Scalar] {
    Array(string(value).unicodeScalars)
  }

  private func substring(_ values: [XPathValue]) -> String {
    let text = scalars(values[0])
    var start = whole(number(values[1]))
    var end = values.count > 2 ? whole(number(values[2])) : text.count
    if start < 0 { start += text.count }
    if end < 0 { end += text.count }
    start = min(max(0, start), text.count)
    end = min(max(0, end), text.count)
    return start <= end ? ScalarText.string(text[start..<end]) : ""
  }

  /// Towards zero; NaN is 0, as a cast of Java's.
  func whole(_ value: Double) -> Int {
    value.isNaN ? 0 : Int(max(-1e9, min(1e9, value)))
  }

  private func translate(_ values: [XPathValue]) -> String {
    let from = scalars(values[1])
    let to = scalars(values[2])
    var result = String.UnicodeScalarView()
    for scalar in string(values[0]).unicodeScalars {
      guard let place = from.firstIndex(of: scalar) else {
        result.append(scalar)
        continue
      }
      if place < to.count { result.append(to[place]) }
    }
    return String(result)
  }

  private func randomWord(length: Int) -> String {
    let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    let bytes = (0..<length).map { _ in
      letters[min(letters.count - 1, Int(environment.random() * Double(letters.count)))]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Strings seen as sequences of Unicode scalars.
enum ScalarText {
  static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  static func contains(_ text: String, _ wanted: String) -> Bool {
    if wanted.isEmpty { return true }
    var (text, wanted) = (text, wanted)
    return text.withUTF8 { text in
      wanted.withUTF8 { wanted in
        guard wanted.count <= text.count else { return false }
        return (0...text.count - wanted.count).contains { start in
          text[start] == wanted[0]
            && text[start..<start + wanted.count].elementsEqual(wanted)
        }
      }
    }
  }

  static func trimmed(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    guard let first = scalars.firstIndex(where: { $0.value > 0x20 }),
      let last = scalars.lastIndex(where: { $0.value > 0x20 })
    else { return "" }
    return string(scalars[first...last])
  }
}
