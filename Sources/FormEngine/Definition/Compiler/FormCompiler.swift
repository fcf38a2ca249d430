// Turns what a front end delivered into a form that can be filled in: every
// expression parsed and resolved, entities found, recalculation planned.

struct FormCompiler {
  let source: FormSource
  let skeleton: Skeleton
  var faults: [FormFault] = []
  var warnings: [FormFault]
  private var pending: [PendingTrigger] = []
  private var parsed: [String: Expression] = [:]
  /// By node: the first control that stands for it, by its place in the source.
  private var controlOfNode: [Int: Int] = [:]
  /// Groups around nothing but a repeat, and that repeat: the two become one, as in
  /// JavaRosa, so that a repeat's label may stand on either.
  let wrapped: [Int: Int]
  /// From a place in the source's controls to one in the form's.
  let controlIDs: [Int]
  /// By node of a repeat: its `jr:count`.
  private var counts: [Int: FormSource.Cell] = [:]

  static func compile(_ source: FormSource, name: String) throws(FormFaults) -> FormDefinition {
    var compiler = FormCompiler(source)
    let definition = compiler.compile(name: name)
    guard let definition, compiler.faults.isEmpty else { throw FormFaults(compiler.faults) }
    return definition
  }

  private init(_ source: FormSource) {
    self.source = source
    skeleton = Skeleton(source)
    wrapped = source.wrappedRepeats
    var ids: [Int] = []
    var next = 0
    for place in source.controls.indices {
      ids.append(next)
      if wrapped[place] == nil { next += 1 }
    }
    controlIDs = ids
    warnings = source.warnings
    for (place, control) in source.controls.enumerated() {
      guard let node = control.node else { continue }
      if wrapped[place] != nil { continue }
      if controlOfNode[node] == nil { controlOfNode[node] = place }
      if case .repeats(let count?, _) = control.kind { counts[node] = count }
    }
  }

  private mutating func compile(name: String) -> FormDefinition? {
    var nodes = compileNodes()
    let controls = compileControls()
    let entities = findEntities()
    for (place, node) in source.nodes.enumerated() {
      guard let cell = node.saveTo, let entity = entity(around: place, entities) else { continue }
      let property = cell.text.split(separator: "#").last.map(String.init) ?? cell.text
      nodes[place].saveTo = [EntityProperty(entity: entity, property: property)]
    }
    let actions = compileActions()
    let texts = compileTexts()
    guard faults.isEmpty else { return nil }
    let plan: RecalculationPlan
    do {
      plan = try RecalculationPlanner(skeleton: skeleton, pending: pending).plan()
    } catch {
      faults.append(error)
      return nil
    }
    var settings = source.settings.mapValues(\.text)
    // In an XForm our two settings are attributes of the instance's root.
    for (name, value) in source.rootAttributes
    where ["element", "lane"].contains(name) && settings[name] == nil {
      settings[name] = value
    }
    return FormDefinition(
      id: source.settings["form_id"]?.text ?? name,
      version: source.settings["version"]?.text ?? "",
      defaultLanguage: source.defaultLanguage, languages: source.languages,
      settings: settings, entities: entities, nodes: nodes,
      controls: controls, warnings: warnings, instances: skeleton.trees, texts: texts.anywhere,
      textsByNode: texts.byNode, actions: actions, instanceName: meta("instanceName"), plan: plan,
      skeleton: skeleton,
      beginning: source.instance, templates: source.templates, namespaces: source.namespaces,
      rootAttributes: source.rootAttributes)
  }

  /// A node of the form's meta block, whatever its prefix.
  private func meta(_ name: String) -> Int? {
    skeleton.nodes.indices.first { id in
      let node = skeleton.nodes[id]
      return node.name.localName == name && node.parent > 0
        && skeleton.nodes[node.parent].name.localName == "meta"
        && skeleton.nodes[node.parent].parent == 0
    }
  }

  // MARK: Nodes

  private mutating func compileNodes() -> [FormNode] {
    var nodes: [FormNode] = []
    var paths: [String] = []
    for (id, bare) in skeleton.nodes.enumerated() {
      paths.append((bare.parent < 0 ? "" : paths[bare.parent]) + "/" + bare.name)
      nodes.append(compile(id, bare, source.nodes[id], path: paths[id]))
    }
    return nodes
  }

  private mutating func compile(
    _ id: Int, _ bare: Skeleton.Node, _ node: FormSource.Node, path: String
  ) -> FormNode {
    let context = Resolver.Context.node(id)
    let relevant = trigger(.relevance, id, node.relevant, context)
    let calculation = trigger(.calculation, id, node.calculation, context)
    let count = trigger(.count, id, counts[id], .childless(of: max(0, bare.parent)))
    if let location = node.textLocation, !node.text.isEmpty,
      Answer.parse(node.text, as: node.type, offsetSeconds: 0) == nil
    {
      faults.append(location.fault(.invalidValue, node.text))
    }
    return FormNode(
      id: id, name: bare.name, kind: kind(of: id, bare, node), type: node.type,
      parent: bare.parent, children: bare.children, path: path,
      control: controlOfNode[id].map { controlIDs[$0] },
      position: bare.position, depth: bare.depth, namespace: node.namespace, text: node.text,
      preload: node.preload, constraintMessage: localized(node.constraintMessage, context),
      requiredMessage: localized(node.requiredMessage, context), relevant: relevant,
      constraint: resolve(node.constraint, context), required: resolve(node.required, context),
      readonly: resolve(node.readonly, context), calculation: calculation, count: count)
  }

  private func kind(of id: Int, _ bare: Skeleton.Node, _ node: FormSource.Node) -> FormNode.Kind {
    if bare.isRepeat { return .repeats }
    let control = controlOfNode[id].map { source.controls[$0] }
    if control?.kind == .group { return .group }
    if bare.children.contains(where: { !skeleton.nodes[$0].isAttribute }) { return .group }
    if bare.parent < 0 { return .group }
    return .question(
      control.map { QuestionType($0, node) } ?? QuestionType(unasked: node))
  }

  private mutating func trigger(
    _ kind: Trigger.Kind, _ id: Int, _ cell: FormSource.Cell?, _ context: Resolver.Context
  ) -> Formula? {
    guard let cell, let (formula, uses) = resolve(cell, context) else { return nil }
    pending.append(
      PendingTrigger(
        trigger: Trigger(kind: kind, target: id, formula: formula), uses: uses,
        location: cell.location))
    return formula
  }

  // MARK: Entities

  /// Outer records come before those inside them.
  private func findEntities() -> [EntityDeclaration] {
    let found: [EntityDeclaration] = skeleton.nodes.indices.compactMap { id in
      let node = skeleton.nodes[id]
      guard node.name.localName == "entity", node.parent > 0,
        skeleton.nodes[node.parent].name.localName == "meta",
        let dataset = skeleton.child(of: id, named: "@dataset")
      else { return nil }
      return EntityDeclaration(
        list: source.nodes[dataset].text, scope: skeleton.nodes[node.parent].parent, node: id,
        entityID: skeleton.child(of: id, named: "@id"),
        label: skeleton.child(of: id, named: "label"),
        create: skeleton.child(of: id, named: "@create"),
        update: skeleton.child(of: id, named: "@update"))
    }
    let depths = found.map { skeleton.nodes[$0.scope].depth }
    return found.indices.sorted { (depths[$0], $0) < (depths[$1], $1) }.map { found[$0] }
  }

  /// The entity a node's value belongs to: that of the nearest container which has one.
  private func entity(around node: Int, _ entities: [EntityDeclaration]) -> Int? {
    for container in skeleton.chain(to: node).dropLast().reversed() {
      if let place = entities.firstIndex(where: { $0.scope == container }) { return place }
    }
    return nil
  }

  // MARK: Actions

  private mutating func compileActions() -> [FormAction] {
    source.actions.compactMap { action in
      let effect: FormAction.Effect
      switch action.effect {
      case .value(let cell):
        guard let formula = resolve(cell, .node(action.target))?.formula else { return nil }
        effect = .value(formula)
      case .literal(let text): effect = .literal(text)
      case .geopoint: effect = .geopoint
      case .audio: effect = .audio
      }
      let observer = action.control.flatMap { node(around: $0) } ?? 0
      return FormAction(
        events: action.events, effect: effect, target: action.target, observer: observer)
    }
  }

  /// The node a control stands for, or the nearest one around it that has a node.
  func node(around control: Int) -> Int? {
    var next = control
    while next >= 0 {
      if let node = source.controls[next].node { return node }
      next = source.controls[next].parent
    }
    return nil
  }

  // MARK: Expressions

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

  mutating func resolve(_ cell: FormSource.Cell?, _ owner: Resolver.Context) -> Formula? {
    cell.flatMap { resolve($0, owner)?.formula }
  }

  mutating func resolve(_ cell: FormSource.Cell, _ owner: Resolver.Context)
    -> (formula: Formula, uses: [Resolver.Use])?
  {
    guard let expression = parse(cell) else { return nil }
    var resolver = Resolver(skeleton: skeleton, owner: owner)
    do {
      let formula = try resolver.resolve(expression, in: owner)
      for name in resolver.strangers {
        let warning = cell.location.fault(.unknownReference, name)
        if !warnings.contains(warning) { warnings.append(warning) }
      }
      return (formula, resolver.uses)
    } catch {
      faults.append(cell.location.fault(error.code, error.detail))
      return nil
    }
  }

  /// Where the value and the label of an itemset are looked for: at the nodes its
  /// expression leads to.
  mutating func context(ofItems cell: FormSource.Cell, _ owner: Resolver.Context)
    -> Resolver.Context?
  {
    guard var expression = parse(cell) else { return nil }
    while case .call("randomize", let arguments) = expression, let first = arguments.first {
      expression = first
    }
    var resolver = Resolver(skeleton: skeleton, owner: owner)
    do throws(ExpressionFault) {
      guard case .path(let path) = expression else {
        throw ExpressionFault(code: .wrongArgument, detail: cell.text)
      }
      let resolved = try resolver.resolve(path, in: owner)
      if case .instance(let instance) = resolved.path.origin {
        return .element(instance: instance)
      }
      guard let node = resolved.nodes.first else {
        throw ExpressionFault(code: .unknownReference, detail: cell.text)
      }
      return .node(node)
    } catch {
      let fault = cell.location.fault(error.code, error.detail)
      if !faults.contains(fault) { faults.append(fault) }
      return nil
    }
  }
}

extension FormSource {
  /// By group: the repeat that is all it holds.
  var wrappedRepeats: [Int: Int] {
    var children: [Int: [Int]] = [:]
    for (place, control) in controls.enumerated() {
      children[control.parent, default: []].append(place)
    }
    var wrapped: [Int: Int] = [:]
    for (place, control) in controls.enumerated() where control.kind == .group {
      guard let only = children[place]?.first, children[place]?.count == 1,
        controls[only].kind.isRepeat
      else { continue }
      wrapped[place] = only
    }
    return wrapped
  }
}

extension FormSource.Control.Kind {
  var isRepeat: Bool {
    if case .repeats = self { true } else { false }
  }

  var isSelect: Bool { [.selectOne, .selectMultiple, .rank].contains(self) }
}

extension String {
  /// A name without its namespace prefix.
  var localName: String {
    firstIndex(of: ":").map { String(self[index(after: $0)...]) } ?? self
  }

  /// The same for a name in a path, whose `@` stays.
  var withoutPrefix: String {
    hasPrefix("@") ? "@" + String(dropFirst()).localName : localName
  }
}
