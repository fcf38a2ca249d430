import Domain
import SyncProtocol

/// Brings the journal and the photos to the centre and the worker's grids here
/// (PROTOCOL.md §10). Holds the folder's lock as long as it lives.
///
/// It keeps nothing that matters: every step is in the store before the next
/// request, so a killed agent is replaced by a new one.
public final class SyncAgent {
  let store: FieldStore
  private let transport: any Transport
  private let patience: Patience
  let report: (SyncEvent) -> Void
  private let lock: AgentLock
  private var goodput: Goodput
  var outcome = SyncOutcome()
  private static let restarts = 4
  private static let urgentLookMilliseconds: Int64 = 500
  /// Seconds after which a file in `incoming/` has no writer any more.
  private static let abandonedSeconds: Int64 = 3600

  /// An agent on a store.
  ///
  /// - Parameters:
  ///   - patience: how long a round stays with a link that broke in its midst.
  ///   - report: told what the agent does, on the calling thread.
  /// - Throws: `.agentRunning` when another process's agent holds the folder.
  public init(
    store: FieldStore, transport: any Transport, patience: Patience = .none,
    report: @escaping (SyncEvent) -> Void = { _ in }
  ) throws(SyncError) {
    self.store = store
    self.transport = transport
    self.patience = patience
    self.report = report
    lock = try AgentLock(store.directory)
    goodput = Goodput(
      bytesPerSecond: try local { () throws(FieldError) in try store.device() }.goodput)
  }

  /// Becomes a device of the worker whose code this is. May be repeated with
  /// the same code when the answer was lost.
  ///
  /// - Parameters:
  ///   - centre: the centre's address, kept for the next time.
  ///   - name: what the worker calls the handheld.
  @discardableResult
  public func enroll(
    code: String, centre: String, name: String
  ) throws(SyncError) -> DeviceState {
    let incarnation = try local { () throws(FieldError) in try store.device() }.incarnation
    let answer = try CentreClient(link: makeLink(), token: nil)
      .enroll(EnrollRequest(code: code, incarnation: incarnation, name: name))
    return try local { () throws(FieldError) in
      try store.enrolled(answer, centre: centre, name: name)
      return try store.device()
    }
  }

  /// Does one full round: what waits goes up, what is new comes down.
  ///
  /// - Parameter asked: whether a person asked for it: then what the centre
  ///   would not take, and waits for somebody, is tried again.
  /// - Returns: what it came to; `error` says why it ended early.
  public func run(asked: Bool = false) -> SyncOutcome {
    outcome = SyncOutcome()
    report(.started)
    clearAbandoned()
    do throws(SyncError) {
      if asked { try local { () throws(FieldError) in try store.releaseHeld() } }
      report(.planned(try local { () throws(FieldError) in try store.syncPlan() }))
      try rounds()
    } catch {
      outcome.error = error
    }
    let code = outcome.error?.code ?? "ok"
    do throws(FieldError) {
      // A store that was wiped knows of no attempt.
      if outcome.error != .wiped {
        try store.noteAttempt(code, goodput: goodput.bytesPerSecond)
      }
    } catch {
      // What the round did is kept; only the note of it is not.
      if outcome.error == nil { outcome.error = .local(error) }
    }
    report(.finished(outcome))
    return outcome
  }

  private func makeLink() -> CentreLink {
    CentreLink(transport, patience: patience, report: report)
  }

  /// Removes what writers of photos that were killed left behind.
  private func clearAbandoned() {
    let moment = store.environment.now() / 1000 - Self.abandonedSeconds
    // Only room on the disk is at stake; the next round tries again.
    do throws(FileFault) { _ = try store.photos.removeAbandoned(before: moment) } catch {}
  }

  /// Rounds until one comes to its end. One that finds the centre restored or
  /// the journal forked is begun again, since everything may be different.
  private func rounds() throws(SyncError) {
    for _ in 0..<Self.restarts {
      do throws(SyncError) {
        if try round() { return }
      } catch .epochChanged {
        continue
      } catch .refusedByCentre(.chainForked, _) {
        try local { () throws(FieldError) in try store.fork() }
        report(.incarnationChanged)
      }
    }
    throw .protocolViolation
  }

  /// One round; false when it has to begin again.
  private func round() throws(SyncError) -> Bool {
    let state = try local { () throws(FieldError) in try store.device() }
    guard let device = state.device, let token = state.token else { throw .notEnrolled }
    let client = CentreClient(link: makeLink(), token: token)
    let waiting = try local { () throws(FieldError) in try store.backlog() }
    let begin = store.environment.monotonic()
    let session = try client.session(state.incarnation, waiting: waiting)
    goodput.note(roundTrip: store.environment.monotonic() - begin)
    guard session.device == device else { throw .protocolViolation }
    if let order = session.wipe, order.unsent == .drop { try wipe(order) }
    let news = try local { () throws(FieldError) in try store.reconcile(session) }
    if news.epochChanged { report(.epochChanged) }
    if news.forked {
      report(.incarnationChanged)
      return false
    }
    try sendLanes(client, session.epoch)
    while let order = session.wipe {
      // The centre gives a device that is to be wiped nothing more.
      try sendPhotos(client, session.epoch, ofRefusedToo: true)
      try wipe(order)
      // Something was saved meanwhile.
      try sendLanes(client, session.epoch)
    }
    try takeChanges(client, session.epoch)
    try sendPhotos(client, session.epoch)
    _ = try local { () throws(FieldError) in try store.tidy(centreNow: session.now) }
    return true
  }

  /// Follows an administrator's order, as soon as nothing waits that is to be
  /// sent first (PROTOCOL.md §7).
  ///
  /// - Throws: `.wiped` when it is done; returns when something is to be sent.
  private func wipe(_ order: WipeOrder) throws(SyncError) {
    let isBegun = try local { () throws(FieldError) in try store.beginWipe(order) }
    guard isBegun else { return }
    report(.wipeOrdered(by: order.by))
    try local { () throws(FieldError) in try store.carryOutWipe() }
    do throws(SyncError) { try store.reportWipe(through: transport) } catch {
      // The next start of the agent says it again.
    }
    throw .wiped
  }
}

// Up: operations.
extension SyncAgent {
  func sendLanes(
    _ client: CentreClient, _ epoch: UniqueID, only lanes: [Lane] = [.urgent, .normal]
  ) throws(SyncError) {
    while let segment = try nextSegment(lanes) { try send(segment, client, epoch) }
  }

  /// The next segment, urgent before normal at every turn.
  private func nextSegment(_ lanes: [Lane]) throws(SyncError) -> SealedSegment? {
    for lane in lanes where !outcome.held.contains(lane) {
      let bytes = goodput.segmentBytes
      let next = try local { () throws(FieldError) in try store.nextSegment(lane, bytes: bytes) }
      guard let segment = next else { continue }
      if segment.refusals < SealedSegment.refusalLimit { return segment }
      outcome.held.insert(lane)
      report(.held(lane))
    }
    return nil
  }

  private func send(
    _ segment: SealedSegment, _ client: CentreClient, _ epoch: UniqueID
  ) throws(SyncError) {
    let lane = segment.lane
    let content = try local { () throws(FieldError) in try store.bytes(of: segment) }
    guard let content else {
      return try local { () throws(FieldError) in try store.unseal(lane) }
    }
    report(.segment(lane, first: segment.first, last: segment.last, bytes: segment.length))
    try local { () throws(FieldError) in try store.noteAttempt(lane) }
    let subject = UploadSubject(kind: "segment", sha256: segment.sha256, length: segment.length) {
      offset, count in .bytes(Array(content[Int(offset)..<Int(offset + count)]))
    }
    let isBelow = lane == .normal
    do throws(SyncError) {
      let (receipt, _) = try upload(
        subject, client, from: segment.upload, mayHaveBegun: segment.attempts > 0,
        interlude: isBelow
          ? { () throws(SyncError) in try self.sendLanes(client, epoch, only: [.urgent]) } : nil
      ) { [store] address throws(FieldError) in try store.saveUpload(address, of: lane) }
      try keep(receipt, for: segment, client, epoch)
    } catch .sequenceGap(let expected) {
      try rewind(segment, to: expected)
    } catch .refusedByCentre(let code, _) where code.isAboutContent {
      try local { () throws(FieldError) in try store.noteRefusal(code.rawValue, of: lane) }
    }
  }

  private func keep(
    _ receipt: Receipt, for segment: SealedSegment, _ client: CentreClient, _ epoch: UniqueID
  ) throws(SyncError) {
    guard
      case .segment(let at, segment.lane, segment.first, segment.last, let results, let missing) =
        receipt
    else { throw .protocolViolation }
    try confirm(at, epoch, client)
    let fits = try local { () throws(FieldError) in try store.fits(results, segment) }
    guard fits else { throw .protocolViolation }
    try local { () throws(FieldError) in
      try store.keep(results, lane: segment.lane, epoch: epoch, missing: Set(missing))
    }
    let refused = results.count { $0.refusal != nil }
    outcome.operations += results.count
    outcome.refused += refused
    outcome.conflicts += results.count { $0.result == .conflict }
    report(.receipt(segment.lane, first: segment.first, last: segment.last, refused: refused))
  }

  /// Makes sure that a receipt is of the present history.
  ///
  /// One that names another epoch is either newer than this round's session or
  /// was stored before the centre's backup was made. When the epoch is still
  /// the same afterwards the answer was given within it, since no epoch comes
  /// back: then the restored centre has what the receipt says.
  func confirm(
    _ named: UniqueID, _ epoch: UniqueID, _ client: CentreClient
  ) throws(SyncError) {
    if named == epoch { return }
    let state = try local { () throws(FieldError) in try store.device() }
    let session = try client.session(state.incarnation)
    guard session.epoch == epoch else { throw .epochChanged }
  }

  private func rewind(_ segment: SealedSegment, to expected: Int64) throws(SyncError) {
    // A gap lies before the segment; anything else is no gap.
    guard expected < segment.first else { throw .protocolViolation }
    let known = try local { () throws(FieldError) in
      try store.rewind(segment.lane, to: expected)
    }
    guard known else { throw .protocolViolation }
  }

  /// - Parameter interlude: sends what is more urgent, between two pieces and
  ///   when something urgent was saved meanwhile; nil when nothing is.
  func upload(
    _ subject: UploadSubject, _ client: CentreClient, from address: String?, mayHaveBegun: Bool,
    interlude: (() throws(SyncError) -> Void)? = nil,
    save: @escaping (String?) throws(FieldError) -> Void
  ) throws(SyncError) -> (Receipt, hasSent: Bool) {
    let report = report
    let upload = Upload(
      subject, client: client, environment: store.environment, goodput: goodput,
      watch: Upload.Watch(
        save: save, report: { report(.sent($0, of: subject.length)) },
        resumed: { report(.resumed(at: $0, of: subject.length)) },
        isOvertaken: interlude == nil ? nil : urgentWatch()))
    defer {
      goodput = upload.goodput
      outcome.bytes += upload.newBytes
    }
    let receipt = try upload.run(
      from: address, mayHaveBegun: mayHaveBegun,
      interlude: { () throws(SyncError) in try interlude?() })
    return (receipt, upload.hasSent)
  }

  /// Whether an urgent report was saved since; looks at most once a second.
  private func urgentWatch() -> () -> Bool {
    var looked = store.environment.monotonic()
    return { [store, outcome] in
      guard !outcome.held.contains(.urgent) else { return false }
      let now = store.environment.monotonic()
      guard now - looked >= Self.urgentLookMilliseconds else { return false }
      looked = now
      // A store that cannot be read is told of by the next step.
      do throws(FieldError) { return try store.waits(in: .urgent) } catch { return false }
    }
  }
}

// Down: changes.
extension SyncAgent {
  private func takeChanges(_ client: CentreClient, _ epoch: UniqueID) throws(SyncError) {
    var restarted = false
    while true {
      let cursor = try local { () throws(FieldError) in try store.device() }.cursor
      let page: ChangePage
      do throws(SyncError) {
        page = try client.changes(after: cursor)
      } catch .refusedByCentre(.cursorExpired, _) where cursor != nil && !restarted {
        restarted = true
        try local { () throws(FieldError) in try store.forgetCursor() }
        continue
      }
      guard page.epoch == epoch else { throw .epochChanged }
      guard !page.more || page.cursor != cursor else { throw .protocolViolation }
      try local { () throws(FieldError) in try store.apply(page) }
      outcome.changes += page.changes.count
      report(.page(changes: page.changes.count))
      if !page.more { return }
    }
  }
}

extension ProblemCode {
  /// Whether it is the bytes themselves that the centre does not take.
  var isAboutContent: Bool {
    switch self {
    case .digestMismatch, .chainBroken, .segmentMalformed, .segmentForeign, .schemaUnsupported,
      .tooLarge:
      true
    default: false
    }
  }
}
