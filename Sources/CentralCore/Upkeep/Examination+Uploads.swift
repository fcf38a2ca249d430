import Domain
import Glibc
import SyncProtocol

// Files beside the database.
extension Examination {
  /// Unfinished uploads are no longer than they were announced. Files that
  /// belong to nothing are no fault: a kill leaves them, and the next start of
  /// the server, or the next upload of the same photo, takes them up.
  func verifyUploads() throws -> Part {
    var part = Part()
    for name in try DurableFiles.names(in: centre.uploads.directory) {
      guard let id = UniqueID(name),
        let length = try centre.store.read({ try $0.unfinishedLength(id) })
      else {
        part.leftovers += 1
        continue
      }
      part.count += 1
      if Self.size("\(centre.uploads.directory)/\(name)") ?? 0 > length {
        part.add(.uploadTooLong(id))
      }
    }
    return part
  }

  private static func size(_ path: String) -> Int64? {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : nil
  }
}
