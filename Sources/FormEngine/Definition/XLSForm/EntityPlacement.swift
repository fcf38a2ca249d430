// Decides which container holds each entity: as deep as its `save_to` cells and
// the questions it names allow, one entity to a container, all within one repeat
// or outside of any (the rules of pyxform 4.5; ODK Entities 2025.1).

struct EntityPlacement {
  /// A container as the places of all containers from the root down to it.
  typealias Path = [Int]

  /// A row that ties an entity to a container.
  private struct Tie {
    let path: Path
    let location: SourceLocation
    let isSaveTo: Bool
  }

  /// Where an entity would like to be.
  private struct Request {
    let entity: Int
    let scope: Path
    let path: Path
    /// The containers of its `save_to` cells.
    let saveTo: [Path]
  }

  private let tree: SurveyTree
  private let declarations: [EntityRow]
  private var findings: Findings
  /// Entities in the order their first tie stands in the form.
  private var order: [Int] = []
  private var ties: [Int: [Tie]] = [:]
  /// The properties of an entity so far.
  private var properties: Set<[String]> = []

  /// The container of each entity; also checks every `save_to` and takes the list's
  /// name off it.
  static func place(
    _ declarations: [EntityRow], in tree: inout SurveyTree, _ findings: inout Findings
  ) -> [(entity: Int, container: Int)] {
    var placement = EntityPlacement(
      tree: tree, declarations: declarations, findings: findings)
    for (place, cell) in placement.readTies() { tree[place].bind["entities:saveto"] = cell }
    let placed = declarations.isEmpty ? [] : placement.allocate()
    findings = placement.findings
    return placed
  }

  private init(tree: SurveyTree, declarations: [EntityRow], findings: Findings) {
    self.tree = tree
    self.declarations = declarations
    self.findings = findings
  }

  // MARK: What ties an entity to a place

  /// The properties without their lists' names, by element.
  private mutating func readTies() -> [Int: FormSource.Cell] {
    var named: [String: [Int]] = [:]
    for (entity, declaration) in declarations.enumerated() {
      for name in declaration.variables { named[name, default: []].append(entity) }
    }
    var cells: [Int: FormSource.Cell] = [:]
    for place in tree.preorder().dropFirst() {
      let path = Array(tree.ancestors(of: place).reversed())
      if let cell = tree[place].bind["entities:saveto"],
        let (entity, property) = target(of: cell)
      {
        checkProperty(property, of: entity, cell)
        cells[place] = .init(text: property, location: cell.location)
        add(Tie(path: path, location: cell.location, isSaveTo: true), to: entity)
      }
      for entity in named[tree[place].name] ?? [] {
        let location = declarations[entity].location
        add(Tie(path: path, location: location, isSaveTo: false), to: entity)
      }
    }
    return cells
  }

  private mutating func add(_ tie: Tie, to entity: Int) {
    if ties[entity] == nil { order.append(entity) }
    ties[entity, default: []].append(tie)
  }

  private mutating func checkProperty(
    _ property: String, of entity: Int, _ cell: FormSource.Cell
  ) {
    if ["name", "label"].contains(property.lowercased()) || property.hasPrefix("__") {
      findings.fault(cell.location, .reservedProperty, property)
    } else if !CellText.isTag(property) {
      findings.fault(cell.location, .invalidName, property)
    } else if !properties.insert([declarations[entity].list, property]).inserted {
      findings.fault(cell.location, .duplicateProperty, property)
    }
  }

  /// `property` or, with several lists, `list#property`.
  private mutating func target(of cell: FormSource.Cell) -> (entity: Int, property: String)? {
    let halves = cell.text.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
    guard !declarations.isEmpty else {
      findings.fault(cell.location, .noEntities, cell.text)
      return nil
    }
    guard halves.count <= 2 else {
      findings.fault(cell.location, .invalidName, cell.text)
      return nil
    }
    if halves.count == 1 {
      guard declarations.count == 1 else {
        findings.fault(cell.location, .ambiguousEntity, cell.text)
        return nil
      }
      return (0, halves[0])
    }
    guard let entity = declarations.firstIndex(where: { $0.list == halves[0] }) else {
      findings.fault(cell.location, .unknownEntity, halves[0])
      return nil
    }
    return (entity, halves[1])
  }

  // MARK: Scopes

  private func isRepeat(_ place: Int) -> Bool { tree[place].kind == .repeats }

  /// The path down to the nearest repeat, or to the root.
  private func boundary(of path: Path) -> Path {
    guard let last = path.lastIndex(where: isRepeat) else { return Array(path.prefix(1)) }
    return Array(path[...last])
  }

  private func repeatCount(_ path: Path) -> Int { path.filter(isRepeat).count }

  private func depthInScope(_ path: Path) -> Int { path.count - boundary(of: path).count }

  private func text(_ path: Path) -> String {
    "/" + path.map { tree[$0].name }.joined(separator: "/")
  }

  private mutating func request(of entity: Int) -> Request? {
    let ties = ties[entity] ?? []
    guard let scope = deepest(ties.map { boundary(of: $0.path) }) else { return nil }
    let inScope = ties.filter { boundary(of: $0.path) == scope }
    let saved = unique(ties.filter(\.isSaveTo).map(\.path))
    var path = self.deepest(inScope.map(\.path), by: depthInScope) ?? scope
    if !saved.isEmpty {
      let savedInScope = inScope.filter(\.isSaveTo).map(\.path)
      let common = self.common(saved)
      path = common
      if saved.count > 1, let lowest = deepest(savedInScope, by: depthInScope) {
        let own = boundary(of: lowest)
        let isDeeper = (repeatCount(common), depthInScope(common)) > (repeatCount(own), 0)
        path = isDeeper ? common : own
      }
    }
    checkScopes(of: entity, ties, scope, path)
    return Request(entity: entity, scope: scope, path: path, saveTo: saved)
  }

  private func deepest(_ scopes: [Path]) -> Path? { deepest(scopes, by: repeatCount) }

  /// The first of those with the highest measure.
  private func deepest(_ paths: [Path], by measure: (Path) -> Int) -> Path? {
    var best: Path?
    for path in paths where best.map({ measure(path) > measure($0) }) ?? true { best = path }
    return best
  }

  private func unique(_ paths: [Path]) -> [Path] {
    var seen: Set<Path> = []
    return paths.filter { seen.insert($0).inserted }
  }

  private func common(_ paths: [Path]) -> Path {
    guard var common = paths.first else { return [0] }
    for path in paths.dropFirst() {
      common = Array(zip(common, path).prefix { $0 == $1 }.map(\.0))
    }
    return common
  }

  private mutating func checkScopes(
    of entity: Int, _ ties: [Tie], _ scope: Path, _ path: Path
  ) {
    let requested = boundary(of: path)
    for tie in ties {
      let own = boundary(of: tie.path)
      if !scope.starts(with: own) || (tie.isSaveTo && requested != own) {
        findings.fault(tie.location, .scopeConflict, text(tie.path))
      }
    }
  }

  // MARK: Places

  private mutating func allocate() -> [(entity: Int, container: Int)] {
    var requests = order.compactMap { request(of: $0) }
    for entity in declarations.indices where ties[entity] == nil {
      requests.append(Request(entity: entity, scope: [0], path: [0], saveTo: []))
    }
    let scopes = unique(requests.map(\.scope))
    // A lone entity of the whole form stays at the top, as older clients expect.
    if scopes == [[0]], requests.count == 1 { return [(requests[0].entity, 0)] }
    var allocated: [(entity: Int, container: Int)] = []
    var reserved: [Path: Int] = [:]
    for scope in scopes {
      let own = requests.filter { $0.scope == scope }.sorted { $0.entity < $1.entity }
      for request in own {
        guard let path = place(request, &reserved) else {
          findings.fault(declarations[request.entity].location, .scopeConflict, text(scope))
          continue
        }
        allocated.append((request.entity, path[path.count - 1]))
      }
    }
    return allocated
  }

  /// The lowest free container at or above the one that was asked for.
  private func place(_ request: Request, _ reserved: inout [Path: Int]) -> Path? {
    var path = request.path
    while path.count >= request.scope.count, !path.isEmpty {
      if reserved[path] == nil {
        reserved[path] = request.entity
        for lineage in request.saveTo where lineage.count >= path.count {
          for length in path.count...lineage.count {
            reserved[Array(lineage.prefix(length))] = request.entity
          }
        }
        return path
      }
      if request.saveTo.contains(where: { reserved[$0] != nil }) { return nil }
      path.removeLast()
    }
    return nil
  }
}
