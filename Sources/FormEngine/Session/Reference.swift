// References as people and programs write them: `name`, `group/name`,
// `member[1]/name`, `/data/member[1]/name`.

struct Reference {
  struct Step: Equatable {
    let name: String
    /// Counted from 1.
    let position: Int?
  }

  let steps: [Step]

  /// The longest reference that is read, in UTF-8 bytes.
  static let byteLimit = 4000

  init?(_ text: String) {
    guard text.utf8.count <= Self.byteLimit else { return nil }
    var steps: [Step] = []
    for piece in text.split(separator: "/") {
      guard let bracket = piece.firstIndex(of: "[") else {
        steps.append(Step(name: String(piece), position: nil))
        continue
      }
      guard piece.hasSuffix("]"),
        let position = Int(piece[piece.index(after: bracket)...].dropLast()), position > 0
      else { return nil }
      steps.append(Step(name: String(piece[..<bracket]), position: position))
    }
    guard !steps.isEmpty else { return nil }
    self.steps = steps
  }
}

extension FormSession {
  /// Where a reference leads: a node, or the place of an instance still to be made.
  enum Place {
    case node(Int)
    /// The next instance of a repeat, and the steps inside it.
    case next(schema: Int, parent: Int, inside: [Int])
  }

  /// Finds the node a reference means, among those that exist.
  func locate(_ text: String) throws(AnswerFault) -> Place {
    guard let reference = Reference(text), let schema = schema(for: reference) else {
      throw AnswerFault(ref: text, code: .noSuchQuestion(nearest: nearestNames(to: text)))
    }
    var chain: [Int] = []
    var next = schema
    while next > 0 {
      chain.append(next)
      next = definition.nodes[next].parent
    }
    chain.reverse()
    // The last steps of the reference belong to the last nodes of the chain.
    let positions =
      Array(
        repeating: nil as Int?, count: max(0, chain.count - reference.steps.count))
      + reference.steps.suffix(chain.count).map(\.position)
    var node = 0
    for (place, step) in chain.enumerated() {
      let instances = instance.instances(of: step, in: node)
      guard definition.nodes[step].kind == .repeats else {
        guard let only = instances.first else {
          throw AnswerFault(ref: text, code: .noSuchQuestion(nearest: []))
        }
        node = only
        continue
      }
      if let position = positions[place] {
        if position <= instances.count {
          node = instances[position - 1]
          continue
        }
        guard position == instances.count + 1 else {
          throw AnswerFault(ref: text, code: .severalInstances(count: instances.count))
        }
        return .next(schema: step, parent: node, inside: Array(chain[(place + 1)...]))
      }
      guard instances.count == 1 else {
        throw AnswerFault(ref: text, code: .severalInstances(count: instances.count))
      }
      node = instances[0]
    }
    return .node(node)
  }

  /// The node of a reference that exists already.
  func existing(_ text: String) throws(AnswerFault) -> Int {
    guard case .node(let node) = try locate(text) else {
      throw AnswerFault(ref: text, code: .noSuchQuestion(nearest: []))
    }
    return node
  }

  /// The form node a reference names, if it names exactly one: a whole path, or the
  /// end of one path only, of which one that is asked counts before the others.
  func schema(for reference: Reference) -> Int? {
    var names = reference.steps.map(\.name)
    if names.count > 1, names[0] == definition.nodes[0].name { names.removeFirst() }
    if let exact = node(at: names) { return exact }
    let matches = definition.nodes.indices.dropFirst().filter { ends(in: names, $0) }
    if matches.count == 1 { return matches[0] }
    let asked = matches.filter { definition.nodes[$0].control != nil }
    return asked.count == 1 ? asked[0] : nil
  }

  private func node(at names: [String]) -> Int? {
    var node = 0
    for name in names {
      guard let child = definition.skeleton.child(of: node, named: name) else { return nil }
      node = child
    }
    return node
  }

  private func ends(in names: [String], _ schema: Int) -> Bool {
    var node = schema
    for name in names.reversed() {
      guard node > 0, definition.nodes[node].name == name else { return false }
      node = definition.nodes[node].parent
    }
    return true
  }

  /// Up to three names that look like what was written.
  func nearestNames(to text: String) -> [String] {
    let wanted = text.split(separator: "/").last.map { $0.prefix { $0 != "[" } } ?? ""
    let limit = max(1, wanted.count / 2)
    let scored = definition.nodes.dropFirst().filter { !$0.isHidden }
      .map { (name: $0.name, distance: Self.distance(String(wanted), $0.name)) }
      .filter { $0.distance <= limit || $0.name.hasPrefix(wanted) }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    var names: [String] = []
    for item in scored where !names.contains(item.name) && names.count < 3 {
      names.append(item.name)
    }
    return names
  }

  /// Levenshtein's distance.
  private static func distance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first.unicodeScalars.prefix(100)), Array(second.unicodeScalars.prefix(100)))
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let cost = a[i] == b[j] ? diagonal : diagonal + 1
        diagonal = row[j + 1]
        row[j + 1] = min(cost, row[j + 1] + 1, row[j] + 1)
      }
    }
    return row[b.count]
  }
}
