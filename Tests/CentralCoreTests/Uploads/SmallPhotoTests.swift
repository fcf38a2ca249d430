import Database
import Domain
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("Small photos")
struct SmallPhotoTests {
  private func take(
    _ bytes: [UInt8], from device: Device, in centre: Centre
  ) throws -> Upload {
    try centre.uploads.takeWhole(
      .photo, bytes, sha256: SHA256.hash(bytes), metadata: "", device: device)
  }

  private func files(_ scene: Scene) throws -> [String] {
    let root = scene.folder["centre/photos"]
    return try Disk.names(in: root).flatMap { try Disk.names(in: "\(root)/\($0)") }
  }

  @Test(
    "one that comes whole is a row and no file, and is there after a restart",
    arguments: [0, 1, 10_000, Uploads.wholeBytes])
  func whole(_ count: Int) throws {
    let scene = try Scene()
    let device = try scene.device()
    let bytes = Scene.bytes(count)
    let upload = try take(bytes, from: device, in: scene.centre)
    let epoch = try scene.store.read { try $0.epoch() }
    #expect(
      upload.receipt == .photo(epoch: epoch, sha256: SHA256.hash(bytes), bytes: Int64(count)))
    #expect(try take(bytes, from: device, in: scene.centre) == upload)
    #expect(try files(scene).isEmpty)
    #expect(try scene.uploadFiles.isEmpty)
    let again = try scene.reopened()
    #expect(try again.photos.find(upload.sha256) == .memory(bytes))
    #expect(try again.photos.bytes(of: upload.sha256) == Int64(count))
    #expect(try again.store.read { try $0.photos() } == [upload.sha256])
    let report = try Examination(of: again).run()
    #expect(report.faults.isEmpty && report.photos == 1)
  }

  @Test("bytes that are not the announced ones leave nothing")
  func mismatch() throws {
    let scene = try Scene()
    let device = try scene.device()
    #expect(throws: UploadFault.digestMismatch) {
      try scene.uploads.takeWhole(
        .photo, [1, 2, 3], sha256: SHA256.hash([1, 2]), metadata: "", device: device)
    }
    #expect(try scene.centre.photos.find(SHA256.hash([1, 2, 3])) == nil)
    #expect(try scene.store.read { try $0.photos() }.isEmpty)
  }

  @Test("it is known to other devices, whichever way it came")
  func known() throws {
    let scene = try Scene()
    let (one, two) = (try scene.device(), try scene.device(worker: "W2"))
    let (small, filed) = (Scene.bytes(100), Scene.bytes(200))
    _ = try take(small, from: one, in: scene.centre)
    #expect(try scene.photo(small, of: two).receipt != nil)
    let upload = try scene.photo(filed, of: one)
    try scene.send(filed, to: upload, at: 0)
    _ = try scene.uploads.complete(upload, device: one)
    // A file is enough: the store takes no second copy.
    #expect(try take(filed, from: two, in: scene.centre).receipt != nil)
    #expect(try scene.store.read { try $0.photoBody(SHA256.hash(filed)) } == nil)
    #expect(
      try scene.centre.photos.find(SHA256.hash(filed))
        == .file(scene.blobPath(SHA256.hash(filed))))
    #expect(try scene.store.read { try $0.sender(ofPhoto: SHA256.hash(small)) } == one.id)
  }

  @Test("one that comes whole ends the one that came in pieces")
  func afterPieces() throws {
    let scene = try Scene()
    let device = try scene.device()
    let bytes = Scene.bytes(5000)
    let pieces = try scene.photo(bytes, of: device)
    try scene.send(bytes[..<2000], to: pieces, at: 0)
    let whole = try take(bytes, from: device, in: scene.centre)
    #expect(whole.id == pieces.id)
    #expect(try scene.uploadFiles.isEmpty)
    #expect(try scene.centre.photos.find(whole.sha256) == .memory(bytes))
  }

  @Test("altered and lost bytes are found, and lost ones are asked for again")
  func damaged() throws {
    let scene = try Scene()
    let device = try scene.device()
    let (one, two) = (Scene.bytes(300), Scene.bytes(400, seed: 6))
    for bytes in [one, two] { _ = try take(bytes, from: device, in: scene.centre) }
    let connection = try Connection(path: scene.databasePath, mode: .readWrite)
    let (altered, lost) = (SHA256.hash(one), SHA256.hash(two))
    try connection.run("UPDATE photo_body SET body = zeroblob(300) WHERE sha256 = \(altered.hex)")
    try connection.run("DELETE FROM photo_body WHERE sha256 = \(lost.hex)")
    let faults = try Examination(of: scene.centre).run().faults
    #expect(Set(faults) == [.photoAltered(altered), .photoMissing(lost)])
    let again = try scene.photo(two, of: device)
    #expect(again.receipt == nil)
    #expect(try scene.uploads.offset(of: again) == 0)
    #expect(try take(two, from: device, in: scene.centre).receipt != nil)
    #expect(try scene.centre.photos.find(lost) == .memory(two))
  }

  @Test("a backup has it, and the restored centre answers with its receipt")
  func backup() throws {
    let scene = try Scene()
    let device = try scene.device()
    let bytes = Scene.bytes(10_000)
    let before = try take(bytes, from: device, in: scene.centre)
    #expect(try Backup(of: scene.centre).run(into: scene.folder["copy"]) == 1)
    let copy = try scene.reopened("copy")
    #expect(try copy.photos.find(before.sha256) == .memory(bytes))
    #expect(try Examination(of: copy).run().faults.isEmpty)
    let after = try take(bytes, from: device, in: copy)
    #expect(after.receipt?.epoch == (try copy.store.read { try $0.epoch() }))
    #expect(after.receipt?.epoch != before.receipt?.epoch)
  }

  @Test("the store keeps the first body of a digest", arguments: StoreEngine.all)
  func firstBody(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let digest = SHA256.hash([1])
    #expect(try scene.store.read { try $0.photoBody(digest) } == nil)
    let device = scene.ids.v7()
    try scene.store.write {
      try $0.put(photo: digest, bytes: 1, from: device, at: 1)
      try $0.put(photoBody: [1], of: digest)
      try $0.put(photoBody: [2], of: digest)
    }
    #expect(try scene.store.read { try $0.photoBody(digest) } == [1])
    #expect(try scene.store.read { try $0.photoBodyBytes(digest) } == 1)
  }
}
