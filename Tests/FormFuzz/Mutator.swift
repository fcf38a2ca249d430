// Damage: what a broken link, a bad editor or an unkind author would make of a file.

/// Changes inputs, a few places at a time.
struct Mutator {
  /// No input grows beyond this many bytes.
  static let byteLimit = 1 << 18
  /// No token is repeated more often.
  static let repetitions = 20_000

  private static let tokens: [[UInt8]] = [
    "${", "}", "${name}", "(", ")", "[", "]", "'", "\"", "\"\"", ",", ",,", "\n", "\r\n", "\r",
    "..", "../..", ".", "/", "//", "*", "@", "@id", "::", "and", "or", "div", "mod", "=", "!=",
    "<", ">", "<=", ">=", "-", "+", "|", "$", "#", "%", "\\", "[a-", "(a+)+$", "{1,99999999}",
    "0", "-1", "1e308", "1e-400", "9223372036854775808", "999999999999999999999", "NaN", "0x10",
    "2026-02-30", "0000-00-00", "99999-01-01", "25:61:61", "true()", "false()", "once(",
    "position(..)", "current()/.", "instance('x')/root/item", "indexed-repeat(", "pulldata(",
    "randomize(", "repeat_count", "begin repeat", "end repeat", "begin group", "end group",
    "begin loop over", "select_one ", "select_multiple ", "rank ", "or_other", "_from_file",
    "survey", "choices", "settings", "entities", "external_choices", "label::", "label::中文 (zh)",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "&#0;", "&#x110000;", "&lt;", "<![CDATA[", "]]>",
    "<!--", "-->", "<?x?>", "</", "/>", "<a>", "</a>", "<repeat nodeset=\"/data\">", "xmlns=\"\"",
    "xmlns:jr=\"x\"", "ref=\"\"", "nodeset=\"..\"", "jr:template=\"\"", "jr:count=\"-1\"",
    "<bind nodeset=\"/data/*\"/>", "<output value=\".\"/>", "\u{FEFF}", "\u{0}", "\u{FFFF}",
    "𠮷", "é", "\u{202E}", "👩‍👩‍👧", "{\"type\":", "[[[[", "1,2,3,4",
  ].map { Array($0.utf8) }
  private static let deep: [[UInt8]] = [
    "(", "[", "-", "not(", "if(1,", "<a>", "<group>", "<repeat nodeset=\"/a\">", "../", "/a",
    ",begin group,g,G\n", ",begin repeat,r,R\n", "[1", "{\"a\":", "[", "((a", "concat(", "'a'='",
    "&amp;", "<!--", "${a} + ", "1 = ", "(?:",
  ].map { Array($0.utf8) }

  let others: [[UInt8]]

  /// The bytes with a few pieces of damage, most often one or two.
  func damaged(_ original: [UInt8], _ generator: inout Generator) -> [UInt8] {
    var bytes = original
    repeat { damage(&bytes, &generator) } while generator.once(in: 2)
    return Array(bytes.prefix(Self.byteLimit))
  }

  private func damage(_ bytes: inout [UInt8], _ generator: inout Generator) {
    let place = boundary(in: bytes, near: generator.below(bytes.count + 1), &generator)
    switch generator.below(9) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(generator.below(7))
    case 1 where place < bytes.count: bytes[place] = UInt8(0x20 + generator.below(0x5F))
    case 2:
      let end = boundary(in: bytes, near: place + generator.below(60), &generator)
      bytes.removeSubrange(place..<max(place, end))
    case 3: bytes.insert(contentsOf: piece(of: bytes, 200, &generator), at: place)
    case 4 where generator.once(in: 3): bytes.removeSubrange(place...)
    case 5: splice(&bytes, at: place, &generator)
    case 6 where generator.once(in: 6): nest(&bytes, at: place, &generator)
    default: bytes.insert(contentsOf: generator.pick(Self.tokens) ?? [], at: place)
    }
  }

  /// Where a character begins; once in thirty times just any byte, so that UTF-8 breaks.
  private func boundary(
    in bytes: [UInt8], near place: Int, _ generator: inout Generator
  ) -> Int {
    var place = min(place, bytes.count)
    if generator.once(in: 30) { return place }
    while place < bytes.count, bytes[place] & 0xC0 == 0x80 { place += 1 }
    return place
  }

  private func piece(of bytes: [UInt8], _ limit: Int, _ generator: inout Generator) -> [UInt8] {
    let start = boundary(in: bytes, near: generator.below(bytes.count + 1), &generator)
    let end = boundary(in: bytes, near: start + generator.below(limit), &generator)
    return Array(bytes[start..<max(start, end)])
  }

  /// Something of another file, in place of what is here.
  private func splice(_ bytes: inout [UInt8], at place: Int, _ generator: inout Generator) {
    guard let other = generator.pick(others) else { return }
    let end = boundary(in: bytes, near: place + generator.below(80), &generator)
    bytes.replaceSubrange(place..<max(place, end), with: piece(of: other, 400, &generator))
  }

  private func nest(_ bytes: inout [UInt8], at place: Int, _ generator: inout Generator) {
    guard let token = generator.pick(Self.deep) else { return }
    let count = min(generator.below(Self.repetitions), Self.byteLimit / token.count)
    bytes.insert(contentsOf: Array(repeatElement(token, count: count).joined()), at: place)
  }
}
