// A namespace-aware XML 1.0 reader over bytes, for forms and for the files
// beside them. It knows no document type: a `<!DOCTYPE` is refused, so there are
// no entities but the five predefined ones, nothing is fetched, and a small file
// cannot grow into a large one. Work is linear in the size of the file, whatever
// stands in it.

/// Hands out a document piece by piece; `XMLElement` reads a whole one at once.
struct XMLReader {
  /// How much of everything a document may have.
  struct Limits: Sendable {
    /// The size of the file.
    var bytes = 10 * 1024 * 1024
    /// Elements inside one another.
    var depth = 200
    var attributesPerElement = 256
    /// Bytes of a name with its prefix.
    var nameLength = 256

    /// For a file beside a form.
    static let attachment = Limits(bytes: FormAttachments.byteLimit)
  }

  /// A piece of the document, in its order.
  enum Event {
    /// An element begins.
    case begin(Tag)
    /// A part of the text of the open element, with references resolved and line
    /// ends normalised; a text may come in several parts.
    case text(ArraySlice<UInt8>)
    /// The open element ends.
    case end
  }

  /// What stands between `<` and `>`.
  struct Tag {
    /// The place of the element's name in `names`.
    let name: Int
    let attributes: [Attribute]
    /// The namespaces declared here by prefix; `""` is the default one.
    let declarations: [(prefix: String, namespace: String)]
    /// The line the tag begins on, from 1.
    let line: Int
  }

  /// An attribute that declares no namespace.
  struct Attribute {
    let name: QualifiedName
    let value: String
  }

  let bytes: [UInt8]
  let file: String
  let limits: Limits
  /// The first byte that is not yet read.
  var index = 0
  var names = XMLNames()
  var scope = XMLScope()
  var open: [OpenElement] = []
  private var endIsDue = false
  private var hasRoot = false
  /// What `line(at:)` has counted so far.
  private var counted = (index: 0, line: 1)

  struct OpenElement {
    let name: Range<Int>
    let declarations: Int
  }

  /// Throws when the file is too large, not UTF-8, or holds characters that XML
  /// does not allow; `file` is what faults name as their sheet.
  init(_ bytes: [UInt8], file: String = "", limits: Limits = Limits()) throws(FormFault) {
    self.bytes = bytes
    self.file = file
    self.limits = limits
    guard bytes.count <= limits.bytes else {
      throw fault(.tooLarge, line: 0, "\(bytes.count) > \(limits.bytes)")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    try checkCharacters()
    try readDeclaration()
  }

  /// The next piece; nil after the root element's end.
  mutating func next() throws(FormFault) -> Event? {
    if endIsDue {
      endIsDue = false
      close()
      return .end
    }
    while index < bytes.count {
      if bytes[index] != UInt8(ascii: "<") {
        if let text = try text() { return .text(text) }
      } else if at("<!--") {
        try skipComment()
      } else if at("<![CDATA[") {
        return .text(try characterData())
      } else if at("<?") {
        try skip(past: "?>", after: 2)
      } else if at("<!") {
        throw at("<!DOCTYPE") ? fault(.doctype, "<!DOCTYPE") : malformed(rest())
      } else if at("</") {
        try endTag()
        return .end
      } else {
        return .begin(try startTag())
      }
    }
    guard open.isEmpty else { throw malformed(word(open[open.count - 1].name)) }
    guard hasRoot else { throw malformed("") }
    return nil
  }

  // MARK: Tags

  private mutating func startTag() throws(FormFault) -> Tag {
    guard !open.isEmpty || !hasRoot else { throw malformed(rest()) }
    guard open.count < limits.depth else { throw fault(.nestedTooDeeply, "\(limits.depth)") }
    hasRoot = true
    let line = line(at: index)
    index += 1
    let name = try name()
    var raw: [RawAttribute] = []
    var isEmpty = false
    while true {
      let hasSpace = skipSpace()
      guard index < bytes.count else { throw malformed(word(name), line: line) }
      if bytes[index] == UInt8(ascii: ">") { break }
      if at("/>") {
        isEmpty = true
        index += 1
        break
      }
      guard hasSpace else { throw malformed(rest()) }
      guard raw.count < limits.attributesPerElement else { throw malformed(word(name)) }
      raw.append(try attribute())
    }
    index += 1
    endIsDue = isEmpty
    return try resolve(name, raw, line: line)
  }

  private mutating func endTag() throws(FormFault) {
    guard let top = open.last else { throw malformed(rest()) }
    let start = index + 2
    let end = start + top.name.count
    guard end < bytes.count, bytes[start..<end] == bytes[top.name] else { throw malformed(rest()) }
    index = end
    skipSpace()
    guard index < bytes.count, bytes[index] == UInt8(ascii: ">") else { throw malformed(rest()) }
    index += 1
    close()
  }

  private mutating func close() {
    guard let top = open.popLast() else { return }
    scope.leave(top.declarations)
  }

  // MARK: Where we are

  /// Whether the next bytes are these.
  func at(_ text: StaticString) -> Bool {
    guard bytes.count - index >= text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount where bytes[index + offset] != text.utf8Start[offset] {
      return false
    }
    return true
  }

  /// The line of a byte; asked for in ascending order.
  mutating func line(at place: Int) -> Int {
    var line = counted.line
    for index in min(counted.index, place)..<place {
      let byte = bytes[index]
      if byte == 0x0A && (index == 0 || bytes[index - 1] != 0x0D) || byte == 0x0D { line += 1 }
    }
    counted = (max(place, counted.index), line)
    return line
  }

  @discardableResult
  mutating func skipSpace() -> Bool {
    let start = index
    while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
    return index > start
  }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D
  }

  func word(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  // MARK: Faults

  /// The beginning of what could not be read, for the author to recognise.
  func rest() -> String {
    let piece = bytes[min(index, bytes.count)...].prefix(40)
    let line = piece.prefix { $0 != 0x0A && $0 != 0x0D }
    return String(decoding: line, as: UTF8.self)
  }

  mutating func malformed(_ detail: String, line: Int? = nil) -> FormFault {
    fault(.malformedXML, line: line ?? self.line(at: min(index, bytes.count)), detail)
  }

  mutating func fault(_ code: FormFault.Code, _ detail: String) -> FormFault {
    fault(code, line: line(at: min(index, bytes.count)), detail)
  }

  func fault(_ code: FormFault.Code, line: Int, _ detail: String) -> FormFault {
    FormFault(sheet: file, row: line, column: "", code: code, detail: detail)
  }
}
