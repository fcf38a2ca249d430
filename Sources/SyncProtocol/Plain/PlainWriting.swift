import Domain

// What the centre writes by the thousand, members in order of their names.
// `PlainJSONTests` counts the members of each type: one that is added must be
// added here.

extension UniqueID: PlainJSONWritable {
  /// Writes the text form.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) { json.text(text) }
}

extension Digest: PlainJSONWritable {
  /// Writes the hexadecimal spelling.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) { json.text(hex) }
}

extension FieldValue: PlainJSONWritable {
  /// Writes any value.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) {
    switch self {
    case .null: json.word("null")
    case .bool(let bool): json.word(bool ? "true" : "false")
    case .integer(let integer): json.integer(integer)
    case .decimal(let decimal): try json.decimal(decimal)
    case .text(let text): json.text(text)
    case .array(let values): try values.write(plain: &json)
    case .object(let fields): try fields.write(plain: &json)
    }
  }
}

extension String: PlainJSONWritable {
  /// Writes a text.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) { json.text(self) }
}

extension Array: PlainJSONWritable where Element: PlainJSONWritable {
  /// Writes a list.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) {
    try json.brackets(UInt8(ascii: "["), UInt8(ascii: "]")) { (json) throws(Unplain) in
      for value in self { try value.write(plain: &json) }
    }
  }
}

extension Dictionary: PlainJSONWritable where Key == String, Value: PlainJSONWritable {
  /// Writes an object.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) {
    try json.brackets { (json) throws(Unplain) in
      for (name, value) in sorted(by: { $0.key < $1.key }) { try json.member(name, value) }
    }
  }
}

extension Position: PlainJSONWritable {
  /// Writes a fix.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) {
    try json.brackets { (json) throws(Unplain) in
      if let accuracy {
        json.name("accuracy")
        try json.decimal(accuracy)
      }
      json.member("at", at)
      json.name("latitude")
      try json.decimal(latitude)
      json.name("longitude")
      try json.decimal(longitude)
      json.member("outside", outside)
      json.member("source", source.rawValue)
    }
  }
}

extension Record: PlainJSONWritable {
  /// Writes a record.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) {
    try json.brackets { (json) throws(Unplain) in
      json.member("deleted", deleted)
      json.member("element", element.rawValue)
      try json.member("fields", fields)
      json.member("grid", grid)
      try json.member("id", id)
      json.member("kind", kind)
      try json.member("parent", parent)
      try json.member("photos", photos)
      try json.member("position", position)
      json.member("version", version)
    }
  }
}

extension OperationResult: PlainJSONWritable {
  /// Writes what became of an operation.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) {
    try json.brackets { (json) throws(Unplain) in
      json.member("code", code?.rawValue)
      try json.member("op", op)
      json.member("result", result.rawValue)
      json.member("seq", seq)
      json.member("version", version)
    }
  }
}

extension Receipt: PlainJSONWritable {
  /// Writes any kind.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) {
    try json.brackets { (json) throws(Unplain) in
      switch self {
      case .segment(let epoch, let lane, let first, let last, let results, let missing):
        try json.member("epoch", epoch)
        json.member("first", first)
        json.member("kind", "segment")
        json.member("lane", lane.rawValue)
        json.member("last", last)
        try json.member("missing", missing)
        try json.member("results", results)
      case .photo(let epoch, let sha256, let bytes):
        json.member("bytes", bytes)
        try json.member("epoch", epoch)
        json.member("kind", "photo")
        try json.member("sha256", sha256)
      case .thumbnail(let epoch, let sha256, let photo):
        try json.member("epoch", epoch)
        json.member("kind", "thumbnail")
        try json.member("of", photo)
        try json.member("sha256", sha256)
      }
    }
  }
}

extension GridOutline: PlainJSONWritable {
  /// Writes a grid.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) {
    try json.brackets { (json) throws(Unplain) in
      try json.member("boundary", boundary)
      json.member("id", id)
      json.member("name", name)
    }
  }
}

extension Change: PlainJSONWritable {
  /// Writes the changes that make up nearly every page.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) {
    try json.brackets { (json) throws(Unplain) in
      switch self {
      case .record(let record):
        try json.member("record", record)
        json.member("type", "record")
        json.member("version", record.version)
      case .receipt(let incarnation, let lane, let results, let version):
        json.member("first", results.first?.seq)
        try json.member("incarnation", incarnation)
        json.member("lane", lane.rawValue)
        json.member("last", results.last?.seq)
        try json.member("results", results)
        json.member("type", "receipt")
        json.member("version", version)
      case .gone(let id, let version):
        try json.member("id", id)
        json.member("type", "gone")
        json.member("version", version)
      case .enter(let grid):
        try json.member("grid", grid)
        json.member("type", "enter")
      default: throw Unplain()
      }
    }
  }
}

extension ChangePage: PlainJSONWritable {
  /// Writes a page.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) {
    try json.brackets { (json) throws(Unplain) in
      try json.member("changes", changes)
      json.member("cursor", cursor)
      try json.member("epoch", epoch)
      json.member("more", more)
      json.member("now", now)
    }
  }
}
