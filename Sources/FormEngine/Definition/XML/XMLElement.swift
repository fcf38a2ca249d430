// A whole document as a tree, for what is small enough to be walked about in: a
// form. A list of many choices is better read event by event.

/// An element with what stands in it.
struct XMLElement {
  /// An element or a piece of text.
  enum Child {
    case element(XMLElement)
    case text(String)
  }

  let name: QualifiedName
  let attributes: [XMLReader.Attribute]
  /// The namespaces declared here, by prefix.
  let declarations: [(prefix: String, namespace: String)]
  /// The line its tag begins on, from 1.
  let line: Int
  /// Neighbouring pieces of text are one; comments leave no gap.
  var children: [Child] = []

  /// Reads a document; `file` is what faults name as their sheet.
  static func read(
    _ bytes: [UInt8], file: String = "", limits: XMLReader.Limits = XMLReader.Limits()
  ) throws(FormFault) -> XMLElement {
    var reader = try XMLReader(bytes, file: file, limits: limits)
    var open: [XMLElement] = []
    var text: [UInt8] = []
    while let event = try reader.next() {
      if case .text(let piece) = event {
        text.append(contentsOf: piece)
        continue
      }
      if !text.isEmpty, let top = open.indices.last {
        open[top].children.append(.text(String(decoding: text, as: UTF8.self)))
        text.removeAll(keepingCapacity: true)
      }
      if case .begin(let tag) = event {
        open.append(
          XMLElement(
            name: reader.names[tag.name], attributes: tag.attributes,
            declarations: tag.declarations, line: tag.line))
      } else if let done = open.popLast() {
        guard let parent = open.indices.last else {
          try reader.finish()
          return done
        }
        open[parent].children.append(.element(done))
      }
    }
    throw reader.malformed("")
  }

  /// The child elements in order.
  var elements: [XMLElement] {
    children.compactMap {
      if case .element(let element) = $0 { element } else { nil }
    }
  }

  /// The first child element of a local name, in whatever namespace.
  func first(_ local: String) -> XMLElement? {
    for case .element(let element) in children where element.name.local == local {
      return element
    }
    return nil
  }

  /// An attribute without a prefix, or with one of a namespace.
  func attribute(_ local: String, in namespace: String = "") -> String? {
    attributes.first { $0.name.local == local && $0.name.namespace == namespace }?.value
  }

  /// All text in it and in its elements.
  var text: String {
    children.reduce(into: "") { text, child in
      switch child {
      case .text(let piece): text += piece
      case .element(let element): text += element.text
      }
    }
  }
}

extension XMLReader {
  /// Reads what may follow the root element.
  mutating func finish() throws(FormFault) {
    while try next() != nil {}
  }
}
