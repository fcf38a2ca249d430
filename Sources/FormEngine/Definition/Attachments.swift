/// The files beside a form that its instances are read from (`jr://file-csv/…`,
/// `jr://file/…`), by plain file name. A form reads no other file.
public struct FormAttachments: Sendable {
  /// The largest file that is read, in bytes.
  public static let byteLimit = 64 * 1024 * 1024

  /// The bytes of a file, at most `byteLimit`; nil when there is no such file.
  let read: @Sendable (String) throws -> [UInt8]?

  /// Files by name; what `read` throws becomes a fault at the instance that asks.
  public init(read: @escaping @Sendable (String) throws -> [UInt8]?) {
    self.read = read
  }

  /// Files that are at hand as texts, by name.
  public static func texts(_ texts: [String: String]) -> FormAttachments {
    FormAttachments { name in texts[name].map { Array($0.utf8) } }
  }

  /// No files.
  public static let none = FormAttachments { _ in nil }
}
