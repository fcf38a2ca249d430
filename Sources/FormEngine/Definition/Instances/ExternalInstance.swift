// The files beside a form that its secondary instances are read from
// (`jr://file-csv/…`, `jr://file/…`). Which reader takes a file is told by its
// ending; each gives the tree JavaRosa would have made of it, or says where the
// file is wrong.

enum ExternalInstance {
  /// Reads a file into a tree. Faults name the file as their sheet and the line as
  /// their row; `location` is what asked for the file, and is blamed when the file
  /// as a whole cannot be read.
  static func read(_ bytes: [UInt8], fileName: String, location: SourceLocation)
    throws(FormFaults) -> InstanceTree
  {
    guard bytes.count <= FormAttachments.byteLimit else {
      let detail = "\(fileName): \(bytes.count) > \(FormAttachments.byteLimit)"
      throw FormFaults([location.fault(.tooLarge, detail)])
    }
    let file = InstanceFile(name: fileName, bytes: bytes)
    do throws(FormFault) {
      if fileName.lowercased().hasSuffix(".csv") {
        return try CSVInstance.tree(of: file)
      } else if fileName.lowercased().hasSuffix(".geojson") {
        return try GeoJSONInstance.tree(of: file)
      }
      return try XMLInstance.read(file.bytes, fileName: file.name)
    } catch {
      throw FormFaults([error])
    }
  }
}

/// A file that an instance is read from.
struct InstanceFile {
  let name: String
  let bytes: [UInt8]

  /// A fault on the line that a byte stands on.
  func fault(_ code: FormFault.Code, at index: Int, _ detail: String = "") -> FormFault {
    var line = 1
    for place in 0..<min(index, bytes.count) {
      let isPair = bytes[place] == 0x0D && place + 1 < bytes.count && bytes[place + 1] == 0x0A
      if bytes[place] == 0x0A || (bytes[place] == 0x0D && !isPair) { line += 1 }
    }
    return FormFault(sheet: name, row: line, column: "", code: code, detail: detail)
  }

  /// Where the text begins: behind a byte order mark. Throws when it is not UTF-8.
  func textStart() throws(FormFault) -> Int {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw fault(.invalidUTF8, at: error.byteOffsets.lowerBound)
    }
    return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }
}
