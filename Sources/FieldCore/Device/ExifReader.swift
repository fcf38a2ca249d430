/// Reads the few EXIF values that a report uses (Exif 2.32), noting what is
/// broken and going on.
///
/// At most four directories are read, each once, so no chain of offsets can
/// make it run long.
struct ExifReader {
  enum Tag {
    static let orientation: UInt16 = 0x0112
    static let thumbnailOffset: UInt16 = 0x0201
    static let thumbnailLength: UInt16 = 0x0202
    static let exifDirectory: UInt16 = 0x8769
    static let gpsDirectory: UInt16 = 0x8825
    static let dateTimeOriginal: UInt16 = 0x9003
    static let offsetTimeOriginal: UInt16 = 0x9011
  }

  typealias Directory = [UInt16: TIFFBlock.Entry]

  private let block: TIFFBlock?
  private let bytes: [UInt8]
  private var facts = ExifFacts()
  private var seen: Set<Int> = []

  init(bytes: [UInt8], part: Range<Int>) {
    self.bytes = bytes
    block = TIFFBlock(bytes: bytes, part: part)
  }

  mutating func read() -> ExifFacts {
    guard let block, let first = block.long(at: 4) else {
      facts.problems.append(.badHeader)
      return facts
    }
    let (main, next) = directory(block, at: first)
    readOrientation(block, main)
    readTime(block, subdirectory(block, main, Tag.exifDirectory))
    let gps = GPSReader(block: block, directory: subdirectory(block, main, Tag.gpsDirectory))
    facts.position = attempt { () throws(ExifProblem) in try gps.position() }
    if facts.position != nil {
      let metres = attempt { () throws(ExifProblem) in try gps.errorMetres() }
      facts.position?.errorMetres = metres
    }
    facts.gpsMilliseconds = attempt { () throws(ExifProblem) in try gps.milliseconds() }
    if next != 0 { readThumbnail(block, directory(block, at: next).entries) }
    return facts
  }

  /// The value, or nil with the problem noted.
  private mutating func attempt<Value>(_ body: () throws(ExifProblem) -> Value?) -> Value? {
    do throws(ExifProblem) {
      return try body()
    } catch {
      if !facts.problems.contains(error) { facts.problems.append(error) }
      return nil
    }
  }

  private mutating func directory(
    _ block: TIFFBlock, at offset: Int
  ) -> (entries: Directory, next: Int) {
    guard seen.insert(offset).inserted else {
      facts.problems.append(.loop)
      return ([:], 0)
    }
    let found = attempt { () throws(ExifProblem) in try block.directory(at: offset) }
    guard let found else { return ([:], 0) }
    let entries = Dictionary(found.entries.map { ($0.tag, $0) }) { first, _ in first }
    return (entries, found.next)
  }

  private mutating func subdirectory(
    _ block: TIFFBlock, _ main: Directory, _ tag: UInt16
  ) -> Directory {
    guard let entry = main[tag] else { return [:] }
    let offset = attempt { () throws(ExifProblem) in try block.integer(entry) }
    return offset.map { directory(block, at: $0).entries } ?? [:]
  }

  private mutating func readOrientation(_ block: TIFFBlock, _ main: Directory) {
    guard let entry = main[Tag.orientation] else { return }
    facts.orientation = attempt { () throws(ExifProblem) in
      guard let orientation = PhotoOrientation(rawValue: try block.integer(entry)) else {
        throw .badValue(tag: entry.tag)
      }
      return orientation
    }
  }

  private mutating func readTime(_ block: TIFFBlock, _ directory: Directory) {
    guard let entry = directory[Tag.dateTimeOriginal] else { return }
    facts.takenAt = attempt { () throws(ExifProblem) in
      let text = try block.text(entry)
      if ExifDateTime.isUnknown(text) { return nil }
      guard let moment = ExifDateTime(text) else { throw .badValue(tag: entry.tag) }
      return moment
    }
    guard let offset = directory[Tag.offsetTimeOriginal] else { return }
    let minutes = attempt { () throws(ExifProblem) -> Int? in
      let text = try block.text(offset)
      if ExifDateTime.isUnknown(text) { return nil }
      guard let minutes = ExifDateTime.offset(text) else { throw .badValue(tag: offset.tag) }
      return minutes
    }
    facts.takenAt?.offsetMinutes = minutes
  }

  private mutating func readThumbnail(_ block: TIFFBlock, _ directory: Directory) {
    guard let start = directory[Tag.thumbnailOffset], let length = directory[Tag.thumbnailLength]
    else { return }
    let bytes = self.bytes
    facts.thumbnail = attempt { () throws(ExifProblem) in
      let (offset, count) = (try block.integer(start), try block.integer(length))
      guard count > 2, offset <= block.part.count, count <= block.part.count - offset else {
        throw .badThumbnail
      }
      let lower = block.part.lowerBound + offset
      guard bytes[lower] == 0xFF, bytes[lower + 1] == 0xD8 else { throw .badThumbnail }
      return lower..<(lower + count)
    }
  }
}
