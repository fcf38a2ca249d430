/// The TIFF structure inside EXIF: numbers and directories, every offset
/// checked against the block (Exif 2.32 §4.5, §4.6).
struct TIFFBlock {
  /// The most entries of one directory that are read.
  static let maximumEntries = 512

  private let bytes: [UInt8]
  /// The block within the file.
  let part: Range<Int>
  private let isBigEndian: Bool

  /// Nil when the header is not "II*\0" or "MM\0*".
  init?(bytes: [UInt8], part: Range<Int>) {
    guard part.count >= 8 else { return nil }
    switch Array(bytes[part.prefix(4)]) {
    case [0x49, 0x49, 0x2A, 0x00]: isBigEndian = false
    case [0x4D, 0x4D, 0x00, 0x2A]: isBigEndian = true
    default: return nil
    }
    self.bytes = bytes
    self.part = part
  }

  /// One entry of a directory.
  struct Entry {
    let tag: UInt16
    let type: UInt16
    let count: Int
    /// Where the four bytes of value or offset lie, within the block.
    let place: Int
  }

  func short(at offset: Int) -> Int? { number(at: offset, bytes: 2) }

  func long(at offset: Int) -> Int? { number(at: offset, bytes: 4) }

  private func number(at offset: Int, bytes length: Int) -> Int? {
    guard offset >= 0, offset <= part.count - length else { return nil }
    let field = bytes[(part.lowerBound + offset)..<(part.lowerBound + offset + length)]
    let ordered = isBigEndian ? Array(field) : Array(field.reversed())
    return ordered.reduce(0) { $0 << 8 | Int($1) }
  }

  /// The entries of a directory and the offset of the next one (0: none).
  func directory(at offset: Int) throws(ExifProblem) -> (entries: [Entry], next: Int) {
    guard let count = short(at: offset) else { throw .directoryOutOfRange }
    guard count <= Self.maximumEntries else { throw .tooManyEntries(limit: Self.maximumEntries) }
    var entries: [Entry] = []
    for index in 0..<count {
      let place = offset + 2 + index * 12
      guard let tag = short(at: place), let type = short(at: place + 2),
        let number = long(at: place + 4), long(at: place + 8) != nil
      else { throw .directoryOutOfRange }
      entries.append(
        Entry(tag: UInt16(tag), type: UInt16(type), count: number, place: place + 8))
    }
    // Some writers leave the link out at the end of the block.
    return (entries, long(at: offset + 2 + count * 12) ?? 0)
  }

  /// Bytes of one value by type; 0 for types unknown to Exif.
  private static func size(ofType type: UInt16) -> Int {
    switch type {
    case 1, 2, 6, 7: 1
    case 3, 8: 2
    case 4, 9, 11: 4
    case 5, 10, 12: 8
    default: 0
    }
  }

  /// Where the values of an entry lie: in the entry when they fit four bytes.
  func offset(of entry: Entry) throws(ExifProblem) -> Int {
    // Counts have 32 bits, so the product cannot overflow 64.
    let length = Self.size(ofType: entry.type) * entry.count
    guard length > 0 else { throw .badValue(tag: entry.tag) }
    if length <= 4 { return entry.place }
    guard let offset = long(at: entry.place), offset <= part.count, length <= part.count - offset
    else { throw .outOfRange(tag: entry.tag) }
    return offset
  }

  /// A whole number of type SHORT or LONG.
  func integer(_ entry: Entry) throws(ExifProblem) -> Int {
    guard entry.count == 1, entry.type == 3 || entry.type == 4 else {
      throw .badValue(tag: entry.tag)
    }
    let place = try offset(of: entry)
    guard let value = entry.type == 3 ? short(at: place) : long(at: place) else {
      throw .outOfRange(tag: entry.tag)
    }
    return value
  }

  /// The bytes of an ASCII value up to the first NUL, blanks at the end cut;
  /// at most `limit` long.
  func text(_ entry: Entry, limit: Int = 64) throws(ExifProblem) -> [UInt8] {
    guard entry.type == 2, entry.count <= limit else { throw .badValue(tag: entry.tag) }
    let place = part.lowerBound + (try offset(of: entry))
    var text = bytes[place..<(place + entry.count)].prefix { $0 != 0 }
    while text.last == UInt8(ascii: " ") { text.removeLast() }
    return Array(text)
  }

  /// Fractions of type RATIONAL.
  func rationals(_ entry: Entry, count: Int) throws(ExifProblem) -> [Double] {
    guard entry.type == 5, entry.count == count else { throw .badValue(tag: entry.tag) }
    let place = try offset(of: entry)
    var values: [Double] = []
    for index in 0..<count {
      guard let above = long(at: place + index * 8), let below = long(at: place + index * 8 + 4)
      else { throw .outOfRange(tag: entry.tag) }
      guard below > 0 else { throw .zeroDenominator(tag: entry.tag) }
      values.append(Double(above) / Double(below))
    }
    return values
  }
}

extension ExifProblem: Error {}
