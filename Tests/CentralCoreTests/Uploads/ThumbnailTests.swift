import Database
import Domain
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("Thumbnails")
struct ThumbnailTests {
  private let scene: Scene
  private let photo = SHA256.hash(Array("the photo".utf8))

  init() throws { scene = try Scene() }

  private func send(
    _ bytes: [UInt8], of photo: Digest? = nil, from device: Device, pieces: Int = 1
  ) throws -> Receipt {
    let upload = try scene.uploads.create(
      .thumbnail(SHA256.hash(bytes), of: photo ?? self.photo), length: Int64(bytes.count),
      metadata: "", device: device.id)
    var offset = 0
    for piece in 1...pieces {
      let end = bytes.count * piece / pieces
      try scene.send(bytes[offset..<end], to: upload, at: Int64(offset))
      offset = end
    }
    return try scene.uploads.complete(upload, device: device)
  }

  private func shown(_ photo: Digest? = nil) throws -> Digest? {
    let wanted = photo ?? self.photo
    return try scene.store.read { try $0.thumbnail(of: wanted) }
  }

  @Test("one that comes in pieces or whole is kept beside its photo", arguments: [0, 1, 3])
  func kept(_ pieces: Int) throws {
    let device = try scene.device()
    let bytes = Scene.bytes(9000)
    let receipt =
      pieces == 0
      ? try scene.uploads.takeWhole(
        .thumbnail(SHA256.hash(bytes), of: photo), bytes, metadata: "", device: device
      ).receipt
      : try send(bytes, from: device, pieces: pieces)
    let epoch = try scene.store.read { try $0.epoch() }
    #expect(receipt == .thumbnail(epoch: epoch, sha256: SHA256.hash(bytes), photo: photo))
    #expect(try shown() == SHA256.hash(bytes))
    #expect(try scene.centre.photos.find(SHA256.hash(bytes)) == .memory(bytes))
    #expect(try scene.uploadFiles.isEmpty)
    // It is no photo: nobody gets it by its own digest, and its photo is awaited.
    #expect(try scene.store.read { try $0.photos() }.isEmpty)
    #expect(try scene.store.read { try $0.photoBytes(SHA256.hash(bytes)) } == nil)
  }

  @Test("a kill before its row leaves the upload where it stood")
  func killed() throws {
    let device = try scene.device()
    let bytes = Scene.bytes(500)
    let upload = try scene.uploads.create(
      .thumbnail(SHA256.hash(bytes), of: photo), length: 500, metadata: "", device: device.id)
    try scene.send(bytes, to: upload, at: 0)
    // What `complete` does first.
    try scene.uploads.place(bytes, as: SHA256.hash(bytes))
    let again = try scene.reopened()
    let found = try again.uploads.find(upload.id, of: device.id)
    #expect(try again.uploads.offset(of: found) == 500)
    let receipt = try again.uploads.complete(found, device: device)
    #expect(try again.uploads.find(upload.id, of: device.id).receipt == receipt)
    #expect(try scene.uploadFiles.isEmpty)
  }

  @Test("knowing a digest gives nobody the bytes: they are sent by each device")
  func noShortcut() throws {
    let (one, two) = (try scene.device(), try scene.device(worker: "W2"))
    // A photo of the first device's, small enough to pass for a thumbnail.
    let secret = Scene.bytes(3000)
    let theirs = try scene.photo(secret, of: one)
    try scene.send(secret, to: theirs, at: 0)
    _ = try scene.uploads.complete(theirs, device: one)
    let claimed = try scene.uploads.create(
      .thumbnail(SHA256.hash(secret), of: photo), length: 3000, metadata: "", device: two.id)
    #expect(claimed.receipt == nil)
    #expect(try scene.uploads.offset(of: claimed) == 0)
    #expect(throws: UploadFault.incomplete(offset: 0)) {
      try scene.uploads.complete(claimed, device: two)
    }
    #expect(try shown() == nil)
    #expect(try !scene.store.read { try $0.hasThumbnail(of: photo, from: two.id) })
  }

  @Test("the sender of the photo has the last word on its thumbnail")
  func whichOne() throws {
    let (one, two) = (try scene.device(), try scene.device(worker: "W2"))
    let bytes = Scene.bytes(100)
    let digest = SHA256.hash(bytes)
    _ = try send([1], of: digest, from: one)
    scene.clock.advance(hours: 1)
    _ = try send([2], of: digest, from: two)
    #expect(try shown(digest) == SHA256.hash([2]), "the last one, as long as no photo is there")
    let whole = try scene.photo(bytes, of: one)
    try scene.send(bytes, to: whole, at: 0)
    _ = try scene.uploads.complete(whole, device: one)
    #expect(try shown(digest) == SHA256.hash([1]))
    scene.clock.advance(hours: 1)
    _ = try send([3], of: digest, from: one)
    #expect(try shown(digest) == SHA256.hash([3]))
  }

  @Test("the same bytes are a thumbnail of each photo they are sent for")
  func twoPhotos() throws {
    let device = try scene.device()
    let other = SHA256.hash([2])
    let first = try send([7], from: device)
    #expect(try shown(other) == nil)
    let second = try send([7], of: other, from: device)
    #expect(first != second)
    #expect(try shown(other) == SHA256.hash([7]))
    #expect(try send([7], from: device) == first)
    #expect(try scene.store.read { try $0.thumbnails() } == [SHA256.hash([7])])
  }

  @Test("65,536 bytes and no more, with the announced digest")
  func refused() throws {
    let device = try scene.device()
    #expect(throws: UploadFault.tooLarge) {
      try scene.uploads.create(
        .thumbnail(photo, of: photo), length: 65_537, metadata: "", device: device.id)
    }
    #expect(throws: UploadFault.tooLarge) {
      try scene.uploads.takeWhole(
        .thumbnail(photo, of: photo), Scene.bytes(65_537), metadata: "", device: device)
    }
    let upload = try scene.uploads.create(
      .thumbnail(SHA256.hash([1]), of: photo), length: 1, metadata: "", device: device.id)
    try scene.send([2], to: upload, at: 0)
    #expect(throws: UploadFault.digestMismatch) {
      try scene.uploads.complete(upload, device: device)
    }
    #expect(
      try send(Scene.bytes(65_536), from: device).epoch == scene.store.read { try $0.epoch() })
  }

  @Test("one that the disk has lost is asked for again; check finds it, a backup has it")
  func upkeep() throws {
    let device = try scene.device()
    let bytes = Scene.bytes(100)
    _ = try send(bytes, from: device)
    #expect(try Backup(of: scene.centre).run(into: scene.folder["backup"]) == 1)
    let digest = SHA256.hash(bytes)
    #expect(try scene.reopened("backup").photos.find(digest) == .memory(bytes))
    let database = try Connection(path: scene.databasePath)
    try database.run("DELETE FROM photo_body")
    #expect(try Examination(of: scene.centre).run().faults == [.photoMissing(digest)])
    let again = try scene.uploads.create(
      .thumbnail(digest, of: photo), length: 100, metadata: "", device: device.id)
    #expect(again.receipt == nil)
    #expect(try scene.uploads.offset(of: again) == 0)
    _ = try send(bytes, from: device)
    #expect(try Examination(of: scene.centre).run().faults.isEmpty)
  }
}
