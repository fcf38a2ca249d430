import Database
import Domain
import SyncProtocol

/// Whose handheld this is and where it stands with the centre.
public struct DeviceState: Sendable, Hashable {
  /// The present life of this handheld's journal.
  public var incarnation: UniqueID
  /// The device's identifier; nil before it was enrolled.
  public var device: UniqueID?
  /// The bearer token.
  public var token: String?
  /// The centre's address.
  public var centre: String?
  /// What the worker calls the handheld.
  public var name: String?
  /// The city code.
  public var city: String?
  /// Whose device it is.
  public var worker: Worker?
  /// The centre's history that this device knows.
  public var epoch: UniqueID?
  /// How far the change feed was read.
  public var cursor: String?
  /// When it was enrolled, by its own clock.
  public var enrolledAt: Int64?
  /// When a sync last ended, by its own clock.
  public var lastSyncAt: Int64?
  /// How it ended: `ok` or an error's code.
  public var lastSyncResult: String?
  /// The centre's clock minus the device's, milliseconds.
  public var clockOffset: Int64?
  /// Recent bytes per second towards the centre.
  public var goodput: Double?
}

/// One try to reach the centre, kept for whoever looks for a fault.
public struct SyncAttempt: Sendable, Hashable {
  /// When it ended, by the device's clock.
  public var at: Int64
  /// `ok` or an error's code.
  public var code: String
}

extension FieldStore {
  private static let keptAttempts: Int64 = 50

  /// Whose handheld this is and where it stands with the centre.
  public func device() throws(FieldError) -> DeviceState {
    try worded {
      let found = try connection.row(
        """
        SELECT (SELECT id FROM incarnation ORDER BY number DESC LIMIT 1), device, token, centre,
          name, city, worker_id, worker_name, epoch, cursor, enrolled_at, last_sync_at,
          last_sync_result, clock_offset_ms, goodput
        FROM device
        """, Self.deviceState)
      guard let found else { throw FieldError.damaged }
      return found
    }
  }

  private static func deviceState(_ row: Row) throws -> DeviceState {
    var state = DeviceState(incarnation: try Column.id(row.text(0)))
    state.device = try row.optionalText(1).map(Column.id)
    state.token = try row.optionalText(2)
    state.centre = try row.optionalText(3)
    state.name = try row.optionalText(4)
    state.city = try row.optionalText(5)
    if let id = try row.optionalText(6) {
      state.worker = Worker(id: id, name: try row.optionalText(7) ?? "")
    }
    state.epoch = try row.optionalText(8).map(Column.id)
    state.cursor = try row.optionalText(9)
    state.enrolledAt = try row.optionalInteger(10)
    state.lastSyncAt = try row.optionalInteger(11)
    state.lastSyncResult = try row.optionalText(12)
    state.clockOffset = try row.optionalInteger(13)
    state.goodput = try row.optionalReal(14)
    return state
  }

  /// The last tries to reach the centre, newest first, at most 50.
  public func attempts() throws(FieldError) -> [SyncAttempt] {
    try worded {
      try connection.rows("SELECT at, code FROM attempt ORDER BY number DESC") {
        SyncAttempt(at: try $0.integer(0), code: try $0.text(1))
      }
    }
  }

  /// The centre's refusal of this device, when that is the last it said since
  /// the device was enrolled; nil otherwise. Tries that did not reach the centre
  /// do not take it back.
  public func rejection() throws(FieldError) -> SyncAttempt? {
    let since = try device().enrolledAt ?? .min
    let last = try attempts().first { !SyncError.isSilence($0.code) }
    guard let last, last.at >= since, SyncError.isRejection(last.code) else { return nil }
    return last
  }

  /// Keeps how a sync ended.
  func noteAttempt(_ code: String, goodput: Double?) throws(FieldError) {
    try transaction {
      let now = environment.now()
      try connection.run("INSERT INTO attempt (at, code) VALUES (\(now), \(code))")
      try connection.run(
        "DELETE FROM attempt WHERE number <= (SELECT max(number) FROM attempt) - \(Self.keptAttempts)"
      )
      try connection.run(
        """
        UPDATE device SET last_sync_at = \(now), last_sync_result = \(code),
          goodput = coalesce(\(goodput), goodput)
        """)
    }
  }

  /// Keeps what the centre gave at enrolment. Another device than before gets
  /// another incarnation, because the centre counts lanes by both.
  ///
  /// - Throws: `.belongsTo` when another worker's work is in the folder: it
  ///   would be sent, and shown, under the new one's name.
  func enrolled(_ answer: EnrollAnswer, centre: String, name: String) throws(FieldError) {
    try transaction {
      let before = try device()
      try makeRoom(for: answer, before)
      if let known = before.device, known != answer.device {
        try beginIncarnation(in: answer.epoch)
      }
      let sameHistory = before.epoch == answer.epoch && before.device == answer.device
      let now = environment.now()
      try connection.run(
        """
        UPDATE device SET device = \(answer.device.text), token = \(answer.token),
          centre = \(centre), name = \(name), city = \(answer.city),
          worker_id = \(answer.worker.id), worker_name = \(answer.worker.name),
          cursor = \(sameHistory ? before.cursor : nil),
          enrolled_at = \(now), clock_offset_ms = \(answer.now - now)
        """)
      if before.epoch == nil {
        try connection.run("UPDATE device SET epoch = \(answer.epoch.text)")
      }
    }
  }

  /// Makes sure that nothing of another worker is in the folder.
  private func makeRoom(for answer: EnrollAnswer, _ before: DeviceState) throws {
    guard let former = before.worker,
      former.id != answer.worker.id || before.city != answer.city
    else { return }
    let hasWork =
      try connection.row(
        """
        SELECT EXISTS (SELECT 1 FROM journal) OR EXISTS (SELECT 1 FROM record)
          OR EXISTS (SELECT 1 FROM draft) OR EXISTS (SELECT 1 FROM photo)
          OR EXISTS (SELECT 1 FROM conflict)
        """
      ) { try $0.bool(0) } ?? true
    if hasWork { throw FieldError.belongsTo(former) }
    // No `leave` will ever come for them.
    try connection.run("DELETE FROM grid")
    // Another worker's habits.
    try connection.run("DELETE FROM chosen")
  }

  /// The number of the present incarnation.
  func incarnationNumber() throws -> Int64 {
    guard
      let number = try connection.row("SELECT max(number) FROM incarnation", { try $0.integer(0) })
    else { throw FieldError.damaged }
    return number
  }
}
