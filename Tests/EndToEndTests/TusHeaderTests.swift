import Database
import Foundation
import HTTP
import Support
import SyncProtocol
import Testing

/// The headers in Sync/vectors/tus.json, which no code of these sources made.
struct TusVectors: Decodable {
  struct Good: Decodable { let header: String }
  struct Bad: Decodable {
    let why: String
    let header: String
  }
  struct Sum: Decodable {
    let body: String
    let header: String
  }
  let good: [Good]
  let bad: [Bad]
  let numbers: [String]
  let checksums: [Sum]
  let unfit: [String]
  let malformed: [String]

  static func load() throws -> TusVectors {
    let file = Checkout.root.appendingPathComponent("Sync/vectors/tus.json")
    return try JSONDecoder().decode(TusVectors.self, from: Data(contentsOf: file))
  }
}

/// Headers that are not as tus has them, limits, and time.
@Suite(.serialized) struct TusHeaderTests {
  @Test("metadata of the vectors is taken or refused as they say, and echoed as it came")
  func metadata() throws {
    let district = try District()
    try district.serve()
    let device = try TusDevice(district)
    let vectors = try TusVectors.load()
    for good in vectors.good {
      let made = try device.create([], [("Upload-Length", "9"), ("Upload-Metadata", good.header)])
      #expect(made.status == 201, "\(good.header)")
      #expect(try device.head(made.location).headers.all("Upload-Metadata") == [good.header])
      #expect(try device.send("DELETE", made.location).status == 204)
    }
    for bad in vectors.bad {
      let made = try device.send(
        "POST", "/v1/uploads", [("Upload-Length", "9"), ("Upload-Metadata", bad.header)])
      #expect(made.status == 400, "\(bad.why)")
      #expect(made.text.contains("malformed"))
    }
    let field = ("Upload-Metadata", vectors.good[0].header)
    let twice = try device.send("POST", "/v1/uploads", [("Upload-Length", "9"), field, field])
    #expect(twice.status == 400)
    let long = vectors.good[0].header + ",x " + String(repeating: "QUFB", count: 1100)
    #expect(try device.create([], [("Upload-Metadata", long)]).status == 413)
  }

  @Test("numbers that are none are 400, wherever they stand, and change nothing")
  func numbers() throws {
    let district = try District()
    try district.serve()
    let device = try TusDevice(district)
    let bytes = TusDevice.bytes(9, "numbers")
    let path = try device.create(bytes).location
    let deferred = try device.create(
      bytes, [("Upload-Length", ""), ("Upload-Defer-Length", "1")]
    ).location
    let metadata = ("Upload-Metadata", TusDevice.metadata("photo", SHA256.hash([7])))
    let numbers = try TusVectors.load().numbers
    #expect(numbers.count == 14)
    for number in numbers {
      for answer in [
        try device.send("POST", "/v1/uploads", [("Upload-Length", number), metadata]),
        try device.send("PATCH", path, [TusDevice.contentType, ("Upload-Offset", number)]),
        try device.patch(deferred, at: 0, [], [("Upload-Length", number)]),
      ] {
        #expect(answer.status == 400, "\(number)")
        #expect(answer.headers.first("Content-Type") == "application/problem+json")
      }
    }
    for fields in [
      [metadata], [metadata, ("Upload-Length", "9"), ("Upload-Length", "9")],
      [metadata, ("Upload-Length", "9"), ("Upload-Length", "8")],
    ] as [TusDevice.Fields] {
      #expect(try device.send("POST", "/v1/uploads", fields).status == 400)
    }
    for fields: TusDevice.Fields in [[], [("Upload-Offset", "0"), ("Upload-Offset", "0")]] {
      let patch = try device.send("PATCH", path, [TusDevice.contentType] + fields, body: bytes)
      #expect(patch.status == 400)
    }
    #expect(try device.head(path).offset == "0")
    #expect(try device.head(deferred).headers.first("Upload-Defer-Length") == "1")
  }

  @Test("Upload-Expires is in every answer to POST and PATCH of an unfinished upload; then 404")
  func expiration() throws {
    let district = try District()
    try district.serve()
    let device = try TusDevice(district)
    let bytes = TusDevice.bytes(40_000, "expires")
    let before = Date()
    let made = try device.create(bytes)
    let path = made.location
    for answer in [
      made, try device.patch(path, at: 0, bytes[..<4]), try device.patch(path, at: 9, [1]),
      try device.patch(path, at: 4, [1], [("Upload-Checksum", TusDevice.sha1([2]))]),
      try device.send("PATCH", path, [("Upload-Offset", "4")]), try device.create(bytes),
      try device.patch(path, at: 4, bytes), try device.head(path),
    ] {
      let date = try #require(Self.date(answer.headers.first("Upload-Expires") ?? ""))
      let days = date.timeIntervalSince(before) / 86_400
      #expect((6.99...7.01).contains(days), "\(answer.status): \(days)")
    }
    let last = try device.patch(path, at: 4, bytes[4...])
    #expect(last.status == 204)
    #expect(!last.headers.contains("Upload-Expires"), "a complete upload stays")
    #expect(try !device.head(path).headers.contains("Upload-Expires"))

    let old = try device.create(TusDevice.bytes(9, "old")).location
    let part = try device.partial([1, 2, 3])
    try Self.age(district)
    for gone in [old, part] {
      #expect(try device.head(gone).status == 404)
      #expect(try device.patch(gone, at: 0, [1]).status == 404)
    }
    #expect(try device.head(path).status == 200)
  }

  /// The form of RFC 9110 §5.6.7, read by Foundation.
  private static func date(_ text: String) -> Date? {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return format.date(from: text)
  }

  /// Makes every upload seven days and a second older.
  private static func age(_ district: District) throws {
    let database = try Connection(path: "\(district.centre)/gridwalkd.db", mode: .readWrite)
    try database.run("UPDATE upload SET created_at = created_at - 604801000")
  }

  @Test("a device has room for 64 unfinished uploads and 512 MiB of them; segments always")
  func quota() throws {
    let district = try District()
    try district.serve()
    let (device, other) = (try TusDevice(district), try TusDevice(district, worker: "W002"))
    func metadata(_ index: Int) -> String {
      TusDevice.metadata("photo", SHA256.hash(Array("\(index)".utf8)))
    }
    var made: [String] = []
    for index in 0..<64 {
      let answer = try device.create(
        [], [("Upload-Length", "9"), ("Upload-Metadata", metadata(index))])
      #expect(answer.status == 201)
      made.append(answer.location)
    }
    let over: TusDevice.Fields = [("Upload-Length", "9"), ("Upload-Metadata", metadata(64))]
    for fields: TusDevice.Fields in [over, [("Upload-Concat", "partial"), ("Upload-Length", "9")]] {
      let answer = try device.send("POST", "/v1/uploads", fields)
      #expect(answer.status == 507)
      #expect(answer.text.contains("quota-exceeded"))
      #expect(Int(answer.headers.first("Retry-After") ?? "") != nil)
    }
    // The same creation again is no new one; another device has its own room.
    let again = try device.create([], [("Upload-Length", "9"), ("Upload-Metadata", metadata(0))])
    #expect(again.location == made[0])
    #expect(try other.create([], over).status == 201)
    for index in 0..<20 {
      let answer = try device.create(
        [], kind: "segment",
        [
          ("Upload-Length", "9"),
          ("Upload-Metadata", TusDevice.metadata("segment", SHA256.hash([UInt8(index)]))),
        ])
      #expect(answer.status == 201)
      made.append(answer.location)
    }
    #expect(try made[64...].filter { try device.head($0).status == 404 } == Array(made[64..<68]))
    // One that ends makes room for the next.
    #expect(try device.send("DELETE", made[0]).status == 204)
    #expect(try device.create([], over).status == 201)

    for index in 0..<9 {
      let answer = try other.create(
        [], [("Upload-Length", "67100000"), ("Upload-Metadata", metadata(1000 + index))])
      #expect(answer.status == (index < 8 ? 201 : 507), "\(index)")
    }
  }
}
