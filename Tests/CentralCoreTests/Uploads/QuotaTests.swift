import Domain
import Locks
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("What a device may use")
struct QuotaTests {
  private let scene: Scene
  private let free = FreeSpace()
  private let uploads: Uploads

  /// How much of a disk of 1,000,000 bytes is free.
  private final class FreeSpace: Sendable {
    let bytes = Mutex<Int64>(1_000_000)
  }

  init() throws {
    scene = try Scene()
    var quota = UploadQuota()
    quota.dailyBytes = 1000
    quota.unfinishedBytes = 700
    let free = free
    quota.disk = { _ in DiskSpace(total: 1_000_000, free: free.bytes.withLock { $0 }) }
    var surroundings = Scene.surroundings(scene.clock, scene.ids)
    surroundings.quota = quota
    uploads = try Centre(in: scene.folder["centre"], surroundings).uploads
  }

  private func create(_ bytes: [UInt8], _ device: Device) throws -> Upload {
    try uploads.create(
      .photo(SHA256.hash(bytes)), length: Int64(bytes.count), metadata: "", device: device.id)
  }

  private func send(_ bytes: [UInt8], _ upload: Upload, _ device: Device) throws {
    let writer = try uploads.open(upload, at: 0) {}
    try bytes.withUnsafeBytes { try writer.write($0) }
    _ = try uploads.finish(writer)
    _ = try uploads.complete(upload, device: device)
  }

  @Test("so many bytes a day, thumbnails and those on their way included; a day later again")
  func daily() throws {
    let (device, other) = (try scene.device(), try scene.device())
    let photo = Scene.bytes(600, seed: 1)
    try send(photo, create(photo, device), device)
    let thumbnail = Scene.bytes(200, seed: 2)
    _ = try uploads.takeWhole(
      .thumbnail(SHA256.hash(thumbnail), of: SHA256.hash(photo)), thumbnail, metadata: "",
      device: device)
    let waiting = try create(Scene.bytes(150, seed: 3), device)
    #expect(throws: UploadFault.quotaExceeded) { try create(Scene.bytes(51, seed: 4), device) }
    #expect(throws: UploadFault.quotaExceeded) {
      try uploads.takeWhole(
        .photo(SHA256.hash(Scene.bytes(201))), Scene.bytes(201), metadata: "", device: device)
    }
    _ = try create(Scene.bytes(50, seed: 4), device)
    _ = try create(Scene.bytes(700, seed: 5), other)
    // What the centre has already takes no room.
    #expect(try create(photo, device).receipt != nil)
    #expect(try create(Scene.bytes(150, seed: 3), device).id == waiting.id)
    scene.clock.advance(hours: 24)
    scene.clock.advance(milliseconds: 1)
    _ = try create(Scene.bytes(500, seed: 6), device)
  }

  @Test("announced bytes are counted; a length that is not known counts as the most of its kind")
  func announced() throws {
    let device = try scene.device()
    let first = try create(Scene.bytes(700, seed: 1), device)
    #expect(throws: UploadFault.quotaExceeded) { try create(Scene.bytes(1, seed: 2), device) }
    try uploads.terminate(first)
    for content in [nil, Upload.Content.photo(SHA256.hash([1]))] {
      #expect(throws: UploadFault.quotaExceeded) {
        try uploads.create(
          .init(content, length: nil, metadata: ""), device: device.id)
      }
    }
    #expect(throws: UploadFault.quotaExceeded) {
      try uploads.create(.init(nil, length: 701, metadata: ""), device: device.id)
    }
    _ = try uploads.create(.init(nil, length: 700, metadata: ""), device: device.id)
    // Nobody's forgotten uploads stand in the way.
    scene.clock.advance(days: 8)
    _ = try create(Scene.bytes(700, seed: 3), device)
  }

  @Test("on a disk that is nearly full photos wait, and segments pass")
  func lowDisk() throws {
    var hand = try scene.handheld()
    try hand.create()
    let device = hand.device
    let bytes = Scene.bytes(100)
    // A twentieth is kept free: 50,000 bytes.
    free.bytes.withLock { $0 = 50_099 }
    #expect(throws: UploadFault.diskLow) { try create(bytes, device) }
    #expect(throws: UploadFault.diskLow) {
      try uploads.takeWhole(.photo(SHA256.hash(bytes)), bytes, metadata: "", device: device)
    }
    free.bytes.withLock { $0 = 50_100 }
    let upload = try create(bytes, device)
    let writer = try uploads.open(upload, at: 0) {}
    try bytes[..<60].withUnsafeBytes { try writer.write($0) }
    #expect(try uploads.finish(writer) == 60)
    free.bytes.withLock { $0 = 50_039 }
    #expect(throws: UploadFault.diskLow) { try uploads.open(upload, at: 60) {} }
    #expect(try uploads.offset(of: upload) == 60, "what is there stays")
    free.bytes.withLock { $0 = 0 }
    let segment = try hand.segment().bytes()
    let pieces = try uploads.create(
      .segment(SHA256.hash(segment)), length: Int64(segment.count), metadata: "",
      device: device.id)
    let last = try uploads.open(pieces, at: 0) {}
    try segment.withUnsafeBytes { try last.write($0) }
    _ = try uploads.finish(last)
    #expect(try uploads.complete(pieces, device: device).results.count == 1)
    free.bytes.withLock { $0 = 50_040 }
    let rest = try uploads.open(upload, at: 60) {}
    try bytes[60...].withUnsafeBytes { try rest.write($0) }
    #expect(try uploads.finish(rest, device: device).receipt != nil)
  }

  @Test("the limits are those of the protocol's page")
  func limits() {
    let quota = UploadQuota()
    #expect(quota.unfinishedUploads == 64)
    #expect(quota.unfinishedBytes == 536_870_912)
    #expect(quota.dailyBytes == 17_179_869_184)
    #expect(quota.reserveBytes == 536_870_912)
    #expect(quota.reservePart == 20)
    #expect(quota.unfinishedSegments == 16)
    #expect(Uploads.parts == 64)
    #expect(Limits.thumbnailBytes == 65_536)
  }
}
