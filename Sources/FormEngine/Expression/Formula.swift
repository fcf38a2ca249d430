// An expression whose names have been resolved against one form, ready to be
// evaluated: nothing is looked up by name while a form is filled in.

indirect enum Formula: Sendable {
  case number(Double)
  case literal(String)
  case nodes(NodePath)
  case call(Function, [Formula])
  case operation(Operator, Formula, Formula)
  case negate(Formula)
  case indexedRepeat(IndexedRepeat)
  /// The label of a chosen value: `jr:choice-name(value, 'path of the select')`.
  case choiceName(value: Formula, list: Int)
}

/// A resolved path. An absolute path has become "climb to what is shared with
/// the context, then descend", which is how references inside a repeat mean
/// the current instance.
struct NodePath: Sendable {
  enum Origin: Sendable, Equatable {
    /// So many levels above the node being evaluated for.
    case context(climb: Int)
    /// So many levels above the node the whole expression belongs to.
    case current(climb: Int)
    case root
    /// A column of the choice being filtered; -1 is `name`, -2 its label.
    case column(Int)
    /// The choices of a list: `instance('list')/root/item[…]/column`.
    case list(Int, predicates: [Formula], column: Int?)

    static func == (left: Origin, right: Origin) -> Bool {
      switch (left, right) {
      case (.context(let a), .context(let b)), (.current(let a), .current(let b)): a == b
      case (.root, .root): true
      case (.column(let a), .column(let b)): a == b
      default: false
      }
    }
  }

  struct Step: Sendable {
    /// The child's place among its parent's children.
    let position: Int
    let predicates: [Formula]
  }

  let origin: Origin
  let steps: [Step]
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
