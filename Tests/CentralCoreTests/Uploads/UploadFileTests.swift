import Glibc
import Locks
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("An upload's file on a failing disk")
struct UploadFileTests {
  @Test("an offset is told only when the disk has the bytes, and what it lost is asked for again")
  func failedSync() throws {
    let folder = try Folder()
    let fails = Mutex(false)
    let file = try UploadFile(path: folder["x"]) { descriptor in
      if fails.withLock({ $0 }) {
        errno = EIO
        return -1
      }
      return fdatasync(descriptor)
    }
    try [1, 2, 3].withUnsafeBytes { (bytes) throws in try file.append(bytes) }
    let told = try file.acknowledge()
    fails.withLock { $0 = true }
    try [4, 5].withUnsafeBytes { (bytes) throws in try file.append(bytes) }
    #expect(throws: BlobFault.inputOutput(errno: EIO)) { try file.acknowledge() }
    // A kernel reports a failed write-back once. Asked again it says yes, and
    // the bytes may be nowhere: they must not be told.
    fails.withLock { $0 = false }
    #expect(try file.acknowledge() == told)
    #expect(try UploadFile.existing(folder["x"])?.acknowledge() == told)
    let content = try Disk.read(folder["x"])
    #expect(try file.currentDigest() == SHA256.hash(content))
    try [4, 5].withUnsafeBytes { (bytes) throws in try file.append(bytes) }
    #expect(try file.acknowledge() == told + Int64(2 * MemoryLayout<Int>.size))
    #expect(try file.currentDigest() == SHA256.hash(try Disk.read(folder["x"])))
  }

  @Test("on a full disk the offset stays true, and the upload goes on when there is room")
  func fullDisk() throws {
    let scene = try Scene()
    let folder = try Folder()
    guard let tmpfs = Tmpfs(folder, "small", bytes: 1_048_576) else {
      print("left out: no tmpfs can be mounted here")
      return
    }
    defer { tmpfs.unmount() }
    try Centre.found(
      in: folder["small/centre"], city: Town.city, Scene.surroundings(scene.clock, scene.ids))
    let store = scene.store
    // The last bytes of a disk are kept for segments; here they are not.
    var quota = UploadQuota()
    quota.disk = { _ in DiskSpace(total: 1 << 40, free: 1 << 40) }
    let uploads = try Uploads(
      directory: folder["small/uploads"], store: store, blobs: scene.centre.blobs,
      intake: Intake(now: { 0 }), quota: quota, now: { scene.clock.now },
      makeID: { scene.ids.v4() })
    let device = try scene.device()
    let bytes = Scene.bytes(700_000)
    let upload = try uploads.create(
      .photo, sha256: SHA256.hash(bytes), length: 700_000, metadata: "", device: device.id)
    // Leaves less room than the photo needs.
    try Disk.write(Scene.bytes(300_000), to: folder["small/other"])
    let writer = try uploads.open(upload, at: 0) {}
    var fault: BlobFault?
    var sent = 0
    while fault == nil, sent < bytes.count {
      let end = min(sent + 50_000, bytes.count)
      do {
        try bytes[sent..<end].withUnsafeBytes { try writer.write($0) }
        sent = end
      } catch let error as BlobFault { fault = error }
    }
    #expect(fault == .full)
    let told = try uploads.finish(writer)
    #expect(told >= Int64(sent) && told < 700_000)
    #expect(try uploads.offset(of: upload) == told)
    let content = try Disk.read(folder["small/uploads/\(upload.id)"])
    #expect(content == Array(bytes[..<Int(told)]))
    // Still full: nothing moves, nothing is lost.
    let stuck = try uploads.open(upload, at: told) {}
    #expect(throws: BlobFault.full) {
      try bytes[Int(told)...].withUnsafeBytes { try stuck.write($0) }
    }
    let standing = try uploads.finish(stuck)
    #expect(standing >= told)
    try Disk.remove(folder["small/other"])
    let last = try uploads.open(upload, at: standing) {}
    try bytes[Int(standing)...].withUnsafeBytes { try last.write($0) }
    #expect(try uploads.finish(last) == 700_000)
    #expect(
      try Disk.read(folder["small/uploads/\(upload.id)"]) == bytes)
  }

  @Test("on a full disk a whole centre refuses, loses nothing and goes on")
  func fullCentre() throws {
    let folder = try Folder()
    guard let tmpfs = Tmpfs(folder, "small", bytes: 2_097_152) else {
      print("left out: no tmpfs can be mounted here")
      return
    }
    defer { tmpfs.unmount() }
    let (clock, ids) = (ManualClock(), IDSource(seed: 4))
    let surroundings = Scene.surroundings(clock, ids)
    try Centre.found(in: folder["small/c"], city: Town.city, surroundings)
    let centre = try Centre(in: folder["small/c"], surroundings)
    try Town.settle(centre.store)
    let device = Town.device(ids.v7(), worker: "W1", incarnation: ids.v4())
    try centre.store.write { try $0.put(device) }
    var hand = Handheld(device: device, incarnation: device.incarnation, ids: ids)
    let count: Int64 = 14
    for n in 0..<count {
      try hand.create(["note": .text(String(repeating: "字\(n)", count: 40_000))])
    }
    func send(_ seq: Int64) throws -> Receipt? {
      let bytes = try hand.segment(first: seq, last: seq).bytes()
      return try centre.uploads.takeWhole(
        .segment, bytes, sha256: SHA256.hash(bytes), metadata: "", device: device
      ).receipt
    }
    var taken: Int64 = 0
    var failed = false
    while taken < count, !failed {
      do {
        _ = try send(taken + 1)
        taken += 1
      } catch { failed = true }
    }
    #expect(failed)
    #expect(taken > 0)
    let lane = LaneKey(device: device.id, incarnation: hand.incarnation, lane: .normal)
    #expect(try centre.store.read { try $0.position(of: lane) }?.received == taken)
    #expect(try centre.store.read { try $0.recordCounts() } == ["household": Int(taken)])
    #expect(tmpfs.resize(to: 33_554_432))
    while taken < count {
      #expect(try send(taken + 1)?.results.map(\.result) == [.applied])
      taken += 1
    }
    #expect(try centre.store.read { try $0.recordCounts() } == ["household": Int(count)])
    #expect(try Examination(of: centre).run().faults.isEmpty)
  }
}

/// A small file system in memory; only root may have one.
struct Tmpfs {
  /// Kept until the end: a folder with something mounted in it cannot go.
  private let folder: Folder
  private let path: String

  init?(_ folder: Folder, _ name: String, bytes: Int) {
    self.folder = folder
    path = folder[name]
    guard mkdir(path, 0o700) == 0,
      mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)") == 0
    else { return nil }
  }

  func resize(to bytes: Int) -> Bool {
    mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(bytes)") == 0
  }

  // Detached at once: an open file must not keep the test's folder.
  func unmount() { umount2(path, Int32(MNT_DETACH)) }
}
