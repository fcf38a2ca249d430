// The body: controls with their texts and choices.

extension FormCompiler {
  mutating func compileControls() -> [FormControl] {
    var controls: [FormControl] = []
    for (place, control) in source.controls.enumerated() where wrapped[place] == nil {
      let wrapper = wrapped.first { $0.value == place }.map { source.controls[$0.key] }
      let parent = parent(of: place)
      controls.append(compile(control, place, wrapper, id: controls.count, parent: parent))
      if parent >= 0 { controls[parent].children.append(controls.count - 1) }
    }
    return controls
  }

  /// The control around one, past a group that has become one with its repeat.
  private func parent(of place: Int) -> Int {
    var above = source.controls[place].parent
    while above >= 0, wrapped[above] != nil { above = source.controls[above].parent }
    return above < 0 ? -1 : controlIDs[above]
  }

  private mutating func compile(
    _ control: FormSource.Control, _ place: Int, _ wrapper: FormSource.Control?, id: Int,
    parent: Int
  ) -> FormControl {
    let node = node(around: place) ?? 0
    let itemset = control.itemset.flatMap { compile($0, .node(node)) }
    let context = Resolver.Context.node(node)
    let label = control.label.isEmpty ? wrapper?.label ?? control.label : control.label
    var isFixed = false
    let kind: FormControl.Kind
    switch control.kind {
    case .group: kind = .group
    case .repeats(_, let fixed):
      kind = .repeats
      isFixed = fixed
    default: kind = .question(QuestionType(control, source.nodes[node]))
    }
    return FormControl(
      id: id, kind: kind, parent: parent, node: control.node,
      appearance: control.appearance.isEmpty ? wrapper?.appearance ?? "" : control.appearance,
      parameters: control.attributes, choiceList: itemset.flatMap { choiceList(of: $0.nodeset) },
      label: localized(label, context),
      hint: localized(control.hint, context),
      items: control.items.map { item in
        FormControl.Item(value: item.value, label: localized(item.label, context))
      }, itemset: itemset, isFixed: isFixed)
  }

  private func choiceList(of nodeset: Formula) -> String? {
    switch nodeset {
    case .call(.randomize, let arguments): return arguments.first.flatMap { choiceList(of: $0) }
    case .nodes(let path):
      guard case .instance(let place) = path.origin else { return nil }
      return skeleton.instances.first { $0.value == place }?.key
    default: return nil
    }
  }

  private mutating func compile(_ itemset: FormSource.Itemset, _ context: Resolver.Context)
    -> FormControl.Itemset?
  {
    guard let nodeset = resolve(itemset.nodeset, context)?.formula,
      let items = self.context(ofItems: itemset.nodeset, context),
      let value = resolve(itemset.value, items)?.formula
    else { return nil }
    return FormControl.Itemset(
      nodeset: nodeset, value: value, label: resolve(itemset.label, items))
  }
}

extension QuestionType {
  /// What a control asks for, by its own kind and the type of its node.
  init(_ control: FormSource.Control, _ node: FormSource.Node) {
    switch control.kind {
    case .selectOne: self = .selectOne
    case .selectMultiple: self = .selectMultiple
    case .rank: self = .rank
    case .range: self = .range
    case .trigger: self = .acknowledge
    case .upload: self.init(mediaType: control.attributes["mediatype"] ?? "")
    case .input, .group, .repeats: self.init(input: node)
    }
  }

  private init(mediaType: String) {
    switch mediaType.prefix(while: { $0 != "/" }) {
    case "image": self = .image
    case "audio": self = .audio
    case "video": self = .video
    default: self = .file
    }
  }

  private init(input node: FormSource.Node) {
    switch node.type {
    case .integer: self = .integer
    case .decimal: self = .decimal
    case .date: self = .date
    case .time: self = .time
    case .dateTime: self = .dateTime
    case .geopoint: self = .geopoint
    case .geotrace: self = .geotrace
    case .geoshape: self = .geoshape
    case .barcode: self = .barcode
    case .binary: self = .file
    case .text, .untyped, .unknown, .boolean, .choice, .choices:
      let isNote = node.readonly?.text == "true()" && node.calculation == nil
      self = isNote ? .note : .text
    }
  }

  /// What fills in a node that no control stands for.
  init(unasked node: FormSource.Node) {
    switch (node.preload?.kind, node.preload?.parameter) {
    case ("timestamp", "start"): self = .start
    case ("timestamp", "end"): self = .end
    case ("date", "today"): self = .today
    case ("property", "deviceid"): self = .deviceid
    case ("property", "username"): self = .username
    case ("property", "email"): self = .email
    case ("property", "phonenumber"): self = .phonenumber
    case (nil, _): self = node.calculation == nil ? .hidden : .calculate
    default: self = .metadata
    }
  }
}
