/// The bytes between the members of a bundle: POSIX ustar (IEEE Std 1003.1,
/// pax, "ustar Interchange Format"), every field but name and size fixed, so
/// that a reader need not interpret a header but compares it with the only one
/// there can be.
public enum BundleArchive {
  /// Bytes of a block, and of a header.
  public static let blockBytes = 512
  /// The name of the first member.
  public static let manifestName = "manifest.json"
  /// The name of the second member.
  public static let codeName = "manifest.mac"
  /// What the archive ends with.
  public static let ending = [UInt8](repeating: 0, count: 2 * blockBytes)

  /// Bytes of `manifest.mac`.
  static let codeBytes: Int64 = 65
  private static let sizeField = 124..<136

  /// The header before a member's bytes.
  ///
  /// - Parameters:
  ///   - name: at most 100 bytes.
  ///   - bytes: below 8 GiB, which every limit is.
  public static func header(_ name: String, bytes: Int64) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: blockBytes)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
    }
    put(String(name.prefix(100)), at: 0)
    put("0000600", at: 100)
    put("0000000", at: 108)
    put("0000000", at: 116)
    put(octal(bytes, digits: 11), at: sizeField.lowerBound)
    put("00000000000", at: 136)
    // The checksum is reckoned with its own field as spaces.
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar", at: 257)
    put("00", at: 263)
    put("0000000", at: 329)
    put("0000000", at: 337)
    let sum = header.reduce(Int64(0)) { $0 + Int64($1) }
    put(octal(sum, digits: 6) + "\0 ", at: 148)
    return header
  }

  /// The zero bytes after a member of this size.
  public static func padding(after bytes: Int64) -> [UInt8] {
    let over = Int(bytes % Int64(blockBytes))
    return [UInt8](repeating: 0, count: over == 0 ? 0 : blockBytes - over)
  }

  /// The content of `manifest.mac`.
  public static func code(of manifest: [UInt8], key: Digest) -> [UInt8] {
    Array((HMAC.sha256(manifest, key: key.bytes).hex + "\n").utf8)
  }

  /// The size a header announces, when it is the header of that member.
  static func size(in header: [UInt8], of name: String) -> Int64? {
    guard header.count == blockBytes else { return nil }
    let digits = header[sizeField].dropLast()
    guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
    let size = digits.reduce(Int64(0)) { $0 << 3 | Int64($1 - 0x30) }
    return Self.header(name, bytes: size) == header ? size : nil
  }

  private static func octal(_ value: Int64, digits: Int) -> String {
    let text = String(value, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
