// XML as an instance's tree: attributes become children whose names begin with
// `@`, text is trimmed, and text beside elements is dropped, as JavaRosa does.

enum XMLInstance {
  /// Reads the bytes of a file (`jr://file/….xml`) without making a tree of strings.
  static func read(_ bytes: [UInt8], fileName: String) throws(FormFault) -> InstanceTree {
    var reader = try XMLReader(bytes, file: fileName, limits: .attachment)
    var builder = InstanceTree.Builder()
    /// The numbers of names, by the reader's.
    var names: [Int32] = []
    var text: [UInt8] = []
    var isLeaf = false
    while let event = try reader.next() {
      switch event {
      case .begin(let tag):
        while names.count <= tag.name {
          names.append(builder.name(reader.names[names.count].local))
        }
        guard builder.count < InstanceTree.elementLimit else {
          throw reader.fault(.tooLarge, line: tag.line, "\(InstanceTree.elementLimit)")
        }
        builder.begin(names[tag.name])
        for attribute in tag.attributes {
          builder.leaf(builder.name("@" + attribute.name.local), trimmed(attribute.value.utf8))
        }
        text.removeAll(keepingCapacity: true)
        isLeaf = true
      case .text(let piece):
        if isLeaf { text.append(contentsOf: piece) }
      case .end:
        if isLeaf { builder.text(trimmed(text)) }
        isLeaf = false
        builder.end()
      }
    }
    return builder.tree
  }

  /// An element of a form as a tree.
  static func tree(_ element: XMLElement) -> InstanceTree {
    var builder = InstanceTree.Builder()
    add(element, to: &builder)
    return builder.tree
  }

  /// A tree with nothing but a root.
  static var empty: InstanceTree {
    var builder = InstanceTree.Builder()
    builder.leaf(builder.name("root"), [])
    return builder.tree
  }

  private static func add(_ element: XMLElement, to builder: inout InstanceTree.Builder) {
    builder.begin(builder.name(element.name.local))
    for attribute in element.attributes {
      builder.leaf(builder.name("@" + attribute.name.local), trimmed(attribute.value.utf8))
    }
    var isLeaf = true
    for case .element(let child) in element.children {
      add(child, to: &builder)
      isLeaf = false
    }
    if isLeaf { builder.text(trimmed(element.text.utf8)) }
    builder.end()
  }

  /// Without the blanks and control characters at both ends.
  static func trimmed<Text: BidirectionalCollection<UInt8>>(_ utf8: Text) -> Text.SubSequence {
    guard let first = utf8.firstIndex(where: { $0 > 0x20 }),
      let last = utf8.lastIndex(where: { $0 > 0x20 })
    else { return utf8[utf8.startIndex..<utf8.startIndex] }
    return utf8[first...last]
  }
}
