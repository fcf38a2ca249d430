// Location paths: into the answers, where every step is checked against the
// form, and into secondary instances, which have no schema but their content.

extension Resolver {
  /// A resolved path, and the form nodes it may lead to (none in a secondary instance).
  struct ResolvedPath {
    let path: NodePath
    var nodes: [Int] = []
  }

  mutating func resolve(_ path: Path, in context: Context) throws(ExpressionFault)
    -> ResolvedPath
  {
    switch path.start {
    case .reference(let name, let predicates):
      return try resolve(
        try expand(name, predicates: predicates, steps: path.steps, in: context), in: context)
    case .instance(let id): return try intoInstance(id, path.steps)
    case .root: return try absolute(Self.plain(path.steps), in: context)
    case .current: return try relative(Self.plain(path.steps), from: owner, isCurrent: true)
    case .context: return try relative(Self.plain(path.steps), from: context, isCurrent: false)
    }
  }

  /// Without `.`, and with `name/..` taken out where nothing was asked of `name`.
  private static func plain(_ steps: [Path.Step]) -> [Path.Step] {
    var result: [Path.Step] = []
    for step in steps where step.test != .itself {
      if step.test == .parent, let last = result.last, last.test != .parent,
        last.predicates.isEmpty
      {
        result.removeLast()
      } else {
        result.append(step)
      }
    }
    return result
  }

  // MARK: ${name}

  /// `${name}` as the path that pyxform writes for it: relative when the two
  /// share a repeat, absolute otherwise.
  private func expand(
    _ name: String, predicates: [Expression], steps: [Path.Step], in context: Context
  ) throws(ExpressionFault) -> Path {
    if let saved = Path.lastSaved(name) {
      let chain = skeleton.chain(to: try target(named: saved))
      let way = chain.map { Path.Step(test: .name(skeleton.nodes[$0].name)) }
      return Path(start: .instance(Path.lastSaved), steps: way + steps)
    }
    let target = try self.target(named: name)
    let chain = skeleton.chain(to: target)
    let enclosing = enclosingChain(of: owner)
    let common = zip(chain.dropLast(), enclosing).prefix { $0 == $1 }.map(\.0)
    let sharesRepeat = common.contains { skeleton.nodes[$0].isRepeat }
    var path: Path
    if sharesRepeat {
      let climb = enclosing.count - common.count + 1
      path = Path(
        start: context == owner ? .context : .current,
        steps: Array(repeating: Path.Step(test: .parent), count: climb)
          + chain[common.count...].map { Path.Step(test: .name(skeleton.nodes[$0].name)) })
    } else {
      path = Path(
        start: .root, steps: chain.map { Path.Step(test: .name(skeleton.nodes[$0].name)) })
    }
    path.steps[path.steps.count - 1].predicates = predicates
    path.steps += steps
    return path
  }

  private func target(named name: String) throws(ExpressionFault) -> Int {
    let candidates = skeleton.candidates(named: name)
    guard let target = candidates.first else {
      throw ExpressionFault(code: .unknownReference, detail: name)
    }
    guard candidates.count == 1 else {
      throw ExpressionFault(code: .ambiguousReference, detail: name)
    }
    return target
  }

  // MARK: Answers

  private mutating func absolute(_ steps: [Path.Step], in context: Context)
    throws(ExpressionFault) -> ResolvedPath
  {
    guard let first = steps.first,
      first.test == .any || first.test == .name(skeleton.nodes[0].name)
    else { throw ExpressionFault(code: .unknownReference, detail: "/" + Path.text(steps)) }
    if case .element = context {
      let (bound, nodes) = try bind(steps.dropFirst(), from: 0)
      return ResolvedPath(path: NodePath(origin: .root, steps: bound), nodes: nodes)
    }
    let chain = namedChain(steps)
    let shared = sharedPrefix(of: chain, with: context) { _ in true }
    let base = shared == 0 ? 0 : chain[shared - 1]
    let (bound, nodes): ([NodePath.Step], [Int])
    do {
      (bound, nodes) = try bind(steps.dropFirst(max(1, shared)), from: base)
    } catch  where error.code == .unknownReference {
      // The whole path says more than the steps behind what the context shares.
      throw ExpressionFault(code: error.code, detail: "/" + Path.text(steps))
    }
    return ResolvedPath(
      path: NodePath(
        origin: .context(climb: depth(of: context) - max(0, shared - 1)), steps: bound),
      nodes: nodes)
  }

  /// The nodes of the leading steps that are plain names.
  private func namedChain(_ steps: [Path.Step]) -> [Int] {
    var chain = steps[0].predicates.isEmpty ? [0] : []
    for step in steps.dropFirst() {
      guard let last = chain.last, step.predicates.isEmpty, case .name(let name) = step.test,
        let child = skeleton.child(of: last, named: name)
      else { break }
      chain.append(child)
    }
    return chain
  }

  private mutating func relative(_ steps: [Path.Step], from context: Context, isCurrent: Bool)
    throws(ExpressionFault) -> ResolvedPath
  {
    let climb = steps.prefix { $0.test == .parent }.count
    let base: Int?
    switch context {
    case .element(let instance):
      return ResolvedPath(
        path: NodePath(
          origin: .element(climb: climb), steps: try bind(steps.dropFirst(climb), in: instance)))
    case .node(let id): base = skeleton.ancestor(of: id, levels: climb)
    case .childless(let parent):
      base = climb > 0 ? skeleton.ancestor(of: parent, levels: climb - 1) : nil
    }
    guard let base else {
      throw ExpressionFault(code: .unknownReference, detail: Path.text(steps))
    }
    let (bound, nodes) = try bind(steps.dropFirst(climb), from: base)
    return ResolvedPath(
      path: NodePath(
        origin: isCurrent ? .current(climb: climb) : .context(climb: climb), steps: bound),
      nodes: nodes)
  }

  private mutating func bind(_ steps: ArraySlice<Path.Step>, from base: Int)
    throws(ExpressionFault) -> (steps: [NodePath.Step], nodes: [Int])
  {
    var nodes = [base]
    var bound: [NodePath.Step] = []
    for step in steps {
      let test: NodePath.Test
      switch step.test {
      case .name(let name): (test, nodes) = try child(named: name, of: nodes, in: steps)
      case .any:
        test = .everyNode
        nodes = nodes.flatMap { skeleton.nodes[$0].children }
          .filter { !skeleton.nodes[$0].isAttribute }
      case .parent, .itself:
        throw ExpressionFault(code: .unsupportedPath, detail: Path.text(steps))
      }
      bound.append(
        NodePath.Step(
          test: test, predicates: try predicates(step.predicates, of: nodes, base: base, steps)))
    }
    for node in nodes { note(target: node, base: base) }
    return (bound, nodes)
  }

  private func child(named name: String, of nodes: [Int], in steps: ArraySlice<Path.Step>)
    throws(ExpressionFault) -> (NodePath.Test, [Int])
  {
    let pairs = nodes.compactMap { node in
      skeleton.child(of: node, named: name).map { (node, $0) }
    }
    guard let first = pairs.first else {
      throw ExpressionFault(code: .unknownReference, detail: Path.text(steps))
    }
    if nodes.count == 1 { return (.position(skeleton.nodes[first.1].position), [first.1]) }
    let positions = pairs.map { ($0.0, skeleton.nodes[$0.1].position) }
    return (
      .positions(Dictionary(positions, uniquingKeysWith: { first, _ in first })), pairs.map(\.1)
    )
  }

  private mutating func predicates(
    _ predicates: [Expression], of nodes: [Int], base: Int, _ steps: ArraySlice<Path.Step>
  ) throws(ExpressionFault) -> [Predicate] {
    guard !predicates.isEmpty else { return [] }
    guard let node = nodes.first, nodes.count == 1 else {
      throw ExpressionFault(code: .unsupportedPath, detail: Path.text(steps))
    }
    let outside = outerBase
    outerBase = shallower(outside, base)
    defer { outerBase = outside }
    var resolved: [Predicate] = []
    for predicate in predicates {
      resolved.append(
        Predicate(formula: try resolve(predicate, in: .node(node)), conditions: []))
    }
    return resolved
  }

  // MARK: Secondary instances

  private mutating func intoInstance(_ id: String, _ steps: [Path.Step])
    throws(ExpressionFault) -> ResolvedPath
  {
    guard let instance = skeleton.instances[id] else {
      throw ExpressionFault(code: .unknownReference, detail: "instance('\(id)')")
    }
    let plain = Self.plain(steps)
    return ResolvedPath(
      path: NodePath(origin: .instance(instance), steps: try bind(plain[...], in: instance)))
  }

  private mutating func bind(_ steps: ArraySlice<Path.Step>, in instance: Int)
    throws(ExpressionFault) -> [NodePath.Step]
  {
    var bound: [NodePath.Step] = []
    for step in steps {
      let test: NodePath.Test
      switch step.test {
      case .name(let name): test = .name(self.name(name, in: instance))
      case .any: test = .everyElement
      case .parent, .itself:
        throw ExpressionFault(code: .unsupportedPath, detail: Path.text(steps))
      }
      var predicates: [Predicate] = []
      for predicate in step.predicates {
        let formula = try resolve(predicate, in: .element(instance: instance))
        predicates.append(Predicate(formula: formula, conditions: formula.conditions))
      }
      bound.append(NodePath.Step(test: test, predicates: predicates))
    }
    return bound
  }
}

extension Formula {
  /// A predicate taken apart at its `and`s, when an index can answer at least one part.
  fileprivate var conditions: [Predicate.Condition] {
    let parts = conjuncts
    guard !parts.contains(where: \.looksAtPosition) else { return [] }
    let conditions = parts.map { $0.equality ?? .other($0) }
    let isIndexed = conditions.contains {
      if case .equal = $0 { true } else { false }
    }
    return isIndexed ? conditions : []
  }

  private var conjuncts: [Formula] {
    if case .operation(.and, let left, let right) = self { return left.conjuncts + right.conjuncts }
    return [self]
  }

  private var equality: Predicate.Condition? {
    guard case .operation(.equal, let left, let right) = self else { return nil }
    if let child = left.childName, !right.looksAtElement { return .equal(child: child, right) }
    if let child = right.childName, !left.looksAtElement { return .equal(child: child, left) }
    return nil
  }

  /// The child of the element in question that this is, if it is just that.
  private var childName: Int32? {
    guard case .nodes(let path) = self, path.origin == .element(climb: 0), path.steps.count == 1,
      case .name(let name) = path.steps[0].test, path.steps[0].predicates.isEmpty
    else { return nil }
    return name
  }

  /// Whether it comes out differently for another element of the instance.
  private var looksAtElement: Bool {
    switch self {
    case .number, .literal, .indexedRepeat: false
    case .nodes(let path):
      if case .element = path.origin { true } else { false }
    case .negate(let inner), .cell(_, _, _, let inner): inner.looksAtElement
    case .operation(_, let left, let right): left.looksAtElement || right.looksAtElement
    case .choiceName(let value, _, _): value.looksAtElement
    case .call(let function, let arguments):
      function == .position || function == .once || function == .random
        || ([.stringLength, .normalizeSpace].contains(function) && arguments.isEmpty)
        || arguments.contains(where: \.looksAtElement)
    }
  }

  /// Whether it may be a number, which in brackets is a position, or asks for one.
  private var looksAtPosition: Bool {
    switch self {
    case .number: true
    case .negate: true
    case .call(.position, let arguments): arguments.isEmpty
    case .call(_, let arguments): arguments.contains(where: \.looksAtPositionCall)
    case .operation(let operation, let left, let right):
      operation.isArithmetic || left.looksAtPositionCall || right.looksAtPositionCall
    default: false
    }
  }

  private var looksAtPositionCall: Bool {
    switch self {
    case .call(.position, let arguments): arguments.isEmpty
    case .call(_, let arguments): arguments.contains(where: \.looksAtPositionCall)
    case .operation(_, let left, let right): left.looksAtPositionCall || right.looksAtPositionCall
    case .negate(let inner): inner.looksAtPositionCall
    default: false
    }
  }
}
