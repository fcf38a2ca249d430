// What inputs are made of: the forms that the engine is compared on, and the files
// beside them.

import Glibc

/// Forms and their files, as bytes.
struct Corpus {
  /// XLSForms.
  var sheets: [[UInt8]] = []
  /// XForms.
  var xml: [[UInt8]] = []
  /// Files of forms, by name.
  var files: [String: [UInt8]] = [:]
  /// Cells and attributes that look like expressions.
  var expressions: [[UInt8]] = []

  /// No file of a corpus is longer.
  static let byteLimit = 1 << 20

  /// Reads folders; nil when one of them cannot be read, with its name.
  init?(folders: [String]) {
    for folder in folders {
      guard let names = Self.names(in: folder) else { return nil }
      for name in names.sorted() {
        guard let bytes = Self.bytes(of: folder + "/" + name) else { return nil }
        add(bytes, named: name)
      }
    }
  }

  private mutating func add(_ bytes: [UInt8], named name: String) {
    if name.hasSuffix(".csv"), bytes.starts(with: Array("survey".utf8)) {
      sheets.append(bytes)
      expressions += Self.pieces(of: bytes, between: Array(",\n".utf8))
    } else if name.hasSuffix(".xml"), contains(bytes, "www.w3.org/2002/xforms") {
      xml.append(bytes)
      expressions += Self.pieces(of: bytes, between: Array("\"".utf8))
    } else {
      files[name] = bytes
    }
  }

  private func contains(_ bytes: [UInt8], _ word: String) -> Bool {
    String(decoding: bytes.prefix(4000), as: UTF8.self).contains(word)
  }

  /// What stands between separators and has a bracket or a reference in it.
  private static func pieces(of bytes: [UInt8], between separators: [UInt8]) -> [[UInt8]] {
    bytes.split { separators.contains($0) }.map(Array.init).filter {
      $0.contains(UInt8(ascii: "(")) || $0.contains(UInt8(ascii: "/"))
    }
  }

  private static func names(in folder: String) -> [String]? {
    guard let directory = opendir(folder) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  private static func bytes(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    return [UInt8](unsafeUninitializedCapacity: byteLimit) { buffer, count in
      count = fread(buffer.baseAddress, 1, byteLimit, file)
    }
  }
}
