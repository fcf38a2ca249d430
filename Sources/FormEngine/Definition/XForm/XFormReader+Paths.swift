// Paths that name nodes of the primary instance: of binds, controls and actions.
// They are settled here; paths in expressions are not looked at.

/// A path made of names, `.`, `..` and `*`.
struct WrittenPath {
  enum Step: Equatable {
    case name(prefix: String, local: String)
    case any
    case parent
  }

  /// The most steps a path may have.
  static let stepLimit = 200

  let isAbsolute: Bool
  private(set) var steps: [Step] = []

  /// Nil for what is no such path.
  init?(_ text: String) {
    var text = XFormReader.trimmed(text)[...]
    guard !text.isEmpty else { return nil }
    isAbsolute = text.first == "/"
    if isAbsolute { text = text.dropFirst() }
    if text.isEmpty { return }
    for piece in text.split(
      separator: "/", maxSplits: Self.stepLimit, omittingEmptySubsequences: false)
    {
      guard steps.count < Self.stepLimit else { return nil }
      let word = XFormReader.trimmed(String(piece))
      if word == "." { continue }
      guard let step = Self.step(word) else { return nil }
      steps.append(step)
    }
  }

  private static func step(_ word: String) -> Step? {
    if word == ".." { return .parent }
    if word == "*" { return .any }
    var name = word[...]
    var mark = ""
    if name.hasPrefix("child::") { name = name.dropFirst(7) }
    if name.hasPrefix("attribute::") { (name, mark) = (name.dropFirst(11), "@") }
    if name.hasPrefix("@") { (name, mark) = (name.dropFirst(), "@") }
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ XMLNames.isName(Array($0.utf8)[...]) }) else {
      return nil
    }
    return .name(
      prefix: parts.count == 2 ? String(parts[0]) : "", local: mark + parts[parts.count - 1])
  }
}

extension XFormReader {
  /// The nodes a path leads to from a node. The name of the root is not looked at
  /// when `anyRoot` is set: JavaRosa forgives it in binds.
  mutating func nodes(_ path: WrittenPath, from context: Int, anyRoot: Bool = false) -> [Int] {
    var places = path.isAbsolute ? [-1] : [context]
    for (number, step) in path.steps.enumerated() {
      if anyRoot, path.isAbsolute, number == 0 {
        places = [0]
      } else {
        places = places.count == 1 ? walk(step, places[0]) : walk(step, places)
      }
      guard !places.isEmpty else { return [] }
    }
    return places.contains(-1) ? [] : places
  }

  private mutating func walk(_ step: WrittenPath.Step, _ places: [Int]) -> [Int] {
    var seen: Set<Int> = []
    return places.flatMap { walk(step, $0) }.filter { seen.insert($0).inserted }
  }

  private mutating func walk(_ step: WrittenPath.Step, _ place: Int) -> [Int] {
    switch step {
    case .parent: return place < 0 ? [] : [source.nodes[place].parent]
    case .any:
      let children = place < 0 ? [0] : shape.found[place].children
      wildcardBudget -= children.count
      return wildcardBudget < 0
        ? [] : children.filter { !shape.found[$0].isAttribute }
    case .name(let prefix, let local):
      let named = shape.named[place]?[local] ?? []
      guard !prefix.isEmpty else { return named }
      return named.filter { shape.found[$0].key.namespace == prefixes[prefix] }
    }
  }

  /// A node's path as authors write it.
  func path(_ node: Int) -> String {
    var names: [String] = []
    var node = node
    while node >= 0 {
      names.append(source.nodes[node].name)
      node = source.nodes[node].parent
    }
    return "/" + names.reversed().joined(separator: "/")
  }

  /// The nearest repeat a node stands in; itself counts when it is one.
  func nearestRepeat(_ node: Int) -> Int? {
    var node = node
    while node >= 0 {
      if source.nodes[node].isRepeat { return node }
      node = source.nodes[node].parent
    }
    return nil
  }
}
