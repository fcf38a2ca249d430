// Turns what a front end delivered into a form that can be filled in: every
// expression parsed and resolved, entities placed, recalculation planned.

struct FormCompiler {
  private let source: FormSource
  private var skeleton: Skeleton
  private var faults: [FormFault] = []
  private var pending: [PendingTrigger] = []
  /// From a place in `source.nodes` to one in `skeleton.nodes`; counts of repeats
  /// add nodes that no row of the form has.
  private var ids: [Int] = []
  private var countNodes: [Int: Int] = [:]
  private var countCalculations: [Int: FormSource.Cell] = [:]
  private var parsed: [String: Expression] = [:]

  static func compile(_ source: FormSource, name: String) throws(FormFaults) -> FormDefinition {
    var compiler = FormCompiler(source: source)
    let definition = compiler.compile(name: name)
    guard let definition, compiler.faults.isEmpty else { throw FormFaults(compiler.faults) }
    return definition
  }

  private init(source: FormSource) {
    self.source = source
    skeleton = Skeleton(root: source.nodes[0].name)
  }

  private mutating func compile(name: String) -> FormDefinition? {
    buildSkeleton()
    let lists = source.lists.map { list in
      ChoiceList(
        name: list.name,
        choices: list.choices.map { choice in
          ChoiceList.Choice(
            name: choice.name, cells: choice.cells, label: words(choice.label))
        }, columns: list.columns)
    }
    var placer = EntityPlacer(source: source, skeleton: skeleton, ids: ids)
    let placements = placer.place()
    faults += placer.faults
    let nodes = compileNodes(saveTo: placer.properties)
    let entities = placements.enumerated().compactMap { place, scope in
      entity(source.entities[place], scope: scope)
    }
    let instanceName = source.settings["instance_name"].flatMap {
      resolve($0, .childless(of: 0))?.formula
    }
    guard faults.isEmpty else { return nil }
    let plan: RecalculationPlan
    do {
      plan = try RecalculationPlanner(skeleton: skeleton, pending: pending).plan()
    } catch {
      faults.append(error)
      return nil
    }
    return FormDefinition(
      id: source.settings["form_id"]?.text ?? name,
      version: source.settings["version"]?.text ?? "",
      defaultLanguage: source.defaultLanguage, languages: source.languages,
      settings: source.settings.mapValues(\.text), entities: entities, nodes: nodes, lists: lists,
      instanceName: instanceName, plan: plan, skeleton: skeleton)
  }

  // MARK: The tree

  private mutating func buildSkeleton() {
    for (place, list) in source.lists.enumerated() {
      skeleton.lists[list.name] = place
      var columns: [String: Int] = [:]
      for (number, column) in list.columns.enumerated() { columns[column] = number }
      skeleton.listColumns.append(columns)
    }
    ids = [0]
    for node in source.nodes.dropFirst() {
      let parent = ids[node.parent]
      if let count = node.count { addCount(of: node, count, parent: parent) }
      let id = skeleton.add(node.name, node.kind, to: parent)
      ids.append(id)
      guard let list = node.list else { continue }
      if let known = skeleton.lists[list.text] {
        skeleton.setList(known, of: id)
        checkChoices(of: node, source.lists[known])
      } else {
        faults.append(list.location.fault(.unknownList, list.text))
      }
    }
    for (place, node) in source.nodes.enumerated() where node.count != nil {
      // A plain reference is the count itself; anything else got a node of its own.
      let id = ids[place]
      if countNodes[id] == nil, let cell = node.count {
        if case .path(let path)? = parse(cell), case .reference(let name, _) = path.start {
          countNodes[id] = skeleton.named[name]?.first
        }
      }
    }
  }

  /// `repeat_count` that is not a bare `${name}` becomes a calculation `<name>_count`.
  private mutating func addCount(
    of node: FormSource.Node, _ cell: FormSource.Cell, parent: Int
  ) {
    if case .path(let path)? = parse(cell), case .reference(_, let predicates) = path.start,
      predicates.isEmpty, path.steps.isEmpty
    {
      return
    }
    let id = skeleton.add(node.name + "_count", .question(.calculate), to: parent)
    countCalculations[id] = cell
    // The repeat itself is added right behind its count.
    countNodes[id + 1] = id
  }

  private mutating func checkChoices(of node: FormSource.Node, _ list: FormSource.List) {
    guard node.kind == .question(.selectMultiple) else { return }
    for choice in list.choices where choice.name.contains(" ") {
      faults.append(node.location.fault(.spaceInChoiceName, choice.name))
    }
  }

  private mutating func compileNodes(saveTo: [Int: [EntityProperty]]) -> [FormNode] {
    var origins: [Int: FormSource.Node] = [:]
    for (place, id) in ids.enumerated() { origins[id] = source.nodes[place] }
    var nodes: [FormNode] = []
    var paths: [String] = []
    for (id, bare) in skeleton.nodes.enumerated() {
      paths.append((bare.parent < 0 ? "" : paths[bare.parent]) + "/" + bare.name)
      nodes.append(
        compile(
          id, bare, origins[id] ?? generated(id, bare), path: paths[id], saveTo: saveTo[id] ?? []))
    }
    return nodes
  }

  private func generated(_ id: Int, _ bare: Skeleton.Node) -> FormSource.Node {
    var node = FormSource.Node(
      name: bare.name, kind: bare.kind, parent: bare.parent,
      location: countCalculations[id]?.location
        ?? SourceLocation(sheet: "survey", row: 0, column: ""))
    node.calculation = countCalculations[id]
    return node
  }

  private mutating func compile(
    _ id: Int, _ bare: Skeleton.Node, _ node: FormSource.Node, path: String,
    saveTo: [EntityProperty]
  ) -> FormNode {
    let context = Resolver.Context.node(id)
    let relevant = trigger(.relevance, id, node.relevant)
    let calculation = trigger(.calculation, id, node.calculation)
    if let count = countNodes[id], let cell = node.count {
      addCountTrigger(of: id, countNode: count, cell)
    }
    return FormNode(
      id: id, name: bare.name, kind: bare.kind, parent: bare.parent, children: bare.children,
      path: path, list: bare.list, appearance: node.appearance, parameters: node.parameters,
      saveTo: saveTo, position: bare.position, depth: bare.depth,
      label: text(node.label, context), hint: text(node.hint, context),
      guidanceHint: text(node.guidanceHint, context),
      constraintMessage: text(node.constraintMessage, context),
      requiredMessage: text(node.requiredMessage, context), relevant: relevant,
      constraint: resolve(node.constraint, context), required: resolve(node.required, context),
      readonly: resolve(node.readonly, context), calculation: calculation,
      initial: initial(node, context), choiceFilter: filter(node, bare, context),
      countNode: countNodes[id])
  }

  private mutating func initial(_ node: FormSource.Node, _ context: Resolver.Context)
    -> InitialValue?
  {
    guard let cell = node.initial else { return nil }
    if node.initialIsExpression { return resolve(cell, context).map { .dynamic($0.formula) } }
    guard case .question(let type) = node.kind else { return nil }
    if Answer.parse(cell.text, as: type, offsetSeconds: 0) == nil {
      faults.append(cell.location.fault(.invalidValue, cell.text))
    }
    return .literal(cell.text)
  }

  private mutating func filter(
    _ node: FormSource.Node, _ bare: Skeleton.Node, _ owner: Resolver.Context
  ) -> Formula? {
    guard let cell = node.choiceFilter, let list = bare.list, let expression = parse(cell) else {
      return nil
    }
    return resolve(expression, cell.location, owner, in: .choice(list: list))?.formula
  }

  private mutating func trigger(_ kind: Trigger.Kind, _ id: Int, _ cell: FormSource.Cell?)
    -> Formula?
  {
    guard let cell, let (formula, uses) = resolve(cell, .node(id)) else { return nil }
    pending.append(
      PendingTrigger(
        trigger: Trigger(kind: kind, target: id, formula: formula), uses: uses,
        location: cell.location))
    return formula
  }

  private mutating func addCountTrigger(of id: Int, countNode: Int, _ cell: FormSource.Cell) {
    let steps = skeleton.chain(to: countNode).map {
      Path.Step(test: .name(skeleton.nodes[$0].name))
    }
    let expression = Expression.path(Path(start: .root, steps: steps))
    guard
      let (formula, uses) = resolve(
        expression, cell.location, .childless(of: skeleton.nodes[id].parent))
    else { return }
    pending.append(
      PendingTrigger(
        trigger: Trigger(kind: .count, target: id, formula: formula), uses: uses,
        location: cell.location))
  }

  private mutating func entity(_ entity: FormSource.Entity, scope: Int) -> EntityDeclaration {
    let context = Resolver.Context.childless(of: scope)
    return EntityDeclaration(
      list: entity.list, scope: scope, label: resolve(entity.label, context),
      entityID: resolve(entity.entityID, context), createIf: resolve(entity.createIf, context),
      updateIf: resolve(entity.updateIf, context))
  }

  // MARK: Expressions and texts

  private mutating func parse(_ cell: FormSource.Cell) -> Expression? {
    if let known = parsed[cell.text] { return known }
    do {
      let expression = try Parser.parse(cell.text)
      parsed[cell.text] = expression
      return expression
    } catch {
      let fault = cell.location.fault(error.code, error.detail)
      if !faults.contains(fault) { faults.append(fault) }
      return nil
    }
  }

  private mutating func resolve(_ cell: FormSource.Cell?, _ owner: Resolver.Context) -> Formula? {
    cell.flatMap { resolve($0, owner)?.formula }
  }

  private mutating func resolve(_ cell: FormSource.Cell, _ owner: Resolver.Context)
    -> (formula: Formula, uses: [Resolver.Use])?
  {
    guard let expression = parse(cell) else { return nil }
    return resolve(expression, cell.location, owner)
  }

  private mutating func resolve(
    _ expression: Expression, _ location: SourceLocation, _ owner: Resolver.Context,
    in context: Resolver.Context? = nil
  ) -> (formula: Formula, uses: [Resolver.Use])? {
    var resolver = Resolver(skeleton: skeleton, owner: owner)
    do {
      return (try resolver.resolve(expression, in: context ?? owner), resolver.uses)
    } catch {
      faults.append(location.fault(error.code, error.detail))
      return nil
    }
  }

  private func words(_ cells: [String: FormSource.Cell]) -> LocalizedText {
    LocalizedText(parts: cells.mapValues { [.words($0.text)] })
  }

  private mutating func text(_ cells: [String: FormSource.Cell], _ context: Resolver.Context)
    -> LocalizedText
  {
    var result = LocalizedText()
    for (language, cell) in cells { result.parts[language] = parts(cell, context) }
    return result
  }

  /// Words with `${name}` in them.
  private mutating func parts(_ cell: FormSource.Cell, _ context: Resolver.Context)
    -> [LocalizedText.Part]
  {
    guard cell.text.contains("${") else { return [.words(cell.text)] }
    var parts: [LocalizedText.Part] = []
    var rest = cell.text[...]
    while let mark = rest.firstRange(of: "${") {
      if mark.lowerBound > rest.startIndex {
        parts.append(.words(String(rest[..<mark.lowerBound])))
      }
      guard let end = rest[mark.upperBound...].firstIndex(of: "}") else {
        faults.append(cell.location.fault(.syntax, String(rest[mark.lowerBound...])))
        return parts
      }
      let name = FormSource.Cell(
        text: String(rest[mark.lowerBound...end]), location: cell.location)
      if let formula = resolve(name, context)?.formula { parts.append(.value(formula)) }
      rest = rest[rest.index(after: end)...]
    }
    if !rest.isEmpty { parts.append(.words(String(rest))) }
    return parts
  }
}
