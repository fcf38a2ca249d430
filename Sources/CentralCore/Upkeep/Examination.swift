import Domain
import Glibc
import SyncProtocol

/// Verifies what the centre keeps: files, chains, photos, and that every record,
/// conflict and row of the feed is what the journals make of it. Changes
/// nothing, and takes no more memory for a large centre than for a small one.
public struct Examination: Sendable {
  /// What can be wrong.
  public enum Fault: Sendable, Hashable {
    /// The engine found its file damaged.
    case engine(String)
    /// Entries are missing before this one.
    case gap(LaneKey, seq: Int64)
    /// An entry does not hash to what was stored.
    case chain(LaneKey, seq: Int64)
    /// The lane's position is not its last entry.
    case position(LaneKey)
    /// A photo's row has no bytes.
    case photoMissing(Digest)
    /// A photo's bytes do not have its name.
    case photoAltered(Digest)
    /// An entry's line is not the operation that its row says.
    case operationOther(LaneKey, seq: Int64)
    /// An operation that took effect has no version above the one before.
    case versionOrder(LaneKey, seq: Int64)
    /// An operation's effect is not what became of the record.
    case resultOther(LaneKey, seq: Int64)
    /// An operation met another value, and no conflict holds either.
    case valueLost(LaneKey, seq: Int64)
    /// An operation stands in the journals twice.
    case operationTwice(UniqueID)
    /// Operations took effect on a record that is not there.
    case recordMissing(UniqueID)
    /// A record that no operation made.
    case recordUnfounded(UniqueID)
    /// A member of a record that no operation wrote so.
    case memberUnfounded(UniqueID, String)
    /// A record's photos and the table of them differ.
    case photoUnlinked(UniqueID)
    /// A conflict about a record or an operation that is not there.
    case conflictUnfounded(UniqueID)
    /// The feed tells something else of this than what is so.
    case feedOther(String)
    /// A version that was never given out.
    case beyondHead(String)
    /// An unfinished upload has more bytes than were announced.
    case uploadTooLong(UniqueID)
  }

  /// The parts of an examination.
  public enum Stage: String, Sendable, Hashable, CaseIterable {
    case engine, journals, records, feed, conflicts, photos, uploads
  }

  /// Told which part is looked at, and how much of it was.
  public typealias Progress = @Sendable (Stage, Int) -> Void

  /// What was looked at.
  public struct Report: Sendable, Hashable {
    /// Lanes verified.
    public var lanes = 0
    /// Entries verified.
    public var operations = 0
    /// Photos verified.
    public var photos = 0
    /// Records held to their operations.
    public var records = 0
    /// Conflicts verified.
    public var conflicts = 0
    /// Rows of the feed verified.
    public var changes = 0
    /// Files that belong to nothing; no fault.
    public var leftovers = 0
    /// What is wrong, so much of it as is listed.
    public var faults: [Fault] = []
    /// How much is wrong.
    public var faultCount = 0

    /// Faults that are listed.
    static let faultLimit = 1000

    mutating func add(_ fault: Fault) {
      faultCount += 1
      if faults.count < Self.faultLimit { faults.append(fault) }
    }

    mutating func add(_ part: Part) {
      leftovers += part.leftovers
      faultCount += part.faultCount
      faults += part.faults.prefix(Self.faultLimit - faults.count)
    }
  }

  /// What one part came to.
  struct Part: Sendable {
    var count = 0
    var leftovers = 0
    private(set) var faults: [Fault] = []
    private(set) var faultCount = 0

    mutating func add(_ fault: Fault) {
      faultCount += 1
      if faults.count < Report.faultLimit { faults.append(fault) }
    }

    mutating func add(_ faults: [Fault]) {
      for fault in faults { add(fault) }
    }
  }

  private static let entriesAtOnce: Int64 = 1000
  let centre: Centre

  /// An examination of this centre.
  public init(of centre: Centre) {
    self.centre = centre
  }

  /// Looks at everything.
  public func run(progress: @escaping Progress = { _, _ in }) throws -> Report {
    var report = Report()
    progress(.engine, 0)
    for text in try centre.store.integrityFaults() { report.add(.engine(text)) }
    for lane in try centre.store.read({ try $0.lanes() }) {
      try verify(lane, into: &report)
      progress(.journals, report.operations)
    }
    let records = try verifyRecords(progress)
    report.records = records.count
    report.add(records)
    let feed = try verifyFeed(progress)
    report.changes = feed.count
    report.add(feed)
    let conflicts = try verifyConflicts(progress)
    report.conflicts = conflicts.count
    report.add(conflicts)
    for photo in try centre.store.read({ try $0.photos() + $0.thumbnails() }) {
      try verify(photo, into: &report)
      progress(.photos, report.photos)
    }
    progress(.uploads, 0)
    report.add(try verifyUploads())
    return report
  }

  private func verify(_ lane: LaneKey, into report: inout Report) throws {
    report.lanes += 1
    guard let position = try centre.store.read({ try $0.position(of: lane) }) else {
      report.add(.position(lane))
      return
    }
    var hash = JournalChain.genesis(incarnation: lane.incarnation, lane: lane.lane)
    var next: Int64 = 1
    while next <= position.received {
      let first = next
      let last = min(first + Self.entriesAtOnce - 1, position.received)
      let entries = try centre.store.read {
        try $0.operations(of: lane, first: first, last: last)
      }
      for entry in entries {
        guard entry.result.seq == next else { break }
        hash = JournalChain.hash(entry.line, after: hash)
        guard hash == entry.hash else {
          report.add(.chain(lane, seq: next))
          return
        }
        next += 1
      }
      guard next == last + 1 else {
        report.add(.gap(lane, seq: next))
        return
      }
    }
    report.operations += Int(position.received)
    let isLast = try centre.store.read {
      // The lane may have grown since its position was read; not shrunk.
      let now = try $0.position(of: lane)?.received ?? 0
      return try $0.operations(of: lane, first: now + 1, last: now + 1).isEmpty
    }
    if hash != position.hash || !isLast { report.add(.position(lane)) }
  }

  private func verify(_ photo: Digest, into report: inout Report) throws {
    report.photos += 1
    guard let place = try centre.photos.find(photo) else {
      report.add(.photoMissing(photo))
      return
    }
    do {
      if try !centre.photos.isSound(place, photo) { report.add(.photoAltered(photo)) }
    } catch {
      // Bytes that the disk does not give back are not those either; the others
      // are still looked at.
      report.add(.photoAltered(photo))
    }
  }
}
