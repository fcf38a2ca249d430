// Decides which container holds each entity: the deepest one that its save_to
// cells share, one entity per container, within one repeat (the rules of
// pyxform 4.5; the `repeat` column of older versions no longer counts).

struct EntityPlacer {
  let source: FormSource
  let skeleton: Skeleton
  /// From a place in `source.nodes` to a node.
  let ids: [Int]
  private(set) var faults: [FormFault] = []
  /// By node: the properties it is saved to.
  private(set) var properties: [Int: [EntityProperty]] = [:]

  init(source: FormSource, skeleton: Skeleton, ids: [Int]) {
    self.source = source
    self.skeleton = skeleton
    self.ids = ids
  }

  /// The scope of each declaration, in the order of the entities sheet.
  mutating func place() -> [Int] {
    checkDeclarations()
    var containers = readSaveTo()
    for (place, entity) in source.entities.enumerated() {
      containers[place].variables = variables(of: entity)
    }
    var taken: Set<Int> = []
    return source.entities.indices.map { place in
      let scope = scope(of: place, containers[place], taken: taken)
      taken.insert(scope)
      return scope
    }
  }

  /// The containers of what refers to an entity.
  private struct Containers {
    var saved: [(container: Int, location: SourceLocation)] = []
    var variables: [Int] = []
  }

  private mutating func checkDeclarations() {
    var seen: Set<String> = []
    for entity in source.entities {
      if !seen.insert(entity.list).inserted {
        faults.append(entity.location.fault(.duplicateEntity, entity.list))
      }
      if entity.entityID == nil, entity.updateIf != nil {
        faults.append(entity.location.fault(.missingEntityID, entity.list))
      }
      if entity.entityID != nil, entity.createIf != nil, entity.updateIf == nil {
        faults.append(entity.location.fault(.missingUpdateCondition, entity.list))
      }
      if entity.entityID == nil, entity.label == nil {
        faults.append(entity.location.fault(.missingEntityLabel, entity.list))
      }
    }
  }

  private mutating func readSaveTo() -> [Containers] {
    var containers = Array(repeating: Containers(), count: source.entities.count)
    var seen: Set<[String]> = []
    for (place, node) in source.nodes.enumerated() {
      guard let cell = node.saveTo else { continue }
      guard let (entity, property) = target(of: cell) else { continue }
      if ["name", "label"].contains(property.lowercased()) || property.hasPrefix("__") {
        faults.append(cell.location.fault(.reservedProperty, property))
      } else if !XMLName.isValid(property) {
        faults.append(cell.location.fault(.invalidName, property))
      } else if !seen.insert([source.entities[entity].list, property]).inserted {
        faults.append(cell.location.fault(.duplicateProperty, property))
      }
      let id = ids[place]
      properties[id, default: []].append(EntityProperty(entity: entity, property: property))
      containers[entity].saved.append((skeleton.nodes[id].parent, cell.location))
    }
    return containers
  }

  /// `property` or, with several lists, `list#property`.
  private mutating func target(of cell: FormSource.Cell) -> (entity: Int, property: String)? {
    let halves = cell.text.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
    guard !source.entities.isEmpty else {
      faults.append(cell.location.fault(.noEntities, cell.text))
      return nil
    }
    guard halves.count <= 2 else {
      faults.append(cell.location.fault(.invalidName, cell.text))
      return nil
    }
    if halves.count == 1 {
      guard source.entities.count == 1 else {
        faults.append(cell.location.fault(.ambiguousEntity, cell.text))
        return nil
      }
      return (0, halves[0])
    }
    guard let entity = source.entities.firstIndex(where: { $0.list == halves[0] }) else {
      faults.append(cell.location.fault(.unknownEntity, halves[0]))
      return nil
    }
    return (entity, halves[1])
  }

  /// The containers of the questions that a declaration's expressions name.
  private func variables(of entity: FormSource.Entity) -> [Int] {
    var found: [Int] = []
    for cell in [entity.label, entity.entityID, entity.createIf, entity.updateIf] {
      guard let text = cell?.text else { continue }
      var rest = text[...]
      while let mark = rest.firstRange(of: "${") {
        rest = rest[mark.upperBound...]
        guard let end = rest.firstIndex(of: "}") else { break }
        if let id = skeleton.named[String(rest[..<end])]?.first {
          found.append(skeleton.nodes[id].parent)
        }
      }
    }
    return found
  }

  private mutating func scope(of place: Int, _ containers: Containers, taken: Set<Int>) -> Int {
    let entity = source.entities[place]
    let all = containers.saved.map(\.container) + containers.variables
    let deepest = all.max { boundaryDepth($0) < boundaryDepth($1) } ?? 0
    let boundary = self.boundary(of: deepest)
    let chain = skeleton.chain(to: boundary)
    for (container, location) in containers.saved where self.boundary(of: container) != boundary {
      faults.append(location.fault(.scopeConflict, skeleton.path(of: container)))
    }
    for container in containers.variables where !chain.contains(self.boundary(of: container)) {
      faults.append(entity.location.fault(.scopeConflict, skeleton.path(of: container)))
    }
    let isAlone = source.entities.count == 1 && boundary == 0
    var scope = isAlone ? 0 : common(containers.saved.map(\.container)) ?? boundary
    while taken.contains(scope) {
      guard scope != boundary, scope > 0 else {
        faults.append(entity.location.fault(.scopeConflict, skeleton.path(of: scope)))
        return scope
      }
      scope = skeleton.nodes[scope].parent
    }
    return scope
  }

  private func common(_ containers: [Int]) -> Int? {
    guard let first = containers.first else { return nil }
    return containers.dropFirst().reduce(skeleton.chain(to: first)) { chain, container in
      zip(chain, skeleton.chain(to: container)).prefix { $0 == $1 }.map(\.0)
    }.last
  }

  /// The nearest repeat around a container, or the root.
  private func boundary(of container: Int) -> Int {
    skeleton.chain(to: container).last { skeleton.nodes[$0].kind == .repeats } ?? 0
  }

  private func boundaryDepth(_ container: Int) -> Int {
    skeleton.nodes[boundary(of: container)].depth
  }
}
