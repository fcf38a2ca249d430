// What the primary instance begins with, and what a new instance of a repeat
// looks like. A repeat with a `jr:template` is copied from that, as it stands;
// one without from its first instance, with the answers and the instances of
// inner repeats taken out.

extension XFormReader {
  /// An element that stands for an instance of a repeat, or for its template.
  private struct Occurrence {
    let element: XMLElement
    let node: Int
    /// The occurrence of an outer repeat it stands in; -1 outside.
    let outer: Int
  }

  /// Where a repeat's template comes from.
  private struct Pattern {
    let occurrence: Int
    let element: XMLElement
    /// Whether it stands in a `jr:template`: then answers and inner instances stay.
    let isAuthored: Bool
  }

  mutating func finishInstances() {
    guard let primary, faults.isEmpty else { return }
    checkTemplates(primary, 0, asked: askedNodes())
    var first: [FormSource.InstanceNode] = []
    list(primary, 0, -1, into: &first)
    for entry in first where nearestRepeat(entry.node) == nil {
      if source.nodes[entry.node].text.isEmpty { source.nodes[entry.node].text = entry.text }
    }
    let patterns = patterns(in: primary)
    for (node, pattern) in patterns { readTemplate(of: node, pattern) }
    if !isPlain(first, 0, innerRepeats: true) { source.instance = first }
    for (node, pattern) in patterns { finishTemplate(of: node, pattern) }
  }

  /// The nodes that controls stand for, and those around them.
  private func askedNodes() -> Set<Int> {
    var asked: Set<Int> = []
    for control in source.controls {
      var node = control.node ?? -1
      while node >= 0, asked.insert(node).inserted { node = source.nodes[node].parent }
    }
    return asked
  }

  /// A template has to be that of a repeat, and the only one of its neighbours.
  private mutating func checkTemplates(_ element: XMLElement, _ node: Int, asked: Set<Int>) {
    var seen: Set<Int> = []
    for (child, place) in children(element, node) {
      if child.isTemplate {
        if !seen.insert(place).inserted { fault(child, .duplicateName, child.name.written) }
        if !source.nodes[place].isRepeat {
          asked.contains(place)
            ? fault(child, .unknownReference, path(place))
            : warn(child, .unknownAttribute, "jr:template")
        }
      }
      checkTemplates(child, place, asked: asked)
    }
  }

  // MARK: Templates

  private mutating func patterns(in primary: XMLElement) -> [Int: Pattern] {
    var occurrences: [Occurrence] = []
    collect(primary, 0, outer: -1, into: &occurrences)
    var byNode: [Int: [Int]] = [:]
    for place in occurrences.indices { byNode[occurrences[place].node, default: []].append(place) }
    var patterns: [Int: Pattern] = [:]
    for node in source.nodes.indices where source.nodes[node].isRepeat {
      let outer = nearestRepeat(source.nodes[node].parent)
      patterns[node] = pattern(
        of: byNode[node] ?? [], in: outer, outer.flatMap { patterns[$0] }, occurrences)
    }
    return patterns
  }

  private func collect(
    _ element: XMLElement, _ node: Int, outer: Int, into occurrences: inout [Occurrence]
  ) {
    var place = outer
    if source.nodes[node].isRepeat {
      place = occurrences.count
      occurrences.append(Occurrence(element: element, node: node, outer: outer))
    }
    for (child, childNode) in children(element, node) {
      collect(child, childNode, outer: place, into: &occurrences)
    }
  }

  private mutating func pattern(
    of places: [Int], in outer: Int?, _ container: Pattern?, _ occurrences: [Occurrence]
  ) -> Pattern? {
    let near = places.filter { occurrences[$0].outer == container?.occurrence ?? -1 }
    let all = near.isEmpty ? places : near
    guard let place = all.first(where: { occurrences[$0].element.isTemplate }) ?? all.first else {
      return nil
    }
    let element = occurrences[place].element
    if element.isTemplate, let outer, near.isEmpty || container?.isAuthored == false {
      // JavaRosa does not find an inner template without an outer one.
      fault(element, .missingElement, "jr:template", path(outer))
    }
    return Pattern(
      occurrence: place, element: element,
      isAuthored: element.isTemplate || !near.isEmpty && container?.isAuthored == true)
  }

  /// What a new instance holds becomes the text of the repeat's nodes.
  private mutating func readTemplate(of node: Int, _ pattern: Pattern) {
    guard pattern.isAuthored else { return }
    var template: [FormSource.InstanceNode] = []
    list(pattern.element, node, -1, into: &template)
    var seen: Set<Int> = []
    for entry in template where seen.insert(entry.node).inserted {
      if nearestRepeat(entry.node) == node { source.nodes[entry.node].text = entry.text }
    }
  }

  private mutating func finishTemplate(of node: Int, _ pattern: Pattern) {
    var template: [FormSource.InstanceNode] = []
    list(pattern.element, node, -1, isCleared: !pattern.isAuthored, into: &template)
    if !isPlain(template, node, innerRepeats: false) { source.templates[node] = template }
  }

  // MARK: Lists

  /// The elements below an element with their nodes, those of one node together.
  private func children(_ element: XMLElement, _ node: Int) -> [(XMLElement, Int)] {
    var order: [Int] = []
    var groups: [Int: [XMLElement]] = [:]
    for case .element(let child) in element.children {
      guard let place = shape.place(child.name.local, child.name.namespace, in: node) else {
        continue
      }
      if groups[place] == nil { order.append(place) }
      groups[place, default: []].append(child)
    }
    return order.flatMap { place in (groups[place] ?? []).map { ($0, place) } }
  }

  /// Lists an element with all below it but templates; `isCleared` leaves out the
  /// answers and inner repeats too.
  private func list(
    _ element: XMLElement, _ node: Int, _ parent: Int, isCleared: Bool = false,
    into list: inout [FormSource.InstanceNode]
  ) {
    let place = list.count
    list.append(
      FormSource.InstanceNode(
        node: node, parent: parent, text: isCleared ? "" : element.answer))
    for attribute in element.attributes where node > 0 && !attribute.isTemplateMark {
      let name = "@" + attribute.name.local
      guard let child = shape.place(name, attribute.name.namespace, in: node) else { continue }
      list.append(
        FormSource.InstanceNode(
          node: child, parent: place, text: isCleared ? "" : attribute.value))
    }
    for (child, childNode) in children(element, node) where !child.isTemplate {
      if isCleared, source.nodes[childNode].isRepeat { continue }
      self.list(child, childNode, place, isCleared: isCleared, into: &list)
    }
  }

  private func isInside(_ node: Int, _ outer: Int) -> Bool {
    var node = node
    while node > outer { node = source.nodes[node].parent }
    return node == outer
  }

  /// Whether a list is what the nodes say without it: each once, with its own text.
  private func isPlain(
    _ list: [FormSource.InstanceNode], _ root: Int, innerRepeats: Bool
  ) -> Bool {
    var expected: [FormSource.InstanceNode] = []
    var places: [Int: Int] = [:]
    for node in root..<source.nodes.count {
      let parent = places[source.nodes[node].parent]
      if node != root {
        guard let parent else {
          // A node below one that was left out, or the first behind the root's last.
          if isInside(node, root) { continue } else { break }
        }
        if !innerRepeats, source.nodes[node].isRepeat { continue }
        places[node] = expected.count
        expected.append(
          FormSource.InstanceNode(node: node, parent: parent, text: source.nodes[node].text))
      } else {
        places[node] = 0
        expected.append(
          FormSource.InstanceNode(node: node, parent: -1, text: source.nodes[node].text))
      }
    }
    return list == expected
  }
}
