import CLI
import FieldCore

/// Reads the files a command line names.
enum LocalFile {
  /// The largest file that is read whole, in bytes.
  static let limit = 16 << 20

  static func read(_ path: String) throws -> [UInt8] {
    let files = POSIXFileSystem()
    do throws(FileFault) {
      let file = try files.openForReading(path)
      defer { files.close(file) }
      guard try files.status(file).isRegularFile else { throw FileFault.notPermitted }
      if let bytes = try files.readAll(file, limit: limit) { return bytes }
    } catch {
      throw Client.Failure(.fileUnreadable(path), code: .notFound)
    }
    throw Client.Failure(
      .fileTooLarge(path, limit: ByteCount.text(Int64(limit))), code: .invalid)
  }
}
