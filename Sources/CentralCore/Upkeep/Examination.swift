import Domain
import Glibc
import SyncProtocol

/// Verifies what the centre keeps: files, chains, photos, results. Changes
/// nothing.
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
  }

  /// What was looked at.
  public struct Report: Sendable, Hashable {
    /// Lanes verified.
    public var lanes = 0
    /// Entries verified.
    public var operations = 0
    /// Photos verified.
    public var photos = 0
    /// What is wrong.
    public var faults: [Fault] = []
  }

  private static let entriesAtOnce: Int64 = 1000
  private let centre: Centre

  /// An examination of this centre.
  public init(of centre: Centre) {
    self.centre = centre
  }

  /// Looks at everything.
  public func run() throws -> Report {
    var report = Report()
    report.faults += try centre.store.integrityFaults().map(Fault.engine)
    for lane in try centre.store.read({ try $0.lanes() }) { try verify(lane, into: &report) }
    for photo in try centre.store.read({ try $0.photos() + $0.thumbnails() }) {
      try verify(photo, into: &report)
    }
    return report
  }

  private func verify(_ lane: LaneKey, into report: inout Report) throws {
    report.lanes += 1
    guard let position = try centre.store.read({ try $0.position(of: lane) }) else {
      report.faults.append(.position(lane))
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
          report.faults.append(.chain(lane, seq: next))
          return
        }
        next += 1
      }
      guard next == last + 1 else {
        report.faults.append(.gap(lane, seq: next))
        return
      }
    }
    report.operations += Int(position.received)
    let isLast = try centre.store.read {
      // The lane may have grown since its position was read; not shrunk.
      let now = try $0.position(of: lane)?.received ?? 0
      return try $0.operations(of: lane, first: now + 1, last: now + 1).isEmpty
    }
    if hash != position.hash || !isLast { report.faults.append(.position(lane)) }
  }

  private func verify(_ photo: Digest, into report: inout Report) throws {
    report.photos += 1
    guard let place = try centre.photos.find(photo) else {
      report.faults.append(.photoMissing(photo))
      return
    }
    do {
      if try !centre.photos.isSound(place, photo) { report.faults.append(.photoAltered(photo)) }
    } catch {
      // Bytes that the disk does not give back are not those either; the others
      // are still looked at.
      report.faults.append(.photoAltered(photo))
    }
  }
}
