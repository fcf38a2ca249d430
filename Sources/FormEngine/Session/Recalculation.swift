// Computes again what an answer touches, and nothing else: a worklist over the
// plan's triggers in their order, each with the parts of the answers it has to
// be done for.

struct Recalculation {
  private var words: [UInt64]
  private var scopes: [[Int]]
  private var lowest: Int

  init(_ plan: RecalculationPlan) {
    words = Array(repeating: 0, count: (plan.triggers.count + 63) / 64)
    scopes = Array(repeating: [], count: plan.triggers.count)
    lowest = words.count
  }

  /// Asks for a trigger to be done for everything inside a node.
  mutating func schedule(_ trigger: Int, in scope: Int) {
    // Done for everything already, or for this very node.
    if scopes[trigger].last == 0 || scopes[trigger].contains(scope) { return }
    if scope == 0 { scopes[trigger].removeAll(keepingCapacity: true) }
    scopes[trigger].append(scope)
    words[trigger / 64] |= 1 << UInt64(trigger % 64)
    lowest = min(lowest, trigger / 64)
  }

  /// The next trigger in order, with the nodes to do it in.
  mutating func next() -> (trigger: Int, scopes: [Int])? {
    while lowest < words.count {
      let bits = words[lowest]
      if bits != 0 {
        let trigger = lowest * 64 + bits.trailingZeroBitCount
        words[lowest] &= bits &- 1
        let scopes = self.scopes[trigger]
        self.scopes[trigger] = []
        return (trigger, scopes)
      }
      lowest += 1
    }
    return nil
  }
}

extension FormSession {
  /// Everything, as when a form is opened.
  func recalculateAll() {
    for trigger in definition.plan.triggers.indices { work.schedule(trigger, in: 0) }
    runRecalculation()
  }

  /// Notes that a node's value, relevance or number of instances has changed.
  func scheduleDependents(of schema: Int, at node: Int) {
    for dependent in definition.plan.dependents[schema] {
      work.schedule(dependent.trigger, in: scope(for: dependent.anchor, at: node))
    }
  }

  /// The same for everything inside a form node.
  func scheduleDependents(ofSubtree schema: Int, at node: Int) {
    scheduleDependents(of: schema, at: node)
    for child in definition.nodes[schema].children {
      scheduleDependents(ofSubtree: child, at: node)
    }
  }

  private func scope(for anchor: Int, at node: Int) -> Int {
    if let enclosing = instance.enclosing(node, schema: anchor) { return enclosing }
    return definition.nodes[anchor].depth > instance.form(node).depth ? node : 0
  }

  /// What instances of a repeat compute: asked for when their number changed,
  /// since positions may have moved.
  func scheduleInstances(of schema: Int, in parent: Int) {
    for trigger in definition.plan.ownTriggers[schema] {
      work.schedule(trigger, in: parent)
    }
    for child in definition.nodes[schema].children {
      scheduleInstances(of: child, in: parent)
    }
  }

  func runRecalculation() {
    while let (number, scopes) = work.next() {
      let trigger = definition.plan.triggers[number]
      for scope in scopes where !instance.nodes[scope].isRemoved {
        apply(trigger, in: scope)
      }
    }
  }

  private func apply(_ trigger: Trigger, in scope: Int) {
    switch trigger.kind {
    case .calculation:
      for node in instance.instances(of: trigger.target, under: scope) {
        calculate(trigger, node)
      }
    case .relevance:
      for node in instance.instances(of: trigger.target, under: scope) {
        decideRelevance(trigger, node)
      }
    case .count:
      let parent = definition.nodes[trigger.target].parent
      for node in instance.instances(of: parent, under: scope) {
        count(trigger, node)
      }
    }
  }

  private func calculate(_ trigger: Trigger, _ node: Int) {
    let answer: Answer?
    do {
      let value = try evaluator.scalar(trigger.formula, EvaluationContext(node))
      answer = try Answer.wrap(
        value, as: definition.nodes[trigger.target].type,
        offsetSeconds: environment.timeZoneOffsetSeconds)
      clearFault(of: node)
    } catch {
      setFault(error, of: node)
      answer = nil
    }
    guard answer != instance.nodes[node].answer else { return }
    instance.setAnswer(answer, of: node)
    scheduleDependents(of: trigger.target, at: node)
  }

  private func decideRelevance(_ trigger: Trigger, _ node: Int) {
    let flag: Bool
    do {
      flag = try evaluator.isTrue(trigger.formula, EvaluationContext(node))
      clearFault(of: node)
    } catch {
      // What cannot be decided is asked: a question too many loses nothing.
      setFault(error, of: node)
      flag = true
    }
    guard flag != instance.nodes[node].isRelevant else { return }
    instance.setRelevant(flag, of: node)
    scheduleDependents(ofSubtree: trigger.target, at: node)
  }

  private func count(_ trigger: Trigger, _ parent: Int) {
    let wanted: Int
    do {
      let value = evaluator.number(
        try evaluator.evaluate(trigger.formula, EvaluationContext(parent, isChildless: true)))
      wanted = value >= 1 ? Int(min(value, Double(Self.instanceLimit))) : 0
    } catch {
      setFault(error, of: parent)
      return
    }
    let instances = instance.instances(of: trigger.target, in: parent)
    var hasChanged = instances.count < wanted
    for (place, node) in instances.enumerated() {
      let isSurplus = place >= wanted
      guard instance.nodes[node].isSurplus != isSurplus else { continue }
      instance.setSurplus(isSurplus, of: node)
      hasChanged = true
    }
    for _ in instances.count..<max(wanted, instances.count) {
      _ = makeInstance(of: trigger.target, in: parent)
    }
    if hasChanged { noteInstances(of: trigger.target, in: parent) }
  }
}
