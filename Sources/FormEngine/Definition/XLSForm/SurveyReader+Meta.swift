// What follows the last row: loops are unrolled, entities find their containers,
// and the `meta` block gets the nodes that every form has.

extension SurveyReader {
  mutating func finish(_ entities: [EntityRow]) {
    tree = LoopExpansion.expand(tree, choices, &findings)
    let placed = EntityPlacement.place(entities, in: &tree, &findings)
    // Entities of one container come from different forms of the same rule: never two.
    for (entity, container) in placed.sorted(by: { $0.container < $1.container }) {
      add(entities[entity], to: container)
    }
    addInstanceNodes()
    addMeta()
    checkTriggers()
  }

  private mutating func add(_ declaration: EntityRow, to container: Int) {
    let location = declaration.location
    let meta = tree.append(SurveyElement(.meta, "meta", at: location), to: container)
    let isInRepeat =
      tree[container].kind == .repeats || !tree.repeats(around: container).isEmpty
    let (entity, children) = declaration.elements(isInRepeat: isInRepeat)
    let place = tree.append(entity, to: meta)
    for child in children { tree.append(child, to: place) }
  }

  private mutating func addInstanceNodes() {
    if !settings.isYes("omit_instanceID") {
      var id = SurveyElement(.question(.calculate), "instanceID", at: tree[0].location)
      id.setBind("readonly", "true()")
      id.setBind("jr:preload", settings.cells["instance_id"]?.text ?? "uid")
      id.addTypeBind(.calculate)
      meta.append(id)
    }
    if let name = settings.cells["instance_name"] {
      var node = SurveyElement(.question(.calculate), "instanceName", at: name.location)
      node.bind["calculate"] = name
      node.addTypeBind(.calculate)
      meta.append(node)
    }
  }

  private mutating func addMeta() {
    guard !meta.isEmpty else { return }
    let existing = tree[0].children.first { tree[$0].kind == .meta }
    let place =
      existing ?? tree.append(SurveyElement(.meta, "meta", at: tree[0].location), to: 0)
    for element in meta { tree.append(element, to: place) }
  }

  /// Triggers name questions, and ones that a person can answer.
  private mutating func checkTriggers() {
    for element in tree.elements {
      guard let location = element.triggerLocation else { continue }
      for name in element.triggers where !questionNames.contains(name) {
        findings.fault(location, .unknownReference, name)
      }
    }
    for element in tree.elements where element.isInvisibleCalculation {
      for other in tree.elements where other.triggers.contains(element.name) {
        findings.fault(other.triggerLocation ?? other.location, .invalidValue, element.name)
      }
    }
  }
}

extension SurveyElement {
  /// A calculation that no one sees.
  var isInvisibleCalculation: Bool {
    guard case .question = kind else { return false }
    return typeName == "calculate"
      || ((bind["calculate"] != nil || !triggers.isEmpty) && label.isEmpty && hint.isEmpty)
  }
}
