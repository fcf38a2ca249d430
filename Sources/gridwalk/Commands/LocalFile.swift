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
      if let bytes = try files.readWhole(file, limit: limit) { return bytes }
    } catch {
      throw Client.Failure(.fileUnreadable(path), code: .notFound)
    }
    throw Client.Failure(
      .fileTooLarge(path, limit: ByteCount.text(Int64(limit))), code: .invalid)
  }
}

extension POSIXFileSystem {
  /// Reads to the end; nil when there are more bytes than the limit.
  fileprivate func readWhole(_ file: OpenFile, limit: Int) throws(FileFault) -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let outcome = chunk.withUnsafeMutableBytes { buffer -> Result<Int, FileFault> in
        do throws(FileFault) { return .success(try read(file, into: buffer)) } catch {
          return .failure(error)
        }
      }
      let count = try outcome.get()
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      if bytes.count > limit { return nil }
    }
  }
}
