// What a front end hands to the compiler: a form in the terms of ODK XForms
// (instance, binds, actions, body, itext, secondary instances), with every
// expression still in the author's words and each with the place it came from.
// XLSForm arrives here as pyxform would have written it, XForm XML as it is, so
// that behind this line there is one model.

struct FormSource {
  /// A cell, an attribute or a text that is not empty.
  struct Cell: Equatable {
    let text: String
    let location: SourceLocation
  }

  /// A piece of a text: words, or a value to be computed (`<output value="…"/>`, `${name}`).
  enum Part: Equatable {
    case words(String)
    case value(Cell)
  }

  /// A text in every language (`""` in a form without languages), and what goes with it.
  struct Text: Equatable {
    /// What is shown, by language; in itext the value without a form, or `long`.
    var words: [String: [Part]] = [:]
    /// `form="guidance"`, by language.
    var guidance: [String: [Part]] = [:]
    /// File names by language and `image`, `audio`, `video` or `big-image`.
    var media: [String: [String: String]] = [:]

    var isEmpty: Bool { words.isEmpty && guidance.isEmpty && media.isEmpty }
  }

  /// An element or attribute of the primary instance, with its bind.
  struct Node {
    /// As paths name it; attributes begin with `@`.
    let name: String
    /// The place of the enclosing node in `nodes`; -1 for the root, which is the first.
    let parent: Int
    /// The row, or the element, to blame when the node as a whole is wrong.
    let location: SourceLocation
    /// The namespace it is written in; empty for the form's own.
    var namespace = ""
    /// Whether a `<repeat>` stands for it.
    var isRepeat = false
    /// The bind's type.
    var type = DataType.text
    var relevant: Cell?
    var required: Cell?
    var readonly: Cell?
    var constraint: Cell?
    var calculation: Cell?
    var constraintMessage = Text()
    var requiredMessage = Text()
    var preload: Preload?
    /// The entity property its value is saved to (`entities:saveto`).
    var saveTo: Cell?
    /// The bind's other attributes by their local name (`track-changes`, `quality` …).
    var attributes: [String: String] = [:]
    /// What the instance says before anything is answered; in a repeat, what its template says.
    var text = ""
    /// Where `text` comes from, when it was authored in a cell of its own.
    var textLocation: SourceLocation?
  }

  /// `jr:preload` and `jr:preloadParams`.
  struct Preload: Equatable {
    let kind: String
    let parameter: String
  }

  /// A node of the instance as it is first opened: in preorder, repeats with as
  /// many instances as the form begins with.
  struct InstanceNode: Equatable {
    /// The place in `nodes`.
    let node: Int
    /// The place of the enclosing one in the same list; -1 for its first.
    let parent: Int
    let text: String
  }

  /// Something in the body: a heading or a question.
  struct Control {
    enum Kind: Equatable {
      case group
      /// `count` is `jr:count`; `isFixed` is `jr:noAddRemove`.
      case repeats(count: Cell?, isFixed: Bool)
      case input, selectOne, selectMultiple, rank, range, upload, trigger
    }

    let kind: Kind
    /// The place of the enclosing control in `controls`; -1 at the top.
    let parent: Int
    let location: SourceLocation
    /// The place in `nodes` of what it stands for; nil for a group without `ref`.
    let node: Int?
    var label = Text()
    var hint = Text()
    /// As authored, in words separated by spaces.
    var appearance = ""
    /// The other attributes by their local name as XForms has them (`rows`, `start`,
    /// `end`, `step`, `mediatype`, `accuracyThreshold`, `max-pixels`, `autoplay` …);
    /// parameters of an XLSForm that become none keep their own name.
    var attributes: [String: String] = [:]
    /// Choices that stand in the control itself.
    var items: [Item] = []
    var itemset: Itemset?
  }

  /// `<item>`.
  struct Item {
    let value: String
    let label: Text
  }

  /// `<itemset>`: an expression for the nodes, and what of each is stored and shown.
  struct Itemset {
    /// `instance('list')/root/item[…]`, a path to repeated answers, or `randomize(…)` of one.
    let nodeset: Cell
    /// A relative path, such as `name`.
    let value: Cell
    /// A relative path, or `jr:itext(itextId)`.
    let label: Cell?
  }

  /// `<setvalue>`, `<odk:setgeopoint>`, `<odk:recordaudio>`.
  struct Action {
    enum Event: String, CaseIterable {
      case instanceFirstLoad = "odk-instance-first-load"
      case instanceLoad = "odk-instance-load"
      case newRepeat = "odk-new-repeat"
      case valueChanged = "xforms-value-changed"
    }

    enum Effect: Equatable {
      case value(Cell)
      /// Text in the element rather than an expression; empty takes the answer away.
      case literal(String)
      case geopoint
      case audio
    }

    let events: Set<Event>
    let effect: Effect
    /// The place in `nodes` of what is set.
    let target: Int
    /// The place in `controls` it stands in; nil in the model.
    let control: Int?
    let location: SourceLocation
  }

  /// A secondary instance.
  struct Instance {
    let id: String
    let tree: InstanceTree
    let location: SourceLocation
  }

  /// `form_id`, `version`, `form_title`, `default_language`, `element`, `lane`, … by
  /// their XLSForm names; an XForm's `id`, `version` and title come under them too.
  var settings: [String: Cell] = [:]
  /// The languages in the form's order; empty in a form without.
  var languages: [String] = []
  var defaultLanguage = ""
  var nodes: [Node] = []
  /// The instance to begin with; empty when it has every node once.
  var instance: [InstanceNode] = []
  /// By the node of a repeat, a template that differs from "every node once, inner
  /// repeats without instances".
  var templates: [Int: [InstanceNode]] = [:]
  var controls: [Control] = []
  var actions: [Action] = []
  var instances: [Instance] = []
  /// itext by id, for what computes the id: `jr:itext(itextId)`.
  var texts: [String: Text] = [:]
  /// Namespaces of the primary instance's root by prefix, for writing it.
  var namespaces: [String: String] = [:]
  /// Attributes of the root other than `id` and `version`, as written.
  var rootAttributes: [(name: String, value: String)] = []
  /// What is no fault but deserves the author's attention.
  var warnings: [FormFault] = []
}
