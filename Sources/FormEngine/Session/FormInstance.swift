// The answers of one filling-in: an arena of nodes that mirrors the form, with
// as many copies of a repeat as it has instances. Places in the arena are never
// reused, so a place names one node for the life of a session.

final class FormInstance {
  struct Node {
    let schema: Int
    let parent: Int
    /// For each child of the form node, its instances here (always one unless it repeats).
    var children: [[Int]]
    /// What the form says here before anything is answered.
    var text: String?
    var answer: Answer?
    /// Its own relevance; whether it is relevant also depends on what it stands in.
    var isRelevant = true
    /// Beyond what the repeat's count asks for: kept, since counts are mistyped, but not there.
    var isSurplus = false
    var isRemoved = false
  }

  let definition: FormDefinition
  private(set) var nodes: [Node] = []

  /// The most nodes a session may hold, so that a count typed wrongly cannot fill the memory.
  static let nodeLimit = 2_000_000

  /// An instance as a form begins: with the instances of repeats that it brings along.
  init(_ definition: FormDefinition, isBlank: Bool = false) {
    self.definition = definition
    nodes.reserveCapacity(definition.nodes.count * 2)
    if isBlank || definition.beginning.isEmpty {
      _ = build(schema: 0, parent: -1)
    } else {
      plant(definition.beginning, in: -1)
    }
  }

  /// Makes a node and all that is inside it; repeats begin empty.
  private func build(schema: Int, parent: Int) -> Int {
    let id = add(schema, to: parent)
    let form = definition.nodes[schema]
    for (position, child) in form.children.enumerated()
    where definition.nodes[child].kind != .repeats {
      let made = build(schema: child, parent: id)
      nodes[id].children[position] = [made]
    }
    return id
  }

  private func add(_ schema: Int, to parent: Int) -> Int {
    let form = definition.nodes[schema]
    nodes.append(
      Node(
        schema: schema, parent: parent,
        children: Array(repeating: [], count: form.children.count),
        text: form.text.isEmpty ? nil : form.text))
    return nodes.count - 1
  }

  /// Makes nodes as a form's own instance or template lists them; what is missing
  /// there is made too, since the form may ask for it. Returns the first.
  @discardableResult
  private func plant(_ listed: [FormSource.InstanceNode], in parent: Int) -> Int {
    var places: [Int] = []
    for item in listed {
      let above = item.parent < 0 ? parent : places[item.parent]
      let id = add(item.node, to: above)
      nodes[id].text = item.text.isEmpty ? nil : item.text
      places.append(id)
      guard item.parent >= 0 else { continue }
      nodes[above].children[definition.nodes[item.node].position].append(id)
    }
    for id in places { complete(id) }
    return places[0]
  }

  private func complete(_ id: Int) {
    for (position, child) in form(id).children.enumerated()
    where definition.nodes[child].kind != .repeats && nodes[id].children[position].isEmpty {
      let made = build(schema: child, parent: id)
      nodes[id].children[position] = [made]
    }
  }

  func append(repeat schema: Int, to parent: Int) -> Int {
    let id =
      definition.templates[schema].map { plant($0, in: parent) }
      ?? build(schema: schema, parent: parent)
    nodes[parent].children[definition.nodes[schema].position].append(id)
    return id
  }

  func remove(_ id: Int) {
    let node = nodes[id]
    nodes[node.parent].children[definition.nodes[node.schema].position].removeAll { $0 == id }
    var doomed = [id]
    while let next = doomed.popLast() {
      nodes[next].isRemoved = true
      doomed += nodes[next].children.joined()
    }
  }

  func form(_ id: Int) -> FormNode { definition.nodes[nodes[id].schema] }

  func instances(of schema: Int, in parent: Int) -> [Int] {
    nodes[parent].children[definition.nodes[schema].position]
  }

  func setAnswer(_ answer: Answer?, of id: Int) { nodes[id].answer = answer }

  func setRelevant(_ flag: Bool, of id: Int) { nodes[id].isRelevant = flag }

  func setSurplus(_ flag: Bool, of id: Int) { nodes[id].isSurplus = flag }

  /// Whether it is there by itself, whatever it stands in.
  func isPresent(_ id: Int) -> Bool { nodes[id].isRelevant && !nodes[id].isSurplus }

  /// Whether it and everything it stands in is relevant.
  func isRelevant(_ id: Int) -> Bool {
    var next = id
    while next >= 0 {
      if !isPresent(next) { return false }
      next = nodes[next].parent
    }
    return true
  }

  func ancestor(of id: Int, levels: Int) -> Int {
    var result = id
    for _ in 0..<levels where result > 0 { result = nodes[result].parent }
    return result
  }

  /// The node itself or what it stands in, of a form node; nil when there is none.
  func enclosing(_ id: Int, schema: Int) -> Int? {
    var next = id
    while next >= 0 {
      if nodes[next].schema == schema { return next }
      next = nodes[next].parent
    }
    return nil
  }

  /// All instances of a form node inside a node (or the node itself).
  func instances(of schema: Int, under scope: Int) -> [Int] {
    var way: [Int] = []
    var next = schema
    while next >= 0, next != nodes[scope].schema {
      way.append(next)
      next = definition.nodes[next].parent
    }
    guard next >= 0 else { return [] }
    var found = [scope]
    for step in way.reversed() {
      let position = definition.nodes[step].position
      found = found.flatMap { nodes[$0].children[position] }
    }
    return found
  }

  /// The instance's place among its siblings, from 0.
  func ordinal(of id: Int) -> Int {
    let node = nodes[id]
    guard node.parent >= 0 else { return 0 }
    return nodes[node.parent].children[definition.nodes[node.schema].position]
      .firstIndex(of: id) ?? 0
  }

  /// The deepest node that a node and a form node both stand in.
  func commonAncestor(of id: Int, and schema: Int) -> Int {
    let chain = definition.skeleton.chain(to: schema)
    var next = id
    while next > 0, !chain.contains(nodes[next].schema) { next = nodes[next].parent }
    return next
  }

  /// The instance of a form node nearest to a node: inside what both stand in, the
  /// first where that repeats; nil when there is none.
  func nearest(_ schema: Int, to id: Int) -> Int? {
    var way: [Int] = []
    var target = schema
    var own = id
    while definition.nodes[nodes[own].schema].depth > definition.nodes[target].depth {
      own = nodes[own].parent
    }
    while nodes[own].schema != target {
      if definition.nodes[target].depth == definition.nodes[nodes[own].schema].depth {
        own = nodes[own].parent
      }
      way.append(definition.nodes[target].position)
      target = definition.nodes[target].parent
    }
    for position in way.reversed() {
      guard let child = nodes[own].children[position].first else { return nil }
      own = child
    }
    return own
  }

  /// `/data/member[2]/name`: positions where the form repeats.
  func reference(_ id: Int) -> String {
    guard nodes[id].parent >= 0 else { return "/" + form(id).name }
    let own = form(id).kind == .repeats ? "[\(ordinal(of: id) + 1)]" : ""
    return reference(nodes[id].parent) + "/" + form(id).name + own
  }
}
