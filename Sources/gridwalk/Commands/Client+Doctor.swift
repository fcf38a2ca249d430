import CLI
import Domain
import FieldCore
import SyncProtocol
import Terminal

extension Client {
  /// Looks at everything that can keep this device from working, and says what
  /// to do about each.
  func examine() throws {
    let checks: [HealthCheck]
    let free = surroundings.freeBytes(directory.path)
    do {
      let store = try openStoreForReading()
      checks = try [HealthCheck.disk(free)] + HealthCheck.all(store, now: now)
    } catch let error as FieldError {
      // A store that cannot be opened is the finding.
      checks = [HealthCheck.disk(free), unopened(error)]
    } catch let failure as Failure {
      checks = [HealthCheck.disk(free)] + failure.sentences.map { HealthCheck("store", .fail, $0) }
    }
    if isJSON {
      let isSound = !checks.contains { $0.grade == .fail }
      try result(.object(["ok": .bool(isSound), "checks": .array(checks.map(json))]))
    } else {
      for check in checks { try write(check) }
    }
    if checks.contains(where: { $0.grade == .fail }) { throw Failure([], code: .failure) }
  }

  /// Why the store cannot be opened and what helps; never this command again.
  private func unopened(_ error: FieldError) -> HealthCheck {
    switch error {
    case .damaged, .foreignDatabase:
      return HealthCheck("store", .fail, .storeGarbage, fix: .storeGarbageFix)
    case .inputOutput:
      return HealthCheck("store", .fail, .faultUnreadable("I/O"), fix: .storeUnreadableFix)
    default:
      let said = failure(explaining: error).sentences
      return HealthCheck(
        "store", .fail,
        Sentence(
          zh: said.map(\.zh).joined(separator: " "), en: said.map(\.en).joined(separator: " ")))
    }
  }

  private func json(_ check: HealthCheck) -> FieldValue {
    .object([
      "check": .text(check.name), "state": .text(check.grade.rawValue),
      "finding": .text(said(check.finding)), "fix": .words(check.fix.map(said)),
    ])
  }

  private func write(_ check: HealthCheck) throws {
    let mark =
      switch check.grade {
      case .ok: said(.markOK)
      case .warn: said(.markWarn)
      case .fail: said(.markFail)
      }
    try streams.results(hanging(mark + " ", said(check.finding)))
    if let fix = check.fix { try streams.results(hanging("  → ", said(fix))) }
  }

  private func hanging(_ head: String, _ text: String) -> [String] {
    let columns = DisplayWidth.width(of: head)
    let width = streams.isOutputTerminal ? streams.width : Streams.greatestWidth
    return DisplayWidth.wrap(DisplayText.line(text), width: width - columns).enumerated()
      .map { ($0.offset == 0 ? head : String(repeating: " ", count: columns)) + $0.element }
  }
}

/// One thing looked at and what was found.
struct HealthCheck {
  enum Grade: String { case ok, warn, fail }

  /// Less free disk than this is worth a warning, in bytes.
  static let leastFreeBytes: Int64 = 200_000_000
  /// With less free disk than this nothing can be saved, in bytes.
  static let noRoom: Int64 = 64_000
  /// A clock further off than this is worth a warning, in milliseconds.
  static let greatestClockOffset: Int64 = 120_000
  /// Something that waits longer than this is worth a warning, in milliseconds.
  static let longestWait: Int64 = 3 * 86_400_000

  let name: String
  let grade: Grade
  let finding: Sentence
  let fix: Sentence?

  init(_ name: String, _ grade: Grade, _ finding: Sentence, fix: Sentence? = nil) {
    (self.name, self.grade, self.finding, self.fix) = (name, grade, finding, fix)
  }

  static func all(_ store: FieldStore, now: Int64) throws -> [HealthCheck] {
    let device = try store.device()
    return [
      enrolment(device), integrity(store.verify()), clock(device),
      try queue(store, device, now), lastSync(device, try store.rejection(), now),
      try conflicts(store),
    ]
  }

  private static func enrolment(_ device: DeviceState) -> HealthCheck {
    guard device.device != nil, let worker = device.worker else {
      return .init("enrolment", .fail, .doctorNotEnrolled, fix: .doctorEnrolFix)
    }
    return .init(
      "enrolment", .ok, .doctorEnrolled("\(worker.name) (\(worker.id))", at: device.centre ?? ""))
  }

  private static func integrity(_ faults: [StoreFault]) -> HealthCheck {
    guard let first = faults.first else { return .init("integrity", .ok, .doctorSound) }
    return .init(
      "integrity", .fail, .doctorDamaged(words(first), others: faults.count - 1),
      fix: .doctorDamagedFix)
  }

  private static func words(_ fault: StoreFault) -> Sentence {
    switch fault {
    case .database(let text): .faultDatabase(text)
    case .chain(_, let lane, let seq), .entry(_, let lane, let seq):
      .faultJournal(lane.rawValue, seq)
    case .receipt(let lane, let seq): .faultReceipt(lane, seq)
    case .segment(let lane, let first): .faultSegment(lane.rawValue, first)
    case .photoMissing(let photo): .faultPhotoMissing(photo.hex)
    case .photoChanged(let photo): .faultPhotoChanged(photo.hex)
    case .unreadable(let error): .faultUnreadable("\(error)")
    }
  }

  static func disk(_ free: Int64?) -> HealthCheck {
    guard let free else { return .init("disk", .warn, .doctorDiskUnknown) }
    let text = ByteCount.text(free)
    if free < noRoom { return .init("disk", .fail, .doctorDiskLow(text), fix: .doctorDiskFix) }
    return free < leastFreeBytes
      ? .init("disk", .warn, .doctorDiskLow(text), fix: .doctorDiskFix)
      : .init("disk", .ok, .doctorDiskFree(text))
  }

  private static func clock(_ device: DeviceState) -> HealthCheck {
    guard let offset = device.clockOffset else {
      return .init("clock", .ok, .doctorClockUnknown)
    }
    let seconds = offset.magnitude / 1000
    guard offset.magnitude > greatestClockOffset else {
      return .init("clock", .ok, .doctorClockRight(seconds: seconds))
    }
    return .init(
      "clock", .warn,
      offset > 0 ? .doctorClockSlow(seconds: seconds) : .doctorClockFast(seconds: seconds),
      fix: .doctorClockFix)
  }

  private static func queue(
    _ store: FieldStore, _ device: DeviceState, _ now: Int64
  ) throws -> HealthCheck {
    let summary = try store.queueSummary()
    if summary.refused > 0 {
      return .init("queue", .warn, .doctorRefused(summary.refused), fix: .doctorRefusedFix)
    }
    if summary.held > 0 {
      return .init("queue", .warn, .doctorHeld(summary.held), fix: .doctorHeldFix)
    }
    guard let oldest = summary.oldestAt, !summary.isEmpty else {
      return summary.isEmpty
        ? .init("queue", .ok, device.device == nil ? .nothingWaits : .queueEmpty)
        : .init(
          "queue", .ok,
          .doctorWaiting(summary.count, bytes: ByteCount.text(summary.bytes), oldest: nil))
    }
    let finding = Sentence.doctorWaiting(
      summary.count, bytes: ByteCount.text(summary.bytes),
      oldest: LocalTime.relative(oldest, now: now))
    return now - oldest > longestWait
      ? .init("queue", .warn, finding, fix: .doctorSyncFix) : .init("queue", .ok, finding)
  }

  private static func lastSync(
    _ device: DeviceState, _ rejection: SyncAttempt?, _ now: Int64
  ) -> HealthCheck {
    if let rejection {
      return .init("sync", .fail, .deviceRejected(rejection.code), fix: .deviceRejectedFix)
    }
    guard let at = device.lastSyncAt, let result = device.lastSyncResult else {
      return .init(
        "sync", device.device == nil ? .ok : .warn, .neverSynced,
        fix: device.device == nil ? nil : .doctorSyncFix)
    }
    let when = LocalTime.relative(at, now: now)
    return result == "ok"
      ? .init("sync", .ok, .doctorSynced(when))
      : .init("sync", .warn, .doctorSyncFailed(when, result), fix: .doctorSyncFix)
  }

  private static func conflicts(_ store: FieldStore) throws -> HealthCheck {
    let count = try store.conflicts().count
    return count == 0
      ? .init("conflicts", .ok, .doctorNoConflicts)
      : .init("conflicts", .warn, .doctorConflicts(count))
  }
}
