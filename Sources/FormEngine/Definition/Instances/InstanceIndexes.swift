// What one session has looked up in its secondary instances.

/// The indexes of a form's instances, each built when it is first asked; confined
/// to the thread of its session.
final class InstanceIndexes {
  private let trees: [InstanceTree]
  private var indexes: [Int: InstanceIndex] = [:]

  init(_ trees: [InstanceTree]) {
    self.trees = trees
  }

  /// The children of `parent` called `name` whose own child is this text, in
  /// document order. One without that child counts as empty.
  func elements(
    _ instance: Int, parent: Int, named name: Int32, where child: Int32, equals text: [UInt8]
  ) -> [Int] {
    let tree = trees[instance]
    guard !text.isEmpty else {
      return tree.children(parent, matching: .name(name)).filter {
        tree.utf8(ofChild: child, of: $0).isEmpty
      }
    }
    return index(instance).items(of: parent, named: name, where: child, is: text)
  }

  /// The text of a child of the first item whose key is this value; empty without one.
  func cell(_ instance: Int, wanted: Int32, key: Int32, value: String) -> String {
    let tree = trees[instance]
    guard !tree.elements.isEmpty, let item = tree.nameID("item") else { return "" }
    let rows = elements(instance, parent: 0, named: item, where: key, equals: Array(value.utf8))
    guard let row = rows.first else { return "" }
    return String(decoding: tree.utf8(ofChild: wanted, of: row), as: UTF8.self)
  }

  private func index(_ instance: Int) -> InstanceIndex {
    if let known = indexes[instance] { return known }
    let new = InstanceIndex(trees[instance])
    indexes[instance] = new
    return new
  }
}
