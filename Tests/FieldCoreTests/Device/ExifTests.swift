import FieldCore
import Testing

// Tags and meanings from CIPA DC-008 (Exif 2.32) §4.6.
@Suite("EXIF")
struct ExifTests {
  @Test("both byte orders give the same", arguments: [true, false])
  func byteOrder(isBigEndian: Bool) throws {
    var photo = PhotoFixture(isBigEndian: isBigEndian)
    photo.main = [photo.short(0x0112, 6)]
    photo.exif = [photo.text(0x9003, "2026:02:28 23:59:59"), photo.text(0x9011, "-03:30")]
    photo.gps = place(photo)
    let facts = try PhotoFile.inspect(photo.jpeg())
    #expect(facts.exif.problems == [])
    #expect(facts.exif.orientation == .turnClockwise)
    #expect(facts.uprightSize == (3, 4))
    // 2026-03-01T03:29:59Z.
    #expect(facts.exif.takenAt?.utcSeconds == 1_772_335_799)
    #expect(facts.exif.position?.coordinate.latitude == -22.5)
    #expect(facts.exif.position?.coordinate.longitude == -114.25)
  }

  @Test("an interrupted measurement is the last known position")
  func status() throws {
    for (text, status) in [
      ("A", PhotoPosition.Status.measuring), ("V", .interrupted), ("x", .unknown),
    ] {
      var photo = PhotoFixture()
      photo.gps = place(photo) + [photo.text(0x09, text)]
      #expect(try PhotoFile.inspect(photo.jpeg()).exif.position?.status == status)
    }
  }

  @Test("a denominator of zero makes the position absent, in the error only the error")
  func zeroDenominator() throws {
    var photo = PhotoFixture()
    photo.gps = place(photo)
    photo.gps[1] = photo.rationals(0x02, (22, 1), (30, 1), (0, 0))
    var exif = try PhotoFile.inspect(photo.jpeg()).exif
    #expect(exif.position == nil)
    #expect(exif.problems == [.zeroDenominator(tag: 0x02)])
    photo.gps = place(photo) + [photo.rationals(0x1F, (5, 0))]
    exif = try PhotoFile.inspect(photo.jpeg()).exif
    #expect(exif.position != nil)
    #expect(exif.position?.errorMetres == nil)
    #expect(exif.problems == [.zeroDenominator(tag: 0x1F)])
  }

  @Test("a position lacks its side, is out of range, at 0/0 or in another datum")
  func badPositions() throws {
    func expect(_ problem: ExifProblem, _ change: (inout PhotoFixture) -> Void) throws {
      var photo = PhotoFixture()
      photo.gps = place(photo)
      change(&photo)
      let exif = try PhotoFile.inspect(photo.jpeg()).exif
      #expect(exif.position == nil)
      #expect(exif.problems == [problem])
    }
    try expect(.missing(tag: 0x03)) { _ = $0.gps.remove(at: 2) }
    try expect(.missing(tag: 0x04)) { _ = $0.gps.remove(at: 3) }
    try expect(.badValue(tag: 0x01)) { $0.gps[0] = $0.text(0x01, "E") }
    try expect(.badValue(tag: 0x02)) {
      $0.gps[1] = $0.rationals(0x02, (90, 1), (0, 1), (1, 1))
    }
    try expect(.nullPosition) {
      $0.gps[1] = $0.rationals(0x02, (0, 1), (0, 1), (0, 1))
      $0.gps[3] = $0.rationals(0x04, (0, 1), (0, 1), (0, 1))
    }
    try expect(.foreignDatum) { $0.gps.append($0.text(0x12, "GCJ-02")) }
    try expect(.badValue(tag: 0x02)) { $0.gps[1] = $0.rationals(0x02, (22, 1)) }
    try expect(.badValue(tag: 0x02)) { $0.gps[1] = $0.long(0x02, 22) }
  }

  @Test("WGS-84 in its spellings and CGCS2000 are the same datum here")
  func datum() throws {
    for name in ["WGS-84   ", "WGS84", "wgs 84", "CGCS2000", ""] {
      var photo = PhotoFixture()
      photo.gps = place(photo) + [photo.text(0x12, name)]
      #expect(try PhotoFile.inspect(photo.jpeg()).exif.position != nil, "\(name)")
    }
  }

  @Test("blank dates are unknown, impossible ones a problem")
  func dates() throws {
    func taken(_ text: String) throws -> ExifFacts {
      var photo = PhotoFixture()
      photo.exif = [photo.text(0x9003, text)]
      return try PhotoFile.inspect(photo.jpeg()).exif
    }
    for text in ["    :  :     :  :  ", "0000:00:00 00:00:00", ""] {
      let exif = try taken(text)
      #expect(exif.takenAt == nil)
      #expect(exif.problems == [], "\(text)")
    }
    #expect(try taken("2024:02:29 00:00:00").takenAt?.day == 29)
    for text in [
      "2026:02:29 00:00:00", "2026:13:01 00:00:00", "2026:04:31 00:00:00", "2026:01:01 24:00:00",
      "2026-01-01 00:00:00", "2026:01:01T00:00:00", "2026:01:01", "1900:02:29 00:00:00",
    ] {
      let exif = try taken(text)
      #expect(exif.takenAt == nil)
      #expect(exif.problems == [.badValue(tag: 0x9003)], "\(text)")
    }
  }

  @Test("without an offset, or with a blank one, nobody knows the moment")
  func offsets() throws {
    for (text, minutes, problems) in [
      ("+00:00", 0, []), ("-00:00", 0, []), ("+14:00", 840, []), ("   :  ", nil, []),
      ("+8:00", nil, [ExifProblem.badValue(tag: 0x9011)]),
      ("+15:00", nil, [.badValue(tag: 0x9011)]), ("Z", nil, [.badValue(tag: 0x9011)]),
    ] as [(String, Int?, [ExifProblem])] {
      var photo = PhotoFixture()
      photo.exif = [photo.text(0x9003, "2026:01:01 08:00:00"), photo.text(0x9011, text)]
      let exif = try PhotoFile.inspect(photo.jpeg()).exif
      #expect(exif.takenAt?.offsetMinutes == minutes, "\(text)")
      #expect((exif.takenAt?.utcSeconds == nil) == (minutes == nil))
      #expect(exif.problems == problems, "\(text)")
    }
  }

  @Test("satellite time needs its day, and keeps its fraction")
  func satelliteTime() throws {
    var photo = PhotoFixture()
    photo.gps = [photo.rationals(0x07, (23, 1), (59, 1), (5_999, 100))]
    #expect(try PhotoFile.inspect(photo.jpeg()).exif.gpsMilliseconds == nil)
    photo.gps.append(photo.text(0x1D, "1970:01:01"))
    #expect(try PhotoFile.inspect(photo.jpeg()).exif.gpsMilliseconds == 86_399_990)
    photo.gps[0] = photo.rationals(0x07, (25, 1), (0, 1), (0, 1))
    let exif = try PhotoFile.inspect(photo.jpeg()).exif
    #expect(exif.gpsMilliseconds == nil)
    #expect(exif.problems == [.badValue(tag: 0x07)])
  }

  @Test("a directory that points at itself is read once")
  func loop() throws {
    var photo = PhotoFixture()
    photo.main = [photo.short(0x0112, 3), photo.long(0x8769, 8), photo.long(0x8825, 8)]
    let exif = try PhotoFile.inspect(photo.jpeg()).exif
    #expect(exif.orientation == .upsideDown)
    #expect(exif.problems == [.loop, .loop])
  }

  @Test("offsets and counts outside the part are noted and the photo is kept")
  func outside() throws {
    var photo = PhotoFixture()
    photo.main = [
      photo.short(0x0112, 9), photo.long(0x8769, 0xFFFF_FFF0), photo.long(0x8825, 60_000),
    ]
    #expect(
      try PhotoFile.inspect(photo.jpeg()).exif.problems == [
        .badValue(tag: 0x0112), .directoryOutOfRange,
      ])
    var far = PhotoFixture.Entry(tag: 0x02, type: 5, count: 3, value: [0xFF, 0xFF, 0xFF, 0xF0])
    photo = PhotoFixture()
    photo.gps = place(photo)
    photo.gps[1] = far
    #expect(try PhotoFile.inspect(photo.jpeg()).exif.problems == [.outOfRange(tag: 0x02)])
    far.count = 0xFFFF_FFFF
    photo.gps[1] = far
    #expect(try PhotoFile.inspect(photo.jpeg()).exif.problems == [.badValue(tag: 0x02)])
  }

  @Test("too many entries, or a header that is none, spoil EXIF and not the photo")
  func limits() throws {
    var photo = PhotoFixture()
    photo.main = (0..<513).map { photo.short(0x1000 + $0, 0) }
    let facts = try PhotoFile.inspect(photo.jpeg())
    #expect(facts.exif.problems == [.tooManyEntries(limit: 512)])
    #expect(facts.width == 4)
    let head: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE1]
    for tiff in [Array("XX\0*\0\0\0\u{8}".utf8), []] {
      let body = Array("Exif\0\0".utf8) + tiff
      let bytes = head + [0, UInt8(body.count + 2)] + body + PhotoFixture.picture
      #expect(try PhotoFile.inspect(bytes).exif.problems == [.badHeader])
    }
    let plain = try PhotoFile.inspect([0xFF, 0xD8] + PhotoFixture.picture).exif
    #expect(plain.problems == [])
    #expect(plain.orientation == nil)
  }

  @Test("an APP1 segment of another kind is not EXIF")
  func otherSegment() throws {
    let xmp: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE1, 0, 6] + Array("http".utf8)
    #expect(try PhotoFile.inspect(xmp + PhotoFixture.picture).exif.problems == [])
  }

  @Test("a thumbnail outside the part or not a JPEG is noted")
  func thumbnail() throws {
    for (offset, length) in [(60_000, 10), (8, 60_000), (8, 10), (8, 0)] {
      var photo = PhotoFixture()
      photo.second = [photo.long(0x0201, offset), photo.long(0x0202, length)]
      let exif = try PhotoFile.inspect(photo.jpeg()).exif
      #expect(exif.thumbnail == nil)
      #expect(exif.problems == [.badThumbnail], "\(offset) \(length)")
    }
  }

  /// 22° 30' S, 114° 15' W.
  private func place(_ photo: PhotoFixture) -> [PhotoFixture.Entry] {
    [
      photo.text(0x01, "S"), photo.rationals(0x02, (22, 1), (30, 1), (0, 1)),
      photo.text(0x03, "W"), photo.rationals(0x04, (114, 1), (1_500, 100), (0, 1)),
    ]
  }
}
