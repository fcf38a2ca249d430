// A session out of a submission: the way back from `FormSession.submission`, for
// answers that come from a server or from another program.

extension FormSession {
  /// Opens the instance that a submission is. What the form has no place for is in
  /// `leftOver`.
  ///
  /// Throws when the bytes are no XML, or not an instance of this form.
  public convenience init(
    submission xml: [UInt8], of definition: FormDefinition, environment: FormEnvironment,
    language: String? = nil
  ) throws(FormFaults) {
    let root: XMLElement
    do {
      root = try XMLElement.read(xml)
    } catch {
      throw FormFaults([error])
    }
    guard root.name.local == definition.nodes[0].name.localName else {
      throw FormFaults([
        FormFault(
          sheet: "", row: root.line, column: "", code: .unknownElement, detail: root.name.written)
      ])
    }
    var reader = SubmissionReader(definition: definition, language: language ?? "")
    reader.read(root, 0, ref: "/" + definition.nodes[0].name)
    self.init(restoring: reader.saved, of: definition, environment: environment)
  }
}

private struct SubmissionReader {
  let definition: FormDefinition
  var saved: SavedAnswers

  init(definition: FormDefinition, language: String) {
    self.definition = definition
    saved = SavedAnswers(
      form: definition.id, version: definition.version,
      language: definition.language(matching: language) ?? definition.defaultLanguage,
      subject: nil, repeats: [], answers: [], current: nil)
  }

  mutating func read(_ element: XMLElement, _ schema: Int, ref: String) {
    for attribute in element.attributes {
      let name = "@" + attribute.name.local
      guard definition.skeleton.child(of: schema, named: name) != nil else { continue }
      answer(attribute.value, at: ref + "/" + name)
    }
    let children = element.elements
    var counts: [Int: Int] = [:]
    // Repeats without an instance are said, too: none is not the same as one.
    for child in definition.nodes[schema].children where definition.nodes[child].kind == .repeats {
      counts[child] = 0
      let name = definition.nodes[child].name.localName
      saved.repeats.append(
        .init(
          ref: ref + "/" + definition.nodes[child].name,
          count: children.count { $0.name.local == name }))
    }
    for child in children {
      guard let node = definition.skeleton.child(of: schema, named: child.name.local) else {
        saved.answers.append(SavedAnswer(ref: ref + "/" + child.name.local, value: child.text))
        continue
      }
      let place = counts[node].map { $0 + 1 }
      if let place { counts[node] = place }
      read(
        child, node,
        ref: ref + "/" + definition.nodes[node].name + (place.map { "[\($0)]" } ?? ""))
    }
    if children.isEmpty, definition.nodes[schema].questionType != nil {
      answer(element.text, at: ref)
    }
  }

  private mutating func answer(_ text: String, at ref: String) {
    if !text.isEmpty { saved.answers.append(SavedAnswer(ref: ref, value: text)) }
  }
}
