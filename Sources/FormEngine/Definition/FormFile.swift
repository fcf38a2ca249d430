/// Reads forms in either of their written shapes.
public enum FormFile {
  /// Reads and checks a form: XForm XML when it begins with `<`, else an XLSForm in
  /// one CSV file; `name` is its id when it gives none.
  ///
  /// Throws every fault that was found, each with its place.
  public static func read(
    _ bytes: [UInt8], name: String, attachments: FormAttachments = .none
  ) throws(FormFaults) -> FormDefinition {
    let source =
      isXML(bytes)
      ? try XForm.read(bytes, name: name, attachments: attachments)
      : try XLSForm.source(bytes, name: name, attachments: attachments)
    return try FormCompiler.compile(source, name: name)
  }

  /// Whether a file is meant to be a form rather than a list that a form reads: an
  /// XML document with a model, or a CSV whose first cells name a sheet.
  public static func looksLikeForm(_ bytes: [UInt8]) -> Bool {
    if isXML(bytes) {
      return String(decoding: bytes.prefix(4096), as: UTF8.self).contains("/xforms")
    }
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let first = bytes[start...].split(maxSplits: 1, whereSeparator: { $0 == 0x0A }).first ?? []
    let cell = first.split(maxSplits: 1, whereSeparator: { $0 == UInt8(ascii: ",") }).first ?? []
    let name = String(decoding: cell, as: UTF8.self).lowercased().filter { !$0.isWhitespace }
    return ["survey", "choices", "settings", "entities", "external_choices", "osm"].contains(
      name.filter { $0 != "\"" })
  }

  private static func isXML(_ bytes: [UInt8]) -> Bool {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    return text.first { $0 > 0x20 } == UInt8(ascii: "<")
  }
}
