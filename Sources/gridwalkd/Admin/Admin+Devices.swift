import CLI
import CentralCore
import Domain
import SyncProtocol

extension Admin {
  /// Who did it, in the audit, when nobody is signed in: whoever may run
  /// `gridwalkd` on the centre's machine.
  private static let account = "gridwalkd"

  func issueCode() throws {
    let worker = try operand(0)
    let hours = try positive("hours", default: 24)
    do {
      let issued = try centre().enrollment.issueCode(worker: worker, hours: hours)
      let until = LocalTime.dateAndTime(issued.expiresAt)
      try say(
        .enrollmentCode(worker, issued.code, until: until),
        json: ["code": .text(issued.code), "expires": .integer(issued.expiresAt)])
    } catch Enrollment.Fault.workerUnknown {
      throw Failure(.workerUnknown(worker), code: .notFound)
    }
  }

  func listDevices() throws {
    let now = Centre.Surroundings.machine.now()
    try list(
      [
        .columnDevice, .columnWorker, .columnName, .columnSynced, .columnWaiting, .columnState,
      ],
      try centre().store.read { try DeviceStanding.all(in: $0) }.map { standing in
        let device = standing.device
        let synced = device.syncedAt.map { LocalTime.relative($0, now: now) } ?? .never
        return Entry(
          shown: [
            device.id.text, device.worker, device.name, synced.text(in: streams.language),
            standing.backlog.map { String($0.waiting) } ?? "–",
            standing.states.map { $0.text(in: streams.language) }.joined(separator: ", "),
          ], json: Self.json(standing))
      })
  }

  private static func json(_ standing: DeviceStanding) -> [String: FieldValue] {
    let device = standing.device
    return [
      "device": .text(device.id.text), "worker": .text(device.worker),
      "name": .text(device.name), "enrolled": .integer(device.enrolledAt),
      "seen": .time(device.seenAt), "synced": .time(device.syncedAt),
      "revoked": .time(device.revokedAt),
      "lanes": .array(
        standing.received.sorted { $0.key.text < $1.key.text }.map { incarnation, lanes in
          [
            "incarnation": .text(incarnation.text),
            "urgent": .integer(lanes[.urgent] ?? 0), "normal": .integer(lanes[.normal] ?? 0),
          ]
        }),
      "incarnations": .integer(Int64(standing.incarnations)),
      "waiting": .time(standing.backlog?.waiting),
      "oldestSeconds": .time(standing.backlog?.oldestSeconds),
      "photosAwaited": .integer(Int64(standing.awaitedPhotos)),
      "wipe": standing.wipe.map { wipe in
        [
          "order": .text(wipe.order.order.text), "unsent": .text(wipe.order.unsent.rawValue),
          "by": .text(wipe.order.by), "ordered": .integer(wipe.order.at),
          "told": .time(wipe.toldAt), "wiped": .time(wipe.wipedAt),
        ]
      } ?? .null,
    ]
  }

  func revokeDevice() throws {
    let centre = try centre()
    let id = try device(in: centre)
    try centre.enrollment.revoke(id)
    try say(.deviceRevoked(id.text), json: ["device": .text(id.text), "revoked": true])
  }

  /// Orders that a lost device wipes itself, or takes the order back.
  func wipeDevice() throws {
    let word = arguments.value("unsent") ?? WipeOrder.Unsent.send.rawValue
    guard let unsent = WipeOrder.Unsent(rawValue: word) else {
      throw Failure(.unsentUnknown(word), code: .usage)
    }
    let centre = try centre()
    let id = try device(in: centre)
    do {
      if arguments.has("withdraw") {
        try centre.wipes.withdraw(id, by: Self.account)
        try say(.wipeWithdrawn(id.text), json: ["device": .text(id.text), "wipe": .null])
      } else {
        let wipe = try centre.wipes.order(id, unsent: unsent, by: Self.account)
        try say(
          .wipeOrdered(id.text, drops: unsent == .drop),
          json: [
            "device": .text(id.text), "wipe": .text(wipe.order.order.text),
            "unsent": .text(unsent.rawValue),
          ])
      }
    } catch let fault as Wipes.Fault {
      throw Failure(fault.sentence(id.text), code: fault == .noOrder ? .notFound : .conflict)
    }
  }

  /// The device meant by the first operand: a beginning or an end of four
  /// characters is enough when it is one device's.
  private func device(in centre: Centre) throws -> UniqueID {
    let text = try operand(0)
    let meant = try centre.store.read { try $0.devices() }.map(\.id).filter {
      $0.text == text || text.count >= 4 && ($0.text.hasPrefix(text) || $0.text.hasSuffix(text))
    }
    guard meant.count == 1, let id = meant.first else {
      throw Failure(.deviceUnknown(text), code: .notFound)
    }
    return id
  }
}

extension FieldValue {
  /// A number that may be unknown.
  fileprivate static func time(_ value: Int64?) -> FieldValue {
    value.map { .integer($0) } ?? .null
  }
}

extension DeviceStanding {
  /// What an operator should know of a device, in words.
  var states: [Sentence] {
    var states: [Sentence] = [device.revokedAt == nil ? .consoleActive : .consoleRevoked]
    if let wipe {
      states =
        wipe.wipedAt != nil
        ? [.consoleWiped] : states + [wipe.toldAt == nil ? .consoleWipeOrdered : .consoleWipeTold]
    }
    if incarnations > 1 { states.append(.consoleIncarnations(incarnations)) }
    return states
  }
}

extension Wipes.Fault {
  /// What went wrong and what helps, in words.
  func sentence(_ device: String) -> Sentence {
    switch self {
    case .deviceUnknown: .deviceUnknown(device)
    case .done: .wipeDone(device)
    case .revoked: .wipeRevoked(device)
    case .noOrder: .wipeNone(device)
    }
  }
}
