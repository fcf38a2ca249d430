/// The marker segments of a JPEG (ITU-T T.81 annex B), walked once.
struct JPEGStructure {
  private(set) var width = 0
  private(set) var height = 0
  /// Whether the end marker was reached.
  private(set) var isComplete = false
  /// The TIFF block of the first EXIF segment, within the file.
  private(set) var exif: Range<Int>?

  private enum Marker {
    static let startOfImage: UInt8 = 0xD8
    static let endOfImage: UInt8 = 0xD9
    static let startOfScan: UInt8 = 0xDA
    static let exifSegment: UInt8 = 0xE1
    /// Markers without a segment: TEM and RST0 to RST7 (B.1.1.3).
    static func standsAlone(_ marker: UInt8) -> Bool {
      marker == 0x01 || (0xD0...0xD7).contains(marker)
    }
    /// SOF0 to SOF15; C4, C8 and CC are tables and a reserve (table B.1).
    static func startsFrame(_ marker: UInt8) -> Bool {
      (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
    }
  }

  /// Throws `notAJPEG`, or `truncated` when the file ends before the first scan.
  init(_ bytes: [UInt8]) throws(PhotoFault) {
    guard bytes.starts(with: [0xFF, Marker.startOfImage]) else { throw .notAJPEG }
    var place = 2
    while true {
      let marker = try Self.marker(bytes, &place)
      if Marker.standsAlone(marker) { continue }
      guard marker != Marker.startOfImage, marker != Marker.endOfImage else { throw .notAJPEG }
      let body = try Self.segment(bytes, &place)
      if Marker.startsFrame(marker) { try readFrame(bytes, body) }
      if marker == Marker.exifSegment { readExif(bytes, body) }
      if marker == Marker.startOfScan { break }
    }
    guard width > 0 else { throw .notAJPEG }
    isComplete = Self.reachesEnd(bytes, from: place)
  }

  /// The next marker; it may be preceded by fill bytes (B.1.1.2).
  private static func marker(_ bytes: [UInt8], _ place: inout Int) throws(PhotoFault) -> UInt8 {
    guard place < bytes.count else { throw .truncated }
    guard bytes[place] == 0xFF else { throw .notAJPEG }
    while place < bytes.count, bytes[place] == 0xFF { place += 1 }
    guard place < bytes.count else { throw .truncated }
    guard bytes[place] != 0 else { throw .notAJPEG }
    place += 1
    return bytes[place - 1]
  }

  /// The bytes of a segment behind its length, which counts itself (B.1.1.4).
  private static func segment(
    _ bytes: [UInt8], _ place: inout Int
  ) throws(PhotoFault) -> Range<Int> {
    guard place + 2 <= bytes.count else { throw .truncated }
    let length = Int(bytes[place]) << 8 | Int(bytes[place + 1])
    guard length >= 2 else { throw .notAJPEG }
    guard place + length <= bytes.count else { throw .truncated }
    defer { place += length }
    return (place + 2)..<(place + length)
  }

  /// Precision, lines, samples per line (B.2.2). Lines given later by a DNL
  /// segment are not taken: no camera writes them.
  private mutating func readFrame(_ bytes: [UInt8], _ body: Range<Int>) throws(PhotoFault) {
    guard body.count >= 6 else { throw .notAJPEG }
    let at = body.lowerBound
    height = Int(bytes[at + 1]) << 8 | Int(bytes[at + 2])
    width = Int(bytes[at + 3]) << 8 | Int(bytes[at + 4])
    guard height > 0, width > 0 else { throw .notAJPEG }
  }

  private mutating func readExif(_ bytes: [UInt8], _ body: Range<Int>) {
    let mark = Array("Exif\0\0".utf8)
    guard exif == nil, bytes[body].starts(with: mark) else { return }
    exif = (body.lowerBound + mark.count)..<body.upperBound
  }

  /// Walks entropy-coded data and the segments between scans to the end marker.
  private static func reachesEnd(_ bytes: [UInt8], from start: Int) -> Bool {
    var place = start
    while let found = nextMarker(bytes, from: place) {
      place = found + 2
      let marker = bytes[found + 1]
      if marker == Marker.endOfImage { return true }
      do throws(PhotoFault) {
        _ = try segment(bytes, &place)
      } catch {
        return false
      }
    }
    return false
  }

  /// The next marker that is neither a stuffed byte nor a restart (B.1.1.5).
  private static func nextMarker(_ bytes: [UInt8], from start: Int) -> Int? {
    var place = start
    while place + 1 < bytes.count {
      if bytes[place] == 0xFF {
        let next = bytes[place + 1]
        if next != 0, next != 0xFF, !Marker.standsAlone(next) { return place }
      }
      place += 1
    }
    return nil
  }
}
