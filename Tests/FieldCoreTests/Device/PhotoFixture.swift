import FieldCore
import Foundation
import Testing

/// A JPEG of 4 × 3 pixels as far as its markers go (ITU-T T.81 annex B), with
/// an EXIF part made of directories given by hand.
struct PhotoFixture {
  var isBigEndian = true
  var main: [Entry] = []
  var exif: [Entry] = []
  var gps: [Entry] = []
  var second: [Entry] = []

  struct Entry {
    var tag: Int
    var type: Int
    var count: Int
    var value: [UInt8]
  }

  func short(_ tag: Int, _ value: Int) -> Entry {
    Entry(tag: tag, type: 3, count: 1, value: number(value, 2))
  }

  func long(_ tag: Int, _ value: Int) -> Entry {
    Entry(tag: tag, type: 4, count: 1, value: number(value, 4))
  }

  func text(_ tag: Int, _ value: String) -> Entry {
    Entry(tag: tag, type: 2, count: value.utf8.count + 1, value: Array(value.utf8) + [0])
  }

  func rationals(_ tag: Int, _ parts: (Int, Int)...) -> Entry {
    Entry(
      tag: tag, type: 5, count: parts.count,
      value: parts.flatMap { number($0.0, 4) + number($0.1, 4) })
  }

  /// The whole file.
  func jpeg() -> [UInt8] {
    let tiff = block()
    let body = Array("Exif\0\0".utf8) + tiff
    return [0xFF, 0xD8, 0xFF, 0xE1] + big(body.count + 2) + body + Self.picture
  }

  /// Frame header, scan header, two bytes of data and the end marker.
  static let picture: [UInt8] = [
    0xFF, 0xC0, 0, 11, 8, 0, 3, 0, 4, 1, 1, 0x11, 0,
    0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xFF, 0x00, 0xFF, 0xD9,
  ]

  /// Header, IFD0, Exif, GPS and IFD1 one after the other, each followed by
  /// its values.
  func block() -> [UInt8] {
    var main = self.main
    if !exif.isEmpty { main.append(long(0x8769, 0)) }
    if !gps.isEmpty { main.append(long(0x8825, 0)) }
    let start = 8
    let exifStart = start + directory(main, at: 0, next: 0).count
    let gpsStart = exifStart + (exif.isEmpty ? 0 : directory(exif, at: 0, next: 0).count)
    let nextStart = gpsStart + (gps.isEmpty ? 0 : directory(gps, at: 0, next: 0).count)
    for index in main.indices {
      if main[index].tag == 0x8769, !exif.isEmpty { main[index] = long(0x8769, exifStart) }
      if main[index].tag == 0x8825, !gps.isEmpty { main[index] = long(0x8825, gpsStart) }
    }
    let head: [UInt8] = isBigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
    var bytes = head + number(42, 2) + number(start, 4)
    bytes += directory(main, at: start, next: second.isEmpty ? 0 : nextStart)
    if !exif.isEmpty { bytes += directory(exif, at: exifStart, next: 0) }
    if !gps.isEmpty { bytes += directory(gps, at: gpsStart, next: 0) }
    if !second.isEmpty { bytes += directory(second, at: nextStart, next: 0) }
    return bytes
  }

  private func directory(_ entries: [Entry], at offset: Int, next: Int) -> [UInt8] {
    var table = number(entries.count, 2)
    var values: [UInt8] = []
    let after = offset + 2 + entries.count * 12 + 4
    for entry in entries {
      table += number(entry.tag, 2) + number(entry.type, 2) + number(entry.count, 4)
      if entry.value.count <= 4 {
        table += entry.value + [UInt8](repeating: 0, count: 4 - entry.value.count)
      } else {
        table += number(after + values.count, 4)
        values += entry.value
      }
    }
    return table + number(next, 4) + values
  }

  private func number(_ value: Int, _ length: Int) -> [UInt8] {
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    return isBigEndian ? bytes.reversed() : bytes
  }

  private func big(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }
}

/// Files beside the tests.
enum Place {
  /// The root of the package.
  static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let demoPhoto = package.appending(path: "script/demo-photo.jpg").path

  /// A directory of its own for the length of a test.
  static func withTemporaryDirectory<Value>(_ body: (String) throws -> Value) throws -> Value {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: path) } catch {
        Issue.record("left behind: \(path.path)")
      }
    }
    return try body(path.path)
  }
}
