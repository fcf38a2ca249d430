import Database
import Domain
import Glibc
import SyncProtocol
import Testing

@testable import FieldCore

@Suite("Wiping by an order of the centre")
struct WipeTests {
  private func order(_ unsent: WipeOrder.Unsent) throws -> WipeOrder {
    WipeOrder(order: try FakeCentre.id(900), unsent: unsent, by: "admin", at: 1_789_999_999_000)
  }

  /// A handheld with work of every sort on it, some of it received.
  private func furnished() throws -> Pair {
    let pair = try Pair()
    let store = pair.field.store
    try store.commit([.create(pair.field.resident("已收"))])
    #expect(try pair.sync().error == nil)
    try store.commit([.create(pair.field.resident("秘密姓名"))])
    let photo = try store.addPhoto(Array(repeating: 9, count: 5000))
    try store.commit([.create(pair.field.report("井盖"), photos: [photo])])
    try Field.write(Array("x".utf8), to: store.directory.path + "/stray")
    return pair
  }

  /// What is left in the folder, and whether a text stands anywhere in it.
  private func leavings(_ pair: Pair, _ text: String) -> (names: [String], found: Bool) {
    var names: [String] = []
    var found = false
    func walk(_ path: String, _ relative: String) {
      guard let folder = opendir(path) else {
        names.append(relative)
        let bytes = Field.read(path)
        let wanted = Array(text.utf8)
        found =
          found
          || bytes.indices.contains { bytes[$0...].starts(with: wanted) }
        return
      }
      defer { closedir(folder) }
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { walk(path + "/" + name, relative + "/" + name) }
      }
    }
    walk(pair.field.store.directory.path, "")
    return (names.sorted(), found)
  }

  private func expectWiped(_ pair: Pair) throws {
    let store = pair.field.store
    let (names, found) = leavings(pair, "秘密姓名")
    #expect(!found)
    #expect(
      Set(names).isSubset(of: ["/gridwalk.db", "/gridwalk.db-wal", "/gridwalk.db-shm", "/lock"]))
    let device = try store.device()
    #expect(device.device == nil && device.token == nil && device.worker == nil)
    #expect(try store.count("SELECT count(*) FROM journal") == 0)
    #expect(try store.count("SELECT count(*) FROM record") == 0)
    #expect(store.verify() == [])
    let note = try #require(try store.wipeNote())
    #expect(note.by == "admin")
    #expect(note.wipedAt == pair.field.machine.now)
    #expect(note.isReported)
    #expect(pair.centre.wiped == [note.order])
  }

  @Test("an order to send is followed when everything is received")
  func send() throws {
    let pair = try furnished()
    pair.centre.wipe = try order(.send)
    #expect(try pair.sync().error == .wiped)
    try expectWiped(pair)
    #expect(pair.centre.state.effects.count == 3)
    #expect(pair.centre.state.photos.count == 1)
    // Nothing was asked for that a lost device must not have.
    #expect(pair.centre.requests.filter { $0.path.hasPrefix("/v1/changes") }.count == 1)
  }

  @Test("an order to drop is followed at once")
  func drop() throws {
    let pair = try furnished()
    pair.centre.wipe = try order(.drop)
    let before = pair.centre.requests.count
    #expect(try pair.sync().error == .wiped)
    try expectWiped(pair)
    #expect(pair.centre.state.effects.count == 1)
    #expect(
      pair.centre.requests.dropFirst(before).map(\.method) == ["GET", "POST"])
  }

  @Test("the photos of a refused operation are sent before the device wipes itself")
  func refusedPhotos() throws {
    let pair = try Pair()
    let store = pair.field.store
    pair.centre.scope = []
    let photo = try store.addPhoto([1, 2, 3])
    try store.commit([.create(pair.field.report("井盖"), photos: [photo])])
    #expect(try pair.sync().refused == 1)
    #expect(pair.centre.state.photos.isEmpty)
    pair.centre.wipe = try order(.send)
    #expect(try pair.sync().error == .wiped)
    #expect(pair.centre.state.photos[photo] == [1, 2, 3])
  }

  @Test("a round that breaks wipes nothing, and the next one goes on")
  func broken() throws {
    for broken in 2...9 {
      let pair = try furnished()
      pair.centre.wipe = try order(.send)
      let before = pair.centre.requests.count
      pair.centre.fault = { number, _ in number >= before + broken ? .lost : nil }
      let outcome = try pair.sync()
      if outcome.error == .wiped { continue }
      #expect(try pair.field.store.wipeNote() == nil)
      #expect(try pair.field.store.count("SELECT count(*) FROM journal") == 3)
      pair.centre.fault = { _, _ in nil }
      #expect(try pair.sync().error == .wiped)
      try expectWiped(pair)
      #expect(pair.centre.state.effects.count == 3)
    }
  }

  @Test(
    "nothing but the order deletes anything",
    arguments: [FakeCentre.Fault.portal, .busy, .gateway, .lost])
  func otherAnswers(_ fault: FakeCentre.Fault) throws {
    let pair = try furnished()
    pair.centre.fault = { _, _ in fault }
    _ = try pair.sync()
    pair.centre.fault = { _, _ in nil }
    pair.centre.isRevoked = true
    #expect(try pair.sync().error == .revoked)
    #expect(try pair.field.store.count("SELECT count(*) FROM journal") == 3)
    #expect(try pair.field.store.photos.exists(SHA256.hash(Array(repeating: 9, count: 5000))))
  }

  @Test("a lost answer to the report is made good at the next start")
  func lostReport() throws {
    let pair = try furnished()
    pair.centre.wipe = try order(.drop)
    pair.centre.fault = { _, request in request.path == "/v1/wipe" ? .lost : nil }
    #expect(try pair.sync().error == .wiped)
    #expect(try pair.field.store.wipeNote()?.isReported == false)
    try pair.field.reopen()
    pair.centre.fault = { _, _ in nil }
    try pair.field.store.reportWipe(through: pair.centre)
    try expectWiped(pair)
    try pair.field.store.reportWipe(through: pair.centre)
    #expect(pair.centre.wiped.count == 1)
  }

  @Test("once the mark stands nothing is saved, and the next start carries it out")
  func killed() throws {
    let pair = try furnished()
    let store = pair.field.store
    // Another program that has the store open all the while.
    let other = try FieldStore(
      directory: store.directory, environment: Field.environment(pair.field.machine))
    #expect(try store.beginWipe(order(.drop)))
    for open in [store, other] {
      #expect(throws: FieldError.wiping) {
        try open.commit([.create(pair.field.resident("乙"))])
      }
      #expect(throws: (any Error).self) {
        try open.connection.run(
          """
          INSERT INTO journal (incarnation, lane, seq, batch, op, record, action, line, hash, at)
          VALUES (1, 'normal', 3, 9, 'x', 'y', 'create', x'00', zeroblob(32), 1)
          """)
      }
    }
    // The process died half-way through the photos.
    Field.remove(store.directory.path + "/photos")
    pair.centre.wipe = try order(.drop)
    try pair.field.reopen()
    try pair.field.store.reportWipe(through: pair.centre)
    try expectWiped(pair)
    // The other program finds an empty store and loses nothing in it.
    try other.commit([.create(pair.field.resident("拾到者"))])
    #expect(try pair.field.store.count("SELECT count(*) FROM journal") == 1)
    #expect(pair.field.store.verify() == [])
  }

  @Test("an order to send does not begin while something waits")
  func waiting() throws {
    let pair = try furnished()
    #expect(try pair.field.store.beginWipe(order(.send)) == false)
    #expect(try pair.field.store.wipeNote() == nil)
    try pair.field.store.commit([.create(pair.field.resident("乙"))])
  }

  @Test("a wiped device is enrolled again like a new one")
  func again() throws {
    let pair = try furnished()
    let before = try pair.field.store.device().incarnation
    pair.centre.wipe = try order(.drop)
    #expect(try pair.sync().error == .wiped)
    pair.centre.wipe = nil
    try pair.agent().enroll(code: pair.centre.code, centre: "https://centre.example", name: "又")
    #expect(try pair.field.store.wipeNote() == nil)
    #expect(try pair.field.store.device().incarnation != before)
    #expect(try pair.sync().error == nil)
    #expect(try pair.field.store.count("SELECT count(*) FROM record") == 1)
  }

  @Test("the session tells how much waits and how old the oldest is")
  func backlog() throws {
    let pair = try Pair()
    _ = try pair.sync()
    #expect(pair.centre.requests.contains { $0.path.hasSuffix("&waiting=0") })
    try pair.field.store.commit([.create(pair.field.resident("甲"))])
    pair.field.machine.now += 90_000
    _ = try pair.sync()
    #expect(pair.centre.requests.contains { $0.path.hasSuffix("&waiting=1&oldest=90") })
    // A clock that was set back makes nothing younger than new.
    try pair.field.store.commit([.create(pair.field.resident("乙"))])
    pair.field.machine.now -= 315_360_000_000
    _ = try pair.sync()
    #expect(pair.centre.requests.contains { $0.path.hasSuffix("&waiting=1&oldest=0") })
  }
}
