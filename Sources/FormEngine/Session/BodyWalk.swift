// Going through the body of a form as a person does: controls in their order, each
// for the instances of its node.

struct BodyWalk {
  /// Where a person comes by.
  enum Stop: Equatable {
    case node(Int, control: Int)
    /// After the last instance of a repeat: the place to add one.
    case prompt(control: Int, parent: Int)
  }

  let session: FormSession
  /// Whether to come by at groups without words and at what is not relevant, too.
  let includesUnasked: Bool

  private var definition: FormDefinition { session.definition }
  private var instance: FormInstance { session.instance }

  init(session: FormSession, includesUnasked: Bool = false) {
    self.session = session
    self.includesUnasked = includesUnasked
  }

  mutating func run(_ visit: (Stop) -> Void) {
    go(definition.top, at: 0, visit)
  }

  /// - Parameter place: the node whose controls these are; what they stand for is
  ///   looked for nearest to it.
  private func go(_ controls: [Int], at place: Int, _ visit: (Stop) -> Void) {
    for number in controls {
      let control = definition.controls[number]
      switch control.kind {
      case .repeats: goThroughInstances(control, at: place, visit)
      case .group: goInto(control, at: place, visit)
      case .question:
        guard let node = control.node.flatMap({ instance.nearest($0, to: place) }),
          includesUnasked || instance.isRelevant(node)
        else { continue }
        visit(.node(node, control: number))
      }
    }
  }

  private func goInto(_ control: FormControl, at place: Int, _ visit: (Stop) -> Void) {
    guard let schema = control.node else {
      // A group of questions only: it stands where it is, with words or without.
      if includesUnasked || !control.label.parts.isEmpty {
        visit(.node(place, control: control.id))
      }
      return go(control.children, at: place, visit)
    }
    guard let node = instance.nearest(schema, to: place),
      includesUnasked || instance.isRelevant(node)
    else { return }
    if includesUnasked || !control.label.parts.isEmpty {
      visit(.node(node, control: control.id))
    }
    go(control.children, at: node, visit)
  }

  private func goThroughInstances(
    _ control: FormControl, at place: Int, _ visit: (Stop) -> Void
  ) {
    guard let schema = control.node,
      let parent = instance.nearest(definition.nodes[schema].parent, to: place)
    else { return }
    for node in instance.instances(of: schema, in: parent)
    where includesUnasked || instance.isRelevant(node) {
      visit(.node(node, control: control.id))
      go(control.children, at: node, visit)
    }
    let isOffered =
      definition.nodes[schema].count == nil && !control.isFixed
      && instance.isRelevant(parent) && session.offersInstance(of: schema, in: parent)
    if includesUnasked || isOffered { visit(.prompt(control: control.id, parent: parent)) }
  }
}
