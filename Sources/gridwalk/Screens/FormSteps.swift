import FormEngine

/// The steps of a form, read from the session again only after an answer or an
/// instance has changed: walking over a form of a thousand questions must not
/// evaluate it at every key.
final class FormSteps {
  private let session: FormSession
  private var steps: [Question] = []
  private var places: [String: Int] = [:]
  private var isStale = true

  init(_ session: FormSession) { self.session = session }

  /// Says that something in the form has changed.
  func change() { isStale = true }

  /// Every step as it stands.
  var all: [Question] {
    if isStale {
      steps = session.questions
      places = Dictionary(
        steps.enumerated().map { ($0.element.ref, $0.offset) },
        uniquingKeysWith: { first, _ in first }
      )
      isStale = false
    }
    return steps
  }

  var first: Question? { all.first }

  /// The step of a reference; nil when it is not asked now.
  func step(_ ref: String) -> Question? { place(of: ref).map { steps[$0] } }

  /// The step behind one that was at a place, wherever that one is now.
  func next(after ref: String, at place: Int) -> Question? {
    let next = self.place(of: ref).map { $0 + 1 } ?? place
    return next < all.count ? all[next] : nil
  }

  /// The nearest step before that asks something.
  func previous(before ref: String) -> Question? {
    guard let place = place(of: ref) else { return nil }
    return steps[..<place].last(where: \.asks)
  }

  /// Where a step stands, from 0.
  func place(of ref: String) -> Int? {
    _ = all
    return places[ref]
  }

  /// The step that offers another instance of the repeat that a reference to an
  /// instance (`/data/member[2]`) belongs to.
  func prompt(ofRepeat instance: String) -> Question? {
    let repeats = Self.withoutPosition(instance) + "["
    return all.first { step in
      guard case .addInstance = step.kind else { return false }
      return step.ref.hasPrefix(repeats) && !step.ref.dropFirst(repeats.utf8.count).contains("/")
    }
  }

  /// The steps inside an instance or a group.
  func inside(_ ref: String) -> ArraySlice<Question> {
    guard let place = place(of: ref) else { return [] }
    let rest = steps[(place + 1)...]
    return rest.prefix { $0.ref.hasPrefix(ref + "/") }
  }

  /// `/data/member` of `/data/member[2]`.
  static func withoutPosition(_ ref: String) -> String {
    ref.lastIndex(of: "[").map { String(ref[..<$0]) } ?? ref
  }
}

extension Question {
  /// Whether a person can answer here.
  var asks: Bool {
    switch kind {
    case .question: !isReadonly
    case .addInstance: true
    case .group, .instance: false
    }
  }
}
