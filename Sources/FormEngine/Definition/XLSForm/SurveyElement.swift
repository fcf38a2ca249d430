// The survey as a tree: what the rows say, and what pyxform adds to them, before
// any of it becomes a node, a bind or a control.

struct SurveyElement {
  typealias Cell = FormSource.Cell

  enum Kind: Equatable {
    case group
    case repeats
    /// A group that is repeated for each choice of a list.
    case loop(String)
    /// A group that stands in the instance only.
    case meta
    case question(AuthoredType)
    /// Only makes an instance: `csv` or `xml`.
    case external(String)
    case entity
    /// Of an entity.
    case attribute
    /// Of an entity.
    case entityLabel

    var isSection: Bool {
      switch self {
      case .group, .repeats, .loop, .meta: true
      default: false
      }
    }
  }

  /// Sets a value when something happens.
  struct Action {
    let event: FormSource.Action.Event
    let effect: FormSource.Action.Effect
  }

  /// What the choices of a select are read from.
  struct Choices {
    /// A list's name, a file's, or a reference.
    let source: Cell
    var filter: Cell?
    /// The `value` and `label` parameters.
    var value: String?
    var label: String?
    var isRandomized = false
    var seed: String?
  }

  let kind: Kind
  var name: String
  var parent = -1
  let location: SourceLocation
  /// Where its name stands.
  var nameLocation: SourceLocation
  /// The word in the `type` column, as pyxform reads it.
  var typeName = ""
  var children: [Int] = []
  var label = Wording()
  var hint = Wording()
  var guidance = Wording()
  var media: [(kind: String, file: Wording)] = []
  /// The bind's attributes, as headings name them (`relevant`, `jr:preload`).
  var bind: [String: Cell] = [:]
  var constraintMessage = Wording()
  var requiredMessage = Wording()
  /// The control's attributes (`appearance`, `jr:count`, `autoplay`).
  var control: [String: Cell] = [:]
  /// `instance::…`: attributes of the node.
  var attributes: [(name: String, cell: Cell)] = []
  var initial: Cell?
  var initialIsExpression = false
  /// The questions whose change sets this one.
  var triggers: [String] = []
  var triggerLocation: SourceLocation?
  var actions: [Action] = []
  var choices: Choices?
  /// An attribute's value.
  var text = ""

  init(_ kind: Kind, _ name: String, at location: SourceLocation) {
    self.kind = kind
    self.name = name
    self.location = location
    nameLocation = location
  }

  /// The label is looked up by id.
  var labelNeedsItext: Bool { label.isTranslated || !media.isEmpty }
  /// The hint is looked up by id.
  var hintNeedsItext: Bool { hint.isTranslated || !guidance.isEmpty }

  func cell(_ text: String) -> Cell { Cell(text: text, location: location) }

  mutating func setBind(_ name: String, _ text: String) { bind[name] = cell(text) }
}

/// All elements, the root first, each after its parent.
struct SurveyTree {
  private(set) var elements: [SurveyElement]

  init(root: SurveyElement) { elements = [root] }

  subscript(_ place: Int) -> SurveyElement {
    get { elements[place] }
    set { elements[place] = newValue }
  }

  @discardableResult
  mutating func append(_ element: SurveyElement, to parent: Int) -> Int {
    var element = element
    element.parent = parent
    elements.append(element)
    elements[parent].children.append(elements.count - 1)
    return elements.count - 1
  }

  /// All places, parents first and in the order of the form.
  func preorder() -> [Int] {
    var result: [Int] = []
    var pending = [0]
    while let place = pending.popLast() {
      result.append(place)
      pending.append(contentsOf: elements[place].children.reversed())
    }
    return result
  }

  /// The repeats around an element, the nearest first.
  func repeats(around place: Int) -> [Int] {
    ancestors(of: place).filter { elements[$0].kind == .repeats }
  }

  func ancestors(of place: Int) -> [Int] {
    var result: [Int] = []
    var current = elements[place].parent
    while current >= 0 {
      result.append(current)
      current = elements[current].parent
    }
    return result
  }
}
