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

  private static func isXML(_ bytes: [UInt8]) -> Bool {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    return text.first { $0 > 0x20 } == UInt8(ascii: "<")
  }
}
