// Binds. The last one of a node counts, whole; a bind inside a bind is not read
// (JavaRosa does neither otherwise).

extension XFormReader {
  private typealias Namespace = XForm.Namespace

  mutating func readBinds(_ model: XMLElement) {
    for case .element(let element) in model.children where element.name.local == "bind" {
      readBind(element)
      for nested in element.elements { warn(nested, .unknownElement, nested.name.written) }
    }
  }

  private mutating func readBind(_ element: XMLElement) {
    guard let nodeset = element.attribute("nodeset") else {
      return fault(element, .missingElement, "nodeset")
    }
    guard let path = WrittenPath(nodeset) else {
      // A path with a predicate leads nowhere in JavaRosa; what is no path is refused.
      return nodeset.contains("[")
        ? warn(element, .unsupportedPath, nodeset, "nodeset")
        : fault(element, .unsupportedPath, nodeset, "nodeset")
    }
    let targets = nodes(path, from: 0, anyRoot: true)
    if targets.isEmpty { warn(element, .unknownReference, nodeset, "nodeset") }
    if let id = element.attribute("id") {
      if bindIDs[id] != nil { fault(element, .duplicateName, id, "id") }
      bindIDs[id] = targets.first ?? -1
    }
    checkAttributes(element)
    guard let first = targets.first else { return }
    apply(element, to: first)
    for target in targets.dropFirst() { copyBind(from: first, to: target) }
  }

  private mutating func apply(_ element: XMLElement, to node: Int) {
    source.nodes[node].type = type(element)
    source.nodes[node].relevant = cell(element, "relevant")
    source.nodes[node].required = cell(element, "required")
    source.nodes[node].readonly = cell(element, "readonly")
    source.nodes[node].constraint = cell(element, "constraint")
    source.nodes[node].calculation = cell(element, "calculate")
    source.nodes[node].constraintMessage = message(element, "constraintMsg")
    source.nodes[node].requiredMessage = message(element, "requiredMsg")
    source.nodes[node].preload = element.attribute("preload", in: Namespace.javaRosa).map {
      FormSource.Preload(
        kind: $0, parameter: element.attribute("preloadParams", in: Namespace.javaRosa) ?? "")
    }
    source.nodes[node].saveTo = element.attribute("saveto", in: Namespace.entities).map {
      FormSource.Cell(text: $0, location: location(element, "entities:saveto"))
    }
    bindAttributes[node] = Dictionary(
      element.attributes.filter { Self.isOfControl($0.name) }
        .map { ($0.name.local, $0.value) }, uniquingKeysWith: { _, last in last })
  }

  private mutating func copyBind(from first: Int, to node: Int) {
    let old = source.nodes[node]
    var new = source.nodes[first]
    new = FormSource.Node(
      name: old.name, parent: old.parent, location: old.location, namespace: old.namespace,
      type: new.type, relevant: new.relevant, required: new.required, readonly: new.readonly,
      constraint: new.constraint, calculation: new.calculation,
      constraintMessage: new.constraintMessage, requiredMessage: new.requiredMessage,
      preload: new.preload, saveTo: new.saveTo)
    source.nodes[node] = new
    bindAttributes[node] = bindAttributes[first]
  }

  private static func isOfControl(_ name: QualifiedName) -> Bool {
    (name.namespace == Namespace.odk || name.namespace == Namespace.openRosa)
      && name.local != "length"
  }

  /// What a bind may say beside what ODK and OpenRosa add.
  private mutating func checkAttributes(_ element: XMLElement) {
    let plain: Set<String> = [
      "nodeset", "id", "type", "relevant", "required", "readonly", "constraint", "calculate",
    ]
    let javaRosa: Set<String> = ["constraintMsg", "requiredMsg", "preload", "preloadParams"]
    for attribute in element.attributes {
      let isKnown =
        switch attribute.name.namespace {
        case "": plain.contains(attribute.name.local)
        case Namespace.javaRosa: javaRosa.contains(attribute.name.local)
        case Namespace.entities: attribute.name.local == "saveto"
        case Namespace.odk, Namespace.openRosa: true
        default: false
        }
      if !isKnown {
        warn(element, .unknownAttribute, attribute.name.written, attribute.name.written)
      }
    }
  }

  // MARK: Types

  private static let types: [String: DataType] = [
    "string": .text, "int": .integer, "integer": .integer, "long": .integer, "decimal": .decimal,
    "double": .decimal, "float": .decimal, "boolean": .boolean, "date": .date, "time": .time,
    "dateTime": .dateTime, "geopoint": .geopoint, "geotrace": .geotrace, "geoshape": .geoshape,
    "barcode": .barcode, "binary": .binary, "select1": .choice, "select": .choices,
    "rank": .choices,
  ]

  private mutating func type(_ element: XMLElement) -> DataType {
    guard let word = element.attribute("type") else { return .untyped }
    let name = word.split(separator: ":", omittingEmptySubsequences: false).last.map(String.init)
    if let type = Self.types[name ?? ""] { return type }
    warn(element, .unknownType, word, "type")
    return .unknown
  }

  /// What is answered with choices holds choices, unless its bind says a type that
  /// is neither text nor choices: JavaRosa goes through the `select1`s first.
  mutating func finishTypes() {
    for isSingle in [true, false] {
      for control in source.controls {
        guard let node = control.node else { continue }
        let isOfThese: Bool =
          switch control.kind {
          case .selectOne: isSingle
          case .selectMultiple, .rank: !isSingle
          default: false
          }
        guard isOfThese, [.untyped, .unknown, .text].contains(source.nodes[node].type) else {
          continue
        }
        source.nodes[node].type = isSingle ? .choice : .choices
      }
    }
  }
}
