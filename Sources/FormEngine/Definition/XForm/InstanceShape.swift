// What the nodes of the primary instance are, whatever their number: the
// instances of a repeat, and its template, are laid over one another.

/// The nodes of the primary instance, each once, and how to find them.
struct InstanceShape {
  struct Key: Hashable {
    let parent: Int
    /// Attributes begin with `@`.
    let name: String
    let namespace: String
  }

  /// A node before the nodes are put in order.
  struct Found {
    let key: Key
    let line: Int
    var children: [Int] = []

    var isAttribute: Bool { key.name.utf8.first == UInt8(ascii: "@") }
  }

  /// In the order of discovery until `sort`, then in preorder.
  private(set) var found: [Found] = []
  private var places: [Key: Int] = [:]
  /// Children by parent and name, in whatever namespace.
  private(set) var named: [Int: [String: [Int]]] = [:]

  /// The place of a node.
  func place(_ name: String, _ namespace: String, in parent: Int) -> Int? {
    places[Key(parent: parent, name: name, namespace: namespace)]
  }

  /// Whether a node is a group rather than one that holds an answer.
  func hasElements(_ node: Int) -> Bool {
    found[node].children.contains { !found[$0].isAttribute }
  }

  /// Lays an element over what is known already.
  mutating func add(_ element: XMLElement, in parent: Int = -1) {
    let place = add(element.name.local, element.name.namespace, element.line, in: parent)
    // What stands at the root is kept as written, in `rootAttributes`.
    for attribute in element.attributes where parent >= 0 && !attribute.isTemplateMark {
      add("@" + attribute.name.local, attribute.name.namespace, element.line, in: place)
    }
    for case .element(let child) in element.children { add(child, in: place) }
  }

  @discardableResult
  private mutating func add(_ name: String, _ namespace: String, _ line: Int, in parent: Int)
    -> Int
  {
    let key = Key(parent: parent, name: name, namespace: namespace)
    if let known = places[key] { return known }
    let place = found.count
    places[key] = place
    found.append(Found(key: key, line: line))
    if parent >= 0 { found[parent].children.append(place) }
    return place
  }

  /// Puts the nodes in preorder, attributes before elements.
  mutating func sort() {
    let unsorted = found
    found = []
    places = [:]
    visit(0, in: unsorted, parent: -1)
  }

  private mutating func visit(_ old: Int, in unsorted: [Found], parent: Int) {
    let node = unsorted[old]
    let place = add(node.key.name, node.key.namespace, node.line, in: parent)
    named[parent, default: [:]][node.key.name, default: []].append(place)
    for isAttribute in [true, false] {
      for child in node.children where unsorted[child].isAttribute == isAttribute {
        visit(child, in: unsorted, parent: place)
      }
    }
  }
}

extension XMLReader.Attribute {
  /// `jr:template`.
  var isTemplateMark: Bool {
    name.local == "template" && name.namespace == XForm.Namespace.javaRosa
  }
}

extension XMLElement {
  var isTemplate: Bool { attributes.contains { $0.isTemplateMark } }

  /// What an instance holds there: nothing beside elements, and no blanks at the ends.
  var answer: String {
    for case .element in children { return "" }
    return XFormReader.trimmed(text)
  }
}
