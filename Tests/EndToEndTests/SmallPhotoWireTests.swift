import Glibc
import HTTP
import Support
import SyncProtocol
import Testing

/// A thumbnail meets the real server: one request up, and it is there ever after.
@Suite(.serialized) struct SmallPhotoWireTests {
  @Test("a thumbnail that was acknowledged is served byte for byte, also after a kill")
  func served() throws {
    let district = try District()
    try district.serve()
    let device = try WireDevice(district)
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let digest = SHA256.hash(bytes)
    let created = try device.send(
      "POST", "/v1/uploads",
      [
        "Upload-Length": String(bytes.count),
        "Upload-Metadata": WireDevice.metadata("photo", digest),
        "Content-Type": "application/offset+octet-stream",
      ], body: bytes)
    #expect(created.status == 201)
    #expect(created.headers.first("Upload-Offset") == "10000")
    for _ in 0..<2 {
      let photo = try device.send("GET", "/v1/photos/\(digest.hex)", [:])
      #expect(photo.status == 200)
      #expect(photo.body == bytes)
      #expect(photo.headers.first("Content-Type") == "image/jpeg")
      let asked = try device.send("HEAD", "/v1/photos/\(digest.hex)", [:])
      #expect(asked.headers.first("Content-Length") == "10000")
      let other = try WireDevice(district, worker: "W002")
      #expect(try other.send("GET", "/v1/photos/\(digest.hex)", [:]).status == 404)
      district.stop(SIGKILL)
      try district.serve()
    }
    #expect(try district.admin(["check"]).status == 0)
  }
}
