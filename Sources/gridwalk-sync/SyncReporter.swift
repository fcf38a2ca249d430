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
  private var sent: Int64 = 0

  init(streams: Streams, isJSON: Bool) {
    self.streams = streams
    self.isJSON = isJSON
  }

  func report(_ event: SyncEvent) {
    if isJSON { emit(Self.object(event)) } else { show(event) }
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
    case .epochChanged: ["event": "epoch-changed"]
    case .incarnationChanged: ["event": "incarnation-changed"]
    case .wipeOrdered(let account): ["event": "wipe-ordered", "by": .text(account)]
    case .segment(let lane, let first, let last, let bytes):
      [
        "event": "segment", "lane": .text(lane.rawValue), "first": .integer(first),
        "last": .integer(last), "bytes": .integer(bytes),
      ]
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
    case .segment(let lane, let first, let last, let bytes):
      begin(.sendingOperations(Int(last - first + 1), isUrgent: lane == .urgent), bytes)
    case .photo(_, let bytes): begin(.sendingPhoto, bytes)
    case .resumed(let offset, let total):
      end()
      let (at, all) = (ByteCount.text(offset), ByteCount.text(total))
      if at != all { streams.tell(.resumedAt(at, of: all)) }
    case .sent(let bytes, _): advance(to: bytes)
    case .receipt(_, let first, let last, let refused):
      end()
      streams.tell(.operationsReceived(Int(last - first + 1), refused: refused))
    case .photoReceived:
      end()
      streams.tell(.photoReceived)
    case .epochChanged: streams.tell(.centreRestored)
    case .incarnationChanged: streams.tell(.journalForked)
    case .wipeOrdered(let account): streams.tell(.wipeOrderedBy(account))
    case .held: streams.tell(.laneHeld)
    case .photoHeld(_, let problem):
      end()
      streams.tell(.photoNotTaken(problem))
    case .waiting(let seconds, let error):
      end()
      if let error { streams.tell(SyncWords.sentence(for: error)) }
      streams.tell(.waitingToRetry(Int(seconds.rounded(.up))))
    case .finished(let outcome): finish(outcome)
    case .started, .page: break
    }
  }

  private func begin(_ label: Sentence, _ bytes: Int64) {
    end()
    sent = 0
    let style: ProgressLine.Style =
      streams.isErrorTerminal && !streams.isDumb
      ? .rewriting(width: streams.width) : .silent
    let language = streams.language
    line = ProgressLine(
      label.text(in: language), total: bytes, style: style,
      labels: ProgressLabels(
        bytes: ByteCount.text, rate: { "\(ByteCount.text($0))/s" },
        timeLeft: { Sentence.secondsLeft($0).text(in: language) }))
    advance(to: 0)
  }

  private func advance(to bytes: Int64) {
    sent = bytes
    if let text = line?.advance(to: bytes, now: Self.monotonicNanoseconds()) {
      streams.tell(raw: text)
    }
  }

  private func end() {
    if let text = line?.finish(at: sent, now: Self.monotonicNanoseconds()) {
      streams.tell(raw: text)
    }
    line = nil
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
