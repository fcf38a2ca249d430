import Domain
import Locks
import SyncProtocol
import Testing

@testable import CentralCore

extension Scene {
  var uploads: Uploads { centre.uploads }

  /// Bytes that look like nothing else, the same in every run.
  static func bytes(_ count: Int, seed: UInt64 = 5) -> [UInt8] {
    var random = SplitMix64(state: seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  func photo(_ bytes: [UInt8], of device: Device, length: Int64? = nil) throws -> Upload {
    try uploads.create(
      .photo, sha256: SHA256.hash(bytes), length: length ?? Int64(bytes.count), metadata: "",
      device: device.id)
  }

  func hold(
    _ upload: Upload, at offset: Int64, onPreempted: @escaping @Sendable () -> Void = {}
  ) throws -> UploadWriter {
    try uploads.open(upload, at: offset, onPreempted: onPreempted)
  }

  /// One request that brings these bytes and ends well.
  @discardableResult
  func send(_ bytes: some Collection<UInt8>, to upload: Upload, at offset: Int64) throws -> Int64 {
    let writer = try hold(upload, at: offset)
    try Array(bytes).withUnsafeBytes { try writer.write($0) }
    return try uploads.finish(writer)
  }

  var uploadFiles: [String] {
    get throws { try Disk.names(in: folder["centre/uploads"]) }
  }

  func blobPath(_ digest: Digest) -> String {
    folder["centre/photos/\(digest.hex.prefix(2))/\(digest.hex)"]
  }
}

@Suite("Uploads")
struct UploadsTests {
  @Test("a photo that comes in pieces is in place when its last byte is")
  func pieces() throws {
    let scene = try Scene()
    let device = try scene.device()
    let bytes = Scene.bytes(300_000)
    let upload = try scene.photo(bytes, of: device)
    #expect(try scene.uploads.offset(of: upload) == 0)
    #expect(try scene.send(bytes[..<100_000], to: upload, at: 0) == 100_000)
    #expect(throws: UploadFault.incomplete(offset: 100_000)) {
      try scene.uploads.complete(upload, device: device)
    }
    #expect(throws: UploadFault.offset(is: 100_000)) { try scene.hold(upload, at: 99_999) }
    #expect(throws: UploadFault.offset(is: 100_000)) { try scene.hold(upload, at: 100_001) }
    #expect(try scene.send(bytes[100_000...], to: upload, at: 100_000) == 300_000)
    let receipt = try scene.uploads.complete(upload, device: device)
    let epoch = try scene.store.read { try $0.epoch() }
    #expect(receipt == .photo(epoch: epoch, sha256: upload.sha256, bytes: 300_000))
    #expect(try Disk.read(scene.blobPath(upload.sha256)) == bytes)
    #expect(try scene.uploads.complete(upload, device: device) == receipt)
    let after = try scene.uploads.find(upload.id, of: device.id)
    #expect(after.receipt == receipt)
    #expect(try scene.uploads.offset(of: after) == 300_000)
    #expect(try scene.store.read { try $0.sender(ofPhoto: upload.sha256) } == device.id)
    #expect(try scene.uploadFiles.isEmpty)
  }

  @Test("a request that was torn keeps its bytes, also over a restart")
  func torn() throws {
    let scene = try Scene()
    let device = try scene.device()
    let bytes = Scene.bytes(50_000)
    let upload = try scene.photo(bytes, of: device)
    do {
      // Released without an end, as when the process is killed.
      let writer = try scene.hold(upload, at: 0)
      try bytes[..<20_000].withUnsafeBytes { try writer.write($0) }
      try bytes[20_000..<20_001].withUnsafeBytes { try writer.write($0) }
    }
    let again = try scene.reopened()
    let found = try again.uploads.create(
      .photo, sha256: upload.sha256, length: upload.length, metadata: "", device: device.id)
    #expect(found == upload)
    #expect(try again.uploads.offset(of: found) == 20_001)
    let writer = try again.uploads.open(found, at: 20_001) {}
    try bytes[20_001...].withUnsafeBytes { try writer.write($0) }
    #expect(try again.uploads.finish(writer) == 50_000)
    _ = try again.uploads.complete(found, device: device)
    #expect(try Disk.read(scene.blobPath(upload.sha256)) == bytes)
  }

  @Test("a kill between the photo's place and its row is made good at the next request")
  func killedBeforeRow() throws {
    let scene = try Scene()
    let device = try scene.device()
    let bytes = Scene.bytes(1000)
    let upload = try scene.photo(bytes, of: device)
    try scene.send(bytes, to: upload, at: 0)
    // What `complete` does first.
    try scene.centre.blobs.adopt(
      file: scene.folder["centre/uploads/\(upload.id)"], as: upload.sha256)
    let again = try scene.reopened()
    let found = try again.uploads.find(upload.id, of: device.id)
    #expect(found.receipt == nil)
    #expect(try again.uploads.offset(of: found) == 1000)
    let receipt = try again.uploads.complete(found, device: device)
    #expect(try again.store.read { try $0.photoBytes(upload.sha256) } == 1000)
    #expect(try again.uploads.find(upload.id, of: device.id).receipt == receipt)
  }

  @Test("a kill between a segment's last byte and its effect is made good at the next request")
  func killedBeforeEffect() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    let record = try hand.create(["name": "王"])
    let bytes = try hand.segment().bytes()
    let upload = try scene.uploads.create(
      .segment, sha256: SHA256.hash(bytes), length: Int64(bytes.count), metadata: "",
      device: hand.device.id)
    try scene.send(bytes, to: upload, at: 0)
    let again = try scene.reopened()
    let receipt = try again.uploads.complete(
      again.uploads.find(upload.id, of: hand.device.id), device: hand.device)
    #expect(receipt.results.map(\.result) == [.applied])
    #expect(try scene.fields(record) == ["name": "王"])
    #expect(try scene.uploadFiles.isEmpty)
    // Whoever read the row before still gets the receipt, and no new file.
    #expect(try again.uploads.complete(upload, device: hand.device) == receipt)
    #expect(try again.uploads.offset(of: upload) == upload.length)
    #expect(try scene.uploadFiles.isEmpty)
  }

  @Test("a kill after a segment's effect leaves no bytes behind for good")
  func orphanFiles() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    try hand.create()
    let bytes = try hand.segment().bytes()
    let upload = try scene.uploads.takeWhole(
      .segment, bytes, sha256: SHA256.hash(bytes), metadata: "", device: hand.device)
    let waiting = try scene.photo([1, 2, 3], of: hand.device)
    try scene.send([1], to: waiting, at: 0)
    for id in [upload.id, scene.ids.v4()] {
      try Disk.write(bytes, to: scene.folder["centre/uploads/\(id)"])
    }
    #expect(try scene.uploads.collectExpired() == 0)
    #expect(try scene.uploadFiles == [waiting.id.text])
  }

  @Test("asking makes no file; a created upload without bytes stands at 0")
  func noFiles() throws {
    let scene = try Scene()
    let device = try scene.device()
    let upload = try scene.photo([1, 2, 3], of: device)
    #expect(try scene.uploads.offset(of: upload) == 0)
    #expect(throws: UploadFault.incomplete(offset: 0)) {
      try scene.uploads.complete(upload, device: device)
    }
    try scene.uploads.terminate(upload)
    #expect(try scene.uploads.offset(of: upload) == 0)
    #expect(throws: UploadFault.incomplete(offset: 0)) {
      try scene.uploads.complete(upload, device: device)
    }
    #expect(throws: UploadFault.unknown) { try scene.uploads.find(upload.id, of: device.id) }
    #expect(try scene.uploadFiles.isEmpty)
  }

  @Test("bytes that are not the announced ones are dropped, and sent anew")
  func mismatch() throws {
    let scene = try Scene()
    let device = try scene.device()
    let bytes = Scene.bytes(1000)
    let upload = try scene.photo(bytes, of: device)
    try scene.send(Scene.bytes(1000, seed: 6), to: upload, at: 0)
    #expect(throws: UploadFault.digestMismatch) {
      try scene.uploads.complete(upload, device: device)
    }
    #expect(throws: UploadFault.unknown) { try scene.uploads.find(upload.id, of: device.id) }
    #expect(try scene.uploadFiles.isEmpty)
    #expect(!Disk.exists(scene.blobPath(upload.sha256)))
    let anew = try scene.photo(bytes, of: device)
    #expect(anew.id != upload.id)
    try scene.send(bytes, to: anew, at: 0)
    _ = try scene.uploads.complete(anew, device: device)
    #expect(throws: UploadFault.digestMismatch) {
      try scene.uploads.takeWhole(
        .segment, bytes, sha256: upload.sha256.hex == "" ? upload.sha256 : SHA256.hash([]),
        metadata: "", device: device)
    }
  }

  @Test("a reopened upload hashes the bytes that were there before")
  func rehash() throws {
    let scene = try Scene()
    let device = try scene.device()
    let bytes = Scene.bytes(600_000)
    let upload = try scene.photo(bytes, of: device)
    var offset = 0
    for piece in [1, 63, 64, 65, 262_143, 262_144, 75_520] {
      try scene.send(bytes[offset..<offset + piece], to: upload, at: Int64(offset))
      offset += piece
    }
    #expect(offset == bytes.count)
    _ = try scene.uploads.complete(upload, device: device)
    #expect(try Disk.read(scene.blobPath(upload.sha256)) == bytes)
  }

  @Test("the same creation from many threads makes one upload")
  func idempotentCreation() throws {
    let scene = try Scene()
    let device = try scene.device()
    let found = Mutex<Set<UniqueID>>([])
    try onThreads(16) { _ in
      for _ in 0..<10 {
        do {
          let upload = try scene.photo([1, 2, 3], of: device)
          found.withLock { _ = $0.insert(upload.id) }
        } catch { Issue.record(error) }
      }
    }
    #expect(found.withLock { $0.count } == 1)
    #expect(try scene.store.read { try $0.unfinishedUploadCount() } == 1)
  }

  @Test(
    "the same completion from many threads gives one receipt",
    arguments: [
      Upload.Kind.photo, .segment, .thumbnail,
    ])
  func concurrentCompletion(_ kind: Upload.Kind) throws {
    for round in 0..<10 {
      let scene = try Scene(seed: UInt64(round + 1))
      var hand = try scene.handheld()
      try hand.create()
      let device = hand.device
      let bytes = kind == .segment ? try hand.segment().bytes() : Scene.bytes(60_000)
      let upload = try scene.uploads.create(
        kind, sha256: SHA256.hash(bytes), length: Int64(bytes.count), metadata: "",
        device: device.id)
      try scene.send(bytes, to: upload, at: 0)
      let receipts = Mutex<Set<Receipt>>([])
      try onThreads(6) { _ in
        do {
          let receipt = try scene.uploads.complete(upload, device: device)
          receipts.withLock { _ = $0.insert(receipt) }
        } catch { Issue.record(error) }
      }
      #expect(receipts.withLock { $0.count } == 1)
      #expect(try scene.uploadFiles.isEmpty)
    }
  }

  @Test("a second request ends the first, whose later bytes are refused")
  func preempted() throws {
    let scene = try Scene()
    let device = try scene.device()
    let bytes = Scene.bytes(30)
    let upload = try scene.photo(bytes, of: device)
    let ended = Mutex(0)
    let first = try scene.hold(upload, at: 0) { ended.withLock { $0 += 1 } }
    try bytes[..<10].withUnsafeBytes { try first.write($0) }
    let second = try scene.hold(upload, at: 10)
    #expect(ended.withLock { $0 } == 1)
    #expect(throws: UploadFault.preempted) {
      try bytes[10..<20].withUnsafeBytes { try first.write($0) }
    }
    #expect(throws: UploadFault.preempted) { try scene.uploads.finish(first) }
    try bytes[10...].withUnsafeBytes { try second.write($0) }
    #expect(try scene.uploads.finish(second) == 30)
    _ = try scene.uploads.complete(upload, device: device)
    #expect(ended.withLock { $0 } == 1)
  }

  @Test("asking for the offset ends the request in hand, and tells all its bytes")
  func askedMeanwhile() throws {
    let scene = try Scene()
    let device = try scene.device()
    let bytes = Scene.bytes(30)
    let upload = try scene.photo(bytes, of: device)
    let ended = Mutex(0)
    let writer = try scene.hold(upload, at: 0) { ended.withLock { $0 += 1 } }
    try bytes[..<17].withUnsafeBytes { try writer.write($0) }
    #expect(try scene.uploads.offset(of: upload) == 17)
    #expect(ended.withLock { $0 } == 1)
    #expect(throws: UploadFault.preempted) { try scene.uploads.finish(writer) }
    // The stop of the centre does the same to all.
    let last = try scene.hold(upload, at: 17) { ended.withLock { $0 += 1 } }
    scene.uploads.park()
    #expect(ended.withLock { $0 } == 2)
    #expect(throws: UploadFault.preempted) {
      try bytes[17...].withUnsafeBytes { try last.write($0) }
    }
  }

  @Test("many requests for one upload never write at the same time")
  func preemptionStorm() throws {
    let scene = try Scene()
    let device = try scene.device()
    let bytes = Scene.bytes(200_000)
    let upload = try scene.photo(bytes, of: device)
    // Every thread goes on from wherever the upload stands; any offset that is
    // told must be true ever after.
    let told = Mutex<Int64>(0)
    try onThreads(6) { _ in
      while true {
        let floor = told.withLock { $0 }
        do {
          let offset = try scene.uploads.offset(of: upload)
          if offset < floor { Issue.record("told \(floor), stands at \(offset)") }
          if offset == upload.length { return }
          let writer = try scene.hold(upload, at: offset)
          let end = min(Int(offset) + 1500, bytes.count)
          try bytes[Int(offset)..<end].withUnsafeBytes { try writer.write($0) }
          let reached = try scene.uploads.finish(writer)
          told.withLock { $0 = max($0, reached) }
        } catch UploadFault.preempted, UploadFault.offset(_) {
          continue
        } catch {
          Issue.record(error)
          return
        }
      }
    }
    _ = try scene.uploads.complete(upload, device: device)
    #expect(try Disk.read(scene.blobPath(upload.sha256)) == bytes)
  }

  @Test("a photo that another device sent is complete at once, and stays that device's")
  func knownPhoto() throws {
    let scene = try Scene()
    let (one, two) = (try scene.device(), try scene.device(worker: "W2"))
    let bytes = Scene.bytes(100)
    let first = try scene.photo(bytes, of: one)
    let early = try scene.photo(bytes, of: two)
    try scene.send(bytes, to: first, at: 0)
    _ = try scene.uploads.complete(first, device: one)
    // An upload from before stands complete too.
    #expect(try scene.uploads.offset(of: early) == 100)
    let receipt = try scene.uploads.complete(early, device: two)
    #expect(receipt == (try scene.uploads.find(first.id, of: one.id).receipt))
    let three = try scene.device(worker: "W2")
    let late = try scene.photo(bytes, of: three)
    #expect(late.receipt == receipt)
    #expect(try scene.store.read { try $0.sender(ofPhoto: first.sha256) } == one.id)
  }

  @Test("a wrong length for a photo that is known proves nothing", arguments: [99, 101, 0])
  func wrongLength(_ length: Int64) throws {
    let scene = try Scene()
    let (one, two) = (try scene.device(), try scene.device(worker: "W2"))
    let bytes = Scene.bytes(100)
    let first = try scene.photo(bytes, of: one)
    try scene.send(bytes, to: first, at: 0)
    _ = try scene.uploads.complete(first, device: one)
    let wrong = try scene.photo(bytes, of: two, length: length)
    #expect(wrong.receipt == nil)
    #expect(try scene.uploads.offset(of: wrong) == 0)
    if length > 0 {
      #expect(throws: UploadFault.incomplete(offset: 0)) {
        try scene.uploads.complete(wrong, device: two)
      }
      try scene.send(Scene.bytes(Int(length), seed: 9), to: wrong, at: 0)
    }
    #expect(throws: UploadFault.digestMismatch) {
      try scene.uploads.complete(wrong, device: two)
    }
    #expect(try Disk.read(scene.blobPath(first.sha256)) == bytes)
    #expect(try scene.store.read { try $0.photoBytes(first.sha256) } == 100)
  }

  @Test("a photo that the disk has lost is asked for again")
  func lostPhoto() throws {
    let scene = try Scene()
    let (one, two) = (try scene.device(), try scene.device(worker: "W2"))
    let bytes = Scene.bytes(100)
    let first = try scene.photo(bytes, of: one)
    try scene.send(bytes, to: first, at: 0)
    _ = try scene.uploads.complete(first, device: one)
    for device in [one, two] {
      try Disk.remove(scene.blobPath(first.sha256))
      let again = try scene.photo(bytes, of: device)
      #expect(again.receipt == nil)
      #expect(try scene.uploads.offset(of: again) == 0)
      try scene.send(bytes, to: again, at: 0)
      _ = try scene.uploads.complete(again, device: device)
      #expect(try Disk.read(scene.blobPath(first.sha256)) == bytes)
    }
    #expect(try Examination(of: scene.centre).run().faults.isEmpty)
  }

  @Test("what nobody finished in seven days is dropped, and may be sent anew")
  func expired() throws {
    let scene = try Scene()
    let device = try scene.device()
    let old = try scene.photo([1, 2, 3], of: device)
    try scene.send([1, 2], to: old, at: 0)
    let done = try scene.photo([9], of: device)
    try scene.send([9], to: done, at: 0)
    _ = try scene.uploads.complete(done, device: device)
    scene.clock.advance(days: 6)
    let young = try scene.photo([4, 5, 6], of: device)
    try scene.send([4], to: young, at: 0)
    #expect(try scene.uploads.collectExpired() == 0)
    scene.clock.advance(days: 1)
    scene.clock.advance(milliseconds: 1)
    #expect(throws: UploadFault.unknown) { try scene.uploads.find(old.id, of: device.id) }
    #expect(try scene.uploadFiles == [young.id.text])
    let anew = try scene.photo([1, 2, 3], of: device)
    #expect(anew.id != old.id)
    #expect(try scene.uploads.offset(of: anew) == 0)
    #expect(try scene.uploads.find(done.id, of: device.id).receipt != nil)
    scene.clock.advance(days: 8)
    // Nobody asks for it: the next creation of anybody collects it.
    _ = try scene.photo([7], of: device)
    #expect(try scene.uploadFiles.isEmpty)
    #expect(try scene.store.read { try $0.unfinishedUploadCount() } == 1)
  }

  @Test("another device's upload is unknown")
  func foreignUpload() throws {
    let scene = try Scene()
    let (one, two) = (try scene.device(), try scene.device())
    let upload = try scene.photo([1, 2, 3], of: one)
    #expect(throws: UploadFault.unknown) { try scene.uploads.find(upload.id, of: two.id) }
    #expect(throws: UploadFault.unknown) { try scene.uploads.find(scene.ids.v4(), of: one.id) }
    #expect(try scene.photo([1, 2, 3], of: two).id != upload.id)
  }

  @Test("an upload of no bytes is complete as it is")
  func zeroLength() throws {
    let scene = try Scene()
    let device = try scene.device()
    let upload = try scene.photo([], of: device)
    #expect(try scene.uploads.offset(of: upload) == 0)
    let receipt = try scene.uploads.complete(upload, device: device)
    let epoch = try scene.store.read { try $0.epoch() }
    #expect(receipt == .photo(epoch: epoch, sha256: SHA256.hash([]), bytes: 0))
    let wrong = try scene.uploads.create(
      .photo, sha256: SHA256.hash([1]), length: 0, metadata: "", device: device.id)
    #expect(throws: UploadFault.digestMismatch) {
      try scene.uploads.complete(wrong, device: device)
    }
    let segment = try scene.uploads.create(
      .segment, sha256: SHA256.hash([]), length: 0, metadata: "", device: device.id)
    #expect(throws: UploadFault.segmentMalformed(.linesMissing)) {
      try scene.uploads.complete(segment, device: device)
    }
  }

  @Test("more bytes than were announced are refused, and none of them is kept")
  func tooMany() throws {
    let scene = try Scene()
    let device = try scene.device()
    let bytes = Scene.bytes(11)
    let upload = try scene.photo(bytes, of: device, length: 10)
    let writer = try scene.hold(upload, at: 0)
    try bytes[..<6].withUnsafeBytes { try writer.write($0) }
    #expect(throws: UploadFault.tooLarge) {
      try bytes[6...].withUnsafeBytes { try writer.write($0) }
    }
    #expect(try scene.uploads.finish(writer) == 6)
    for (kind, length) in [
      (Upload.Kind.photo, Limits.photoBytes + 1), (.segment, Int64(Limits.segmentBytes) + 1),
      (.photo, -1),
    ] {
      #expect(throws: UploadFault.tooLarge) {
        try scene.uploads.create(
          kind, sha256: upload.sha256, length: length, metadata: "", device: device.id)
      }
    }
  }

  @Test("a file that is larger than announced, whoever made it so, is dropped")
  func oversizedFile() throws {
    let scene = try Scene()
    let device = try scene.device()
    let upload = try scene.photo([1, 2, 3], of: device)
    try Disk.write([1, 2, 3, 4], to: scene.folder["centre/uploads/\(upload.id)"])
    #expect(try scene.uploads.offset(of: upload) == 3)
    #expect(throws: UploadFault.digestMismatch) {
      try scene.uploads.complete(upload, device: device)
    }
    #expect(try scene.uploadFiles.isEmpty)
  }

  @Test("a segment that comes whole ends the one that came in pieces, and leaves no file")
  func wholeAfterPieces() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    let record = try hand.create(["name": "王"])
    let bytes = try hand.segment().bytes()
    let digest = SHA256.hash(bytes)
    let device = hand.device
    let pieces = try scene.uploads.create(
      .segment, sha256: digest, length: Int64(bytes.count), metadata: "", device: device.id)
    let ended = Mutex(0)
    let writer = try scene.hold(pieces, at: 0) { ended.withLock { $0 += 1 } }
    try bytes[..<10].withUnsafeBytes { try writer.write($0) }
    let whole = try scene.uploads.takeWhole(
      .segment, bytes, sha256: digest, metadata: "", device: device)
    #expect(whole.id == pieces.id)
    #expect(whole.receipt?.results.map(\.result) == [.applied])
    #expect(ended.withLock { $0 } == 1)
    #expect(try scene.uploadFiles.isEmpty)
    #expect(try scene.fields(record) == ["name": "王"])
    let again = try scene.uploads.takeWhole(
      .segment, bytes, sha256: digest, metadata: "", device: device)
    #expect(again == whole)
  }

  @Test("a segment that cannot be taken is told why each time, and is taken when it can")
  func segmentLater() throws {
    let scene = try Scene()
    var hand = try scene.handheld()
    try hand.create()
    try hand.create()
    let bytes = try hand.segment(first: 2).bytes()
    let device = hand.device
    let upload = try scene.uploads.create(
      .segment, sha256: SHA256.hash(bytes), length: Int64(bytes.count), metadata: "",
      device: device.id)
    try scene.send(bytes, to: upload, at: 0)
    for _ in 0..<2 {
      #expect(throws: UploadFault.segment(IntakeFault(.sequenceGap, expected: 1))) {
        try scene.uploads.complete(upload, device: device)
      }
    }
    try scene.take(hand.segment(last: 1), from: device)
    #expect(
      try scene.uploads.complete(upload, device: device).results.map(\.result) == [.applied])
  }

  @Test("ending a complete upload forgets its address only")
  func terminateComplete() throws {
    let scene = try Scene()
    let device = try scene.device()
    let upload = try scene.photo([1, 2, 3], of: device)
    try scene.send([1, 2, 3], to: upload, at: 0)
    let receipt = try scene.uploads.complete(upload, device: device)
    try scene.uploads.terminate(scene.uploads.find(upload.id, of: device.id))
    #expect(throws: UploadFault.unknown) { try scene.uploads.find(upload.id, of: device.id) }
    #expect(try Disk.read(scene.blobPath(upload.sha256)) == [1, 2, 3])
    #expect(try scene.photo([1, 2, 3], of: device).receipt == receipt)
  }
}
