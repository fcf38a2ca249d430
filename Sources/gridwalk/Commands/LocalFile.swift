import CLI
import FieldCore
import FormEngine
import Glibc

/// Reads the files a command line names.
enum LocalFile {
  /// The name of a file without its folders and its ending.
  static func stem(of path: String) -> String {
    guard let name = path.split(separator: "/").last else { return path }
    return String(name.split(separator: ".").first ?? name)
  }

  /// The largest file that is read whole, in bytes.
  static let limit = 16 << 20

  static func read(_ path: String, limit: Int = limit) throws(Client.Failure) -> [UInt8] {
    // The system would read the path only up to there.
    guard !path.utf8.contains(0) else {
      throw Client.Failure(.fileUnreadable(path), code: .notFound)
    }
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

  /// The lines of standard input to its end, empty ones left out: what is read
  /// there, no other program of the machine can see.
  static func inputLines() throws(Client.Failure) -> [String] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
      if count == 0 { break }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Client.Failure(.fileUnreadable("-"), code: .notFound) }
      bytes += chunk[..<count]
      guard bytes.count <= inputLimit else {
        throw Client.Failure(
          .fileTooLarge("-", limit: ByteCount.text(Int64(inputLimit))), code: .invalid)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
      .split(whereSeparator: { $0.isNewline }).map(String.init)
  }

  /// The most that is read of answers on standard input, in bytes.
  private static let inputLimit = 1 << 20

  /// The files in the folder of a form, for the instances it reads.
  static func attachments(beside form: String) -> FormAttachments {
    let folder = form.lastIndex(of: "/").map { String(form[...$0]) } ?? ""
    return FormAttachments { name in
      guard !name.isEmpty, name != "..", !name.contains("/") else { return nil }
      do throws(Client.Failure) {
        return try read(folder + name, limit: FormAttachments.byteLimit)
      } catch  where error.code == .notFound {
        return nil
      }
    }
  }
}
