import FieldCore
import Foundation
import Testing

// Photos by others (ianare/exif-samples), read where they are present. Sizes,
// orientation, dates and thumbnails by Pillow 13.0.0, exifread 3.5.1 and
// piexif 1.1.3; degrees worked out from the fractions these print.
@Suite("Photos by others")
struct RealPhotoTests {
  struct Expected: Sendable {
    var file: String
    var size: (Int, Int)
    var orientation: PhotoOrientation?
    var taken: [Int]?
    var thumbnail: Range<Int>?
    var problems: [ExifProblem] = []
    var position: (Double, Double)?
    var gpsMilliseconds: Int64?
  }

  static let expected = [
    Expected(
      file: "DSCN0010", size: (640, 480), orientation: .upright,
      taken: [2008, 10, 22, 16, 28, 39], thumbnail: 4_560..<11_262,
      position: (43.467448333, 11.885126667), gpsMilliseconds: 1_224_772_027_240),
    Expected(
      file: "DSCN0012", size: (640, 480), orientation: .upright,
      taken: [2008, 10, 22, 16, 29, 49], thumbnail: 4_560..<10_899,
      position: (43.467156667, 11.885395), gpsMilliseconds: 1_224_772_097_240),
    Expected(
      file: "DSCN0021", size: (640, 480), orientation: .upright,
      taken: [2008, 10, 22, 16, 38, 20], thumbnail: 4_560..<10_867,
      position: (43.467081667, 11.884538333), gpsMilliseconds: 1_224_772_607_230),
    Expected(
      file: "Canon_40D", size: (100, 68), orientation: .upright,
      taken: [2008, 5, 30, 15, 56, 1], thumbnail: 1_120..<2_498),
    // Its GPS pointer has a count of 0.
    Expected(
      file: "45-gps_ifd", size: (1_600, 900), orientation: .upright,
      taken: [2012, 6, 23, 6, 55, 49], thumbnail: 848..<6_016,
      problems: [.badValue(tag: 0x8825)]),
    Expected(
      file: "jolla", size: (3_264, 2_448), orientation: .upright,
      taken: [2014, 9, 21, 16, 0, 56]),
    Expected(file: "landscape_6", size: (450, 600), orientation: .turnClockwise),
    Expected(file: "portrait_3", size: (450, 600), orientation: .upsideDown),
    Expected(file: "portrait_8", size: (600, 450), orientation: .turnAnticlockwise),
    // Has EXIF in spite of its name, behind a first APP1 of XMP.
    Expected(file: "no_exif", size: (322, 466), orientation: .upright),
    Expected(file: "image01088", size: (425, 120)),
    Expected(file: "image01551", size: (61, 58)),
  ]

  @Test("sizes, times, places and thumbnails are those other readers find", arguments: expected)
  func read(expected: Expected) throws {
    let folder = Place.package.appending(path: "../shared/data/photos").standardized.path
    guard FileManager.default.fileExists(atPath: folder) else {
      print("left out: \(expected.file), no ../shared/data/photos beside the package")
      return
    }
    let facts = try PhotoFile.inspect(path: "\(folder)/\(expected.file).jpg")
    #expect(facts.width == expected.size.0)
    #expect(facts.height == expected.size.1)
    #expect(facts.isComplete)
    let exif = facts.exif
    #expect(exif.orientation == expected.orientation)
    let taken = exif.takenAt.map {
      [$0.year, $0.month, $0.day, $0.hour, $0.minute, $0.second]
    }
    #expect(taken == expected.taken)
    #expect(exif.takenAt?.offsetMinutes == nil)
    #expect(exif.takenAt?.utcSeconds == nil)
    #expect(exif.thumbnail == expected.thumbnail)
    #expect(exif.problems == expected.problems)
    #expect(exif.gpsMilliseconds == expected.gpsMilliseconds)
    #expect((exif.position == nil) == (expected.position == nil))
    if let position = exif.position, let (latitude, longitude) = expected.position {
      #expect(abs(position.coordinate.latitude - latitude) < 1e-8)
      #expect(abs(position.coordinate.longitude - longitude) < 1e-8)
      #expect(position.errorMetres == nil)
      #expect(position.status == .unknown)
    }
  }
}
