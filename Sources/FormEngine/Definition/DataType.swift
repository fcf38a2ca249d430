/// The types of values an instance node can have (ODK XForms, data types); the
/// raw values are the words of a bind's `type`.
public enum DataType: String, Sendable, Equatable, CaseIterable {
  case text = "string"
  case integer = "int"
  case decimal
  case boolean
  case date
  case time
  case dateTime
  case geopoint
  case geotrace
  case geoshape
  case barcode
  case binary
  /// What a `select1` holds, whatever its bind says.
  case choice
  /// What a `select` or a rank holds: names separated by spaces.
  case choices
  /// No bind, or none with a type.
  case untyped
  /// A type that is none of these; its values are texts.
  case unknown
}
