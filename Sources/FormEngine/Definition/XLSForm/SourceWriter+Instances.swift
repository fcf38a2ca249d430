// Secondary instances: files the form reads, the last saved record, and the
// choice lists, in pyxform's order; a list of the same id as a file is left out.

extension SourceWriter {
  mutating func writeInstances() {
    var instances = InstanceWriter(attachments: attachments)
    var lastSaved: SourceLocation?
    for place in tree.preorder() {
      let element = tree[place]
      instances.addPulled(by: element, &findings)
      switch element.kind {
      case .question:
        if let choices = element.choices, FileName(choices.source.text).isInstance {
          instances.add(file: choices.source.text, choices.source.location, &findings)
        }
        lastSaved = lastSaved ?? Self.lastSaved(in: element)
      case .external(let format):
        instances.add(external: element.name, format, element.nameLocation, &findings)
      default: break
      }
    }
    if let lastSaved { instances.addLastSaved(root: settings.rootName, lastSaved) }
    for list in choices.lists where !list.isInline {
      instances.add(list, choices.extraColumns)
      guard list.needsItext else { continue }
      for (number, choice) in list.choices.enumerated() {
        let text = texts.choice(choice)
        if !text.isEmpty { source.texts["\(list.name)-\(number)"] = text }
      }
    }
    source.instances = instances.instances
  }

  private static func lastSaved(in element: SurveyElement) -> SourceLocation? {
    let names = ["calculate", "constraint", "readonly", "required", "relevant"]
    let cells = [element.initial, element.choices?.filter] + names.map { element.bind[$0] }
    for case let cell? in cells {
      if References.all(in: cell.text)?.contains(where: \.isLastSaved) ?? false {
        return cell.location
      }
    }
    return nil
  }
}

struct InstanceWriter {
  typealias Cell = FormSource.Cell

  /// The id of the record that was saved last.
  static let lastSaved = "__last-saved"

  private(set) var instances: [FormSource.Instance] = []
  private let attachments: FormAttachments
  /// What an id stands for: an address, or nothing for a list.
  private var sources: [String: String] = [:]
  private var externalNames: Set<String> = []

  init(attachments: FormAttachments) {
    self.attachments = attachments
  }

  mutating func add(file: String, _ location: SourceLocation, _ findings: inout Findings) {
    add(FileName(file).stem, file, location, &findings)
  }

  mutating func add(
    external name: String, _ format: String, _ location: SourceLocation,
    _ findings: inout Findings
  ) {
    if !externalNames.insert(name).inserted {
      findings.fault(location, .duplicateName, name)
      return
    }
    add(name, name + "." + format, location, &findings)
  }

  /// `pulldata('file', …)` reads a file that is named nowhere else.
  mutating func addPulled(by element: SurveyElement, _ findings: inout Findings) {
    let names = ["calculate", "constraint", "readonly", "required", "relevant"]
    let cells = names.map { element.bind[$0] } + [element.choices?.filter, element.initial]
    for case let cell? in cells where cell.text.contains("pulldata") {
      var rest = cell.text[...]
      while let call = rest.firstRange(of: "pulldata") {
        rest = rest[call.upperBound...].drop { $0.isWhitespace }
        guard rest.first == "(", let comma = rest.firstIndex(of: ",") else { continue }
        let argument = rest[..<comma].dropFirst().filter { $0 != "'" && $0 != "\"" }
        let name = CellText.trimmed(argument)
        add(name, name + ".csv", cell.location, &findings)
      }
    }
  }

  private mutating func add(
    _ id: String, _ file: String, _ location: SourceLocation, _ findings: inout Findings
  ) {
    if let known = sources[id] {
      // One id cannot stand for two files.
      if known != file { findings.fault(location, .duplicateName, file) }
      return
    }
    sources[id] = file
    guard let tree = read(file, location, &findings) else { return }
    instances.append(FormSource.Instance(id: id, tree: tree, location: location))
  }

  private func read(
    _ file: String, _ location: SourceLocation, _ findings: inout Findings
  ) -> InstanceTree? {
    let bytes: [UInt8]?
    do {
      bytes = try attachments.read(file)
    } catch {
      findings.fault(location, .unreadableFile, file)
      return nil
    }
    guard let bytes else {
      findings.fault(location, .missingFile, file)
      return nil
    }
    do {
      return try ExternalInstance.read(bytes, fileName: file, location: location)
    } catch {
      for fault in error.faults { findings.add(fault) }
      return nil
    }
  }

  /// There is none yet when a form is read: an empty record.
  mutating func addLastSaved(root: String, _ location: SourceLocation) {
    var builder = InstanceTree.Builder()
    builder.begin(builder.name(root))
    builder.end()
    sources[Self.lastSaved] = ""
    instances.append(
      FormSource.Instance(id: Self.lastSaved, tree: builder.tree, location: location))
  }

  mutating func add(_ list: ChoiceLists.List, _ extraColumns: [String]) {
    guard sources[list.name] == nil else { return }
    sources[list.name] = ""
    var items = ItemWriter(extraColumns)
    for (number, choice) in list.choices.enumerated() {
      items.add(choice, id: list.needsItext ? "\(list.name)-\(number)" : nil)
    }
    let location = SourceLocation(
      sheet: "choices", row: list.choices.first?.line ?? 0, column: "list_name")
    instances.append(FormSource.Instance(id: list.name, tree: items.finish(), location: location))
  }
}

/// `root/item`, with a child for each cell.
private struct ItemWriter {
  private var builder = InstanceTree.Builder()
  private let item: Int32
  private let itextID: Int32
  private let name: Int32
  private let label: Int32
  private let smsOption: Int32
  private let extras: [Int32]

  init(_ extraColumns: [String]) {
    let root = builder.name("root")
    item = builder.name("item")
    itextID = builder.name("itextId")
    name = builder.name("name")
    label = builder.name("label")
    smsOption = builder.name("sms_option")
    var extras: [Int32] = []
    for column in extraColumns { extras.append(builder.name(column)) }
    self.extras = extras
    builder.begin(root)
  }

  /// With an id, the label is looked up by it.
  mutating func add(_ choice: ChoiceLists.Choice, id: String?) {
    builder.begin(item)
    if let id { builder.leaf(itextID, id.utf8) }
    builder.leaf(name, choice.name.utf8)
    if id == nil, let plain = choice.label.plain { builder.leaf(label, plain.text.utf8) }
    for (column, text) in choice.extras { builder.leaf(extras[column], text.utf8) }
    if let option = choice.smsOption { builder.leaf(smsOption, option.utf8) }
    builder.end()
  }

  mutating func finish() -> InstanceTree {
    builder.end()
    return builder.tree
  }
}
