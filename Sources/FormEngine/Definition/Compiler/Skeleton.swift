// The bare tree of a form: what names mean before any expression is resolved.

struct Skeleton: Sendable {
  struct Node: Sendable {
    let name: String
    let isRepeat: Bool
    let parent: Int
    let position: Int
    let depth: Int
    var children: [Int] = []

    var isAttribute: Bool { name.hasPrefix("@") }
  }

  private(set) var nodes: [Node] = []
  private var named: [String: [Int]] = [:]
  private var childNamed: [ChildKey: Int] = [:]
  /// The select that stands for a node, as a place in `FormDefinition.controls`.
  private(set) var selects: [Int: Int] = [:]
  /// Secondary instances by id, as places in `trees`.
  private(set) var instances: [String: Int] = [:]
  private(set) var trees: [InstanceTree] = []

  private struct ChildKey: Hashable, Sendable {
    let parent: Int
    let name: String
  }

  init(_ source: FormSource) {
    for node in source.nodes { add(node) }
    for instance in source.instances {
      // Of two with one id the first counts, as in JavaRosa.
      if instances[instance.id] == nil { instances[instance.id] = trees.count }
      trees.append(instance.tree)
    }
    // An update looks up its record's version in the list of its records, which not
    // every form brings along: here the store knows the version.
    for node in source.nodes where node.name == "@dataset" && instances[node.text] == nil {
      instances[node.text] = trees.count
      trees.append(XMLInstance.empty)
    }
    let wrapped = source.wrappedRepeats
    var id = 0
    for (place, control) in source.controls.enumerated() where wrapped[place] == nil {
      if let node = control.node, selects[node] == nil, control.kind.isSelect {
        selects[node] = id
      }
      id += 1
    }
  }

  private mutating func add(_ node: FormSource.Node) {
    let id = nodes.count
    guard node.parent >= 0 else {
      nodes.append(
        Node(name: node.name, isRepeat: false, parent: -1, position: 0, depth: 0))
      return
    }
    nodes.append(
      Node(
        name: node.name, isRepeat: node.isRepeat, parent: node.parent,
        position: nodes[node.parent].children.count, depth: nodes[node.parent].depth + 1))
    nodes[node.parent].children.append(id)
    named[node.name, default: []].append(id)
    childNamed[ChildKey(parent: node.parent, name: node.name)] = id
  }

  /// A prefix says no more than the name: no element has two children of one name
  /// in different namespaces.
  func child(of parent: Int, named name: String) -> Int? {
    childNamed[ChildKey(parent: parent, name: name)]
      ?? (name.contains(":")
        ? childNamed[ChildKey(parent: parent, name: name.withoutPrefix)] : nil)
  }

  /// What `${name}` may mean. A question hides what the meta block calls the same.
  func candidates(named name: String) -> [Int] {
    let all = named[name] ?? []
    guard all.count > 1 else { return all }
    let asked = all.filter { id in !chain(to: id).contains { nodes[$0].name == "meta" } }
    return asked.isEmpty ? all : asked
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
