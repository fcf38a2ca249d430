import CLI
import Domain
import FieldCore
import Glibc
import SyncProtocol
import Terminal

/// Tells what the agent does: a progress line and sentences for people, one
/// JSON object a line for programs.
final class SyncReporter {
  private let streams: Streams
  private let isJSON: Bool
  private var line: ProgressLine?
  private var progress = RoundProgress()

  init(streams: Streams, isJSON: Bool) {
    self.streams = streams
    self.isJSON = isJSON
  }

  func report(_ event: SyncEvent) {
    follow(event)
    guard isJSON else { return show(event) }
    var object = Self.object(event)
    if case .sent = event {
      let now = Self.monotonicNanoseconds()
      object["roundBytes"] = .integer(progress.done)
      object["roundOf"] = .integer(progress.total)
      object["rate"] = progress.rate(now: now).map { .integer($0) } ?? .null
      object["secondsLeft"] = progress.secondsLeft(now: now).map { .integer($0) } ?? .null
    }
    emit(object)
  }

  private func follow(_ event: SyncEvent) {
    switch event {
    case .planned(let plan): progress = RoundProgress(total: plan.bytes)
    case .segment(let lane, _, _, let bytes):
      progress.begin(lane.rawValue, bytes: bytes, isPlanned: true)
    case .photo(let digest, let bytes):
      progress.begin(digest.hex, bytes: bytes, isPlanned: true)
    case .thumbnail(let photo, let bytes):
      progress.begin("thumbnail " + photo.hex, bytes: bytes, isPlanned: false)
    case .thumbnailReceived, .receipt, .photoReceived, .photoHeld: progress.end()
    case .resumed(let offset, _): progress.resume(at: offset)
    case .sent(let bytes, _): progress.advance(to: bytes, now: Self.monotonicNanoseconds())
    default: break
    }
  }

  /// The device is one now, whatever becomes of its first sync.
  func report(enrolled state: DeviceState, name: String) {
    guard isJSON else {
      streams.tell(.enrolled(state.worker?.name ?? "", name: name))
      return
    }
    emit([
      "event": "enrolled", "device": state.device.map { .text($0.text) } ?? .null,
      "worker": state.worker.map { .object(["id": .text($0.id), "name": .text($0.name)]) } ?? .null,
      "city": state.city.map { .text($0) } ?? .null,
    ])
  }

  /// What would be sent.
  func report(plan: SyncPlan) {
    if isJSON { emit(Self.object(plan)) } else { show(plan) }
  }

  private func show(_ plan: SyncPlan) {
    guard plan.bytes > 0 else {
      streams.tell(.planEmpty)
      return
    }
    streams.tell(
      .planned(
        urgent: plan.operations[.urgent]?.items ?? 0, normal: plan.operations[.normal]?.items ?? 0,
        photos: plan.photos.items, bytes: ByteCount.text(plan.bytes - plan.photos.bytes),
        photoBytes: ByteCount.text(plan.photos.bytes)))
    streams.tell(.planTime(plan.seconds.map { Int64($0.rounded(.up)) }))
  }

  private static func object(_ plan: SyncPlan) -> [String: FieldValue] {
    [
      "event": "plan", "urgent": object(plan.operations[.urgent]),
      "normal": object(plan.operations[.normal]), "photos": object(plan.photos),
      "bytes": .integer(plan.bytes), "seconds": plan.seconds.map { .decimal($0) } ?? .null,
    ]
  }

  private static func object(_ count: QueueSummary.Count?) -> FieldValue {
    .object([
      "items": .integer(Int64(count?.items ?? 0)), "bytes": .integer(count?.bytes ?? 0),
    ])
  }

  // For programs.

  private func emit(_ object: [String: FieldValue]) {
    // A reader that went away must not stop the sync.
    if let bytes = try? WireJSON.encode(FieldValue.object(object)) {
      try? streams.result(String(decoding: bytes, as: UTF8.self))
    }
  }

  private static func object(_ event: SyncEvent) -> [String: FieldValue] {
    switch event {
    case .started: ["event": "started"]
    case .planned(let plan): object(plan)
    case .epochChanged: ["event": "epoch-changed"]
    case .incarnationChanged: ["event": "incarnation-changed"]
    case .wipeOrdered(let account): ["event": "wipe-ordered", "by": .text(account)]
    case .segment(let lane, let first, let last, let bytes):
      [
        "event": "segment", "lane": .text(lane.rawValue), "first": .integer(first),
        "last": .integer(last), "bytes": .integer(bytes),
      ]
    case .thumbnail(let photo, let bytes):
      ["event": "thumbnail", "of": .text(photo.hex), "bytes": .integer(bytes)]
    case .photo(let digest, let bytes):
      ["event": "photo", "sha256": .text(digest.hex), "bytes": .integer(bytes)]
    case .resumed(let offset, let total):
      ["event": "resumed", "at": .integer(offset), "of": .integer(total)]
    case .sent(let bytes, let total):
      ["event": "sent", "bytes": .integer(bytes), "of": .integer(total)]
    case .receipt(let lane, let first, let last, let refused):
      [
        "event": "receipt", "lane": .text(lane.rawValue), "first": .integer(first),
        "last": .integer(last),
        "refused": .integer(Int64(refused)),
      ]
    case .thumbnailReceived(let photo):
      ["event": "thumbnail-received", "of": .text(photo.hex)]
    case .photoReceived(let digest): ["event": "photo-received", "sha256": .text(digest.hex)]
    case .held(let lane): ["event": "held", "lane": .text(lane.rawValue)]
    case .photoHeld(let digest, let problem):
      ["event": "photo-held", "sha256": .text(digest.hex), "problem": .text(problem)]
    case .page(let changes): ["event": "page", "changes": .integer(Int64(changes))]
    case .waiting(let seconds, let error):
      [
        "event": "waiting", "seconds": .decimal(seconds),
        "after": error.map { .text($0.code) } ?? .null,
      ]
    case .finished(let outcome):
      [
        "event": "finished", "result": .text(outcome.error?.code ?? "ok"),
        "operations": .integer(Int64(outcome.operations)),
        "refused": .integer(Int64(outcome.refused)),
        "conflicts": .integer(Int64(outcome.conflicts)),
        "thumbnails": .integer(Int64(outcome.thumbnails)),
        "photos": .integer(Int64(outcome.photos)),
        "photosThere": .integer(Int64(outcome.photosThere)),
        "changes": .integer(Int64(outcome.changes)),
        "bytes": .integer(outcome.bytes),
        "held": .array(outcome.held.map(\.rawValue).sorted().map { .text($0) }),
      ]
    }
  }

  // For people.

  private func show(_ event: SyncEvent) {
    switch event {
    case .segment, .thumbnail, .photo: draw()
    case .resumed(let offset, let total):
      let (at, all) = (ByteCount.text(offset), ByteCount.text(total))
      if at != all { say(.resumedAt(at, of: all)) }
    case .sent: draw()
    case .receipt(_, let first, let last, let refused):
      say(.operationsReceived(Int(last - first + 1), refused: refused))
    case .photoReceived: say(.photoReceived)
    case .epochChanged: say(.centreRestored)
    case .incarnationChanged: say(.journalForked)
    case .wipeOrdered(let account): say(.wipeOrderedBy(account))
    case .held: say(.laneHeld)
    case .photoHeld(_, let problem): say(.photoNotTaken(problem))
    case .waiting(let seconds, let error):
      if let error { say(SyncWords.sentence(for: error)) }
      say(.waitingToRetry(Int(seconds.rounded(.up))))
    case .finished(let outcome): finish(outcome)
    case .started, .planned, .page, .thumbnailReceived: break
    }
  }

  /// One line for the whole round, rewritten in place; nothing where no
  /// terminal is.
  private func draw() {
    guard streams.isErrorTerminal, !streams.isDumb else { return }
    var line = self.line ?? makeLine()
    line.setTotal(progress.total)
    if let text = line.advance(to: progress.done, now: Self.monotonicNanoseconds()) {
      streams.tell(raw: text)
    }
    self.line = line
  }

  private func makeLine() -> ProgressLine {
    let language = streams.language
    return ProgressLine(
      Sentence.sendingRound.text(in: language), total: progress.total,
      style: .rewriting(width: streams.width),
      labels: ProgressLabels(
        bytes: ByteCount.text, rate: { "\(ByteCount.text($0))/s" },
        timeLeft: { Sentence.secondsLeft($0).text(in: language) }))
  }

  /// A sentence in the progress line's place, which is drawn again below it.
  private func say(_ sentence: Sentence) {
    // CR to the front, then EL 0 (ECMA-48 8.3.41).
    if line != nil { streams.tell(raw: "\r\u{1B}[K") }
    streams.tell(sentence)
  }

  private func end() {
    guard var line else { return }
    self.line = nil
    line.setTotal(progress.total)
    if let text = line.finish(at: progress.done, now: Self.monotonicNanoseconds()) {
      streams.tell(raw: text)
    }
  }

  private func finish(_ outcome: SyncOutcome) {
    end()
    if let error = outcome.error {
      streams.tell(SyncWords.sentence(for: error))
    } else if outcome.held.isEmpty, outcome.heldPhotos == 0 {
      streams.tell(
        .syncFinished(
          operations: outcome.operations, photos: outcome.photos, changes: outcome.changes,
          bytes: ByteCount.text(outcome.bytes)))
    }
    if outcome.refused > 0 { streams.tell(.someRefused(outcome.refused)) }
    if outcome.conflicts > 0 { streams.tell(.someConflicts(outcome.conflicts)) }
  }

  private static func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
