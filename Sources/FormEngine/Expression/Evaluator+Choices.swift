// The choices of selects: what they offer, and what a chosen value is called.

extension Evaluator {
  /// One thing to choose, before its words are looked up.
  enum Offer {
    /// An `<item>` of the control, by its place.
    case item(Int)
    /// A node of the itemset.
    case node(NodeHandle)
  }

  /// What a select offers where it stands, filters applied.
  func offers(_ control: FormControl, at node: Int) throws(EvaluationFault) -> [Offer] {
    guard let itemset = control.itemset else { return control.items.indices.map { .item($0) } }
    guard case .nodes(let handles) = try evaluate(itemset.nodeset, EvaluationContext(node)) else {
      return []
    }
    return handles.map { .node($0) }
  }

  /// Whether every one of these values can be chosen.
  func areOffered(_ values: [String], _ control: FormControl, at node: Int)
    throws(EvaluationFault) -> Bool
  {
    if values.count == 1 {
      for offer in try offers(control, valued: values[0], at: node)
      where try value(of: offer, control) == values[0] {
        return true
      }
      return false
    }
    var left = Set(values)
    for offer in try offers(control, at: node) {
      left.remove(try value(of: offer, control))
      if left.isEmpty { return true }
    }
    return left.isEmpty
  }

  /// What is stored of an offer.
  func value(of offer: Offer, _ control: FormControl) throws(EvaluationFault) -> String {
    switch offer {
    case .item(let place): return control.items[place].value
    case .node(let handle):
      guard let itemset = control.itemset else { return "" }
      let value = string(try scalar(itemset.value, EvaluationContext(handle)))
      // What a person typed as an answer may have blanks at its ends; a choice has none.
      return handle.instance < 0 ? ScalarText.trimmed(value) : value
    }
  }

  /// What is shown of an offer; its value when it has no words.
  func label(of offer: Offer, _ control: FormControl, at node: Int) throws(EvaluationFault)
    -> String
  {
    switch offer {
    case .item(let place):
      let item = control.items[place]
      return text(item.label, EvaluationContext(node)) ?? item.value
    case .node(let handle):
      guard let label = control.itemset?.label else { return try value(of: offer, control) }
      do throws(EvaluationFault) {
        var context = EvaluationContext(handle)
        context.current = NodeHandle(index: node)
        return string(try scalar(label, context))
      } catch  where error.code == .unknownText {
        return try value(of: offer, control)
      }
    }
  }

  /// What is shown of a text: a picture, a sound, a film.
  func media(of offer: Offer, _ control: FormControl) -> [String: String] {
    switch offer {
    case .item(let place): return localized(control.items[place].label.media) ?? [:]
    case .node(let handle):
      guard case .call(.text, let arguments)? = control.itemset?.label,
        let argument = arguments.first
      else { return [:] }
      do {
        let id = string(try scalar(argument, EvaluationContext(handle)))
        return definition.texts[id].flatMap { localized($0.media) } ?? [:]
      } catch {
        return [:]
      }
    }
  }

  /// `jr:choice-name`: the words of a value of a select; empty when it has no such choice.
  func choiceLabel(
    of value: String, _ select: NodePath, _ number: Int, _ context: EvaluationContext
  ) throws(EvaluationFault) -> String {
    guard !value.isEmpty else { return "" }
    let node = try nodes(select, context).first?.index ?? 0
    return try choiceLabel(of: value, definition.controls[number], at: node)
  }

  /// The words of a value of a select; empty when it has no such choice now.
  func choiceLabel(of value: String, _ control: FormControl, at node: Int)
    throws(EvaluationFault) -> String
  {
    for offer in try offers(control, valued: value, at: node)
    where try self.value(of: offer, control) == value {
      return try label(of: offer, control, at: node)
    }
    return ""
  }

  /// The offers among which a value is; fewer than all where an index knows better.
  private func offers(_ control: FormControl, valued value: String, at node: Int)
    throws(EvaluationFault) -> [Offer]
  {
    if case .nodes(let path)? = control.itemset?.nodeset, case .instance(let number) = path.origin,
      path.steps.count == 2, path.steps.allSatisfy({ $0.predicates.isEmpty }),
      case .name(let name) = path.steps[1].test,
      case .nodes(let column)? = control.itemset?.value, column.steps.count == 1,
      case .name(let child) = column.steps[0].test
    {
      return lists.elements(
        number, parent: 0, named: name, where: child, equals: Array(value.utf8)
      ).map { .node(NodeHandle(instance: number, index: $0)) }
    }
    return try offers(control, at: node)
  }

  /// `jr:itext(id)`.
  func itext(_ id: String, _ context: EvaluationContext) throws(EvaluationFault) -> String {
    // A text belongs to the question that shows it, not to the choice that names it.
    let handle = context.node.instance < 0 ? context.node : context.current
    let node = handle.instance < 0 ? handle.index : 0
    let here = definition.textsByNode[instance.nodes[node].schema]?[id]
    guard let known = here ?? definition.texts[id] else {
      throw EvaluationFault(code: .unknownText, detail: id)
    }
    return text(known, EvaluationContext(node)) ?? ""
  }
}
