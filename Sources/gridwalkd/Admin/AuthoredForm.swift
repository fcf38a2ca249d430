import CLI
import FormEngine
import Locks
import SyncProtocol

/// Forms as a city's people author them: a file, and beside it the lists it reads.
enum AuthoredForm {
  /// The largest form that is read, in bytes.
  private static let byteLimit = 10_485_760

  /// Reads and compiles a form; one with any fault is not put in force.
  static func read(_ path: String) throws -> SyncProtocol.FormSource {
    let bytes = try Files.read(path, limit: byteLimit)
    let asked = Asked(beside: path)
    do throws(FormFaults) {
      let form = try FormFile.read(bytes, name: stem(of: path), attachments: asked.attachments)
      let source = SyncProtocol.FormSource(
        id: form.id, version: form.version, source: String(decoding: bytes, as: UTF8.self),
        attachments: asked.texts)
      guard source.bytes <= Limits.formBytes else {
        throw FormFaults([
          FormFault(
            sheet: "", row: 0, column: "", code: .tooLarge,
            detail: "\(source.bytes) > \(Limits.formBytes)")
        ])
      }
      return source
    } catch {
      throw Admin.Failure(words(error, path), code: .invalid)
    }
  }

  /// The forms of a folder; its other CSV and XML files are lists of theirs.
  static func paths(in folder: String) -> [String] {
    Files.names(in: folder).filter { $0.hasSuffix(".csv") || $0.hasSuffix(".xml") }.sorted()
      .map { "\(folder)/\($0)" }
      .filter { path in
        // A file that cannot be read is told of when it is read as a form.
        guard let bytes = try? Files.read(path, limit: byteLimit) else { return true }
        return FormFile.looksLikeForm(bytes)
      }
  }

  private static func words(_ faults: FormFaults, _ path: String) -> [Sentence] {
    faults.faults.map {
      .formFault(
        path, sheet: $0.sheet, row: $0.row, column: $0.column, code: $0.code.rawValue,
        detail: $0.detail)
    }
  }

  /// `household` of `forms/household.csv`: what a form is called that has no id.
  private static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.split(separator: ".").first.map(String.init) ?? name
  }

  /// The files that a form has asked for.
  private final class Asked: Sendable {
    private let folder: String
    private let found = Mutex<[String: String]>([:])

    init(beside form: String) {
      folder = form.lastIndex(of: "/").map { String(form[...$0]) } ?? ""
    }

    var texts: [String: String] { found.withLock { $0 } }

    var attachments: FormAttachments {
      FormAttachments { name in
        guard !name.isEmpty, name != "..", !name.contains("/") else { return nil }
        let bytes: [UInt8]
        do {
          bytes = try Files.read(self.folder + name, limit: FormAttachments.byteLimit)
        } catch let failure as Admin.Failure where failure.code == .notFound {
          return nil
        }
        // What is no UTF-8 its reader refuses, with the line.
        self.found.withLock { $0[name] = String(decoding: bytes, as: UTF8.self) }
        return bytes
      }
    }
  }
}
