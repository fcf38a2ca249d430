import Database
import Domain
import SyncProtocol

/// How the centre's account of this device differed from the device's own.
struct SessionNews: Sendable, Hashable {
  /// The centre began another history.
  var epochChanged = false
  /// The centre knows another journal under this incarnation; a new one began.
  var forked = false
}

extension FieldStore {
  /// Brings the device's account in line with the centre's, in one transaction
  /// (PROTOCOL.md §9).
  ///
  /// Receipts above what the centre has are forgotten and their entries wait
  /// again. What the centre has above the receipts is not marked received: it
  /// is sent again as a repeat, so that its results come too.
  func reconcile(_ session: SessionAnswer) throws(FieldError) -> SessionNews {
    try transaction {
      var news = SessionNews()
      let state = try device()
      if state.epoch != session.epoch {
        news.epochChanged = state.epoch != nil
        try beginEpoch(session.epoch)
        // Earlier incarnations' lanes are not asked for any more.
        if try hasForgotten(in: session.epoch) {
          news.forked = true
          try beginIncarnation(in: session.epoch)
          return news
        }
      }
      try leaveGrids(besides: session.grids)
      let journal = try journal()
      for lane in Lane.allCases {
        guard let position = session.position(of: lane) else { continue }
        guard try isSameJournal(position, lane, journal) else {
          news.forked = true
          // A centre restored to before the anchor: what it lost and is still
          // here stands again in the new incarnation.
          if position.received < (try journal.anchor(of: lane)?.seq ?? 0) {
            try forgetReceipts(lane, above: position.received)
          }
          continue
        }
        try forgetReceipts(lane, above: position.received)
        if news.epochChanged { try renewReceipts(lane, session.epoch) }
      }
      if news.forked { try beginIncarnation(in: session.epoch) }
      try dateReceipts(session.now)
      try connection.run(
        """
        UPDATE device SET city = \(session.city), worker_id = \(session.worker.id),
          worker_name = \(session.worker.name), clock_offset_ms = \(session.now - environment.now())
        """)
      return news
    }
  }

  private func isSameJournal(
    _ position: SessionAnswer.LanePosition, _ lane: Lane, _ journal: Journal
  ) throws -> Bool {
    if let anchor = try journal.anchor(of: lane), position.received < anchor.seq { return false }
    guard position.received > 0 else { return true }
    return try journal.hash(of: lane, at: position.received) == position.hash
  }

  /// Everything that the centre of another history may not have is offered
  /// again: entries by the lanes' positions, photos by their digests.
  private func beginEpoch(_ epoch: UniqueID) throws {
    try connection.run("UPDATE device SET epoch = \(epoch.text), cursor = NULL")
    try connection.run("DELETE FROM segment")
    try connection.run("UPDATE photo SET upload = NULL")
    try connection.run(
      """
      UPDATE photo SET received_at = NULL, epoch = NULL
      WHERE epoch <> \(epoch.text) AND dropped_at IS NULL
      """)
    try connection.run(
      """
      UPDATE photo SET thumbnail = NULL WHERE thumbnail <> 'none' AND dropped_at IS NULL
      """)
    // What of these the new history does not tell again, it does not have.
    try connection.run("UPDATE conflict SET version = 0")
    // A state that only the lost history had must not make the feed's look old.
    try connection.run(
      "UPDATE record SET server = json_set(server, '$.version', 0) WHERE server IS NOT NULL")
  }

  /// The receipts that are left are of what this history of the centre has too.
  private func renewReceipts(_ lane: Lane, _ epoch: UniqueID) throws {
    try connection.run(
      """
      UPDATE receipt SET epoch = \(epoch.text) WHERE lane = \(lane.rawValue)
        AND incarnation = (SELECT max(number) FROM incarnation)
      """)
  }

  /// Forgets the receipts of a lane above a place; their entries wait again.
  func forgetReceipts(_ lane: Lane, above seq: Int64) throws {
    try connection.run(
      """
      DELETE FROM receipt WHERE lane = \(lane.rawValue) AND seq > \(seq)
        AND incarnation = (SELECT max(number) FROM incarnation)
      """)
    if connection.changes > 0 { try unseal(lane) }
  }

  /// Seals a lane anew from the place the centre wants. False when the centre
  /// wants an entry that is not there.
  func rewind(_ lane: Lane, to expected: Int64) throws(FieldError) -> Bool {
    try transaction {
      guard expected >= 1, expected <= (try journal().head(of: lane).seq) else { return false }
      try forgetReceipts(lane, above: expected - 1)
      try unseal(lane)
      return true
    }
  }

  /// Begins another incarnation (PROTOCOL.md §7, `chain-forked`).
  func fork() throws(FieldError) {
    try transaction { try beginIncarnation(in: device().epoch) }
  }

  /// Asks for the change feed from its beginning; nothing local is dropped.
  func forgetCursor() throws(FieldError) {
    try transaction { try connection.run("UPDATE device SET cursor = NULL") }
  }
}
