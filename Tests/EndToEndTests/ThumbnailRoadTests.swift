import Foundation
import HTTP
import Support
import SyncProtocol
import Testing

/// A thumbnail on its way through the real centre.
@Suite(.serialized) struct ThumbnailRoadTests {
  @Test("a thumbnail stands for its photo until that has come, for whoever may see the photo")
  func road() throws {
    let district = try District()
    try district.serve()
    let (hers, neighbour, stranger) = (
      try TusDevice(district), try TusDevice(district), try TusDevice(district, worker: "W002")
    )
    let photo = [UInt8](try Data(contentsOf: MainRoadTests.photo))
    let digest = SHA256.hash(photo)
    let small: [UInt8] = [0xff, 0xd8, 0xff, 0xe0] + Array("small".utf8) + [0xff, 0xd9]
    let whole = "/v1/photos/\(digest.hex)"
    let thumbnail = whole + "?thumbnail=1"

    let sent = try hers.upload("thumbnail", small, of: digest)
    #expect(sent.status == 201)
    let receipt = try WireJSON.decode(Receipt.self, from: sent.body)
    #expect(
      receipt
        == .thumbnail(epoch: hers.enrolled.epoch, sha256: SHA256.hash(small), photo: digest))
    // Before any record names the photo, its sender's only.
    #expect(try hers.send("GET", thumbnail).body == small)
    for device in [neighbour, stranger] {
      #expect(try device.send("GET", thumbnail).status == 404)
    }
    #expect(try hers.send("GET", whole).status == 404)
    #expect(try hers.send("GET", "/v1/photos/\(SHA256.hash(small).hex)").status == 404)

    let report = try hers.report(photos: [digest], grid: MainRoadTests.grid)
    let taken = try hers.upload("segment", report)
    #expect(taken.text.contains(digest.hex), "the photo is missing still: \(taken.text)")
    #expect(try neighbour.send("GET", thumbnail).body == small)
    let head = try neighbour.send("HEAD", thumbnail)
    #expect(head.status == 200)
    #expect(head.headers.first("Content-Length") == String(small.count))
    #expect(head.headers.first("Content-Type") == "image/jpeg")
    #expect(try stranger.send("GET", thumbnail).status == 404)
    #expect(try hers.exactly("GET", thumbnail, []).status == 401)
    #expect(try hers.send("GET", whole + "?thumbnail=yes").status == 400)

    let console = try Console(district)
    let waiting = try console.page("/console/events")
    #expect(waiting.contains("/console/photos/\(digest.hex)?thumbnail=1"))
    #expect(waiting.contains("照片上传中"))
    #expect(try Array(console.bytes("/console/photos/\(digest.hex)?thumbnail=1")) == small)

    #expect(try hers.upload("photo", photo).status == 201)
    let come = try console.page("/console/events")
    #expect(come.contains("src=\"/console/photos/\(digest.hex)\""))
    #expect(!come.contains("照片上传中"))
    #expect(try neighbour.send("GET", whole).body == photo)
    #expect(try neighbour.send("GET", thumbnail).body == small)
    #expect(try district.admin(["check"]).status == 0)
  }
}
