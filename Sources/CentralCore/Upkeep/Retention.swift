import Domain
import SyncProtocol

/// Drops what the centre need not keep any longer (PROTOCOL.md §11). Journals,
/// records, conflicts and photos always stay.
public struct Retention: Sendable {
  /// What went.
  public struct Report: Sendable, Hashable {
    /// Complete uploads.
    public var uploads = 0
    /// Receipts in the feed.
    public var receipts = 0
    /// Enrolment codes that had ended.
    public var codes = 0
    /// Console sessions that had ended.
    public var sessions = 0
  }

  private static let day: Int64 = 86_400_000
  /// Rows of one transaction: some milliseconds in which nobody else writes.
  private static let batch = 1000
  private let centre: Centre

  /// The retention of this centre.
  public init(of centre: Centre) {
    self.centre = centre
  }

  /// Drops everything that is due, in many small transactions.
  public func run() throws -> Report {
    let now = centre.now()
    let moment = now - Int64(Limits.keepAcknowledgedDays) * Self.day
    var report = Report()
    report.uploads = try drop { try $0.dropCompleteUploads(before: moment, limit: Self.batch) }
    report.codes = try drop { try $0.dropCodes(endedBefore: moment, limit: Self.batch) }
    report.sessions = try drop { try $0.dropSessions(endedBefore: now, limit: Self.batch) }
    for device in try centre.store.read({ try $0.devices() }) {
      report.receipts += try drop {
        try $0.dropReceipts(of: device.id, before: moment, limit: Self.batch)
      }
    }
    return report
  }

  private func drop(
    _ some: @escaping @Sendable (any CentralWriting) throws -> Int
  ) throws -> Int {
    var sum = 0
    while true {
      let count = try centre.store.write(some)
      sum += count
      if count < Self.batch { return sum }
    }
  }
}
