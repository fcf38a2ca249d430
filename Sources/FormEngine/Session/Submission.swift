// A filling-in as the XML that OpenRosa servers take: the primary instance with
// the answers in it (ODK XForms, instance; OpenRosa form submission).

extension FormSession {
  /// The instance as XML: what is not relevant is left out, what is empty is there
  /// as an empty element.
  ///
  /// Call `markFinished()` first when the filling-in is finished.
  public var submission: String {
    var writer = SubmissionWriter(session: self)
    return writer.document()
  }
}

private struct SubmissionWriter {
  let session: FormSession
  private var text = "<?xml version='1.0' encoding='UTF-8' ?>"

  private var definition: FormDefinition { session.definition }
  private var instance: FormInstance { session.instance }

  init(session: FormSession) {
    self.session = session
  }

  mutating func document() -> String {
    write(0)
    return text
  }

  private mutating func write(_ node: Int) {
    let form = instance.form(node)
    let name = written(form)
    text += "<" + name
    if node == 0 { writeRoot() }
    var isEmpty = true
    for (schema, children) in zip(form.children, instance.nodes[node].children) {
      if definition.nodes[schema].isAttribute {
        for child in children { writeAttribute(written(definition.nodes[schema]), child) }
      } else if children.contains(where: { instance.isPresent($0) }) {
        isEmpty = false
      }
    }
    let answer = session.text(of: node)
    guard !isEmpty || !answer.isEmpty else {
      text += "/>"
      return
    }
    text += ">"
    if isEmpty { text += Self.escaped(answer) }
    for (schema, children) in zip(form.children, instance.nodes[node].children)
    where !definition.nodes[schema].isAttribute {
      for child in children where instance.isPresent(child) { write(child) }
    }
    text += "</" + name + ">"
  }

  /// Instances are written without it, as JavaRosa does: servers know them by their id.
  private static let xforms = "http://www.w3.org/2002/xforms"

  private mutating func writeRoot() {
    let prefixes = Set(definition.nodes.map { prefix(of: written($0)) }).union(
      definition.rootAttributes.map { prefix(of: $0.name) })
    for (prefix, uri) in definition.namespaces.sorted(by: { $0.key < $1.key }) {
      if prefix.isEmpty {
        guard uri != Self.xforms else { continue }
        text += " xmlns=\"\(Self.escaped(uri))\""
      } else if prefixes.contains(prefix) {
        text += " xmlns:\(prefix)=\"\(Self.escaped(uri))\""
      }
    }
    if !hasAttribute("id") { text += " id=\"\(Self.escaped(definition.id))\"" }
    if !definition.version.isEmpty, !hasAttribute("version") {
      text += " version=\"\(Self.escaped(definition.version))\""
    }
    for (name, value) in definition.rootAttributes where !hasAttribute(name) {
      text += " \(name)=\"\(Self.escaped(value))\""
    }
  }

  /// A name with the prefix its namespace has in the form.
  private func written(_ form: FormNode) -> String {
    let name = form.isAttribute ? String(form.name.dropFirst()) : form.name
    guard !form.namespace.isEmpty, !name.contains(":"),
      let prefix = definition.namespaces.filter({ $0.value == form.namespace && !$0.key.isEmpty })
        .keys.min()
    else { return name }
    return prefix + ":" + name
  }

  private func prefix(of name: String) -> String {
    name.firstIndex(of: ":").map { String(name[..<$0]) } ?? ""
  }

  /// Whether the form binds an attribute of the root, which is then written as such.
  private func hasAttribute(_ name: String) -> Bool {
    definition.skeleton.child(of: 0, named: "@" + name) != nil
  }

  private mutating func writeAttribute(_ name: String, _ node: Int) {
    text += " \(name)=\"\(Self.escaped(session.text(of: node)))\""
  }

  /// XML 1.0 §2.4, and what XML has no way to write left out (§2.2).
  private static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "\r": result.append(contentsOf: "&#13;".unicodeScalars)
      case "\t", "\n": result.append(scalar)
      default:
        let isForbidden = scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF
        if !isForbidden { result.append(scalar) }
      }
    }
    return String(result)
  }
}
