// Resolves the names of an expression against one form, once, at load: every
// path becomes climbs and child places, every unknown name a fault. It also
// notes what the expression looks at, which is what recalculation runs on.

struct Resolver {
  /// Where an expression is evaluated.
  enum Context: Equatable {
    case node(Int)
    /// Beside the children of a node, without being one: an entity's label, or
    /// the prompt for a repeat that has no instance yet.
    case childless(of: Int)
    case choice(list: Int)
  }

  /// A node an expression looks at. Only contexts below the same instance of
  /// `anchor` can see a change of it.
  struct Use: Equatable {
    let target: Int
    let anchor: Int
  }

  let skeleton: Skeleton
  /// The context the whole expression belongs to.
  let owner: Context
  private(set) var uses: [Use] = []
  /// The shallowest base of the paths whose predicates are being resolved.
  private var outerBase: Int?

  init(skeleton: Skeleton, owner: Context) {
    self.skeleton = skeleton
    self.owner = owner
  }

  mutating func resolve(_ expression: Expression, in context: Context) throws(ExpressionFault)
    -> Formula
  {
    switch expression {
    case .number(let value): return .number(value)
    case .literal(let text): return .literal(text)
    case .negate(let inner): return .negate(try resolve(inner, in: context))
    case .operation(let operation, let left, let right):
      return .operation(
        operation, try resolve(left, in: context), try resolve(right, in: context))
    case .path(let path): return .nodes(try resolve(path, in: context).path)
    case .call(let name, let arguments): return try call(name, arguments, in: context)
    }
  }

  // MARK: Functions

  private mutating func call(_ name: String, _ arguments: [Expression], in context: Context)
    throws(ExpressionFault) -> Formula
  {
    guard let function = Function.named(name) else {
      throw ExpressionFault(
        code: Function.unsupported.contains(name) ? .unsupportedFunction : .unknownFunction,
        detail: name)
    }
    guard function.accepts(arguments.count) else {
      throw ExpressionFault(code: .wrongArgumentCount, detail: "\(name) \(arguments.count)")
    }
    switch function {
    case .indexedRepeat: return try indexedRepeat(arguments, in: context)
    case .choiceName: return try choiceName(arguments, in: context)
    case .count, .countNonEmpty, .sum:
      guard case .path = arguments[0] else {
        throw ExpressionFault(code: .wrongArgument, detail: name)
      }
    case .regex:
      if case .literal(let pattern) = arguments[1], !Pattern.isValid(pattern) {
        throw ExpressionFault(code: .invalidPattern, detail: pattern)
      }
    default: break
    }
    var resolved: [Formula] = []
    for argument in arguments { resolved.append(try resolve(argument, in: context)) }
    return .call(function, resolved)
  }

  private mutating func choiceName(_ arguments: [Expression], in context: Context)
    throws(ExpressionFault) -> Formula
  {
    guard case .literal(let text) = arguments[1],
      case .path(let path) = try Parser.parse(text),
      let target = try resolve(path, in: context).target,
      let list = skeleton.nodes[target].list
    else { throw ExpressionFault(code: .wrongArgument, detail: Function.choiceName.rawValue) }
    return .choiceName(value: try resolve(arguments[0], in: context), list: list)
  }

  private mutating func indexedRepeat(_ arguments: [Expression], in context: Context)
    throws(ExpressionFault) -> Formula
  {
    let field = try chainOfIndexedPath(arguments[0], in: context)
    var indexes: [Int: Formula] = [:]
    var place = 1
    while place < arguments.count {
      let group = try chainOfIndexedPath(arguments[place], in: context)
      guard let last = group.last, field.contains(last) else {
        throw ExpressionFault(code: .wrongArgument, detail: Function.indexedRepeat.rawValue)
      }
      indexes[last] = try resolve(arguments[place + 1], in: context)
      place += 2
    }
    let shared = sharedPrefix(of: field, with: context) { indexes[$0] == nil }
    let base = field[shared - 1]
    note(target: field[field.count - 1], base: base)
    return .indexedRepeat(
      IndexedRepeat(
        climb: depth(of: context) - (shared - 1),
        steps: field[shared...].map {
          IndexedRepeat.Step(position: skeleton.nodes[$0].position, index: indexes[$0])
        }))
  }

  private func chainOfIndexedPath(_ expression: Expression, in context: Context)
    throws(ExpressionFault) -> [Int]
  {
    guard case .path(let path) = expression else {
      throw ExpressionFault(code: .wrongArgument, detail: Function.indexedRepeat.rawValue)
    }
    var copy = self
    guard let target = try copy.resolve(path, in: context).target else {
      throw ExpressionFault(code: .wrongArgument, detail: Function.indexedRepeat.rawValue)
    }
    return skeleton.chain(to: target)
  }

  // MARK: Paths

  private mutating func resolve(_ path: Path, in context: Context) throws(ExpressionFault)
    -> (path: NodePath, target: Int?)
  {
    switch path.start {
    case .reference(let name, let predicates):
      return try resolve(
        try expand(name, predicates: predicates, steps: path.steps, in: context), in: context)
    case .instance(let list): return (try listPath(list, path.steps, in: context), nil)
    case .root: return try absolute(path.steps, in: context)
    case .current: return try relative(path.steps, from: owner, isCurrent: true)
    case .context:
      if case .choice(let list) = context { return (try column(path.steps, of: list), nil) }
      return try relative(path.steps, from: context, isCurrent: false)
    }
  }

  /// `${name}` as the path that pyxform writes for it: relative when the two
  /// share a repeat, absolute otherwise.
  private func expand(
    _ name: String, predicates: [Expression], steps: [Path.Step], in context: Context
  ) throws(ExpressionFault) -> Path {
    let target = try self.target(named: name)
    let around = skeleton.chain(to: target).dropLast()
    let enclosing = enclosingChain(of: owner)
    let common = zip(around, enclosing).prefix { $0 == $1 }.map(\.0)
    let sharesRepeat = common.contains { skeleton.nodes[$0].kind == .repeats }
    let chain = skeleton.chain(to: target)
    var path: Path
    if sharesRepeat {
      let climb = enclosing.count - common.count + 1
      path = Path(
        start: isInChoice(context) ? .current : .context,
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
    let candidates = skeleton.named[name] ?? []
    guard let target = candidates.first else {
      throw ExpressionFault(code: .unknownReference, detail: name)
    }
    guard candidates.count == 1 else {
      throw ExpressionFault(code: .ambiguousReference, detail: name)
    }
    return target
  }

  private mutating func absolute(_ steps: [Path.Step], in context: Context)
    throws(ExpressionFault) -> (path: NodePath, target: Int?)
  {
    var chain: [Int] = []
    for step in steps {
      guard case .name(let name) = step.test else {
        throw ExpressionFault(code: .unsupportedPath, detail: text(steps, "/"))
      }
      let found = chain.last.map { skeleton.child(of: $0, named: name) }
      let id = found ?? (name == skeleton.nodes[0].name ? 0 : nil)
      guard let id else {
        throw ExpressionFault(code: .unknownReference, detail: text(steps, "/"))
      }
      chain.append(id)
    }
    if isInChoice(context) {
      return (
        NodePath(origin: .root, steps: try bind(steps.dropFirst(), chain.dropFirst(), base: 0)),
        chain.last
      )
    }
    var index = -1
    let shared = sharedPrefix(of: chain, with: context) { _ in
      index += 1
      return steps[index].predicates.isEmpty
    }
    let base = chain[max(0, shared - 1)]
    return (
      NodePath(
        origin: .context(climb: depth(of: context) - max(0, shared - 1)),
        steps: try bind(steps[max(1, shared)...], chain[max(1, shared)...], base: base)),
      chain.last
    )
  }

  private mutating func relative(_ steps: [Path.Step], from context: Context, isCurrent: Bool)
    throws(ExpressionFault) -> (path: NodePath, target: Int?)
  {
    let trimmed = steps.filter { $0.test != .itself }
    let climb = trimmed.prefix { $0.test == .parent }.count
    var base: Int?
    switch context {
    case .node(let id): base = skeleton.ancestor(of: id, levels: climb)
    case .childless(let parent):
      base = climb > 0 ? skeleton.ancestor(of: parent, levels: climb - 1) : nil
    case .choice: base = nil
    }
    guard let base else {
      throw ExpressionFault(code: .unknownReference, detail: text(steps, ""))
    }
    var chain: [Int] = []
    for step in trimmed.dropFirst(climb) {
      guard case .name(let name) = step.test else {
        throw ExpressionFault(code: .unsupportedPath, detail: text(steps, ""))
      }
      guard let child = skeleton.child(of: chain.last ?? base, named: name) else {
        throw ExpressionFault(code: .unknownReference, detail: text(steps, ""))
      }
      chain.append(child)
    }
    if chain.isEmpty { note(target: base, base: base) }
    return (
      NodePath(
        origin: isCurrent ? .current(climb: climb) : .context(climb: climb),
        steps: try bind(trimmed.dropFirst(climb), chain[...], base: base)),
      chain.last ?? base
    )
  }

  private mutating func bind(_ steps: ArraySlice<Path.Step>, _ chain: ArraySlice<Int>, base: Int)
    throws(ExpressionFault) -> [NodePath.Step]
  {
    note(target: chain.last ?? base, base: base)
    var bound: [NodePath.Step] = []
    for (step, id) in zip(steps, chain) {
      var predicates: [Formula] = []
      if !step.predicates.isEmpty {
        let outside = outerBase
        outerBase = shallower(outside, base)
        for predicate in step.predicates {
          predicates.append(try resolve(predicate, in: .node(id)))
        }
        outerBase = outside
      }
      bound.append(
        NodePath.Step(position: skeleton.nodes[id].position, predicates: predicates))
    }
    return bound
  }

  private func column(_ steps: [Path.Step], of list: Int) throws(ExpressionFault) -> NodePath {
    guard steps.count == 1, case .name(let name) = steps[0].test, steps[0].predicates.isEmpty,
      let column = columnNumber(name, of: list)
    else { throw ExpressionFault(code: .unknownReference, detail: text(steps, "")) }
    return NodePath(origin: .column(column), steps: [])
  }

  private mutating func listPath(_ name: String, _ steps: [Path.Step], in context: Context)
    throws(ExpressionFault) -> NodePath
  {
    let detail = "instance('\(name)')/" + text(steps, "")
    guard let list = skeleton.lists[name], (2...3).contains(steps.count),
      steps[0].test == .name("root"), steps[1].test == .name("item"),
      steps[0].predicates.isEmpty, steps.count < 3 || steps[2].predicates.isEmpty
    else { throw ExpressionFault(code: .unknownReference, detail: detail) }
    var predicates: [Formula] = []
    for predicate in steps[1].predicates {
      predicates.append(try resolve(predicate, in: .choice(list: list)))
    }
    var column: Int?
    if steps.count == 3 {
      guard case .name(let wanted) = steps[2].test, let number = columnNumber(wanted, of: list)
      else { throw ExpressionFault(code: .unknownReference, detail: detail) }
      column = number
    }
    return NodePath(origin: .list(list, predicates: predicates, column: column), steps: [])
  }

  private func columnNumber(_ name: String, of list: Int) -> Int? {
    switch name {
    case "name": -1
    case "label": -2
    default: skeleton.listColumns[list][name]
    }
  }

  // MARK: Contexts

  private func isInChoice(_ context: Context) -> Bool {
    if case .choice = context { return true }
    return false
  }

  /// The nodes around a context, root first, the context itself left out.
  private func enclosingChain(of context: Context) -> [Int] {
    switch context {
    case .node(let id): Array(skeleton.chain(to: id).dropLast())
    case .childless(let parent): skeleton.chain(to: parent)
    case .choice: []
    }
  }

  private func depth(of context: Context) -> Int {
    switch context {
    case .node(let id): skeleton.nodes[id].depth
    case .childless(let parent): skeleton.nodes[parent].depth + 1
    case .choice: 0
    }
  }

  /// How many leading nodes of an absolute path are the context's own.
  private func sharedPrefix(of chain: [Int], with context: Context, while holds: (Int) -> Bool)
    -> Int
  {
    var own = enclosingChain(of: context)
    if case .node(let id) = context { own.append(id) }
    return zip(chain, own).prefix { $0 == $1 && holds($0) }.count
  }

  private mutating func note(target: Int, base: Int) {
    let use = Use(target: target, anchor: shallower(outerBase, base))
    if !uses.contains(use) { uses.append(use) }
  }

  private func shallower(_ first: Int?, _ second: Int) -> Int {
    guard let first else { return second }
    return skeleton.nodes[first].depth < skeleton.nodes[second].depth ? first : second
  }

  private func text(_ steps: [Path.Step], _ prefix: String) -> String {
    prefix
      + steps.map { step in
        switch step.test {
        case .name(let name): name
        case .parent: ".."
        case .itself: "."
        }
      }.joined(separator: "/")
  }
}
