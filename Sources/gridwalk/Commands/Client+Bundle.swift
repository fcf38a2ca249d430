import CLI
import Domain
import FieldCore
import Glibc
import SyncProtocol

extension Client {
  /// Packs what waits into a file that somebody carries to the centre.
  func bundle() throws {
    let path = try operand(0)
    let store = try openStoreForReading()
    guard let plan = try store.planBundle(all: arguments.has("all")) else {
      return try say(.bundleEmpty, json: .object(["file": .null, "operations": 0, "photos": 0]))
    }
    guard path != "-" else {
      guard !streams.isOutputTerminal else { throw Failure(.bundleToTerminal, code: .usage) }
      return try store.write(plan) { try streams.output.write($0) }
    }
    try refuseForeign(path)
    let file = try writing(path) { () throws(FileFault) in try ResumedFile(path) }
    try store.write(plan) { bytes in
      try writing(path) { () throws(FileFault) in try file.put(bytes) }
    }
    try writing(path) { () throws(FileFault) in try file.finish() }
    try say(
      .bundled(
        path, operations: plan.operations, photos: plan.photos, bytes: ByteCount.text(file.size),
        kept: file.kept > 0 ? ByteCount.text(file.kept) : nil),
      json: .object([
        "file": .text(path), "operations": .count(plan.operations),
        "photos": .count(plan.photos), "bytes": .integer(file.size), "kept": .integer(file.kept),
      ]))
  }

  /// A file of somebody else's is not overwritten; an older bundle is.
  private func refuseForeign(_ path: String) throws {
    guard access(path, F_OK) == 0 else { return }
    let name = Array(BundleArchive.manifestName.utf8)
    var first = [UInt8](repeating: 0, count: name.count)
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor >= 0 {
      defer { Glibc.close(descriptor) }
      let count = first.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count == name.count, first == name { return }
    }
    throw Failure(.bundleForeignFile(path), code: .conflict)
  }

  private func writing<T>(_ path: String, _ body: () throws(FileFault) -> T) throws(Failure) -> T {
    do { return try body() } catch {
      switch error {
      case .alreadyExists: throw Failure(.bundleBusy(path), code: .failure)
      case .notPermitted:
        throw Failure(
          .bundleUnwritable(path, String(cString: strerror(EACCES))), code: .notPermitted)
      default: throw Failure(.bundleUnwritable(path, reason(error)), code: .failure)
      }
    }
  }

  private func reason(_ fault: FileFault) -> String {
    let code =
      switch fault {
      case .notFound: ENOENT
      case .noSpace: ENOSPC
      case .tooManyOpenFiles: EMFILE
      case .other(let code): code
      default: EIO
      }
    return String(cString: strerror(code))
  }
}
