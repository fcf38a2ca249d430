// Names and namespaces (Namespaces in XML 1.0). Each name becomes one value with
// a number, so that a list of a hundred thousand choices makes no strings for its
// elements' names.

/// A name as it is meant: the part behind the prefix, and the namespace.
struct QualifiedName: Sendable, Hashable {
  let local: String
  /// Empty for none.
  let namespace: String
  /// As written; empty for none.
  let prefix: String

  /// As it stands in the file.
  var written: String { prefix.isEmpty ? local : prefix + ":" + local }
}

/// Every name that has been read, once.
struct XMLNames {
  private(set) var all: [QualifiedName] = []
  /// Names as written, with what each last meant.
  private var spellings: [Spelling] = []
  private var places: [[UInt8]: Int] = [:]
  private var meanings: [Meaning: Int] = [:]
  /// A name that was read a moment ago, by its length and last byte.
  private var recent = [Int](repeating: -1, count: 256)

  struct Spelling {
    let bytes: [UInt8]
    let prefix: String
    let local: String
    /// The place of the prefix in the scope.
    let scopePlace: Int
    var namespace = -1
    var name = -1
  }

  private struct Meaning: Hashable {
    let spelling: Int
    let namespace: Int
  }

  subscript(place: Int) -> QualifiedName { all[place] }

  /// The place of a spelling; nil when it is no name with at most one prefix.
  mutating func spelling(_ word: ArraySlice<UInt8>, _ scope: inout XMLScope) -> Int? {
    guard let last = word.last else { return nil }
    let slot = Int((last &* 31) &+ UInt8(truncatingIfNeeded: word.count))
    if recent[slot] >= 0, spellings[recent[slot]].bytes[...] == word { return recent[slot] }
    let bytes = Array(word)
    guard let place = places[bytes] ?? add(bytes, &scope) else { return nil }
    recent[slot] = place
    return place
  }

  private mutating func add(_ bytes: [UInt8], _ scope: inout XMLScope) -> Int? {
    let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ Self.isName($0) }) else { return nil }
    let prefix = parts.count == 2 ? String(decoding: parts[0], as: UTF8.self) : ""
    spellings.append(
      Spelling(
        bytes: bytes, prefix: prefix,
        local: String(decoding: parts[parts.count - 1], as: UTF8.self),
        scopePlace: scope.place(of: prefix)))
    places[bytes] = spellings.count - 1
    return spellings.count - 1
  }

  /// A spelling's parts.
  func parts(_ spelling: Int) -> (prefix: String, local: String, scopePlace: Int) {
    let found = spellings[spelling]
    return (found.prefix, found.local, found.scopePlace)
  }

  /// The place of what a spelling means in a namespace of the scope.
  mutating func meaning(_ spelling: Int, namespace: Int, _ scope: XMLScope) -> Int {
    if spellings[spelling].namespace == namespace { return spellings[spelling].name }
    let key = Meaning(spelling: spelling, namespace: namespace)
    let place = meanings[key] ?? all.count
    if place == all.count {
      all.append(
        QualifiedName(
          local: spellings[spelling].local, namespace: scope.namespaces[namespace],
          prefix: spellings[spelling].prefix))
      meanings[key] = place
    }
    spellings[spelling].namespace = namespace
    spellings[spelling].name = place
    return place
  }

  /// XML 1.0 §2.3, without the colon; what is not ASCII is let through.
  static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, isNameByte(first), !isDigit(first), first != UInt8(ascii: "-"),
      first != UInt8(ascii: ".")
    else { return false }
    return bytes.allSatisfy { isNameByte($0) }
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return byte >= 0x80 || letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
      || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ".")
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}

/// What each prefix stands for where we are.
struct XMLScope {
  /// Every namespace that occurs, once; the first is none.
  private(set) var namespaces = ["", "http://www.w3.org/XML/1998/namespace"]
  private var namespacePlaces = ["": 0, "http://www.w3.org/XML/1998/namespace": 1]
  private var prefixPlaces = ["": 0, "xml": 1]
  /// The namespace of each prefix; nil when it is not declared.
  private var current: [Int?] = [0, 1]
  private var undo: [(prefix: Int, namespace: Int?)] = []

  mutating func place(of prefix: String) -> Int {
    if let known = prefixPlaces[prefix] { return known }
    prefixPlaces[prefix] = current.count
    current.append(nil)
    return current.count - 1
  }

  /// The place in `namespaces` of what a prefix stands for.
  func namespace(_ prefixPlace: Int) -> Int? { current[prefixPlace] }

  mutating func declare(_ prefix: String, _ namespace: String) {
    let prefixPlace = place(of: prefix)
    undo.append((prefixPlace, current[prefixPlace]))
    let known = namespacePlaces[namespace] ?? namespaces.count
    if known == namespaces.count {
      namespaces.append(namespace)
      namespacePlaces[namespace] = known
    }
    current[prefixPlace] = known
  }

  /// Forgets the last declarations.
  mutating func leave(_ declarations: Int) {
    for _ in 0..<declarations {
      guard let last = undo.popLast() else { return }
      current[last.prefix] = last.namespace
    }
  }
}

extension XMLReader {
  struct RawAttribute {
    let name: Range<Int>
    let value: String
  }

  mutating func attribute() throws(FormFault) -> RawAttribute {
    let name = try name()
    skipSpace()
    guard at("=") else { throw malformed(rest()) }
    index += 1
    skipSpace()
    return RawAttribute(name: name, value: try attributeValue())
  }

  /// The name that begins here.
  mutating func name() throws(FormFault) -> Range<Int> {
    let start = index
    while index < bytes.count,
      XMLNames.isNameByte(bytes[index]) || bytes[index] == UInt8(ascii: ":")
    {
      index += 1
    }
    let range = start..<index
    guard !range.isEmpty, range.count <= limits.nameLength else {
      index = start
      throw malformed(rest())
    }
    return range
  }

  /// Opens an element: its namespaces first, then what the names mean.
  mutating func resolve(_ name: Range<Int>, _ raw: [RawAttribute], line: Int) throws(FormFault)
    -> Tag
  {
    var declarations: [(prefix: String, namespace: String)] = []
    var others: [(spelling: Int, range: Range<Int>, value: String)] = []
    var seen: Set<Int> = []
    for attribute in raw {
      let spelling = try spelling(attribute.name)
      guard seen.insert(spelling).inserted else { throw malformed(word(attribute.name)) }
      let parts = names.parts(spelling)
      if parts.prefix == "xmlns" || parts.prefix.isEmpty && parts.local == "xmlns" {
        let prefix = parts.prefix.isEmpty ? "" : parts.local
        guard prefix.isEmpty || !attribute.value.isEmpty else {
          throw malformed(word(attribute.name))
        }
        scope.declare(prefix, attribute.value)
        declarations.append((prefix, attribute.value))
      } else {
        others.append((spelling, attribute.name, attribute.value))
      }
    }
    open.append(OpenElement(name: name, declarations: declarations.count))
    let element = try meaning(try spelling(name), name, isAttribute: false)
    let attributes = try attributes(others)
    return Tag(name: element, attributes: attributes, declarations: declarations, line: line)
  }

  private mutating func attributes(_ raw: [(spelling: Int, range: Range<Int>, value: String)])
    throws(FormFault) -> [Attribute]
  {
    guard !raw.isEmpty else { return [] }
    var attributes: [Attribute] = []
    var seen: Set<[String]> = []
    for (spelling, range, value) in raw {
      let place = try meaning(spelling, range, isAttribute: true)
      let name = names[place]
      guard name.prefix.isEmpty || seen.insert([name.namespace, name.local]).inserted else {
        throw malformed(word(range))
      }
      attributes.append(Attribute(name: name, value: value))
    }
    return attributes
  }

  private mutating func spelling(_ range: Range<Int>) throws(FormFault) -> Int {
    guard let place = names.spelling(bytes[range], &scope) else { throw malformed(word(range)) }
    return place
  }

  private mutating func meaning(_ spelling: Int, _ range: Range<Int>, isAttribute: Bool)
    throws(FormFault) -> Int
  {
    let parts = names.parts(spelling)
    // The default namespace is for elements only.
    if isAttribute, parts.prefix.isEmpty { return names.meaning(spelling, namespace: 0, scope) }
    guard let namespace = scope.namespace(parts.scopePlace) else { throw malformed(word(range)) }
    return names.meaning(spelling, namespace: namespace, scope)
  }
}
