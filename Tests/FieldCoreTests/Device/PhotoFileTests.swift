import Domain
import FieldCore
import Foundation
import Testing

@Suite("Photos")
struct PhotoFileTests {
  @Test("the demo photo says when and where it was taken")
  func demo() throws {
    let facts = try PhotoFile.inspect(path: Place.demoPhoto)
    #expect(facts.width == 640)
    #expect(facts.height == 480)
    #expect(facts.isComplete)
    #expect(facts.byteCount <= 60 << 10)
    let exif = facts.exif
    #expect(exif.problems == [])
    #expect(exif.orientation == .upright)
    let taken = try #require(exif.takenAt)
    let date: [Int] = [taken.year, taken.month, taken.day]
    #expect(date == [2026, 11, 20])
    let time: [Int] = [taken.hour, taken.minute, taken.second]
    #expect(time == [9, 20, 0])
    #expect(taken.offsetMinutes == 480)
    // 2026-11-20T01:20:00Z by Python's datetime.
    #expect(taken.utcSeconds == 1_795_137_600)
    #expect(exif.gpsMilliseconds == 1_795_137_600_000)
    let position = try #require(exif.position)
    #expect(abs(position.coordinate.latitude - 22.5410) < 1e-7)
    #expect(abs(position.coordinate.longitude - 114.0515) < 1e-7)
    #expect(position.errorMetres == 5.2)
    #expect(position.status == .measuring)
    // Found by exifread 3.5.1.
    #expect(exif.thumbnail == 468..<(468 + 2_576))
  }

  @Test("the thumbnail is itself a photo")
  func thumbnail() throws {
    let bytes = try PhotoFile.read(path: Place.demoPhoto)
    let range = try #require(try PhotoFile.inspect(bytes).exif.thumbnail)
    let small = try PhotoFile.inspect(Array(bytes[range]))
    #expect(small.width == 160)
    #expect(small.height == 120)
    #expect(small.isComplete)
  }

  @Test("a photo cut at any byte is refused or flagged, never called complete")
  func cut() throws {
    let bytes = try PhotoFile.read(path: Place.demoPhoto)
    // The segments up to and with the scan header add up to 3,647 bytes:
    // 2 + 18 + 3,024 + 2 × 69 + 19 + 33 + 183 + 33 + 183 + 14.
    let scan = 3_647
    for length in [1, 2, 3, 20, 100, 3_000, scan - 1, scan, bytes.count / 2, bytes.count - 1] {
      do {
        let facts = try PhotoFile.inspect(Array(bytes[..<length]))
        #expect(!facts.isComplete, "\(length)")
        #expect(length >= scan)
      } catch {
        #expect(error == (length == 1 ? .notAJPEG : .truncated), "\(length)")
        #expect(length < scan)
      }
    }
  }

  @Test("bytes behind the end marker leave the photo complete")
  func trailing() throws {
    let bytes = PhotoFixture().jpeg()
    #expect(try PhotoFile.inspect(bytes + [1, 2, 3]).isComplete)
  }

  @Test("other files are no JPEG")
  func others() {
    let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    #expect(throws: PhotoFault.notAJPEG) { try PhotoFile.inspect(png) }
    #expect(throws: PhotoFault.notAJPEG) { try PhotoFile.inspect(Array("\u{FF}\u{D8}".utf8)) }
    #expect(throws: PhotoFault.empty) { try PhotoFile.inspect([]) }
    #expect(throws: PhotoFault.notAJPEG) { try PhotoFile.inspect([0xFF, 0xD8, 0xFF, 0xD9]) }
    #expect(throws: PhotoFault.notAJPEG) { try PhotoFile.inspect([0xFF, 0xD8, 0x00, 0x00]) }
    // A scan without a frame, and a frame of no width.
    let scan: [UInt8] = [0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 0xFF, 0xD9]
    #expect(throws: PhotoFault.notAJPEG) { try PhotoFile.inspect(scan) }
    var flat = [0xFF, 0xD8] + PhotoFixture.picture
    (flat[9], flat[10]) = (0, 0)
    #expect(throws: PhotoFault.notAJPEG) { try PhotoFile.inspect(flat) }
  }

  @Test("a path is not found, not readable, empty, or too large")
  func paths() throws {
    try Place.withTemporaryDirectory { directory in
      #expect(throws: PhotoFault.notFound) { try PhotoFile.inspect(path: directory + "/none") }
      #expect(throws: PhotoFault.notReadable(.notPermitted)) {
        try PhotoFile.inspect(path: directory)
      }
      let pipe = directory + "/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      #expect(throws: PhotoFault.notReadable(.notPermitted)) { try PhotoFile.inspect(path: pipe) }
      let empty = directory + "/empty"
      #expect(FileManager.default.createFile(atPath: empty, contents: nil))
      #expect(throws: PhotoFault.empty) { try PhotoFile.inspect(path: empty) }
      #expect(truncate(empty, (64 << 20) + 1) == 0)
      #expect(throws: PhotoFault.tooLarge(limit: 64 << 20)) { try PhotoFile.inspect(path: empty) }
    }
  }

  @Test("20,000 mutations of the demo photo never crash and keep their promises")
  func fuzz() throws {
    let original = try PhotoFile.read(path: Place.demoPhoto)
    let seed: UInt64 = 20_261_120
    print("photo fuzz seed \(seed)")
    var random = SplitMix(state: seed)
    // Most of what can go wrong lies before the scan.
    let head = 3_700
    var accepted = 0
    for round in 0..<20_000 {
      var bytes = original
      for _ in 0...random.below(4) {
        let place = random.below(4) == 0 ? random.below(bytes.count) : random.below(head)
        bytes[place] = random.below(3) == 0 ? 0xFF : UInt8(random.below(256))
      }
      if random.below(20) == 0 { bytes.removeLast(random.below(bytes.count)) }
      do {
        let facts = try PhotoFile.inspect(bytes)
        accepted += 1
        #expect(facts.width > 0 && facts.height > 0, "seed \(seed) round \(round)")
        if let range = facts.exif.thumbnail {
          #expect(range.upperBound <= bytes.count, "seed \(seed) round \(round)")
        }
      } catch {
        #expect(
          [.notAJPEG, .truncated].contains(error), "seed \(seed) round \(round)")
      }
    }
    print("photo fuzz: \(accepted) of 20,000 still photos")
    #expect(accepted > 1_000)
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, seeded, the same everywhere.
private struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}
