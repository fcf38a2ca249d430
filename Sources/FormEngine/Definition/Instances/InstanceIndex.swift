// Choice filters ask the same thing again and again: which items have this text
// in that child? Walking a hundred thousand items for each question asked would
// be felt, so the first question makes an index and the others cost what they
// find. An index belongs to one session and one thread.

/// Finds the items of an instance by the text of a child.
final class InstanceIndex {
  private let tree: InstanceTree
  private var columns: [Column.Key: Column] = [:]

  init(_ tree: InstanceTree) {
    self.tree = tree
  }

  /// The children of `parent` called `item` that have a child called `child` with
  /// this text, in document order. An item without such a child is never among
  /// them, not even when the text is empty.
  func items(of parent: Int, named item: Int32, where child: Int32, is text: some Collection<UInt8>)
    -> [Int]
  {
    let key = Column.Key(parent: parent, item: item, child: child)
    if let known = columns[key] { return known.items(with: Array(text), in: tree) }
    let column = Column(key, of: tree)
    columns[key] = column
    return column.items(with: Array(text), in: tree)
  }

  /// The texts of one child of one list: an open-addressed table whose slots lead to
  /// the first item with a text, and from each item to the next with the same.
  private struct Column {
    struct Key: Hashable {
      let parent: Int
      let item: Int32
      let child: Int32
    }

    /// The places in `tree` of the items and of their children, in document order.
    private var items: [Int32] = []
    private var texts: [Int32] = []
    /// The next entry with the same text; -1 for the last.
    private var next: [Int32] = []
    /// The first entry of a text; -1 in an empty slot. A power of two of them.
    private var slots: [Int32] = []

    init(_ key: Key, of tree: InstanceTree) {
      collect(key, tree)
      next = [Int32](repeating: -1, count: items.count)
      var size = 4
      while size < 2 * items.count { size *= 2 }
      slots = [Int32](repeating: -1, count: size)
      // From the back, so that every chain comes out in document order.
      for entry in items.indices.reversed() {
        let slot = self.slot(of: tree.utf8(Int(texts[entry])), in: tree)
        next[entry] = slots[slot]
        slots[slot] = Int32(entry)
      }
    }

    private mutating func collect(_ key: Key, _ tree: InstanceTree) {
      var item = tree.elements[key.parent].firstChild
      while item >= 0 {
        let element = tree.elements[Int(item)]
        var child = element.name == key.item ? element.firstChild : -1
        while child >= 0 {
          if tree.elements[Int(child)].name == key.child {
            items.append(item)
            texts.append(child)
          }
          child = tree.elements[Int(child)].next
        }
        item = element.next
      }
    }

    func items(with text: [UInt8], in tree: InstanceTree) -> [Int] {
      var found: [Int] = []
      var entry = slots[slot(of: text[...], in: tree)]
      while entry >= 0 {
        let item = Int(items[Int(entry)])
        // An item may have the child twice.
        if found.last != item { found.append(item) }
        entry = next[Int(entry)]
      }
      return found
    }

    /// The slot that leads to a text, or the empty one where it would be.
    private func slot(of text: ArraySlice<UInt8>, in tree: InstanceTree) -> Int {
      var hasher = Hasher()
      text.withUnsafeBytes { hasher.combine(bytes: $0) }
      var slot = hasher.finalize() & (slots.count - 1)
      while slots[slot] >= 0 {
        if tree.utf8(Int(texts[Int(slots[slot])])) == text { return slot }
        slot = (slot + 1) & (slots.count - 1)
      }
      return slot
    }
  }
}
