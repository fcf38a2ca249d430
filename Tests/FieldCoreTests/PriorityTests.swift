import Domain
import SyncProtocol
import Testing

@testable import FieldCore

/// What goes first, and what waits for it.
@Suite struct PriorityTests {
  /// A JPEG with this thumbnail in its EXIF part and comments up to a size.
  static func photo(thumbnail: [UInt8], bytes: Int) -> [UInt8] {
    var fixture = PhotoFixture()
    fixture.second = [fixture.long(0x0201, 0), fixture.long(0x0202, thumbnail.count)]
    // The directories first, the thumbnail behind them.
    let start = fixture.block().count
    fixture.second[0] = fixture.long(0x0201, start)
    let tiff = fixture.block() + thumbnail
    let body = Array("Exif\0\0".utf8) + tiff
    var photo: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE1]
    photo += [UInt8((body.count + 2) >> 8), UInt8((body.count + 2) & 255)] + body
    while photo.count < bytes {
      photo += [0xFF, 0xFE, 0x40, 0x02] + (0..<0x4000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    }
    return photo + PhotoFixture.picture
  }

  static let thumbnail: [UInt8] =
    [0xFF, 0xD8, 0xFF, 0xFE, 0x04, 0x02] + [UInt8](repeating: 9, count: 1024)
    + PhotoFixture.picture

  private func order(_ events: [SyncEvent], large: Digest) -> [String] {
    events.compactMap { event in
      switch event {
      case .segment(let lane, _, _, _): lane.rawValue
      case .thumbnail(let photo, _): photo == large ? "thumbnail of large" : "thumbnail of small"
      case .photo(let photo, _): photo == large ? "large" : "small"
      case .photoReceived(let photo): photo == large ? "large received" : "small received"
      default: nil
      }
    }
  }

  @Test("operations, then every thumbnail, then photos, smallest first")
  func thumbnails() throws {
    let pair = try Pair()
    let store = pair.field.store
    let bytes = Self.photo(thumbnail: Self.thumbnail, bytes: 100_000)
    let large = try store.addPhoto(bytes)
    let small = try store.addPhoto(Self.photo(thumbnail: Self.thumbnail, bytes: 20_000))
    let bare = try store.addPhoto([0xFF, 0xD8] + PhotoFixture.picture)
    try store.commit([.create(pair.field.report("井盖"), photos: [large, small, bare])])
    var events: [SyncEvent] = []
    let outcome = try pair.agent { events.append($0) }.run()
    #expect(outcome.error == nil)
    #expect(outcome.thumbnails == 2)
    #expect(pair.centre.state.thumbnails == [large: Self.thumbnail, small: Self.thumbnail])
    #expect(
      order(events, large: large).prefix(4) == [
        "urgent", "thumbnail of small", "thumbnail of large", "small",
      ])
    try pair.expectEqual()
    // Once is enough.
    #expect(try pair.sync().thumbnails == 0)
  }

  @Test("no thumbnail that is cut, too long, no JPEG, or hardly smaller than its photo")
  func unfit() throws {
    let cut = Array(Self.thumbnail.dropLast())
    let long =
      Self.thumbnail.dropLast(PhotoFixture.picture.count)
      + (0..<60).flatMap { _ in [0xFF, 0xFE, 0x04, 0x02] + [UInt8](repeating: 9, count: 1024) }
      + PhotoFixture.picture
    for thumbnail in [cut, Array(long), [UInt8](repeating: 7, count: 500)] {
      let photo = Self.photo(thumbnail: thumbnail, bytes: 100_000)
      #expect(PhotoFile.thumbnail(in: photo, limit: 60_000) == nil)
    }
    let photo = Self.photo(thumbnail: Self.thumbnail, bytes: 100_000)
    #expect(PhotoFile.thumbnail(in: photo, limit: 60_000) == Self.thumbnail)
    #expect(PhotoFile.thumbnail(in: photo, limit: Self.thumbnail.count - 1) == nil)
    let pair = try Pair()
    let small = try pair.field.store.addPhoto(Self.photo(thumbnail: Self.thumbnail, bytes: 0))
    try pair.field.store.commit([.create(pair.field.report("井盖"), photos: [small])])
    #expect(try pair.sync().thumbnails == 0)
    try pair.expectEqual()
  }

  @Test("a centre that knows no thumbnails holds nothing up")
  func olderCentre() throws {
    let pair = try Pair()
    pair.centre.knowsThumbnails = false
    let photo = try pair.field.store.addPhoto(
      Self.photo(thumbnail: Self.thumbnail, bytes: 50_000))
    try pair.field.store.commit([.create(pair.field.report("井盖"), photos: [photo])])
    let outcome = try pair.sync()
    #expect(outcome.error == nil)
    #expect(outcome.photos == 1)
    #expect(outcome.thumbnails == 0)
    try pair.expectEqual()
  }

  @Test("a thumbnail whose answer was lost is not sent twice")
  func lostThumbnail() throws {
    let pair = try Pair()
    let photo = try pair.field.store.addPhoto(
      Self.photo(thumbnail: Self.thumbnail, bytes: 50_000))
    try pair.field.store.commit([.create(pair.field.report("井盖"), photos: [photo])])
    var isLost = false
    pair.centre.fault = { _, request in
      if isLost { return .lost }
      isLost = request.body.count == Self.thumbnail.count
      return isLost ? .answerLost : nil
    }
    #expect(try pair.sync().error == .offline(.unreachable))
    pair.centre.fault = { _, _ in nil }
    try pair.field.reopen()
    #expect(try pair.sync().thumbnails == 1)
    let sent = pair.centre.requests.filter { $0.body == Self.thumbnail.count }
    #expect(sent.count == 1)
    try pair.expectEqual()
  }

  @Test("a report saved while a large photo is on its way goes next, on the same connection")
  func overtakesPhoto() throws {
    let pair = try Pair()
    let store = pair.field.store
    let large = try store.addPhoto(Array(repeating: 7, count: 400_000))
    try store.commit([.create(pair.field.resident("甲"), photos: [large])])
    let machine = pair.field.machine
    var savedAt: Int64?
    // 8 kB a second; she saves a report when 100 kB are through.
    pair.centre.chunk = { count in
      machine.monotonic += 1000
      guard count > 100_000, savedAt == nil else { return }
      savedAt = count
      _ = try? store.commit([.create(pair.field.report("井盖"))])
    }
    var events: [SyncEvent] = []
    #expect(try pair.agent { events.append($0) }.run().error == nil)
    #expect(order(events, large: large) == ["normal", "large", "urgent", "large received"])
    let at = try #require(savedAt)
    // The photo's first request ended within a chunk of the report's being saved.
    let first = try #require(pair.centre.large.first)
    #expect(first >= at && first <= at + 8192)
    #expect(pair.centre.large.reduce(0, +) == 400_000, "no byte of the photo went twice")
    try pair.expectEqual()
  }

  @Test("a report saved while a long normal segment is on its way goes next")
  func overtakesSegment() throws {
    let pair = try Pair()
    let store = pair.field.store
    for index in 0..<25 {
      var record = pair.field.resident("第\(index)")
      record.fields["content"] = .text(String(repeating: "x", count: 1000))
      try store.commit([.create(record)])
    }
    let machine = pair.field.machine
    var isSaved = false
    pair.centre.chunk = { _ in
      machine.monotonic += 1000
      guard !isSaved else { return }
      isSaved = true
      _ = try? store.commit([.create(pair.field.report("井盖"))])
    }
    var events: [SyncEvent] = []
    #expect(try pair.agent { events.append($0) }.run().error == nil)
    let receipts = events.compactMap { event -> Lane? in
      if case .receipt(let lane, _, _, _) = event { lane } else { nil }
    }
    #expect(isSaved)
    #expect(receipts.first == .urgent)
    #expect(receipts.count { $0 == .urgent } == 1)
    try pair.expectEqual()
  }
}
