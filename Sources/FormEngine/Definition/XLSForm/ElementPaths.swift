// Where pyxform writes a path of its own making, we do, too: a select whose
// choices are repeated answers has a nodeset that depends on where the question
// stands. References anywhere else stay as the author wrote them.

struct ElementPaths {
  let tree: SurveyTree
  /// By name; -1 where several elements have it.
  private let places: [String: Int]

  init(_ tree: SurveyTree) {
    self.tree = tree
    var places: [String: Int] = [:]
    for place in tree.preorder() {
      switch tree[place].kind {
      case .external, .attribute, .entityLabel: continue
      default:
        let name = tree[place].name
        places[name] = places[name] == nil ? place : -1
      }
    }
    self.places = places
  }

  /// The element of a name; nil when there is none, or more than one.
  func place(of name: String) -> Int? {
    places[name].flatMap { $0 < 0 ? nil : $0 }
  }

  func isAmbiguous(_ name: String) -> Bool { places[name] == -1 }

  /// The path of an element, absolute or below one of its ancestors.
  func path(of place: Int, below ancestor: Int? = nil) -> String {
    var names = [tree[place].name]
    var current = tree[place].parent
    while current >= 0, current != ancestor {
      names.append(tree[current].name)
      current = tree[current].parent
    }
    return "/" + names.reversed().joined(separator: "/")
  }

  /// The path to an element from another: relative when a repeat holds both, so
  /// that it means the same instance, and one step further up when all instances
  /// of that repeat are meant.
  func path(of target: Int, from context: Int, allInstances: Bool, startsAtCurrent: Bool)
    -> String
  {
    let around = tree.ancestors(of: context)
    let targetRepeats = tree.repeats(around: target)
    guard let shared = targetRepeats.first(where: around.contains),
      let steps = around.firstIndex(of: shared)
    else { return path(of: target) }
    let start = startsAtCurrent ? "current()/" : ""
    let isInnermost = targetRepeats.first == shared
    let contextRepeat = tree.repeats(around: context).first
    if allInstances, isInnermost,
      tree.repeats(around: shared).isEmpty || contextRepeat != shared
    {
      return start + up(steps + 2) + path(of: target, below: tree[shared].parent)
    }
    let targetAncestors = tree.ancestors(of: target)
    let common = around.first(where: targetAncestors.contains) ?? shared
    let distance = around.firstIndex(of: common) ?? steps
    return start + up(distance + 1) + path(of: target, below: common)
  }

  private func up(_ steps: Int) -> String {
    Array(repeating: "..", count: steps).joined(separator: "/")
  }

  /// A text with every reference replaced by a path; nil when one cannot be.
  func expand(_ text: String, from context: Int) -> String? {
    var result = ""
    var rest = text[...]
    while let candidate = References.next(in: rest) {
      guard let reference = candidate.reference, let target = place(of: reference.name) else {
        return nil
      }
      result += rest[..<reference.text.startIndex]
      result +=
        reference.isLastSaved
        ? "instance('\(InstanceWriter.lastSaved)')" + path(of: target)
        : path(of: target, from: context, allInstances: true, startsAtCurrent: true)
      rest = rest[candidate.end...]
    }
    return result + rest
  }
}
