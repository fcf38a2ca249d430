// An expression whose names have been resolved against one form, ready to be
// evaluated: no name of the form's own answers is looked up while it is filled in.

indirect enum Formula: Sendable {
  case number(Double)
  case literal(String)
  case nodes(NodePath)
  case call(Function, [Formula])
  case operation(Operator, Formula, Formula)
  case negate(Formula)
  case indexedRepeat(IndexedRepeat)
  /// The label of a chosen value: `jr:choice-name(value, 'path of the select')`.
  case choiceName(value: Formula, select: NodePath, control: Int)
  /// `pulldata(instance, wanted, key, value)`: a cell of the first row with that key.
  case cell(instance: Int, wanted: Int32, key: Int32, value: Formula)
}

/// A resolved path. An absolute path into the answers has become "climb to what
/// is shared with the context, then descend", which is how references inside a
/// repeat mean the current instance.
struct NodePath: Sendable {
  enum Origin: Sendable, Equatable {
    /// So many levels above the node being evaluated for.
    case context(climb: Int)
    /// So many levels above the node the whole expression belongs to.
    case current(climb: Int)
    case root
    /// A secondary instance, above its root element.
    case instance(Int)
    /// So many levels above the element of a secondary instance that is being
    /// evaluated for.
    case element(climb: Int)
  }

  enum Test: Sendable {
    /// The child at this place among its parent's children.
    case position(Int)
    /// After a wildcard: the place depends on the form node.
    case positions([Int: Int])
    /// Every child element of an answer.
    case everyNode
    /// Children of a secondary instance by name; -1 when nothing there is called so.
    case name(Int32)
    /// Every child element of a secondary instance's element.
    case everyElement
  }

  struct Step: Sendable {
    let test: Test
    let predicates: [Predicate]
  }

  let origin: Origin
  let steps: [Step]

  static let itself = NodePath(origin: .context(climb: 0), steps: [])
}

/// What stands in brackets.
struct Predicate: Sendable {
  let formula: Formula
  /// For elements of a secondary instance: the same condition as one or more
  /// conditions that all have to hold, if it can be taken apart.
  let conditions: [Condition]

  enum Condition: Sendable {
    /// `child = value`, where the value is the same for every element: these are
    /// found by an index rather than one by one.
    case equal(child: Int32, Formula)
    case other(Formula)
  }
}

/// `indexed-repeat(field, repeat, index, …)` with the way from the root.
struct IndexedRepeat: Sendable {
  struct Step: Sendable {
    let position: Int
    /// The instance wanted, counted from 1; nil for what does not repeat or is not indexed.
    let index: Formula?
  }

  /// How far the field's path is shared with the context.
  let climb: Int
  let steps: [Step]
}
