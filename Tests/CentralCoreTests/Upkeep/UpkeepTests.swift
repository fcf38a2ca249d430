import Database
import Domain
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("Examination and backup")
struct UpkeepTests {
  /// A centre with two devices' journals and two photos.
  private func furnished() throws -> (scene: Scene, lane: LaneKey, photos: [Digest]) {
    let scene = try Scene()
    var one = try scene.handheld()
    var two = try scene.handheld(worker: "W2")
    for n in 0..<5 {
      try one.create(["n": .integer(Int64(n))])
      try two.create()
    }
    try scene.sync(&one)
    try scene.sync(&two)
    var photos: [Digest] = []
    for n in 0..<2 {
      let bytes = Scene.bytes(1000, seed: UInt64(n))
      let upload = try scene.photo(bytes, of: one.device)
      try scene.send(bytes, to: upload, at: 0)
      _ = try scene.uploads.complete(upload, device: one.device)
      photos.append(upload.sha256)
    }
    let lane = LaneKey(device: one.device.id, incarnation: one.incarnation, lane: .normal)
    return (scene, lane, photos.sorted { $0.hex < $1.hex })
  }

  /// What is wrong with files and chains; records are `ExaminationTests`' matter.
  private func faults(_ scene: Scene) throws -> [Examination.Fault] {
    try Examination(of: scene.centre).run().faults.filter {
      switch $0 {
      case .engine, .gap, .chain, .position, .photoMissing, .photoAltered: true
      default: false
      }
    }
  }

  private func expectSound(_ report: Examination.Report) {
    #expect(report.lanes == 2)
    #expect(report.operations == 10)
    #expect(report.photos == 2)
    #expect(report.records == 10)
    #expect(report.faults == [])
    #expect(report.faultCount == 0)
  }

  /// Changes the file behind the store's back, its triggers taken away.
  private func tamper(_ scene: Scene, _ sql: SQL...) throws {
    let connection = try Connection(path: scene.databasePath, mode: .readWrite)
    try connection.run("DROP TRIGGER IF EXISTS operation_stays")
    try connection.run("DROP TRIGGER IF EXISTS operation_remains")
    for statement in sql { try connection.run(statement) }
  }

  @Test("a sound centre has no faults, and everything was looked at")
  func sound() throws {
    let (scene, _, _) = try furnished()
    let report = try Examination(of: scene.centre).run()
    expectSound(report)
  }

  @Test("an altered line, hash or position, and a missing entry, are found")
  func journal() throws {
    var (scene, lane, _) = try furnished()
    let id = lane.device.text
    try tamper(
      scene,
      "UPDATE operation SET line = CAST(replace(line, '\"n\":2', '\"n\":7') AS BLOB) WHERE device = \(id) AND seq = 3"
    )
    #expect(try faults(scene) == [.chain(lane, seq: 3)])

    (scene, lane, _) = try furnished()
    try tamper(
      scene,
      "UPDATE operation SET hash = zeroblob(32) WHERE device = \(lane.device.text) AND seq = 5")
    #expect(try faults(scene) == [.chain(lane, seq: 5)])

    for gone: Int64 in [1, 3, 5] {
      (scene, lane, _) = try furnished()
      try tamper(
        scene, "DELETE FROM operation WHERE device = \(lane.device.text) AND seq = \(gone)")
      #expect(try faults(scene) == [.gap(lane, seq: gone)])
    }

    (scene, lane, _) = try furnished()
    try tamper(scene, "UPDATE lane SET hash = zeroblob(32) WHERE device = \(lane.device.text)")
    #expect(try faults(scene) == [.position(lane)])
  }

  @Test("a lane that was set back or forgotten is found, its hashes being right or not")
  func setBack() throws {
    var (scene, lane, _) = try furnished()
    try tamper(
      scene,
      """
      UPDATE lane SET received = 4, hash = (SELECT hash FROM operation
        WHERE device = lane.device AND seq = 4) WHERE device = \(lane.device.text)
      """)
    #expect(try faults(scene) == [.position(lane)])

    (scene, lane, _) = try furnished()
    try tamper(scene, "DELETE FROM lane WHERE device = \(lane.device.text)")
    #expect(try faults(scene) == [.position(lane)])
  }

  @Test("a whole journal that was exchanged for another does not begin right")
  func exchanged() throws {
    let (scene, lane, _) = try furnished()
    let other = scene.ids.v4().text
    try tamper(
      scene,
      "UPDATE operation SET incarnation = \(other) WHERE device = \(lane.device.text)",
      "UPDATE lane SET incarnation = \(other) WHERE device = \(lane.device.text)")
    let moved = LaneKey(
      device: lane.device, incarnation: try #require(UniqueID(other)), lane: .normal)
    #expect(try faults(scene) == [.chain(moved, seq: 1)])
  }

  @Test("missing, altered, shortened and unreadable photos are found, all of them")
  func photos() throws {
    let (scene, _, photos) = try furnished()
    try Disk.remove(scene.blobPath(photos[0]))
    var bytes = try Disk.read(scene.blobPath(photos[1]))
    bytes[500] ^= 1
    try Disk.write(bytes, to: scene.blobPath(photos[1]))
    #expect(try faults(scene) == [.photoMissing(photos[0]), .photoAltered(photos[1])])
    // Looking changes nothing: no empty file takes the lost one's place.
    #expect(!Disk.exists(scene.blobPath(photos[0])))
    try Disk.write([], to: scene.blobPath(photos[1]))
    #expect(try faults(scene) == [.photoMissing(photos[0]), .photoAltered(photos[1])])
    #expect(try Disk.read(scene.blobPath(photos[1])).isEmpty)
    // What cannot be read at all does not stop the examination.
    try Disk.remove(scene.blobPath(photos[1]))
    try DurableFiles.makeDirectory(scene.blobPath(photos[1]))
    #expect(try faults(scene) == [.photoMissing(photos[0]), .photoAltered(photos[1])])
  }

  @Test("a file the engine finds damaged is reported")
  func engine() throws {
    let (scene, _, _) = try furnished()
    try tamper(
      scene, "PRAGMA foreign_keys=OFF", "DELETE FROM worker_grid", "DELETE FROM division")
    let found = try faults(scene)
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { if case .engine = $0 { true } else { false } })
  }

  @Test("a backup is a centre of its own, with everything in it and a new epoch")
  func backup() throws {
    let (scene, lane, photos) = try furnished()
    #expect(try Backup(of: scene.centre).run(into: scene.folder["copy"]) == 2)
    let names = try Disk.names(in: scene.folder["copy"])
    #expect(names == ["gridwalkd.db", "photos"])
    let copy = try scene.reopened("copy")
    #expect(
      try copy.store.read { try $0.epoch() } != scene.store.read { try $0.epoch() })
    let report = try Examination(of: copy).run()
    expectSound(report)
    // What happens to the one does not happen to the other.
    try Disk.remove(scene.blobPath(photos[0]))
    #expect(try Examination(of: copy).run().faults.isEmpty)
    let received = try copy.store.read { try $0.position(of: lane) }?.received
    #expect(received == 5)
    #expect(throws: CentralStoreFault.exists) {
      try Backup(of: scene.centre).run(into: scene.folder["copy"])
    }
  }

  @Test("a device that asks the restored centre again gets receipts of its epoch")
  func receiptsAfterRestore() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    try hand.create()
    let (segment, photo) = (try hand.segment().bytes(), Scene.bytes(10))
    let device = hand.device
    @Sendable func send(_ kind: Upload.Kind, _ bytes: [UInt8], to centre: Centre) throws -> Receipt
    {
      let upload = try centre.uploads.create(
        kind, sha256: SHA256.hash(bytes), length: Int64(bytes.count), metadata: "",
        device: device.id)
      let standing = try centre.uploads.offset(of: upload)
      if standing < upload.limit {
        let writer = try centre.uploads.open(upload, at: standing) {}
        try bytes[Int(standing)...].withUnsafeBytes { try writer.write($0) }
        _ = try centre.uploads.finish(writer)
      }
      return try centre.uploads.complete(upload, device: device)
    }
    let before = (
      try send(.segment, segment, to: scene.centre), try send(.photo, photo, to: scene.centre)
    )
    _ = try Backup(of: scene.centre).run(into: scene.folder["copy"])
    let copy = try scene.reopened("copy")
    let epoch = try copy.store.read { try $0.epoch() }
    let after = (try send(.segment, segment, to: copy), try send(.photo, photo, to: copy))
    #expect(after.0.epoch == epoch)
    #expect(after.1.epoch == epoch)
    #expect(after.0.results == before.0.results)
  }

  @Test("a backup that was broken off is gone on with, and never touches the originals")
  func brokenOff() throws {
    let (scene, _, photos) = try furnished()
    let folder = scene.folder["copy"]
    try DurableFiles.makeDirectory(folder)
    try DurableFiles.makeDirectory("\(folder)/photos")
    // Killed while it copied the database, and between a photo's link and its
    // rename.
    for name in ["gridwalkd.db.copied", "gridwalkd.db.copied.part"] {
      try Disk.write(Array("half".utf8), to: "\(folder)/\(name)")
    }
    try DurableFiles.duplicate(
      scene.blobPath(photos[0]), to: "\(folder)/photos/\(photos[0].hex).part")
    #expect(!Disk.exists("\(folder)/gridwalkd.db"))
    #expect(try Backup(of: scene.centre).run(into: folder) == 2)
    #expect(try Examination(of: scene.reopened("copy")).run().faults.isEmpty)
    #expect(try Examination(of: scene.centre).run().faults.isEmpty)
    #expect(try Disk.names(in: "\(folder)/photos").allSatisfy { $0.count == 2 })
  }

  @Test("a photo the centre has lost is not counted as copied")
  func lostPhoto() throws {
    let (scene, _, photos) = try furnished()
    try Disk.remove(scene.blobPath(photos[1]))
    #expect(try Backup(of: scene.centre).run(into: scene.folder["copy"]) == 1)
    let report = try Examination(of: scene.reopened("copy")).run()
    #expect(report.faults == [.photoMissing(photos[1])])
  }

  @Test("photos are copied byte for byte onto another file system")
  func otherFileSystem() throws {
    let (scene, _, photos) = try furnished()
    guard let tmpfs = Tmpfs(scene.folder, "other", bytes: 16_777_216) else {
      print("left out: no tmpfs can be mounted here")
      return
    }
    defer { tmpfs.unmount() }
    #expect(try Backup(of: scene.centre).run(into: scene.folder["other/copy"]) == 2)
    let copy = try Centre(
      in: scene.folder["other/copy"], Scene.surroundings(scene.clock, scene.ids))
    #expect(try Examination(of: copy).run().faults.isEmpty)
    #expect(copy.blobs.bytes(of: photos[0]) == 1000)
  }
}
