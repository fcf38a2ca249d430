// The bare tree of a form: what names mean before any expression is resolved.

struct Skeleton: Sendable {
  struct Node: Sendable {
    let name: String
    let kind: FormNode.Kind
    let parent: Int
    let position: Int
    let depth: Int
    var children: [Int] = []
    var list: Int?
  }

  private(set) var nodes: [Node]
  private(set) var named: [String: [Int]] = [:]
  private var childNamed: [ChildKey: Int] = [:]
  var lists: [String: Int] = [:]
  var listColumns: [[String: Int]] = []

  private struct ChildKey: Hashable, Sendable {
    let parent: Int
    let name: String
  }

  init(root name: String) {
    nodes = [Node(name: name, kind: .group, parent: -1, position: 0, depth: 0)]
  }

  mutating func add(_ name: String, _ kind: FormNode.Kind, to parent: Int) -> Int {
    let id = nodes.count
    nodes.append(
      Node(
        name: name, kind: kind, parent: parent, position: nodes[parent].children.count,
        depth: nodes[parent].depth + 1))
    nodes[parent].children.append(id)
    named[name, default: []].append(id)
    childNamed[ChildKey(parent: parent, name: name)] = id
    return id
  }

  mutating func setList(_ list: Int, of node: Int) { nodes[node].list = list }

  func child(of parent: Int, named name: String) -> Int? {
    childNamed[ChildKey(parent: parent, name: name)]
  }

  /// From the root down to the node, both included.
  func chain(to node: Int) -> [Int] {
    var chain: [Int] = []
    var next = node
    while next >= 0 {
      chain.append(next)
      next = nodes[next].parent
    }
    return chain.reversed()
  }

  func path(of node: Int) -> String {
    chain(to: node).reduce(into: "") { $0 += "/" + nodes[$1].name }
  }

  func ancestor(of node: Int, levels: Int) -> Int? {
    var result = node
    for _ in 0..<levels {
      guard result >= 0 else { return nil }
      result = nodes[result].parent
    }
    return result >= 0 ? result : nil
  }

  /// Every node of the subtree, itself included.
  func subtree(of node: Int) -> [Int] {
    var result = [node]
    var index = 0
    while index < result.count {
      result += nodes[result[index]].children
      index += 1
    }
    return result
  }
}
