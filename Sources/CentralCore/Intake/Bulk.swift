import Domain
import SyncProtocol

/// How much a record may be, so that a page of the feed can always carry it to
/// a device (`Limits.answerBytes`, `Limits.nesting`): an operation that would
/// make it more is refused alone, before it spoils the pages of its whole grid.
enum Bulk {
  /// Levels of lists and objects in one field. A page puts five around it.
  static let nesting = 8
  /// Bytes of a record's fields and photos, about. JSON may write a byte as six.
  static let recordBytes = 1_048_576
  /// Lists and objects in one operation's line, and values in it. Reading them
  /// takes time far beyond their bytes.
  static let brackets = 256
  static let separators = 4096

  /// Whether a line is worth reading: a scan of its bytes, no more.
  static func isReadable(_ line: [UInt8]) -> Bool {
    var brackets = 0
    var separators = 0
    var isText = false
    var isEscaped = false
    for byte in line {
      if isEscaped {
        isEscaped = false
        continue
      }
      switch byte {
      case UInt8(ascii: "\\"): isEscaped = isText
      case UInt8(ascii: "\""): isText.toggle()
      case UInt8(ascii: "["), UInt8(ascii: "{"): if !isText { brackets += 1 }
      case UInt8(ascii: ","): if !isText { separators += 1 }
      default: break
      }
    }
    return brackets <= Self.brackets && separators <= Self.separators
  }

  /// Bytes of a record, about.
  static func bytes(of record: Record) -> Int {
    record.fields.reduce((record.photos ?? []).count * 67) { sum, field in
      sum + field.key.utf8.count + bytes(of: field.value)
    }
  }

  private static func bytes(of value: FieldValue) -> Int {
    switch value {
    case .null, .bool: 8
    case .integer, .decimal: 24
    case .text(let text): text.utf8.count + 8
    case .array(let values): values.reduce(8) { $0 + bytes(of: $1) }
    case .object(let fields):
      fields.reduce(8) { $0 + $1.key.utf8.count + bytes(of: $1.value) + 8 }
    }
  }

  /// Levels of lists and objects.
  static func depth(of value: FieldValue) -> Int {
    switch value {
    case .null, .bool, .integer, .decimal, .text: 0
    case .array(let values): 1 + (values.map(depth).max() ?? 0)
    case .object(let fields): 1 + (fields.values.map(depth).max() ?? 0)
    }
  }
}
