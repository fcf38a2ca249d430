import Foundation

// What must hold after every fault, and after quiet.
extension World {
  /// Everything the handheld said was saved is in its journal, or answered at
  /// the centre.
  func examine(_ hand: Hand, _ reading: DeviceReading) {
    let journal = Set(reading.entries.map(\.1.op))
    let missing = hand.promised.subtracting(journal)
    if !missing.isEmpty {
      violate("\(hand.name) lost \(missing.count) saved operations: \(missing.sorted().prefix(3))")
      hand.forget(missing)
    }
    for photo in reading.photos {
      let path = "\(hand.data)/photos/\(photo.sha256.prefix(2))/\(photo.sha256)"
      if Hash.ofFile(path) != photo.sha256 {
        violate("\(hand.name): photo \(photo.sha256) is not whole")
      }
    }
  }

  /// Everything that a handheld holds a receipt for is at the centre.
  func examineCentre() throws {
    let reading = try CentralReading(centre)
    let answered = reading.answered
    for hand in hands {
      let device = try hand.reading()
      let lost = device.received.filter { $0.epoch == reading.epoch && !answered.contains($0.op) }
      if !lost.isEmpty {
        violate(
          "the centre lost \(lost.count) operations it gave \(hand.name) receipts for: \(lost[0].op)"
        )
      }
      for photo in device.photos where photo.isReceived && device.epoch == reading.epoch {
        if !hasPhoto(photo.sha256) {
          violate("the centre lost photo \(photo.sha256) it gave \(hand.name) a receipt for")
        }
      }
    }
    let gone = legacy.subtracting(answered)
    if !gone.isEmpty {
      violate("the centre lost \(gone.count) operations of handhelds that are no more")
      legacy.subtract(gone)
    }
  }

  private func hasPhoto(_ sha256: String) -> Bool {
    Hash.ofFile("\(data)/photos/\(sha256.prefix(2))/\(sha256)") == sha256
  }

  /// No more faults: everything comes to rest, and both ends agree.
  func quiet() throws {
    say("quiet")
    link.release()
    _ = settleLink()
    centre.control.disarm()
    centre.control.setClock(0)
    if !isServing { try reviveCentre() }
    for hand in hands {
      hand.machine.control.disarm()
      hand.machine.control.setClock(0)
    }
    for round in 0..<2 {
      for hand in hands { try rest(hand, round) }
    }
    stopServer(SIGTERM)
    let reading = try CentralReading(centre)
    for hand in hands { try compare(hand, reading) }
    try compare(reading)
    _ = try serve()
  }

  private func rest(_ hand: Hand, _ round: Int) throws {
    var last: Ended?
    for _ in 0..<8 {
      let ended = try hand.run("gridwalk-sync", ["sync"])
      note(ended)
      last = ended
      let isWaiting = try !hand.reading().waiting.isEmpty
      if ended.status == 0, !isWaiting { return }
      if ended.lines.last?["result"] as? String == "unauthorized" || ended.status == 5 {
        try enroll(hand)
      }
      _ = settleLink()
    }
    violate(
      "\(hand.name) does not come to rest: \(last?.status ?? -1) \(last?.output.suffix(300) ?? "") \(last?.errors.suffix(300) ?? "")"
    )
  }

  private func note(_ ended: Ended) {
    for line in ended.lines where line["event"] as? String == "incarnationChanged" {
      tally.note("new incarnations")
    }
  }

  /// A handheld beside the centre.
  private func compare(_ hand: Hand, _ reading: CentralReading) throws {
    let device = try hand.reading()
    examine(hand, device)
    let answered = reading.answered
    let unanswered = hand.promised.subtracting(answered)
    if !unanswered.isEmpty {
      violate(
        "\(hand.name): \(unanswered.count) saved operations never came to the centre: \(unanswered.sorted().prefix(3))"
      )
    }
    let scope = reading.grids[hand.worker] ?? []
    let theirs = reading.records.filter { scope.contains($0.value.grid) }
    for (id, record) in theirs {
      guard let mine = device.records[id] else {
        // A record that was made and deleted before this handheld came need not be here.
        if !record.isDeleted { violate("\(hand.name) lacks record \(id) of its scope") }
        continue
      }
      if !Self.same(mine, record) {
        violate("\(hand.name) shows \(mine), the centre \(record) of \(id)")
      }
    }
    let made = Set(device.entries.filter { $0.1.action == "create" }.map(\.1.record))
    for id in device.records.keys where theirs[id] == nil {
      if device.refusedRecords.contains(id) { continue }
      if restorations > 0, reading.records[id] == nil, !made.contains(id) {
        // Its history is lost, and its maker is no more or is refused now: this
        // copy is all there is.
        tally.note("records of a lost history kept")
        continue
      }
      violate(
        "\(hand.name) has record \(id) of \(device.records[id]?.grid ?? "") that is not in its scope "
          + "\(scope.sorted()); leaving: \(device.leaving.contains(id)), grids known: "
          + "\(currentGrids(hand)), at the centre: \(reading.records[id]?.grid ?? "nowhere")")
    }
    let covered = Set(
      reading.conflicts.filter { theirs[$0.record] != nil && reading.openConflicts.contains($0.id) }
        .map(\.id))
    let unseen = covered.subtracting(device.conflicts)
    if !unseen.isEmpty {
      violate("\(hand.name) does not see \(unseen.count) conflicts: \(unseen.first ?? "")")
    }
    let doctor = try hand.run("gridwalk", ["doctor"])
    let checks = doctor.json()["checks"] as? [[String: Any]] ?? []
    for check in checks
    where check["check"] as? String == "integrity" && check["state"] as? String != "ok" {
      violate("\(hand.name): doctor: \(check)")
    }
    tally.note("replicas compared")
    tally.note("records compared", theirs.count)
  }

  private static func same(_ mine: ShownRecord, _ theirs: ShownRecord) -> Bool {
    var (left, right) = (mine, theirs)
    left.fields = left.fields.filter { $0.value != NSNull() }
    right.fields = right.fields.filter { $0.value != NSNull() }
    return left == right
  }

  /// The centre beside its own journal and its disk.
  private func compare(_ reading: CentralReading) throws {
    var effective: [String: Int] = [:]
    for row in reading.rows where !row.op.isEmpty && row.code != "duplicate" {
      effective[row.op, default: 0] += 1
    }
    for (op, count) in effective where count != 1 { violate("\(op) took effect \(count) times") }
    tally.note("duplicates answered", reading.rows.filter { $0.code == "duplicate" }.count)
    let reckoning = Reckoning(reading)
    for fault in reckoning.faults { violate(fault) }
    tally.note("values covered and kept", reckoning.covered.count)
    tally.note("operations at the centre", reading.rows.count)
    for row in reading.rows where row.result != "refused" {
      for photo in row.journal.photos where !(reading.photos.contains(photo) && hasPhoto(photo)) {
        if stillHeld(photo) { violate("photo \(photo) of \(row.op) never came to the centre") }
      }
    }
    let check = try admin(["check"])
    if check.status != 0 { violate("check: \(check.output) \(check.errors)") }
    let gone = legacy.subtracting(reading.answered)
    if !gone.isEmpty { violate("\(gone.count) operations of handhelds that are no more are lost") }
  }

  /// Whether a handheld that still exists has it.
  private func stillHeld(_ photo: String) -> Bool {
    hands.contains {
      FileManager.default.fileExists(atPath: "\($0.data)/photos/\(photo.prefix(2))/\(photo)")
    }
  }
}
