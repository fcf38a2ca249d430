// What a front end hands to the compiler: the tree of a form with every
// expression still in the author's words, each with the cell it came from.
// XLSForm fills it from sheets; the XForm XML front end will fill it from binds
// and controls.

struct FormSource {
  /// A cell that is not empty.
  struct Cell {
    let text: String
    let location: SourceLocation
  }

  struct Node {
    let name: String
    let kind: FormNode.Kind
    /// The place of the enclosing node in `nodes`; -1 for the root.
    let parent: Int
    let location: SourceLocation
    var label: [String: Cell] = [:]
    var hint: [String: Cell] = [:]
    var guidanceHint: [String: Cell] = [:]
    var constraintMessage: [String: Cell] = [:]
    var requiredMessage: [String: Cell] = [:]
    var relevant: Cell?
    var constraint: Cell?
    var required: Cell?
    var readonly: Cell?
    var calculation: Cell?
    var initial: Cell?
    var initialIsExpression = false
    var choiceFilter: Cell?
    /// An expression for how many instances a repeat has.
    var count: Cell?
    var list: Cell?
    var appearance = ""
    var parameters: [String: String] = [:]
    var saveTo: Cell?
  }

  struct List {
    let name: String
    var columns: [String] = []
    var choices: [Choice] = []
  }

  struct Choice {
    let name: String
    let cells: [String]
    let label: [String: Cell]
  }

  struct Entity {
    let list: String
    let location: SourceLocation
    let label: Cell?
    let entityID: Cell?
    let createIf: Cell?
    let updateIf: Cell?
  }

  var settings: [String: Cell] = [:]
  var languages: [String] = []
  var defaultLanguage = ""
  var nodes: [Node] = []
  var lists: [List] = []
  var entities: [Entity] = []
}
