// The primary instance: the first of the model's.

extension XFormReader {
  /// Whether there is one.
  mutating func readPrimary(_ model: XMLElement, document: XMLElement) -> Bool {
    guard let instance = model.first("instance") else {
      fault(model, .missingElement, "instance")
      return false
    }
    guard let root = instance.elements.first else {
      fault(instance, .missingElement, "instance/*")
      return false
    }
    for extra in instance.elements.dropFirst() { fault(extra, .unknownElement, extra.name.written) }
    primary = root
    readNamespaces(root, through: [document, model, instance])
    shape.add(root)
    shape.sort()
    for node in shape.found {
      source.nodes.append(
        FormSource.Node(
          name: node.key.name, parent: node.key.parent,
          location: SourceLocation(sheet: "", row: node.line, column: node.key.name),
          namespace: foreign(node.key, root: root), type: .untyped))
    }
    for attribute in root.attributes
    where attribute.name.written != "id" && attribute.name.written != "version" {
      source.rootAttributes.append((attribute.name.written, attribute.value))
    }
    return true
  }

  private mutating func readNamespaces(_ root: XMLElement, through outer: [XMLElement]) {
    for element in outer + [root] {
      for declaration in element.declarations where !declaration.prefix.isEmpty {
        source.namespaces[declaration.prefix] = declaration.namespace
      }
    }
    // The document's default namespace goes without saying, as with JavaRosa.
    let silent = outer[0].declarations.first { $0.prefix.isEmpty }?.namespace ?? ""
    if root.name.namespace != silent, !root.name.namespace.isEmpty {
      source.namespaces[""] = root.name.namespace
    }
  }

  private func foreign(_ key: InstanceShape.Key, root: XMLElement) -> String {
    key.namespace == root.name.namespace ? "" : key.namespace
  }
}
