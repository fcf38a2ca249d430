import Foundation

// Rounds with the centre, with faults on either side and between.
extension World {
  /// What a round suffers.
  struct Suffering {
    var handheld = false
    var centre = false
    var network = false
    var isWorking = false
  }

  func sync(_ hand: Hand, _ suffering: Suffering) throws {
    let (before, centreBefore) = (hand.machine.control.state, centre.control.state)
    let mine = suffering.handheld ? order(for: "sync") : nil
    let theirs = suffering.centre ? order(for: "serving") : nil
    if let mine { hand.machine.control.arm(mine.0) }
    if let theirs { centre.control.arm(theirs.0) }
    if suffering.network { armLink() }
    let agent = try hand.start("gridwalk-sync", ["sync"])
    if suffering.isWorking { try workBeside(hand) }
    let ended = agent.wait(seconds: 25)
    let isMine = settle(hand.machine, before, mine, hand.name)
    let isTheirs = settle(centre, centreBefore, theirs, "centre")
    let isNetwork = settleLink()
    say("\(hand.name): sync → \(ended.status) \(ended.lines.last?["result"] as? String ?? "")")
    if ended.isHung { violate("\(hand.name): the agent did not end") }
    note(ended)
    if hand.machine.control.state.isDead {
      try darken(hand.machine, hand.name)
    } else {
      hand.machine.control.disarm()
    }
    if isTheirs || !isServing { try reviveCentre() } else { centre.control.disarm() }
    if !isMine, !isTheirs, !isNetwork { try expectRest(ended, hand) }
    let reading = try hand.reading()
    hand.took(reading, promises: false)
    examine(hand, reading)
  }

  /// The worker goes on while the agent runs.
  private func workBeside(_ hand: Hand) throws {
    let reading = try hand.reading()
    hand.took(reading, promises: false)
    let state = hand.machine.control.state
    let grids = currentGrids(hand)
    let ended = try hand.run(
      "gridwalk", ["diary", "同时\(random.below(1000))", "--grid", grids[random.below(grids.count)]])
    // When a kill struck meanwhile the whole machine died: nothing was said.
    let isStruck = hand.machine.control.state.fired > state.fired
    // 3: the scope changed while the command ran.
    if ended.status != 0, ended.status != 3, !isStruck, !hand.machine.control.state.isDead,
      state.kind == 0
    {
      violate("\(hand.name): diary beside the agent → \(ended.status): \(ended.errors)")
    }
    hand.took(try hand.reading(), promises: ended.status == 0)
    if ended.status == 0 { tally.note("saved and said so") }
  }

  /// A round without a fault may fail only for what went before it.
  private func expectRest(_ ended: Ended, _ hand: Hand) throws {
    if ended.status == 0 { return }
    let result = ended.lines.last?["result"] as? String ?? ""
    if result == "unauthorized" || ended.status == 5 { return try enroll(hand) }
    // A stale request of an earlier fault may have met this round's upload.
    tally.note("failed without a fault of its own: \(result)")
    say("  \(ended.errors.prefix(300))")
  }

  private func note(_ ended: Ended) {
    for line in ended.lines {
      switch line["event"] as? String {
      case "resumed": tally.note("uploads resumed")
      case "receipt": tally.note("receipts")
      case "photoReceived": tally.note("photos received")
      case "epochChanged": tally.note("restored centres noticed")
      case "incarnationChanged": tally.note("new incarnations")
      case "held", "photoHeld": tally.note("held for somebody")
      case "finished":
        tally.note("operations refused", (line["refused"] as? NSNumber)?.intValue ?? 0)
        tally.note("conflicts", (line["conflicts"] as? NSNumber)?.intValue ?? 0)
      default: break
      }
    }
    tally.note("rounds")
    if ended.status != 0 { tally.note("rounds broken off") }
  }

  func armLink() {
    let fault = Link.Fault.allCases[random.below(Link.Fault.allCases.count)]
    link.arm(.init(fault: fault, skip: random.below(6), share: random.below(1001)))
  }

  func settleLink() -> Bool {
    let (struck, exchanges) = link.disarm()
    for fault in struck {
      say("  link: \(fault)")
      tally.fault("link, \(fault)")
    }
    tally.note("exchanges", exchanges)
    for complaint in link.takeComplaints() { violate(complaint) }
    return !struck.isEmpty
  }

  /// Makes a handheld a device of its worker, again if need be.
  func enroll(_ hand: Hand) throws {
    for attempt in 0..<6 {
      let ended = try admin(["device", "code", hand.worker])
      guard let code = ended.json()["code"] as? String else {
        throw HarnessFault("no code: \(ended.errors)")
      }
      if attempt < 2, random.percent(20) { armLink() }
      let answer = try hand.run(
        "gridwalk-sync", ["enroll", "http://127.0.0.1:\(link.port)", code, "--name", hand.name])
      let isStruck = settleLink()
      say("\(hand.name): enroll → \(answer.status)")
      if answer.status == 0 {
        hand.isEnrolled = true
        return
      }
      if !isStruck { violate("\(hand.name): enroll → \(answer.status): \(answer.errors)") }
    }
    violate("\(hand.name) cannot enrol")
  }
}
