import Domain
import Glibc
import SyncProtocol

extension Uploads {
  /// Forgets what nobody finished in time, and files that belong to no
  /// unfinished upload (a kill between a commit and an unlink leaves one).
  /// Returns the number of uploads.
  public func collectExpired() throws -> Int {
    let before = expiry
    let expired = try store.read { try $0.unfinishedUploads(before: before) }
    for upload in expired { try terminate(upload) }
    for name in try DurableFiles.names(in: directory) {
      // A row is made before its file, so a file without one is nobody's.
      guard let id = UniqueID(name), !inMaking.withLock({ $0.contains(id) }) else { continue }
      let upload = try store.read { try $0.upload(id) }
      if upload == nil || upload?.receipt != nil { unlink(path(of: id)) }
    }
    return expired.count
  }

  func collectHourly() throws {
    let now = now()
    let isDue = collectedAt.withLock { last in
      defer { if now - last >= Self.collectEvery { last = now } }
      return now - last >= Self.collectEvery
    }
    if isDue { _ = try collectExpired() }
  }

  /// Unfinished uploads made before this moment are forgotten.
  var expiry: Int64 {
    now() - Self.keepMilliseconds
  }

  private static let keepMilliseconds = Int64(Limits.keepUnfinishedUploadDays) * 86_400_000

  /// When an upload will be forgotten, seconds since 1970 UTC; nil when it is
  /// complete and stays.
  public func expires(_ upload: Upload) -> Int64? {
    guard upload.receipt == nil else { return nil }
    return (upload.createdAt + Self.keepMilliseconds) / 1000
  }

  func isExpired(_ upload: Upload) -> Bool {
    upload.receipt == nil && upload.createdAt < expiry
  }
}
