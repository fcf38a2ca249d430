import HTTP
import Support
import SyncProtocol
import Testing

/// The core of tus 1.0.0 and its creation extensions, clause by clause, over a
/// real socket.
@Suite(.serialized) struct TusCoreTests {
  @Test("core") func core() throws { try Clause.check(Self.core) }
  @Test("creation") func creation() throws { try Clause.check(Self.creation) }

  private static let core = [
    Clause("The Tus-Resumable header MUST be included in every request and response") {
      device, clause in
      let made = try device.create(TusDevice.bytes(9, "resumable"))
      let path = made.location
      for answer in [
        made, try device.head(path), try device.patch(path, at: 3, [1]),
        try device.patch(path, at: 0, [1]), try device.send("GET", path),
        try device.send("PUT", path), try device.send("GET", "/v1/uploads"),
        try device.send("DELETE", path), try device.head(path),
        try device.send("OPTIONS", "/v1/uploads"), try device.exactly("POST", "/v1/uploads", []),
        try device.exactly("HEAD", path, [("Tus-Resumable", "1.0.0")]),
      ] {
        #expect(answer.headers.all("Tus-Resumable") == ["1.0.0"], clause)
      }
    },
    Clause(
      "If the version is not supported, it MUST respond with 412 and Tus-Version, and MUST NOT process"
    ) {
      device, clause in
      let bytes = TusDevice.bytes(9, "version")
      let path = try device.create(bytes).location
      for version: [String] in [[], ["0.2.2"], ["1.0"], ["1.0.0", "1.0.0"], ["1.0.0, 0.2.2"]] {
        let fields = version.map { ("Tus-Resumable", $0) } + [device.authorization]
        let patch = try device.exactly(
          "PATCH", path, fields + [TusDevice.contentType, ("Upload-Offset", "0")], body: bytes)
        #expect(patch.status == 412, clause)
        #expect(patch.headers.first("Tus-Version") == "1.0.0", clause)
      }
      #expect(try device.head(path).offset == "0", clause)
    },
    Clause(
      "HEAD MUST always include Upload-Offset, even if 0 or complete; Upload-Length if known; no-store"
    ) {
      device, clause in
      let bytes = TusDevice.bytes(9, "head")
      let path = try device.create(bytes).location
      for end in [0, 4, 9] {
        let offset = try device.head(path).offset.flatMap(Int.init) ?? 0
        if end > 0 {
          #expect(try device.patch(path, at: offset, bytes[offset..<end]).status == 204)
        }
        let head = try device.head(path)
        #expect([200, 204].contains(head.status), clause)
        #expect(head.headers.all("Upload-Offset") == [String(end)], clause)
        #expect(head.headers.all("Upload-Length") == ["9"], clause)
        #expect(head.headers.all("Cache-Control") == ["no-store"], clause)
      }
    },
    Clause("If the resource is not found, 404, 410 or 403 without the Upload-Offset header") {
      device, clause in
      for path in ["/v1/uploads/x", "/v1/uploads/0b9d9c3e-1c1f-4a55-9f6e-2f0f6f3c2a11"] {
        let head = try device.head(path)
        #expect(head.status == 404, clause)
        #expect(head.offset == nil, clause)
        #expect(try device.patch(path, at: 0, [1]).status == 404, clause)
        #expect(try device.send("DELETE", path).status == 404, clause)
      }
    },
    Clause("PATCH without application/offset+octet-stream SHOULD be answered 415") {
      device, clause in
      let path = try device.create(TusDevice.bytes(9, "type")).location
      for type in [
        [], ["application/octet-stream"], ["application/offset+octet-stream; x=y"],
        ["image/jpeg"],
      ] {
        let patch = try device.send(
          "PATCH", path, [("Upload-Offset", "0")] + type.map { ("Content-Type", $0) }, body: [1])
        #expect(patch.status == 415, clause)
      }
      #expect(try device.head(path).offset == "0", clause)
    },
    Clause("If the offsets do not match, 409 without modifying the upload resource") {
      device, clause in
      let bytes = TusDevice.bytes(9, "offset")
      let path = try device.create(bytes).location
      #expect(try device.patch(path, at: 0, bytes[..<4]).status == 204)
      for offset in [0, 3, 5, 9, 10, 1 << 40] {
        let patch = try device.patch(path, at: offset, [1])
        #expect(patch.status == 409, clause)
        #expect(patch.offset == "4", clause)
      }
      #expect(try device.patch(path, at: 4, bytes[4...]).status == 204, clause)
      #expect(try device.send("GET", path).text.contains(SHA256.hash(bytes).hex), clause)
    },
    Clause("PATCH: 204 with the new offset, the sum of the old one and the bytes stored") {
      device, clause in
      let bytes = TusDevice.bytes(9, "sum")
      let path = try device.create(bytes).location
      for (from, to) in [(0, 0), (0, 1), (1, 8), (8, 9), (9, 9)] {
        let patch = try device.patch(path, at: from, bytes[from..<to])
        #expect(patch.status == 204, clause)
        #expect(patch.headers.all("Upload-Offset") == [String(to)], clause)
      }
    },
    Clause("The Server SHOULD always attempt to store as much of the received data as possible") {
      device, clause in
      let bytes = TusDevice.bytes(9, "torn")
      let path = try device.create(bytes).location
      let (name, token) = device.authorization
      let request = """
        PATCH \(path) HTTP/1.1\r\nHost: c\r\n\(name): \(token)\r\nTus-Resumable: 1.0.0\r\n\
        Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: 9\r\n\r\n
        """
      _ = try device.raw(Array(request.utf8) + bytes[..<5])
      #expect(try device.head(path).offset == "5", clause)
      #expect(try device.patch(path, at: 5, bytes[5...]).status == 204, clause)
    },
    Clause("OPTIONS: 204 or 200 with Tus-Version; the Server MUST ignore Tus-Resumable") {
      device, clause in
      for fields in [[], [("Tus-Resumable", "9.9.9")], [("Authorization", "Bearer nobody")]] {
        for path in ["/v1/uploads", "/v1/uploads/0b9d9c3e-1c1f-4a55-9f6e-2f0f6f3c2a11"] {
          let options = try device.exactly("OPTIONS", path, fields)
          #expect(options.status == 204, clause)
          #expect(options.headers.all("Tus-Version") == ["1.0.0"], clause)
          #expect(options.headers.all("Tus-Max-Size") == ["67108864"], clause)
          #expect(
            options.headers.all("Tus-Extension") == [
              "creation,creation-with-upload,creation-defer-length,expiration,checksum,"
                + "checksum-trailer,termination,concatenation"
            ], clause)
        }
      }
    },
    Clause(
      "X-HTTP-Method-Override MUST be interpreted as the method; the actual one MUST be ignored"
    ) {
      device, clause in
      let bytes = TusDevice.bytes(9, "override")
      for actual in ["POST", "GET", "PUT", "PATCH", "DELETE"] {
        let made = try device.send(
          actual, "/v1/uploads",
          [
            ("X-HTTP-Method-Override", "POST"), ("Upload-Length", "9"),
            (
              "Upload-Metadata",
              TusDevice.metadata("photo", SHA256.hash(bytes + Array(actual.utf8)))
            ),
          ])
        #expect(made.status == 201, clause)
        func overriding(_ method: String, _ fields: TusDevice.Fields = [], body: [UInt8] = [])
          throws
          -> ClientResponse
        {
          try device.send(
            actual, made.location, [("X-HTTP-Method-Override", method)] + fields, body: body)
        }
        let head = try overriding("HEAD")
        #expect(head.status == 200 && head.offset == "0", clause)
        let patch = try overriding(
          "PATCH", [TusDevice.contentType, ("Upload-Offset", "0")], body: [1, 2])
        #expect(patch.status == 204 && patch.offset == "2", clause)
        #expect(try overriding("OPTIONS").headers.first("Tus-Version") == "1.0.0", clause)
        #expect(try overriding("BREW").status == 405, clause)
        #expect(try overriding("DELETE").status == 204, clause)
        #expect(try device.head(made.location).status == 404, clause)
      }
      let twice = [("X-HTTP-Method-Override", "HEAD"), ("X-HTTP-Method-Override", "POST")]
      #expect(try device.send("POST", "/v1/uploads", twice).status == 400, clause)
    },
  ]

  private static let creation = [
    Clause("A successful creation MUST be acknowledged with 201, and Location set to its URL") {
      device, clause in
      let made = try device.create(TusDevice.bytes(9, "created"))
      #expect(made.status == 201, clause)
      #expect(made.headers.all("Location").count == 1, clause)
      #expect(try device.head(made.location).offset == "0", clause)
    },
    Clause("Upload-Length MAY be 0; such an upload is immediately complete") { device, clause in
      let made = try device.create([])
      #expect(made.status == 201 && made.offset == "0", clause)
      #expect(try device.send("GET", made.location).status == 200, clause)
    },
    Clause("If the length exceeds the maximum, the Server MUST respond with 413") {
      device, clause in
      for (kind, length) in [("photo", 67_108_865), ("segment", 1_048_577), ("thumbnail", 65_537)] {
        let of = kind == "thumbnail" ? SHA256.hash([1]) : nil
        let metadata = TusDevice.metadata(kind, SHA256.hash([2]), of: of)
        for next in [length, Int(Int64.max)] {
          let made = try device.create(
            [], [("Upload-Length", String(next)), ("Upload-Metadata", metadata)])
          #expect(made.status == 413, clause)
        }
        let most = try device.create(
          [], [("Upload-Length", String(length - 1)), ("Upload-Metadata", metadata)])
        #expect(most.status == 201, clause)
        #expect(try device.send("DELETE", most.location).status == 204)
      }
    },
    Clause(
      "responses to HEAD MUST include Upload-Metadata and its value as specified by the Client"
    ) {
      device, clause in
      let text =
        "filename 5riU5p2RLmpwZw==," + TusDevice.metadata("photo", SHA256.hash([3])) + ",is_draft"
      let made = try device.create([3], [("Upload-Metadata", text)])
      #expect(try device.head(made.location).headers.all("Upload-Metadata") == [text], clause)
    },
    Clause("The request MUST include Upload-Length or Upload-Defer-Length: 1; any other value 400")
    {
      device, clause in
      let bytes = TusDevice.bytes(9, "either")
      for fields in [
        [("Upload-Length", "")], [("Upload-Defer-Length", "1")],
        [("Upload-Length", ""), ("Upload-Defer-Length", "0")],
        [("Upload-Length", ""), ("Upload-Defer-Length", "true")],
        [("Upload-Length", ""), ("Upload-Defer-Length", "1"), ("Upload-Defer-Length", "1")],
      ] as [TusDevice.Fields] {
        let made = try device.create(bytes, fields)
        #expect(made.status == 400, clause)
      }
    },
    Clause(
      "As long as the length is not known, HEAD MUST set Upload-Defer-Length: 1; once set MUST NOT be changed"
    ) {
      device, clause in
      let bytes = TusDevice.bytes(90, "deferred")
      let made = try device.create(bytes, [("Upload-Length", ""), ("Upload-Defer-Length", "1")])
      #expect(made.status == 201 && made.offset == "0", clause)
      let path = made.location
      #expect(try device.patch(path, at: 0, bytes[..<20]).offset == "20", clause)
      let unknown = try device.head(path)
      #expect(unknown.headers.all("Upload-Defer-Length") == ["1"], clause)
      #expect(!unknown.headers.contains("Upload-Length"), clause)
      // Not where the offset is wrong, too small, too large, or none at all.
      #expect(try device.patch(path, at: 3, [1], [("Upload-Length", "90")]).status == 409, clause)
      #expect(try device.patch(path, at: 20, [], [("Upload-Length", "19")]).status == 400, clause)
      #expect(try device.patch(path, at: 20, [], [("Upload-Length", "-1")]).status == 400, clause)
      #expect(
        try device.patch(path, at: 20, [1], [("Upload-Length", "67108865")]).status == 413, clause)
      #expect(try device.head(path).headers.contains("Upload-Defer-Length"), clause)
      let set = try device.patch(path, at: 20, bytes[20..<30], [("Upload-Length", "90")])
      #expect(set.status == 204 && set.offset == "30", clause)
      let known = try device.head(path)
      #expect(known.headers.all("Upload-Length") == ["90"], clause)
      #expect(!known.headers.contains("Upload-Defer-Length"), clause)
      #expect(try device.patch(path, at: 30, [1], [("Upload-Length", "91")]).status == 400, clause)
      #expect(try device.patch(path, at: 30, bytes[30...] + [1]).status == 413, clause)
      let rest = try device.patch(path, at: 30, bytes[30...], [("Upload-Length", "90")])
      #expect(rest.status == 204 && rest.offset == "90", clause)
      #expect(try device.send("GET", path).text.contains(SHA256.hash(bytes).hex), clause)
    },
    Clause("the Client MUST set Upload-Length in the next PATCH once known: also one without bytes")
    {
      device, clause in
      let bytes = TusDevice.bytes(9, "deferred to the end")
      let path = try device.create(
        bytes, [("Upload-Length", ""), ("Upload-Defer-Length", "1"), ("Content-Type", "x")]
      ).location
      #expect(try device.patch(path, at: 0, bytes).status == 204, clause)
      #expect(try device.send("GET", path).status == 409, clause)
      #expect(try device.patch(path, at: 9, [], [("Upload-Length", "9")]).status == 204, clause)
      #expect(try device.send("GET", path).status == 200, clause)
    },
    Clause(
      "creation-with-upload MUST include Upload-Offset: the offset after applying the accepted bytes"
    ) {
      device, clause in
      for (count, sent) in [(9, 9), (9, 4), (40_000, 40_000), (40_000, 1)] {
        let bytes = TusDevice.bytes(count, "with upload \(count) \(sent)")
        let fields = [
          ("Upload-Length", String(count)),
          ("Upload-Metadata", TusDevice.metadata("photo", SHA256.hash(bytes))),
        ]
        let untyped = try device.send("POST", "/v1/uploads", fields, body: Array(bytes[..<sent]))
        #expect(untyped.status == 415, clause)
        let made = try device.send(
          "POST", "/v1/uploads", fields + [TusDevice.contentType], body: Array(bytes[..<sent]))
        #expect(made.status == 201 && made.offset == String(sent), clause)
        #expect(made.text.contains(SHA256.hash(bytes).hex) == (sent == count), clause)
        let more = try device.send(
          "POST", "/v1/uploads", fields + [TusDevice.contentType], body: bytes + [0])
        #expect(more.status == 413, clause)
      }
    },
  ]
}
