// Turns the survey's tree into the nodes, binds, controls and actions that
// pyxform writes, in its order.

struct SourceWriter {
  typealias Cell = FormSource.Cell

  let tree: SurveyTree
  let settings: SettingsSheet
  var choices: ChoiceLists
  let paths: ElementPaths
  var texts: TextWriter
  var source = FormSource()
  var findings: Findings
  let attachments: FormAttachments
  let name: String
  /// From an element's place to its node's.
  var nodes: [Int: Int] = [:]
  /// The elements whose changes set others, by name.
  var triggered: [String: [Int]] = [:]

  init(_ reader: SurveyReader, name: String, attachments: FormAttachments) {
    tree = reader.tree
    settings = reader.settings
    choices = reader.choices
    paths = ElementPaths(reader.tree)
    texts = TextWriter(reader.tree, reader.choices, reader.settings, Findings())
    findings = reader.findings
    self.attachments = attachments
    self.name = name
  }

  mutating func write() -> FormSource {
    writeSettings()
    for place in tree.preorder() { writeNode(place) }
    writeTemplates()
    writeModelActions()
    for place in tree[0].children { writeControl(place, in: -1) }
    writeInstances()
    for fault in texts.findings.faults { findings.add(fault) }
    source.languages = texts.languages
    source.defaultLanguage =
      texts.languages.contains(texts.defaultLanguage)
      ? texts.defaultLanguage : texts.languages.first ?? ""
    source.warnings = findings.warnings
    return source
  }

  // MARK: Settings

  private static let standardNamespaces = [
    "": "http://www.w3.org/2002/xforms", "h": "http://www.w3.org/1999/xhtml",
    "ev": "http://www.w3.org/2001/xml-events", "xsd": "http://www.w3.org/2001/XMLSchema",
    "jr": "http://openrosa.org/javarosa", "orx": "http://openrosa.org/xforms",
    "odk": "http://www.opendatakit.org/xforms",
  ]

  private mutating func writeSettings() {
    source.settings = settings.cells
    let nowhere = SourceLocation(sheet: "settings", row: 0, column: "")
    let id = settings.cells["form_id"] ?? Cell(text: name, location: nowhere)
    source.settings["form_id"] = id
    source.settings["form_title"] = settings.cells["form_title"] ?? id
    source.namespaces = namespaces()
    source.rootAttributes = settings.attributes
    for name in ["prefix", "delimiter"] {
      if let cell = settings.cells[name] {
        source.rootAttributes.append(("odk:" + name, cell.text))
      }
    }
  }

  /// `a="http://…" b="http://…"`, beside the ones every form has.
  private func namespaces() -> [String: String] {
    var namespaces = Self.standardNamespaces
    if tree.elements.contains(where: { $0.kind == .entity }) {
      namespaces["entities"] = "http://www.opendatakit.org/xforms/entities"
    }
    for word in (settings.cells["namespaces"]?.text ?? "").split(separator: " ") {
      let halves = word.split(separator: "=", omittingEmptySubsequences: false)
      guard halves.count == 2, !halves[0].isEmpty, namespaces[String(halves[0])] == nil else {
        continue
      }
      namespaces[String(halves[0])] = halves[1].filter { $0 != "\"" && $0 != "'" }
    }
    if let own = settings.cells["instance_xmlns"] { namespaces[""] = own.text }
    return namespaces
  }

  // MARK: Nodes

  private mutating func writeNode(_ place: Int) {
    let element = tree[place]
    if case .external = element.kind { return }
    let name = element.kind == .attribute ? "@" + element.name : element.name
    var node = FormSource.Node(
      name: name, parent: nodes[element.parent] ?? -1, location: element.location)
    node.namespace = namespace(of: element.name, element.nameLocation)
    node.isRepeat = element.kind == .repeats
    node.text = element.text
    if let initial = element.initial, !element.initialIsExpression {
      node.text = initial.text
      node.textLocation = initial.location
    }
    writeBind(of: element, &node)
    let own = source.nodes.count
    nodes[place] = own
    source.nodes.append(node)
    for (name, cell) in element.attributes {
      var attribute = FormSource.Node(
        name: "@" + name, parent: own, location: cell.location)
      attribute.namespace = namespace(of: name, cell.location)
      attribute.type = .untyped
      attribute.text = cell.text
      attribute.textLocation = cell.location
      source.nodes.append(attribute)
    }
    for name in element.triggers { triggered[name, default: []].append(place) }
  }

  private mutating func namespace(of name: String, _ location: SourceLocation) -> String {
    guard let colon = name.firstIndex(of: ":") else { return "" }
    let prefix = String(name[..<colon])
    if let namespace = source.namespaces[prefix] { return namespace }
    findings.fault(location, .invalidName, name)
    return ""
  }

  private mutating func writeBind(of element: SurveyElement, _ node: inout FormSource.Node) {
    node.type = type(of: element)
    node.constraintMessage = texts.message(element.constraintMessage)
    node.requiredMessage = texts.message(element.requiredMessage)
    for (name, cell) in element.bind {
      switch name {
      case "relevant": node.relevant = CellText.condition(cell)
      case "required": node.required = CellText.condition(cell)
      case "readonly": node.readonly = CellText.condition(cell)
      case "constraint": node.constraint = CellText.condition(cell)
      case "calculate":
        // With a trigger, the calculation is an action.
        if element.triggers.isEmpty { node.calculation = CellText.condition(cell) }
      case "entities:saveto": node.saveTo = cell
      case "jr:preload":
        node.preload = FormSource.Preload(
          kind: cell.text, parameter: element.bind["jr:preloadParams"]?.text ?? "")
      case "type", "jr:preloadParams", "jr:noAppErrorString": break
      default: node.attributes[Self.localName(name)] = cell.text
      }
    }
  }

  private func type(of element: SurveyElement) -> DataType {
    if case .question(let type) = element.kind {
      switch type.control {
      case .selectOne: return .choice
      case .selectMultiple, .rank: return .choices
      default: break
      }
    }
    return element.bind["type"].map { DataType(rawValue: $0.text) ?? .unknown } ?? .untyped
  }

  static func localName(_ name: String) -> String {
    name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
  }

  // MARK: Templates

  /// In a repeat's template, a repeat that stands in a group has an instance
  /// already; one directly in the repeat has none.
  private mutating func writeTemplates() {
    for place in tree.preorder() where tree[place].kind == .repeats {
      guard let node = nodes[place] else { continue }
      var instance: [FormSource.InstanceNode] = []
      var hasInner = false
      addTemplateNodes(place, -1, isTop: true, &instance, &hasInner)
      if hasInner { source.templates[node] = instance }
    }
  }

  private func addTemplateNodes(
    _ place: Int, _ parent: Int, isTop: Bool, _ instance: inout [FormSource.InstanceNode],
    _ hasInner: inout Bool
  ) {
    guard let node = nodes[place] else { return }
    let own = instance.count
    instance.append(.init(node: node, parent: parent, text: source.nodes[node].text))
    for offset in tree[place].attributes.indices {
      let attribute = node + 1 + offset
      instance.append(.init(node: attribute, parent: own, text: source.nodes[attribute].text))
    }
    for child in tree[place].children {
      if tree[child].kind == .repeats {
        if isTop { continue }
        hasInner = true
      }
      addTemplateNodes(child, own, isTop: false, &instance, &hasInner)
    }
  }
}
