// The second front end: XForm XML as OpenRosa servers hand it out and pyxform
// writes it (ODK XForms 1.0 and what JavaRosa 5.1.0 takes beside it). Where
// JavaRosa refuses a form, so do we, with the line; where it goes on, we go on
// and say so in a warning.

enum XForm {
  /// Reads a form; `name` is what it is called when it has no id of its own.
  ///
  /// Throws every fault that was found, each with its line.
  static func read(_ xml: [UInt8], name: String, attachments: FormAttachments)
    throws(FormFaults) -> FormSource
  {
    let document: XMLElement
    do {
      document = try XMLElement.read(xml)
    } catch {
      throw FormFaults([error])
    }
    var reader = XFormReader(attachments: attachments)
    reader.read(document, name: name)
    guard reader.faults.isEmpty else { throw FormFaults(reader.faults) }
    return reader.source
  }

  /// The namespaces that attributes are told apart by.
  enum Namespace {
    static let xforms = "http://www.w3.org/2002/xforms"
    static let javaRosa = "http://openrosa.org/javarosa"
    static let openRosa = "http://openrosa.org/xforms"
    static let odk = "http://www.opendatakit.org/xforms"
    static let entities = "http://www.opendatakit.org/xforms/entities"
  }
}

struct XFormReader {
  let attachments: FormAttachments
  var source = FormSource()
  var faults: [FormFault] = []
  /// The primary instance as written.
  var primary: XMLElement?
  var shape = InstanceShape()
  /// Every prefix that is declared anywhere, for the names in paths.
  var prefixes: [String: String] = [:]
  /// The ids of texts that there are in each language.
  var translated: [String: Set<String>] = [:]
  /// The nodes of binds with an id.
  var bindIDs: [String: Int] = [:]
  /// Attributes of binds that speak of the control (`orx:max-pixels`), by node.
  var bindAttributes: [Int: [String: String]] = [:]
  /// How many more nodes `*` may stand for: many such paths over many nodes would
  /// never come to an end.
  var wildcardBudget = 1_000_000
  /// How many more texts without a translation are laid out by language.
  var textBudget = 4_000_000

  init(attachments: FormAttachments) {
    self.attachments = attachments
  }

  mutating func read(_ document: XMLElement, name: String) {
    let head = document.first("head") ?? document
    guard let model = head.first("model") else {
      return fault(document, .missingElement, "model")
    }
    for extra in head.elements.filter({ $0.name.local == "model" }).dropFirst() {
      warn(extra, .unknownElement, "model")
    }
    collectPrefixes(document)
    readItext(model)
    guard readPrimary(model, document: document) else { return }
    readSettings(head: head, model: model, body: document.first("body"))
    readBinds(model)
    readBody(document.first("body"))
    readModelActions(model)
    readSecondaryInstances(model)
    checkModel(model)
    finishTypes()
    checkRepeatScopes()
    finishInstances()
    if textBudget <= 0 || wildcardBudget < 0 { fault(model, .tooLarge, "model") }
  }

  private mutating func collectPrefixes(_ element: XMLElement) {
    for declaration in element.declarations where prefixes[declaration.prefix] == nil {
      prefixes[declaration.prefix] = declaration.namespace
    }
    for case .element(let child) in element.children { collectPrefixes(child) }
  }

  // MARK: Settings

  private mutating func readSettings(head: XMLElement, model: XMLElement, body: XMLElement?) {
    guard let primary else { return }
    if let title = head.first("title") { set("form_title", Self.trimmed(title.text), title) }
    set("form_id", primary.attribute("id") ?? source.namespaces[""] ?? "", primary)
    let version = primary.attribute("version")
    set("version", version ?? primary.attribute("version", in: XForm.Namespace.openRosa), primary)
    set("style", body?.attribute("class"), body ?? primary)
    set("default_language", source.defaultLanguage, model.first("itext") ?? model)
    guard let submission = model.first("submission") else { return }
    set("submission_url", submission.attribute("action"), submission)
    set("public_key", submission.attribute("base64RsaPublicKey"), submission)
    for (setting, attribute) in [("auto_send", "auto-send"), ("auto_delete", "auto-delete")] {
      set(setting, submission.attribute(attribute, in: XForm.Namespace.openRosa), submission)
    }
  }

  private mutating func set(_ setting: String, _ text: String?, _ element: XMLElement) {
    guard let text, !text.isEmpty else { return }
    source.settings[setting] = FormSource.Cell(text: text, location: location(element, setting))
  }

  /// What JavaRosa does not know in a model it refuses.
  private mutating func checkModel(_ model: XMLElement) {
    let known: Set<String> = [
      "instance", "itext", "bind", "submission", "setvalue", "setgeopoint", "recordaudio",
    ]
    for case .element(let element) in model.children where !known.contains(element.name.local) {
      fault(element, .unknownElement, element.name.written)
    }
  }

  // MARK: Faults and places

  func location(_ element: XMLElement, _ column: String? = nil) -> SourceLocation {
    SourceLocation(sheet: "", row: element.line, column: column ?? element.name.written)
  }

  mutating func fault(
    _ element: XMLElement, _ code: FormFault.Code, _ detail: String, _ column: String? = nil
  ) {
    guard faults.count < FormFaults.limit else { return }
    faults.append(location(element, column).fault(code, detail))
  }

  mutating func warn(
    _ element: XMLElement, _ code: FormFault.Code, _ detail: String, _ column: String? = nil
  ) {
    guard source.warnings.count < FormFaults.limit else { return }
    source.warnings.append(location(element, column).fault(code, detail))
  }

  /// An attribute that holds an expression; an empty one is a fault.
  mutating func cell(_ element: XMLElement, _ attribute: String) -> FormSource.Cell? {
    guard let text = element.attribute(attribute) else { return nil }
    guard !Self.trimmed(text).isEmpty else {
      fault(element, .syntax, "", attribute)
      return nil
    }
    return FormSource.Cell(text: text, location: location(element, attribute))
  }

  /// Without the blanks at both ends.
  static func trimmed(_ text: String) -> String {
    String(decoding: XMLInstance.trimmed(text.utf8), as: UTF8.self)
  }
}
