import SyncProtocol
import Testing

struct TransportTests {
  private struct Metadata: Decodable {
    struct Good: Decodable {
      let header: String
      let members: [String: String]
    }
    struct Bad: Decodable {
      let why: String
      let header: String
    }
    let good: [Good]
    let bad: [Bad]
  }

  @Test("the vectors' Upload-Metadata names a kind and a digest")
  func metadata() throws {
    let vectors = try Vectors.load(Metadata.self, "tus.json")
    #expect(vectors.bad.count == 14)
    for good in vectors.good {
      #expect(["segment", "photo", "thumbnail"].contains(good.members["kind"]))
      let whole = try Vectors.bytes("segments/whole.segment")
      #expect(good.members["sha256"] == SHA256.hash(whole).hex)
    }
  }

  @Test("a header is found in any case, the first of several")
  func headers() {
    let response = TransportResponse(
      status: 200, headers: [("Upload-Offset", "5"), ("upload-offset", "6")], body: [])
    #expect(response.header("UPLOAD-OFFSET") == "5")
    #expect(response.header("Location") == nil)
  }

  @Test("a body knows how many bytes it carries")
  func bodies() {
    #expect(TransportRequest.Body.none.count == 0)
    #expect(TransportRequest.Body.bytes([1, 2, 3]).count == 3)
    #expect(TransportRequest.Body.file(path: "x", offset: 7, length: 9).count == 9)
  }

  @Test("the limits are those of the protocol's page")
  func limits() {
    #expect(Limits.segmentBytes == 1_048_576)
    #expect(Limits.segmentOperations == 500)
    #expect(Limits.operationBytes == 262_144)
    #expect(Limits.firstSegmentBytes == 32 * 1024)
    #expect(Limits.keepAcknowledgedDays == 90)
    #expect(Limits.keepUnfinishedUploadDays == 7)
  }
}
