import Database
import Domain
import SyncProtocol
import Testing

@testable import FieldCore

@Suite("Retention on the device")
struct RetentionTests {
  private static let day: Int64 = 86_400_000

  /// Three records received, one of them with a photo, one urgent.
  private func furnished() throws -> (pair: Pair, photo: Digest, records: [UniqueID]) {
    let pair = try Pair()
    let store = pair.field.store
    let photo = try store.addPhoto(Array(repeating: 7, count: 3000))
    let made = [
      pair.field.resident("甲"), pair.field.resident("乙"), pair.field.report("井盖"),
    ]
    try store.commit([.create(made[0], photos: [photo])])
    try store.commit([.create(made[1])])
    try store.commit([.create(made[2])])
    #expect(try pair.sync().error == nil)
    // Receipts are dated by the next session.
    #expect(try pair.sync().error == nil)
    return (pair, photo, made.map(\.id))
  }

  /// Both clocks go on.
  private func pass(_ pair: Pair, days: Int64) {
    pair.field.machine.now += days * Self.day
    pair.centre.now += days * Self.day
  }

  private func entries(_ pair: Pair) throws -> Int64 {
    try pair.field.store.count("SELECT count(*) FROM journal")
  }

  private func hasPhoto(_ pair: Pair, _ photo: Digest) throws -> Bool {
    try pair.field.store.photos.exists(photo)
  }

  @Test("90 days after their receipts entries and photos go, all but the last entry of each lane")
  func ninetyDays() throws {
    let (pair, photo, records) = try furnished()
    let store = pair.field.store
    pass(pair, days: 89)
    #expect(try pair.sync().error == nil)
    #expect(try entries(pair) == 3)
    #expect(try hasPhoto(pair, photo))
    pass(pair, days: 2)
    #expect(try pair.sync().error == nil)
    #expect(try entries(pair) == 2)
    #expect(try !hasPhoto(pair, photo))
    #expect(store.verify() == [])
    #expect(try store.droppedHistory(records[0])?.entries == 1)
    #expect(try store.droppedHistory(records[1]) == nil)
    #expect(try store.history(records[0]).isEmpty)
    #expect(try store.record(records[0])?.record.fields["name"] == "甲")
    // The lane goes on where it was.
    try store.commit([.create(pair.field.resident("丙"))])
    let outcome = try pair.sync()
    #expect(outcome.error == nil)
    #expect(outcome.operations == 1)
    #expect(store.verify() == [])
    try pair.field.reopen()
    #expect(pair.field.store.verify() == [])
  }

  @Test("a chain altered above its anchor, or an anchor altered, is found")
  func tampered() throws {
    let (pair, _, _) = try furnished()
    let store = pair.field.store
    pass(pair, days: 91)
    _ = try pair.sync()
    try store.connection.script("DROP TRIGGER anchor_grows")
    try store.connection.run("UPDATE anchor SET hash = zeroblob(32)")
    #expect(
      store.verify() == [
        .chain(incarnation: try store.device().incarnation, lane: .normal, seq: 2)
      ])
  }

  @Test("the schema refuses to drop what is not anchored or has no receipt")
  func schema() throws {
    let (pair, _, _) = try furnished()
    let connection = pair.field.store.connection
    try pair.field.store.commit([.create(pair.field.resident("未收"))])
    for text in [
      "DELETE FROM journal WHERE seq = 1 AND lane = 'normal'",
      "INSERT INTO anchor VALUES (1, 'normal', 1, zeroblob(32))",
      "INSERT INTO anchor VALUES (1, 'normal', 9, zeroblob(32))",
    ] {
      #expect(throws: DatabaseError.self, "\(text)") {
        try connection.run(SQL(stringLiteral: text))
      }
    }
    try connection.run(
      "INSERT INTO anchor SELECT 1, lane, seq, hash FROM journal WHERE lane = 'normal' AND seq = 3")
    for text in [
      "DELETE FROM journal WHERE lane = 'normal' AND seq = 3",
      "DELETE FROM journal WHERE lane = 'urgent'",
      "UPDATE anchor SET seq = 2", "DELETE FROM anchor",
    ] {
      #expect(throws: DatabaseError.self, "\(text)") {
        try connection.run(SQL(stringLiteral: text))
      }
    }
  }

  /// What keeps an entry: each case makes it needed, and then no longer.
  @Test("an open conflict, a refusal, a photo without receipt keep what they need")
  func needed() throws {
    let (pair, photo, records) = try furnished()
    let store = pair.field.store
    try store.connection.run(
      """
      INSERT INTO conflict (id, record, field, shown, kept, op, version)
      VALUES ('c', \(records[0].text), 'name', '1', '2', 'o', 1)
      """)
    pass(pair, days: 91)
    _ = try pair.sync()
    #expect(try entries(pair) == 3)
    #expect(try hasPhoto(pair, photo))

    try store.connection.run("UPDATE conflict SET resolved = '{}'")
    try store.connection.run(
      """
      UPDATE receipt SET result = 'refused', code = 'kind-unknown', version = NULL
      WHERE lane = 'normal' AND seq = 1
      """)
    pass(pair, days: 1)
    _ = try pair.sync()
    #expect(try entries(pair) == 3)
    #expect(try hasPhoto(pair, photo))

    try store.connection.run("UPDATE receipt SET result = 'applied', code = NULL, version = 1")
    try store.connection.run("UPDATE photo SET received_at = NULL, epoch = NULL, problem = 'x'")
    pass(pair, days: 1)
    _ = try pair.sync()
    #expect(try entries(pair) == 3)
    #expect(try hasPhoto(pair, photo))

    try store.connection.run("UPDATE photo SET problem = NULL")
    pass(pair, days: 1)
    _ = try pair.sync()
    // The photo was received just now, and is kept 90 days more; its entry went.
    pass(pair, days: 1)
    _ = try pair.sync()
    #expect(try entries(pair) == 2)
    #expect(try hasPhoto(pair, photo))
    pass(pair, days: 91)
    _ = try pair.sync()
    #expect(try !hasPhoto(pair, photo))
    #expect(store.verify() == [])
  }

  @Test(
    "one wrong clock deletes nothing early",
    arguments: [Int64(3650), -3650], ["device", "centre"])
  func clockJumps(_ days: Int64, _ whose: String) throws {
    func jump(_ pair: Pair, _ days: Int64) {
      if whose == "device" {
        pair.field.machine.now += days * Self.day
      } else {
        pair.centre.now += days * Self.day
      }
    }
    // Wrong now, after right receipts.
    var (pair, photo, _) = try furnished()
    jump(pair, days)
    for _ in 0..<3 {
      pass(pair, days: 2)
      _ = try pair.sync()
    }
    #expect(try entries(pair) == 3)
    #expect(try hasPhoto(pair, photo))
    jump(pair, -days)
    _ = try pair.sync()
    #expect(try entries(pair) == 3)

    // Wrong while the receipts came, right afterwards.
    pair = try Pair()
    jump(pair, days)
    photo = try pair.field.store.addPhoto([1, 2, 3])
    try pair.field.store.commit([.create(pair.field.resident("甲"), photos: [photo])])
    try pair.field.store.commit([.create(pair.field.resident("乙"))])
    _ = try pair.sync()
    _ = try pair.sync()
    jump(pair, -days)
    for _ in 0..<5 {
      pass(pair, days: 16)
      _ = try pair.sync()
    }
    #expect(try entries(pair) == 2)
    #expect(try hasPhoto(pair, photo))
  }

  @Test("it is done once a day, and never without a session")
  func daily() throws {
    let (pair, _, _) = try furnished()
    let store = pair.field.store
    #expect(try store.tidy(centreNow: pair.centre.now) == nil)
    pass(pair, days: 1)
    #expect(try store.tidy(centreNow: pair.centre.now) == Tidied())
    #expect(try store.tidy(centreNow: pair.centre.now + 1000) == nil)
    pass(pair, days: 365)
    pair.centre.fault = { _, _ in .lost }
    _ = try pair.sync()
    #expect(try entries(pair) == 3)
  }

  @Test("a photo that was dropped and is taken again is sent again")
  func photoAgain() throws {
    let (pair, photo, _) = try furnished()
    let store = pair.field.store
    pass(pair, days: 91)
    _ = try pair.sync()
    #expect(try !hasPhoto(pair, photo))
    #expect(try store.addPhoto(Array(repeating: 7, count: 3000)) == photo)
    try store.commit([.create(pair.field.resident("丁"), photos: [photo])])
    #expect(try store.queueSummary().photos.items == 1)
    _ = try pair.sync()
    #expect(try store.queueSummary().isEmpty)
    pass(pair, days: 1)
    _ = try pair.sync()
    #expect(try hasPhoto(pair, photo))
    #expect(store.verify() == [])
  }

  @Test("a file that a kill left after its photo was marked goes with the next tidying")
  func killed() throws {
    let (pair, photo, _) = try furnished()
    let store = pair.field.store
    pass(pair, days: 91)
    _ = try pair.sync()
    #expect(try store.photos.place(Array(repeating: 7, count: 3000)) == photo)
    #expect(store.verify() == [])
    pass(pair, days: 1)
    _ = try pair.sync()
    #expect(try !hasPhoto(pair, photo))
  }

  @Test("a centre restored to before the anchor gets all that is still here, once")
  func restoredBeforeAnchor() throws {
    let pair = try Pair()
    let store = pair.field.store
    let backup = pair.centre.state
    for name in ["甲", "乙", "丙"] {
      try store.commit([.create(pair.field.resident(name))])
    }
    _ = try pair.sync()
    _ = try pair.sync()
    pass(pair, days: 91)
    try store.commit([.create(pair.field.resident("丁"))])
    _ = try pair.sync()
    #expect(try entries(pair) == 1)
    try pair.centre.restore(backup, epoch: 101)
    // Nothing was received before: the lane begins at a place the device has
    // dropped, which only its first entry can tell.
    let outcome = try pair.sync()
    #expect(outcome.error == nil, "\(String(describing: outcome.error))")
    #expect(Set(pair.centre.state.records.values.map { $0.fields["name"] }) == ["丁"])
    #expect(pair.centre.state.effects.values.allSatisfy { $0 == 1 })
    #expect(store.verify() == [])
    #expect(try store.queueSummary().isEmpty)
  }
}
