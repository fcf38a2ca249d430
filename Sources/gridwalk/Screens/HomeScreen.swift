import CLI
import Domain
import FieldCore
import SyncProtocol
import Terminal

extension Client {
  /// Where the day stands; on a terminal also the keys, until the person leaves.
  func home() throws {
    let store = try openStoreForReading()
    let facts = try HomeFacts(self, store)
    if isJSON {
      try result(facts.json)
      return try facts.check()
    }
    guard canAsk, streams.isOutputTerminal else {
      try streams.results(facts.sentences(now: now).map(said))
      return try facts.check()
    }
    try HomeScreen(client: self, store: store).run()
  }
}

/// What the home screen tells: whose device, what was done, what waits.
struct HomeFacts {
  let device: DeviceState
  let grids: [GridOutline]
  let queue: QueueSummary
  let today: WorkTally
  let drafts: [Draft]
  /// The title of the form that the last draft is of.
  let draftTitle: String?
  let conflicts: Int
  /// The centre's refusal of this device; nil while it takes it.
  let rejection: SyncAttempt?

  init(_ client: Client, _ store: FieldStore) throws {
    let now = client.now
    let offset = Int64(client.surroundings.timeZoneOffset(now)) * 1000
    let midnight = (now + offset) / 86_400_000 * 86_400_000 - offset
    device = try store.device()
    grids = try store.grids()
    queue = try store.queueSummary()
    today = try store.tally(since: midnight)
    drafts = try store.drafts()
    draftTitle = try drafts.first.map { try client.title(of: $0.form, in: store) }
    conflicts = try store.conflicts().count
    rejection = try store.rejection()
  }

  /// A device that the centre takes nothing from cannot do a day's work.
  ///
  /// - Throws: a failure without words, since the facts have said it.
  func check() throws {
    if rejection != nil { throw Client.Failure([], code: .failure) }
  }

  func sentences(now: Int64) -> [Sentence] {
    var lines: [Sentence] = []
    if let worker = device.worker {
      lines.append(.homeWorker(DisplayText.line(worker.name), time: LocalTime.dateAndTime(now)))
      if !grids.isEmpty {
        lines.append(.homeGrids(grids.map { DisplayText.line($0.name.isEmpty ? $0.id : $0.name) }))
      }
    } else {
      lines.append(.homeNotEnrolled)
    }
    lines.append(.homeToday(saved: today.saved, received: today.received))
    lines.append(.homeWaiting(queue.count, bytes: ByteCount.text(queue.bytes)))
    if queue.refused > 0 { lines.append(.homeRefused(queue.refused)) }
    if conflicts > 0 { lines.append(.homeConflicts(conflicts)) }
    if let rejection { lines.append(.homeRejected(rejection.code)) }
    if let at = device.lastSyncAt {
      lines.append(
        .homeSynced(LocalTime.relative(at, now: now), result: device.lastSyncResult ?? "ok"))
    } else {
      lines.append(.neverSynced)
    }
    if let draftTitle {
      lines.append(.homeDrafts(drafts.count, title: DisplayText.line(draftTitle)))
    }
    return lines
  }

  var json: FieldValue {
    .object([
      "enrolled": .bool(device.device != nil), "device": .words(device.device?.text),
      "centre": .words(device.centre), "worker": worker, "lastSync": lastSync,
      "rejection": .words(rejection?.code),
      "grids": .array(grids.map { .object(["id": .text($0.id), "name": .text($0.name)]) }),
      "today": .object(["saved": .count(today.saved), "received": .count(today.received)]),
      "waiting": .count(queue.count), "waitingBytes": .integer(queue.bytes),
      "refused": .count(queue.refused), "conflicts": .count(conflicts),
      "drafts": .array(drafts.map { Client.json($0) }),
    ])
  }

  private var worker: FieldValue {
    guard let worker = device.worker else { return .null }
    return .object(["id": .text(worker.id), "name": .text(worker.name)])
  }

  private var lastSync: FieldValue {
    guard let at = device.lastSyncAt else { return .null }
    return .object(["at": .integer(at), "result": .words(device.lastSyncResult)])
  }
}

/// The keys of the day, one action each, until the person leaves.
struct HomeScreen {
  let client: Client
  let store: FieldStore

  private var streams: Streams { client.streams }

  func run() throws {
    while true {
      let drafts = try show()
      switch try client.reader().readKey(prompt: client.said(.homePrompt)) {
      case .character(let character):
        streams.tell(raw: "\(character)\n")
        let key = HalfWidth.folded(String(character)).lowercased().first ?? character
        if key == "x" { return }
        try press(key, drafts)
      case .enter: streams.tell(raw: "\n")
      case .escape:
        streams.tell(raw: "\n")
        return
      default: streams.tell(raw: "\n")
      }
    }
  }

  private func show() throws -> [Draft] {
    let facts = try HomeFacts(client, store)
    for sentence in facts.sentences(now: client.now) { write(client.said(sentence)) }
    var keys = Sentence.homeKeys.map { "\($0.key) \(client.said($0.word))" }
    if !facts.drafts.isEmpty { keys.insert("c \(client.said(.homeContinue))", at: 0) }
    for line in Self.rows(keys, width: streams.width) { write(line) }
    return facts.drafts
  }

  /// The keys in as many rows as it takes, none of them broken.
  static func rows(_ keys: [String], width: Int) -> [String] {
    var rows: [String] = []
    for key in keys {
      if let last = rows.last, DisplayWidth.width(of: last + key) + Table.gap <= width {
        rows[rows.count - 1] = last + String(repeating: " ", count: Table.gap) + key
      } else {
        rows.append(key)
      }
    }
    return rows
  }

  private func press(_ key: Character, _ drafts: [Draft]) throws {
    switch key {
    case "h": perform(["household"])
    case "n": try pickForm()
    case "r": perform(["report"])
    case "d": perform(["diary"])
    case "f": try find()
    case "q": perform(["queue"])
    case "m": try decide()
    case "s": perform(["sync"])
    case "u": perform(["undo"])
    case "o": perform(["doctor"])
    case "c" where !drafts.isEmpty: perform(["drafts", "resume", drafts[0].id.text])
    case "?": explainKeys()
    default: write(client.said(.homeKeyUnknown(String(key))))
    }
  }

  /// Every key with what it does.
  private func explainKeys() {
    for (key, word) in Sentence.homeKeys {
      let command = ClientTable.table.commands.first { $0.key == key }
      let meaning = command.map { client.said($0.summary) } ?? client.said(word)
      write("  \(key)  \(client.said(word)): \(meaning)")
    }
    write("  c  \(client.said(.homeContinue))")
    write("  ?  \(client.said(.homeHelp))")
  }

  /// Runs a command as if it had been typed; what goes wrong is said and the day goes on.
  private func perform(_ words: [String]) {
    let globals = ["--data", client.directory.path, "--lang", streams.language.rawValue]
    _ = Client.run(
      words + globals, streams: streams, surroundings: client.surroundings, isAtHome: true)
  }

  private func pickForm() throws {
    let choices = try store.forms().map { source in
      Choice(value: source.id, label: try client.title(of: source.id, in: store))
    }
    guard !choices.isEmpty else { return write(client.said(.noForms)) }
    let dialogue = PickerDialogue(labels: .client(streams.language), width: streams.width)
    let ending = try dialogue.run(
      Picker(choices), question: LineQuestion(client.said(.promptForm)),
      reader: try client.reader(), show: write)
    if case .chosen(let choice) = ending { perform(["new", choice.value]) }
  }

  private func find() throws {
    let text = try client.reader().read(
      LineQuestion(client.said(.promptFind), isRemembered: true))
    guard PromptAnswer(text) != .keep else { return }
    let found = try store.find(HalfWidth.folded(text))
    guard !found.isEmpty else { return write(client.said(.nothingFound(text))) }
    for (number, line) in try client.table(of: found, in: store).lines(width: streams.width - 4)
      .enumerated()
    {
      // The first line holds the headings.
      write(number == 0 ? "    " + line : DisplayWidth.pad("\(number)", to: 4) + line)
    }
    let answer = try client.reader().read(LineQuestion(client.said(.promptOpen)))
    guard let number = Int(answer), (1...found.count).contains(number) else { return }
    perform(["show", found[number - 1].id.text])
  }

  /// What waits for a decision: the record's at once, or the one chosen of several.
  private func decide() throws {
    var records: [UniqueID] = []
    for conflict in try store.conflicts() where !records.contains(conflict.conflict.record) {
      records.append(conflict.conflict.record)
    }
    guard records.count > 1 else {
      return perform(records.first.map { ["resolve", $0.text] } ?? ["conflicts"])
    }
    for (number, record) in records.enumerated() {
      let title = try store.record(record)?.record.title ?? record.short
      write(DisplayWidth.pad("\(number + 1)", to: 4) + DisplayText.line(title))
    }
    let answer = try client.reader().read(LineQuestion(client.said(.promptConflict)))
    guard let number = Int(HalfWidth.folded(answer)), (1...records.count).contains(number) else {
      return
    }
    perform(["resolve", records[number - 1].text])
  }

  private func write(_ text: String) {
    for line in DisplayWidth.wrap(DisplayText.lines(text), width: streams.width) {
      streams.tell(raw: line + "\n")
    }
  }
}
