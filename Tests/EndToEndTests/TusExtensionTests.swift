import Database
import Foundation
import HTTP
import Support
import SyncProtocol
import Testing

/// Expiration, checksum, termination and concatenation of tus 1.0.0, clause by
/// clause, over a real socket.
@Suite(.serialized) struct TusExtensionTests {
  @Test("checksum") func checksum() throws { try Clause.check(Self.checksum) }
  @Test("termination") func termination() throws { try Clause.check(Self.termination) }
  @Test("concatenation") func concatenation() throws { try Clause.check(Self.concatenation) }

  private static func isDiscarded(
    _ device: TusDevice, _ path: String, _ clause: Comment
  ) throws {
    #expect(try device.head(path).offset == "4", clause)
  }

  private static let checksum = [
    Clause("The Tus-Checksum-Algorithm header MUST be included in the response to OPTIONS") {
      device, clause in
      let options = try device.exactly("OPTIONS", "/v1/uploads", [])
      #expect(options.headers.all("Tus-Checksum-Algorithm") == ["sha1,sha256"], clause)
    },
    Clause("the Server MUST verify the chunk: 204 if it fits, 460 and discarded if not") {
      device, clause in
      let bytes = TusDevice.bytes(600_000, "checksum")
      let path = try device.create(bytes).location
      #expect(try device.patch(path, at: 0, bytes[..<4]).status == 204)
      for sum in [TusDevice.sha1([1]), TusDevice.checksum([1]), TusDevice.checksum(bytes)] {
        let patch = try device.patch(path, at: 4, bytes[4...], [("Upload-Checksum", sum)])
        #expect(patch.status == 460, clause)
        #expect(patch.text.contains("checksum-mismatch"), clause)
        try isDiscarded(device, path, clause)
      }
      let middle = Array(bytes[4..<300_000])
      let first = try device.patch(
        path, at: 4, middle, [("Upload-Checksum", TusDevice.sha1(middle))])
      #expect(first.status == 204 && first.offset == "300000", clause)
      let end = Array(bytes[300_000...])
      let last = try device.patch(
        path, at: 300_000, end, [("Upload-Checksum", TusDevice.checksum(end))])
      #expect(last.status == 204, clause)
      #expect(try device.send("GET", path).text.contains(SHA256.hash(bytes).hex), clause)
    },
    Clause(
      "400 if the algorithm is not supported, or the header is not its name and the Base64 of the sum"
    ) {
      device, clause in
      let bytes = TusDevice.bytes(9, "algorithm")
      let path = try device.create(bytes).location
      #expect(try device.patch(path, at: 0, bytes[..<4]).status == 204)
      for field in try TusVectors.load().malformed {
        let patch = try device.patch(path, at: 4, bytes[4...], [("Upload-Checksum", field)])
        #expect(patch.status == 400, "\(clause): \(field)")
        try isDiscarded(device, path, clause)
      }
      let sum = TusDevice.checksum(Array(bytes[4...]))
      let twice = [("Upload-Checksum", sum), ("Upload-Checksum", sum)]
      #expect(try device.patch(path, at: 4, bytes[4...], twice).status == 400, clause)
      try isDiscarded(device, path, clause)
    },
    Clause("the vectors' checksums are those of their bodies, and no others") { device, clause in
      let vectors = try TusVectors.load()
      for example in vectors.checksums {
        let bytes = Array(example.body.utf8)
        let path = try device.create(
          bytes + [0], [("Upload-Metadata", TusDevice.metadata("photo", SHA256.hash([0, 1])))]
        ).location
        for sum in vectors.unfit {
          #expect(try device.patch(path, at: 0, bytes, [("Upload-Checksum", sum)]).status == 460)
        }
        let patch = try device.patch(path, at: 0, bytes, [("Upload-Checksum", example.header)])
        #expect(patch.status == 204, "\(clause): \(example.header)")
        #expect(try device.send("DELETE", path).status == 204)
      }
    },
    Clause("a chunk that is torn cannot be verified and is not kept") { device, clause in
      let bytes = TusDevice.bytes(9, "torn sum")
      let path = try device.create(bytes).location
      #expect(try device.patch(path, at: 0, bytes[..<4]).status == 204)
      let (name, token) = device.authorization
      let request = """
        PATCH \(path) HTTP/1.1\r\nHost: c\r\n\(name): \(token)\r\nTus-Resumable: 1.0.0\r\n\
        Content-Type: application/offset+octet-stream\r\nUpload-Offset: 4\r\nContent-Length: 5\r\n\
        Upload-Checksum: \(TusDevice.sha1(Array(bytes[4...])))\r\n\r\n
        """
      _ = try device.raw(Array(request.utf8) + bytes[4..<8])
      try isDiscarded(device, path, clause)
    },
    Clause("with creation-with-upload similar rules as for PATCH apply") { device, clause in
      for count in [9, 40_000] {
        let bytes = TusDevice.bytes(count, "created with sum \(count)")
        func create(_ sum: String) throws -> ClientResponse {
          try device.send(
            "POST", "/v1/uploads",
            [
              ("Upload-Length", String(count)), TusDevice.contentType, ("Upload-Checksum", sum),
              ("Upload-Metadata", TusDevice.metadata("photo", SHA256.hash(bytes))),
            ], body: bytes)
        }
        #expect(try create(TusDevice.sha1([1])).status == 460, clause)
        #expect(try create("md5 AAAA").status == 400, clause)
        #expect(try device.create(bytes).offset == "0", clause)
        let made = try create(TusDevice.sha1(bytes))
        #expect(made.status == 201 && made.offset == String(count), clause)
      }
    },
    Clause("If the hash cannot be calculated at the beginning, it MAY be included as a trailer") {
      device, clause in
      let bytes = TusDevice.bytes(50, "trailer")
      let path = try device.create(bytes).location
      #expect(try device.patch(path, at: 0, bytes[..<4]).status == 204)
      let rest = Array(bytes[4...])
      let announced = [("Trailer", "X-Other, upload-checksum")]
      for (trailers, status) in [
        ([("Upload-Checksum", TusDevice.sha1([1]))], 460), ([], 400),
        ([("Upload-Checksum", "md5 AAAA")], 400),
        (
          [("Upload-Checksum", TusDevice.sha1(rest)), ("Upload-Checksum", TusDevice.sha1(rest))],
          400
        ),
      ] as [(TusDevice.Fields, Int)] {
        let answer = try device.chunked(path, at: 4, rest, announced, trailers: trailers)
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(clause): \(trailers): \(answer)")
        try isDiscarded(device, path, clause)
      }
      let both = announced + [("Upload-Checksum", TusDevice.sha1(rest))]
      #expect(
        try device.chunked(
          path, at: 4, rest, both, trailers: [("Upload-Checksum", TusDevice.sha1(rest))]
        ).hasPrefix("HTTP/1.1 400 "), clause)
      let answer = try device.chunked(
        path, at: 4, rest, announced, trailers: [("Upload-Checksum", TusDevice.checksum(rest))])
      #expect(answer.hasPrefix("HTTP/1.1 204 "), "\(clause): \(answer)")
      #expect(answer.contains("Upload-Offset: 50\r\n"), clause)
      #expect(try device.send("GET", path).status == 200, clause)
    },
  ]

  private static let termination = [
    Clause("DELETE MUST be answered 204; for all future requests SHOULD 404 or 410") {
      device, clause in
      let bytes = TusDevice.bytes(9, "delete")
      for sent in [0, 4, 9] {
        let path = try device.create(bytes).location
        if sent > 0 { #expect(try device.patch(path, at: 0, bytes[..<sent]).status == 204) }
        #expect(try device.send("DELETE", path).status == 204, clause)
        #expect(try device.head(path).status == 404, clause)
        #expect(try device.patch(path, at: sent, [1]).status == 404, clause)
        #expect(try device.send("DELETE", path).status == 404, clause)
      }
      // What a complete one became stays.
      #expect(try device.send("GET", "/v1/photos/\(SHA256.hash(bytes).hex)").body == bytes, clause)
    },
    Clause("another device's upload is unknown to DELETE, HEAD, PATCH and GET") { device, clause in
      let path = try device.create(TusDevice.bytes(9, "mine")).location
      for method in ["HEAD", "PATCH", "DELETE", "GET"] {
        let fields = [("Authorization", "Bearer gw1_x"), ("Tus-Resumable", "1.0.0")]
        #expect(try device.exactly(method, path, fields).status == 401, clause)
      }
      #expect(try device.head(path).status == 200, clause)
    },
  ]

  private static let concatenation = [
    Clause(
      "partial uploads are concatenated in the specified order; the length is the sum of theirs"
    ) {
      device, clause in
      let (one, two) = (TusDevice.bytes(300_000, "one"), TusDevice.bytes(5, "two"))
      let parts = [try device.partial(one), try device.partial(two), try device.partial([])]
      // "MAY be present multiple times … or MAY be used in multiple requests";
      // "MAY be absolute or relative".
      for (list, bytes) in [
        ("\(parts[0]) \(parts[1])", one + two), ("\(parts[1]) \(parts[0])", two + one),
        ("http://centre\(parts[1]) \(parts[1]) \(parts[2])", two + two), ("\(parts[2])", []),
      ] {
        let made = try device.create(
          bytes, [("Upload-Length", ""), ("Upload-Concat", "final;\(list)")])
        #expect(made.status == 201, "\(clause): \(made.text)")
        #expect(made.text.contains(SHA256.hash(bytes).hex), clause)
        let head = try device.head(made.location)
        #expect(head.headers.all("Upload-Offset") == [String(bytes.count)], clause)
        #expect(head.headers.all("Upload-Length") == [String(bytes.count)], clause)
        #expect(head.headers.all("Upload-Concat") == ["final;\(list)"], clause)
        #expect(head.headers.all("Upload-Metadata").count == 1, clause)
        #expect(try device.send("GET", "/v1/photos/\(SHA256.hash(bytes).hex)").body == bytes)
      }
    },
    Clause("403 to PATCH against a final upload, which MUST NOT modify it or its partial uploads") {
      device, clause in
      let part = try device.partial([1, 2, 3])
      let made = try device.create(
        [1, 2, 3], [("Upload-Length", ""), ("Upload-Concat", "final;\(part)")])
      for offset in [0, 3] {
        let patch = try device.patch(made.location, at: offset, [9])
        #expect(patch.status == 403, clause)
        #expect(patch.text.contains("upload-final"), clause)
      }
      #expect(try device.head(made.location).offset == "3", clause)
      #expect(try device.head(part).offset == "3", clause)
    },
    Clause("HEAD of a partial upload MUST contain Upload-Offset, and Upload-Concat as received") {
      device, clause in
      for fields in [[("Upload-Length", "9")], [("Upload-Defer-Length", "1")]] {
        let made = try device.send(
          "POST", "/v1/uploads", [("Upload-Concat", "partial")] + fields)
        #expect(made.status == 201, clause)
        let head = try device.head(made.location)
        #expect(head.offset == "0", clause)
        #expect(head.headers.all("Upload-Concat") == ["partial"], clause)
        #expect(head.headers.contains(fields[0].0), clause)
        #expect(try device.send("GET", made.location).status == 409, clause)
        #expect(try device.send("DELETE", made.location).status == 204, clause)
      }
    },
    Clause("the partial uploads' metadata SHALL NOT be transferred to the new final upload") {
      device, clause in
      let part = try device.send(
        "POST", "/v1/uploads",
        [
          ("Upload-Concat", "partial"), ("Upload-Length", "0"), ("Upload-Metadata", "colour cmVk"),
        ]
      ).location
      #expect(try device.head(part).headers.first("Upload-Metadata") == "colour cmVk", clause)
      let made = try device.create([], [("Upload-Length", ""), ("Upload-Concat", "final;\(part)")])
      let text = try device.head(made.location).headers.first("Upload-Metadata")
      #expect(text?.contains("colour") == false, clause)
      let bare = try device.send("POST", "/v1/uploads", [("Upload-Concat", "final;\(part)")])
      #expect(bare.status == 400, clause)
    },
    Clause(
      "The Client MUST NOT include Upload-Length in the final creation; the value is partial or final;URLs"
    ) {
      device, clause in
      let part = try device.partial([1, 2, 3])
      let whole = try device.create(TusDevice.bytes(9, "no part")).location
      let unknown = "/v1/uploads/0b9d9c3e-1c1f-4a55-9f6e-2f0f6f3c2a11"
      let many = Array(repeating: part, count: 65).joined(separator: " ")
      for (value, length, status) in [
        ("final;\(part)", "3", 400), ("final", "", 400), ("final;", "", 400),
        ("Final;\(part)", "", 400),
        ("final;\(part)  \(part)", "", 400), ("final;/elsewhere/x", "", 400), ("partial ", "", 400),
        ("parts", "3", 400), ("final;\(whole)", "", 400), ("final;\(many)", "", 400),
        ("final;\(part) \(unknown)", "", 404), ("final;../../v1/uploads/x", "", 400),
      ] {
        let made = try device.create(
          [1, 2, 3], [("Upload-Length", length), ("Upload-Concat", value)])
        #expect(made.status == status, "\(clause): \(value): \(made.status)")
      }
    },
    Clause(
      "unfinished partial uploads are not concatenated: concatenation-unfinished is not announced"
    ) {
      device, clause in
      let part = try device.send(
        "POST", "/v1/uploads", [("Upload-Concat", "partial"), ("Upload-Length", "3")]
      ).location
      let made = try device.create(
        [1, 2, 3], [("Upload-Length", ""), ("Upload-Concat", "final;\(part)")])
      #expect(made.status == 409, clause)
      #expect(made.text.contains("upload-incomplete"), clause)
      #expect(try device.patch(part, at: 0, [1, 2, 3]).status == 204, clause)
    },
    Clause(
      "a final upload verifies its SHA-256 like any other, and leaves nothing when it does not fit"
    ) {
      device, clause in
      let part = try device.partial([1, 2, 3])
      let made = try device.create(
        [9, 9, 9], [("Upload-Length", ""), ("Upload-Concat", "final;\(part)")])
      #expect(made.status == 422, clause)
      #expect(made.text.contains("digest-mismatch"), clause)
      #expect(try device.send("GET", "/v1/photos/\(SHA256.hash([9, 9, 9]).hex)").status == 404)
      let large = try device.create(
        [], kind: "segment", [("Upload-Length", ""), ("Upload-Concat", "final;\(part)")])
      #expect(large.status == 422, clause)
    },
    Clause("a segment may come in parts") { device, clause in
      let segment = try device.report(photos: [], grid: MainRoadTests.grid)
      let half = segment.count / 2
      let parts = [
        try device.partial(Array(segment[..<half])), try device.partial(Array(segment[half...])),
      ]
      let made = try device.create(
        segment, kind: "segment",
        [("Upload-Length", ""), ("Upload-Concat", "final;\(parts[0]) \(parts[1])")])
      #expect(made.status == 201, clause)
      #expect(made.text.contains("\"applied\""), clause)
    },
  ]
}
