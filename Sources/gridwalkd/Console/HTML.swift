/// HTML whose interpolations are escaped: text from a record can never become
/// markup. Only `HTML` itself is put in as it is.
struct HTML: ExpressibleByStringInterpolation {
  private(set) var text: String

  init(stringLiteral value: String) { text = value }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  static func join(_ parts: some Sequence<HTML>) -> HTML {
    var joined: HTML = ""
    for part in parts { joined.text += part.text }
    return joined
  }

  struct StringInterpolation: StringInterpolationProtocol {
    var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }
    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ html: HTML) { text += html.text }
    mutating func appendInterpolation(_ value: String) {
      for scalar in value.unicodeScalars {
        switch scalar {
        case "&": text += "&amp;"
        case "<": text += "&lt;"
        case ">": text += "&gt;"
        case "\"": text += "&quot;"
        case "'": text += "&#39;"
        default: text.unicodeScalars.append(scalar)
        }
      }
    }
    mutating func appendInterpolation(_ value: Int64) { text += String(value) }
    mutating func appendInterpolation(_ value: Int) { text += String(value) }
  }
}
