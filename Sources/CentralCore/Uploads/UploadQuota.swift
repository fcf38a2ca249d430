import Domain
import Glibc
import SyncProtocol

/// What one device may use of the centre's room (PROTOCOL.md §6), and what is
/// left free for segments, which are never refused for want of it.
public struct UploadQuota: Sendable {
  /// Unfinished uploads of a device, segments left out.
  public var unfinishedUploads = 64
  /// Bytes that they announce together.
  public var unfinishedBytes: Int64 = 536_870_912
  /// Unfinished segments of a device that are kept, the newest.
  public var unfinishedSegments = 16
  /// Bytes of photos and thumbnails of a device within `dayMilliseconds`.
  public var dailyBytes: Int64 = 17_179_869_184
  /// Free bytes of the disk that only segments may use …
  public var reserveBytes: Int64 = 536_870_912
  /// … or this part of the whole disk, whichever is less.
  public var reservePart: Int64 = 20
  /// Asks how much of the disk below a path is free; tests give their own.
  public var disk: @Sendable (String) throws(BlobFault) -> DiskSpace = DiskSpace.of

  static let dayMilliseconds: Int64 = 86_400_000

  /// The limits of the protocol's page.
  public init() {}
}

/// A disk's size and what is free of it, in bytes.
public struct DiskSpace: Sendable {
  /// All of it.
  public var total: Int64
  /// What this process may still fill.
  public var free: Int64

  /// A disk as given.
  public init(total: Int64, free: Int64) {
    self.total = total
    self.free = free
  }

  static func of(_ path: String) throws(BlobFault) -> DiskSpace {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { throw BlobFault(errno: errno) }
    let unit = Int64(status.f_frsize)
    return DiskSpace(total: Int64(status.f_blocks) * unit, free: Int64(status.f_bavail) * unit)
  }
}

extension Uploads {
  /// Lets an upload of these many bytes begin, or says what it is too much for.
  func checkRoom(for upload: Upload, in transaction: any CentralReading) throws {
    guard !upload.isSegment else { return }
    let unfinished = try transaction.unfinishedUploads(of: upload.device)
      .filter { !$0.isSegment && !isExpired($0) }
    let announced = unfinished.reduce(upload.limit) { $0 + $1.limit }
    guard unfinished.count < quota.unfinishedUploads, announced <= quota.unfinishedBytes else {
      throw UploadFault.quotaExceeded
    }
    try checkDay(of: upload.device, adding: announced, in: transaction)
    try checkDisk(for: upload.limit)
  }

  /// Holds what a device sent within a day, and these bytes, to the limit.
  func checkDay(
    of device: UniqueID, adding bytes: Int64, in transaction: any CentralReading
  ) throws {
    let since = now() - UploadQuota.dayMilliseconds
    let sent = try transaction.bytesReceived(from: device, since: since)
    guard sent + bytes <= quota.dailyBytes else { throw UploadFault.quotaExceeded }
  }

  /// Keeps some of the disk free for segments.
  func checkDisk(for bytes: Int64) throws {
    let disk = try quota.disk(directory)
    let reserve = min(quota.reserveBytes, disk.total / quota.reservePart)
    guard disk.free - bytes >= reserve else { throw UploadFault.diskLow }
  }

  /// A device that leaves segments behind loses the oldest of them: it has
  /// their bytes, and goes on with what it seals next.
  func dropOldSegments(but newest: Upload) throws {
    let old = try store.read { try $0.unfinishedUploads(of: newest.device) }
      .filter { $0.isSegment && $0.id != newest.id }
    for upload in old.dropLast(quota.unfinishedSegments - 1) { try terminate(upload) }
  }
}
