// Following resolved paths through the answers and through secondary instances.

extension Evaluator {
  /// Where a path leads that needs no node-set.
  enum Single {
    case found(NodeHandle)
    case nothing
    /// More than one node, or predicates: to be worked out as a node-set.
    case several
  }

  /// The one node of a path without predicates, if it cannot lead to more.
  func single(_ path: NodePath, _ context: EvaluationContext) -> Single {
    switch path.origin {
    case .instance: return .several
    case .element(let climb): return singleElement(path, climb, context)
    case .root: return descend(path, from: 0)
    case .context(let climb):
      return descend(path, from: ancestor(climb, of: context.node, context.isChildless))
    case .current(let climb):
      return descend(path, from: ancestor(climb, of: context.current, context.isChildless))
    }
  }

  private func descend(_ path: NodePath, from start: Int) -> Single {
    var node = start
    for step in path.steps {
      guard case .position(let position) = step.test, step.predicates.isEmpty else {
        return .several
      }
      let children = instance.nodes[node].children[position]
      guard let child = children.first else { return .nothing }
      guard children.count == 1 else { return .several }
      node = child
    }
    return instance.isRelevant(node) ? .found(NodeHandle(index: node)) : .nothing
  }

  private func singleElement(_ path: NodePath, _ climb: Int, _ context: EvaluationContext)
    -> Single
  {
    guard climb == 0, path.steps.count == 1, path.steps[0].predicates.isEmpty,
      case .name(let name) = path.steps[0].test
    else { return .several }
    let child = definition.instances[context.node.instance].child(
      context.node.index, named: name)
    return child < 0
      ? .nothing : .found(NodeHandle(instance: context.node.instance, index: child))
  }

  func nodes(_ path: NodePath, _ context: EvaluationContext) throws(EvaluationFault)
    -> [NodeHandle]
  {
    let found: [Int]
    switch path.origin {
    case .instance(let number):
      return try elements(path.steps, of: number, from: nil, context)
    case .element(let climb):
      let number = context.node.instance
      var element = context.node.index
      for _ in 0..<climb where element > 0 {
        element = Int(definition.instances[number].elements[element].parent)
      }
      return try elements(path.steps, of: number, from: element, context)
    case .root: found = try answers(path.steps, from: 0, context)
    case .context(let climb):
      let start = ancestor(climb, of: context.node, context.isChildless)
      found = try answers(path.steps, from: start, context)
    case .current(let climb):
      let start = ancestor(climb, of: context.current, context.isChildless)
      found = try answers(path.steps, from: start, context)
    }
    // What is not relevant is not there (ODK XForms, relevance).
    return found.filter { instance.isRelevant($0) }.map { NodeHandle(index: $0) }
  }

  private func ancestor(_ levels: Int, of handle: NodeHandle, _ isChildless: Bool) -> Int {
    instance.ancestor(of: handle.index, levels: isChildless ? max(0, levels - 1) : levels)
  }

  // MARK: Answers

  private func answers(_ steps: [NodePath.Step], from start: Int, _ context: EvaluationContext)
    throws(EvaluationFault) -> [Int]
  {
    var found = [start]
    for step in steps {
      found =
        found.count == 1 ? children(of: found[0], step) : found.flatMap { children(of: $0, step) }
      for predicate in step.predicates {
        found = try kept(found, predicate.formula, context)
      }
    }
    return found
  }

  private func children(of node: Int, _ step: NodePath.Step) -> [Int] {
    switch step.test {
    case .position(let position): return instance.nodes[node].children[position]
    case .positions(let positions):
      return positions[instance.nodes[node].schema].map { instance.nodes[node].children[$0] } ?? []
    case .everyNode:
      let form = instance.form(node)
      return zip(form.children, instance.nodes[node].children).flatMap { schema, children in
        definition.nodes[schema].isAttribute ? [] : children
      }
    case .name, .everyElement: return []
    }
  }

  private func kept(_ nodes: [Int], _ predicate: Formula, _ context: EvaluationContext)
    throws(EvaluationFault) -> [Int]
  {
    var kept: [Int] = []
    for (place, node) in nodes.enumerated() {
      var inner = context
      inner.node = NodeHandle(index: node)
      inner.isChildless = false
      inner.position = place + 1
      if try holds(predicate, inner) { kept.append(node) }
    }
    return kept
  }

  /// A number in brackets is a position (XPath 1.0 §2.4).
  private func holds(_ predicate: Formula, _ context: EvaluationContext) throws(EvaluationFault)
    -> Bool
  {
    let value = try evaluate(predicate, context)
    if case .number(let number) = value { return number == Double(context.position) }
    return boolean(value)
  }

  func nodes(_ indexed: IndexedRepeat, _ context: EvaluationContext)
    throws(EvaluationFault) -> [NodeHandle]
  {
    var found = [ancestor(indexed.climb, of: context.node, context.isChildless)]
    for step in indexed.steps {
      found = found.flatMap { instance.nodes[$0].children[step.position] }
      if let index = step.index {
        let wanted = number(try scalar(index, context))
        // An index that is not there yet means the first instance, as in JavaRosa.
        let place = wanted >= 1 && wanted < 1e9 ? Int(wanted) : 1
        found = place <= found.count ? [found[place - 1]] : []
      }
    }
    return found.filter { instance.isRelevant($0) }.map { NodeHandle(index: $0) }
  }

  // MARK: Secondary instances

  /// - Parameter start: the element to begin with; nil above the root element.
  private func elements(
    _ steps: [NodePath.Step], of number: Int, from start: Int?, _ context: EvaluationContext
  ) throws(EvaluationFault) -> [NodeHandle] {
    let tree = definition.instances[number]
    guard !tree.elements.isEmpty else { return [] }
    var found = start.map { [$0] } ?? []
    var rest = steps[...]
    if start == nil, let first = rest.popFirst() {
      found = tree.matches(0, first.test) ? [0] : []
    }
    for step in rest {
      var predicates = step.predicates[...]
      if found.count == 1, case .name(let name) = step.test, let first = predicates.first,
        !first.conditions.isEmpty
      {
        found = try indexed(first, in: number, childrenOf: found[0], named: name, context)
        predicates = predicates.dropFirst()
      } else {
        found = found.flatMap { tree.children($0, matching: step.test) }
      }
      for predicate in predicates {
        found = try scanned(found, predicate.formula, in: number, context)
      }
    }
    return found.map { NodeHandle(instance: number, index: $0) }
  }

  /// The children of one element for which a predicate holds, those that an index
  /// knows first, so that the others are never looked at.
  private func indexed(
    _ predicate: Predicate, in number: Int, childrenOf parent: Int, named name: Int32,
    _ context: EvaluationContext
  ) throws(EvaluationFault) -> [Int] {
    var left: [Int]?
    var rest: [Formula] = []
    for condition in predicate.conditions {
      switch condition {
      case .other(let formula): rest.append(formula)
      case .equal(let child, let formula):
        let wanted = try scalar(formula, context)
        if let known = left {
          left = equal(known, child, wanted, in: number)
        } else if case .string(let text) = wanted {
          left = lists.elements(
            number, parent: parent, named: name, where: child, equals: Array(text.utf8))
        } else {
          let all = definition.instances[number].children(parent, matching: .name(name))
          left = equal(all, child, wanted, in: number)
        }
      }
    }
    var found = left ?? []
    for formula in rest { found = try scanned(found, formula, in: number, context) }
    return found
  }

  private func scanned(
    _ elements: [Int], _ formula: Formula, in number: Int, _ context: EvaluationContext
  ) throws(EvaluationFault) -> [Int] {
    var kept: [Int] = []
    var inner = context
    inner.isChildless = false
    for (place, element) in elements.enumerated() {
      inner.node = NodeHandle(instance: number, index: element)
      inner.position = place + 1
      if try holds(formula, inner) { kept.append(element) }
    }
    return kept
  }

  /// Those with a child that equals a value.
  private func equal(
    _ elements: [Int], _ child: Int32, _ wanted: XPathValue, in number: Int
  ) -> [Int] {
    let tree = definition.instances[number]
    func text(_ element: Int) -> String {
      String(decoding: tree.utf8(ofChild: child, of: element), as: UTF8.self)
    }
    switch wanted {
    case .string, .date:
      let utf8 = Array(string(wanted).utf8)
      return elements.filter { tree.utf8(ofChild: child, of: $0).elementsEqual(utf8) }
    case .number(let value):
      return elements.filter { abs(NumberText.number(text($0)) - value) < 1e-12 }
    case .boolean, .nodes: return elements.filter { areEqual(.string(text($0)), wanted) }
    }
  }
}

extension InstanceTree {
  func matches(_ element: Int, _ test: NodePath.Test) -> Bool {
    switch test {
    case .name(let name): elements[element].name == name
    case .everyElement: !names[Int(elements[element].name)].hasPrefix("@")
    case .position, .positions, .everyNode: false
    }
  }

  func children(_ element: Int, matching test: NodePath.Test) -> [Int] {
    var found: [Int] = []
    var child = elements[element].firstChild
    while child >= 0 {
      if matches(Int(child), test) { found.append(Int(child)) }
      child = elements[Int(child)].next
    }
    return found
  }

  /// The text of the first child of a name; empty when there is none.
  func utf8(ofChild name: Int32, of element: Int) -> ArraySlice<UInt8> {
    let child = child(element, named: name)
    return child < 0 ? [] : utf8(child)
  }
}
