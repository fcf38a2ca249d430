// What has to be computed again when something is answered. Built once per
// form: the computed things in an order where each comes after what it needs,
// and for every node the computed things that look at it.

/// One thing a form computes by itself.
struct Trigger: Sendable {
  enum Kind: Sendable {
    case relevance
    case calculation
    /// How many instances a repeat has.
    case count
  }

  let kind: Kind
  let target: Int
  let formula: Formula
}

struct RecalculationPlan: Sendable {
  struct Dependent: Sendable {
    /// The trigger's place in `triggers`.
    let trigger: Int
    /// Only instances below the same instance of this form node can be touched.
    let anchor: Int
  }

  /// In an order where each comes after what it depends on.
  let triggers: [Trigger]
  /// By form node: who looks at it.
  let dependents: [[Dependent]]
  /// By form node: the triggers that compute something of it.
  let ownTriggers: [[Int]]
}

/// A trigger whose formula has been resolved, with what it looks at.
struct PendingTrigger {
  let trigger: Trigger
  let uses: [Resolver.Use]
  let location: SourceLocation
}

/// Orders the triggers of a form, refusing those that depend on themselves.
struct RecalculationPlanner {
  let skeleton: Skeleton
  let pending: [PendingTrigger]

  func plan() throws(FormFault) -> RecalculationPlan {
    let edges = followers()
    let order = try sorted(edges)
    var place = Array(repeating: 0, count: pending.count)
    for (index, item) in order.enumerated() { place[item] = index }
    var dependents = Array(
      repeating: [RecalculationPlan.Dependent](), count: skeleton.nodes.count)
    var own = Array(repeating: [Int](), count: skeleton.nodes.count)
    for item in order {
      own[pending[item].trigger.target].append(place[item])
      for use in pending[item].uses {
        dependents[use.target].append(.init(trigger: place[item], anchor: use.anchor))
      }
    }
    return RecalculationPlan(
      triggers: order.map { pending[$0].trigger }, dependents: dependents, ownTriggers: own)
  }

  /// For each trigger, the triggers that look at what it changes.
  private func followers() -> [[Int]] {
    var lookers = Array(repeating: [Int](), count: skeleton.nodes.count)
    for (index, item) in pending.enumerated() {
      for use in item.uses { lookers[use.target].append(index) }
    }
    return pending.map { item in
      switch item.trigger.kind {
      case .calculation: lookers[item.trigger.target]
      case .relevance, .count:
        skeleton.subtree(of: item.trigger.target).flatMap { lookers[$0] }
      }
    }
  }

  /// Depth-first topological order; iterative, since forms can be long chains.
  private func sorted(_ edges: [[Int]]) throws(FormFault) -> [Int] {
    enum Mark { case new, open, done }
    var marks = Array(repeating: Mark.new, count: pending.count)
    var result: [Int] = []
    for start in pending.indices where marks[start] == .new {
      var stack: [(item: Int, next: Int)] = [(start, 0)]
      marks[start] = .open
      while let (item, next) = stack.last {
        guard next < edges[item].count else {
          marks[item] = .done
          result.append(item)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let follower = edges[item][next]
        switch marks[follower] {
        case .new:
          marks[follower] = .open
          stack.append((follower, 0))
        case .open:
          let first = stack.firstIndex { $0.item == follower } ?? 0
          throw cycle(stack[first...].map(\.item) + [follower])
        case .done: break
        }
      }
    }
    return result.reversed()
  }

  private func cycle(_ items: [Int]) -> FormFault {
    let names = items.map { skeleton.path(of: pending[$0].trigger.target) }
    return pending[items[0]].location.fault(.cycle, names.joined(separator: " → "))
  }
}
