// A secondary instance: an immutable tree of elements, kept in flat arrays so
// that a list of a hundred thousand choices is small and quick to walk.

/// A tree of named elements with text in its leaves; attributes are children
/// whose names begin with `@`.
struct InstanceTree: Sendable, Equatable {
  /// What is remembered of one element.
  struct Element: Sendable, Equatable {
    /// The place of its name in `names`.
    var name: Int32
    /// -1 for the root.
    var parent: Int32
    /// Its first child; -1 in a leaf.
    var firstChild: Int32 = -1
    /// The next child of the same parent; -1 for the last.
    var next: Int32 = -1
    /// Its text: a range of `bytes`.
    var textStart: Int32 = 0
    var textCount: Int32 = 0
  }

  /// Every name that occurs, once.
  private(set) var names: [String] = []
  /// In document order; the first is the root element (`root`).
  private(set) var elements: [Element] = []
  /// All texts, one behind the other, UTF-8.
  private(set) var bytes: [UInt8] = []

  /// The most elements a tree may have.
  static let elementLimit = 20_000_000

  /// The place of a name; nil when no element is called so.
  func nameID(_ name: String) -> Int32? {
    names.firstIndex(of: name).map(Int32.init)
  }

  /// The text of an element.
  func text(_ element: Int) -> String {
    String(decoding: utf8(element), as: UTF8.self)
  }

  /// The text of an element as bytes.
  func utf8(_ element: Int) -> ArraySlice<UInt8> {
    let start = Int(elements[element].textStart)
    return bytes[start..<start + Int(elements[element].textCount)]
  }

  /// The first child of a name; -1 when there is none.
  func child(_ element: Int, named name: Int32) -> Int {
    var child = elements[element].firstChild
    while child >= 0 {
      if elements[Int(child)].name == name { return Int(child) }
      child = elements[Int(child)].next
    }
    return -1
  }

  /// All children in order, attributes among them.
  func children(_ element: Int) -> [Int] {
    var found: [Int] = []
    var child = elements[element].firstChild
    while child >= 0 {
      found.append(Int(child))
      child = elements[Int(child)].next
    }
    return found
  }

  /// Builds a tree in document order.
  struct Builder {
    private(set) var tree = InstanceTree()
    private var places: [String: Int32] = [:]
    /// The open elements, and the last child each has got so far.
    private var open: [(element: Int32, lastChild: Int32)] = []

    init() {}

    /// The place of a name, for `open` and `leaf`.
    mutating func name(_ name: String) -> Int32 {
      if let known = places[name] { return known }
      let place = Int32(tree.names.count)
      tree.names.append(name)
      places[name] = place
      return place
    }

    /// Makes room, so that a large file does not move what is there again and again.
    mutating func reserve(elements: Int, bytes: Int) {
      tree.elements.reserveCapacity(elements)
      tree.bytes.reserveCapacity(bytes)
    }

    /// Begins an element inside the one that is open.
    mutating func begin(_ name: Int32) {
      let place = Int32(tree.elements.count)
      tree.elements.append(Element(name: name, parent: open.last?.element ?? -1))
      if let top = open.indices.last {
        if open[top].lastChild >= 0 {
          tree.elements[Int(open[top].lastChild)].next = place
        } else {
          tree.elements[Int(open[top].element)].firstChild = place
        }
        open[top].lastChild = place
      }
      open.append((place, -1))
    }

    /// Says the text of the open element; a second text replaces the first.
    mutating func text(_ utf8: some Collection<UInt8>) {
      guard let top = open.last else { return }
      tree.elements[Int(top.element)].textStart = Int32(tree.bytes.count)
      tree.elements[Int(top.element)].textCount = Int32(utf8.count)
      tree.bytes.append(contentsOf: utf8)
    }

    /// Ends the open element.
    mutating func end() { open.removeLast() }

    /// An element with nothing but text.
    mutating func leaf(_ name: Int32, _ utf8: some Collection<UInt8>) {
      begin(name)
      text(utf8)
      end()
    }

    /// How many elements there are so far.
    var count: Int { tree.elements.count }
  }
}
