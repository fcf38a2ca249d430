// Resolves the names of an expression against one form, once, at load: every
// path becomes climbs and child places, every unknown name a fault. It also
// notes what the expression looks at, which is what recalculation runs on.

struct Resolver {
  /// Where an expression is evaluated.
  enum Context: Equatable {
    case node(Int)
    /// Beside the children of a node, without being one: an entity's condition, or
    /// the prompt for a repeat that has no instance yet.
    case childless(of: Int)
    /// At an element of a secondary instance.
    case element(instance: Int)
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
  /// Names that no element of a secondary instance has: legal, but never found.
  var strangers: [String] = []
  /// The shallowest base of the paths whose predicates are being resolved.
  var outerBase: Int?

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
      throw ExpressionFault(code: .unknownFunction, detail: name)
    }
    guard function.accepts(arguments.count) else {
      throw ExpressionFault(code: .wrongArgumentCount, detail: "\(name) \(arguments.count)")
    }
    switch function {
    case .indexedRepeat: return try indexedRepeat(arguments, in: context)
    case .choiceName: return try choiceName(arguments, in: context)
    case .pulldata: return try cell(arguments, in: context)
    case .instance, .current: throw ExpressionFault(code: .wrongArgument, detail: name)
    case .count, .countNonEmpty, .sum, .randomize:
      guard yieldsNodes(arguments[0]) else {
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

  private func yieldsNodes(_ expression: Expression) -> Bool {
    switch expression {
    case .path: true
    case .call(let name, _): ["randomize", "indexed-repeat"].contains(name)
    default: false
    }
  }

  private mutating func choiceName(_ arguments: [Expression], in context: Context)
    throws(ExpressionFault) -> Formula
  {
    guard case .literal(let text) = arguments[1],
      case .path(let path) = try Parser.parse(text)
    else { throw ExpressionFault(code: .wrongArgument, detail: Function.choiceName.rawValue) }
    let select = try resolve(path, in: context)
    guard let target = select.nodes.first, select.nodes.count == 1,
      let control = skeleton.selects[target]
    else { throw ExpressionFault(code: .wrongArgument, detail: Function.choiceName.rawValue) }
    return .choiceName(
      value: try resolve(arguments[0], in: context), select: select.path, control: control)
  }

  /// `pulldata('list', 'wanted', 'key', value)` looks into the instance of that name.
  private mutating func cell(_ arguments: [Expression], in context: Context)
    throws(ExpressionFault) -> Formula
  {
    guard case .literal(let id) = arguments[0], case .literal(let wanted) = arguments[1],
      case .literal(let key) = arguments[2]
    else { throw ExpressionFault(code: .wrongArgument, detail: Function.pulldata.rawValue) }
    guard let instance = skeleton.instances[id] else {
      throw ExpressionFault(code: .unknownReference, detail: "instance('\(id)')")
    }
    return .cell(
      instance: instance, wanted: name(wanted, in: instance), key: name(key, in: instance),
      value: try resolve(arguments[3], in: context))
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
    let base = field[max(0, shared - 1)]
    note(target: field[field.count - 1], base: base)
    return .indexedRepeat(
      IndexedRepeat(
        climb: depth(of: context) - max(0, shared - 1),
        steps: field[max(1, shared)...].map {
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
    let found = try copy.resolve(path, in: context).nodes
    guard let target = found.first, found.count == 1 else {
      throw ExpressionFault(code: .wrongArgument, detail: Function.indexedRepeat.rawValue)
    }
    return skeleton.chain(to: target)
  }

  // MARK: Contexts

  /// The nodes around a context, root first, the context itself left out.
  func enclosingChain(of context: Context) -> [Int] {
    switch context {
    case .node(let id): Array(skeleton.chain(to: id).dropLast())
    case .childless(let parent): skeleton.chain(to: parent)
    case .element: []
    }
  }

  func depth(of context: Context) -> Int {
    switch context {
    case .node(let id): skeleton.nodes[id].depth
    case .childless(let parent): skeleton.nodes[parent].depth + 1
    case .element: 0
    }
  }

  /// How many leading nodes of an absolute path are the context's own.
  func sharedPrefix(of chain: [Int], with context: Context, while holds: (Int) -> Bool) -> Int {
    var own = enclosingChain(of: context)
    if case .node(let id) = context { own.append(id) }
    return zip(chain, own).prefix { $0 == $1 && holds($0) }.count
  }

  mutating func note(target: Int, base: Int) {
    let use = Use(target: target, anchor: shallower(outerBase, base))
    if !uses.contains(use) { uses.append(use) }
  }

  func shallower(_ first: Int?, _ second: Int) -> Int {
    guard let first else { return second }
    return skeleton.nodes[first].depth < skeleton.nodes[second].depth ? first : second
  }

  /// The place of a name in a secondary instance; -1, and a remark, when it has none such.
  mutating func name(_ name: String, in instance: Int) -> Int32 {
    let tree = skeleton.trees[instance]
    if let known = tree.nameID(name) ?? tree.nameID(name.withoutPrefix) { return known }
    if !strangers.contains(name) { strangers.append(name) }
    return -1
  }
}
