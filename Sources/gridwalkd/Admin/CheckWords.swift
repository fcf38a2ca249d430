import CLI
import CentralCore
import Glibc
import Locks

/// Tells from time to time how far an examination has come, so that nobody
/// takes a long one for a hung one.
final class CheckTelling: Sendable {
  private static let seconds = 5

  private let streams: Streams
  private let last: Mutex<Int>

  init(_ streams: Streams) {
    self.streams = streams
    last = Mutex(Self.now())
  }

  func tell(_ stage: Examination.Stage, _ count: Int) {
    let isDue = last.withLock { last in
      let now = Self.now()
      guard now - last >= Self.seconds else { return false }
      last = now
      return true
    }
    if isDue { streams.tell(.checking(stage.sentence, count)) }
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec
  }
}

extension Examination.Stage {
  fileprivate var sentence: Sentence {
    switch self {
    case .engine: .checkStageEngine
    case .journals: .checkStageJournals
    case .records: .checkStageRecords
    case .feed: .checkStageFeed
    case .conflicts: .checkStageConflicts
    case .photos: .checkStagePhotos
    case .uploads: .checkStageUploads
    }
  }
}

extension Examination.Fault {
  /// The fault and its place, for whoever has to find it in the store.
  var words: String {
    switch self {
    case .engine(let text): "database: \(text)"
    case .gap(let lane, let seq): "\(Self.place(lane, seq)) missing"
    case .chain(let lane, let seq): "\(Self.place(lane, seq)) altered"
    case .position(let lane): "journal \(lane.device) \(lane.lane.rawValue): position"
    case .photoMissing(let photo): "photo \(photo) missing"
    case .photoAltered(let photo): "photo \(photo) altered"
    case .operationOther(let lane, let seq): "\(Self.place(lane, seq)) is another operation"
    case .versionOrder(let lane, let seq): "\(Self.place(lane, seq)) version out of order"
    case .resultOther(let lane, let seq): "\(Self.place(lane, seq)) has another effect"
    case .valueLost(let lane, let seq): "\(Self.place(lane, seq)) value without its conflict"
    case .operationTwice(let op): "operation \(op.text) twice"
    case .recordMissing(let id): "record \(id.text) missing"
    case .recordUnfounded(let id): "record \(id.text) without a creation"
    case .memberUnfounded(let id, let name): "record \(id.text): \(name) without an operation"
    case .photoUnlinked(let id): "record \(id.text): photos"
    case .conflictUnfounded(let id): "conflict \(id.text) about nothing"
    case .feedOther(let subject): "change feed of \(subject)"
    case .beyondHead(let what): "\(what): version beyond the last one"
    case .uploadTooLong(let id): "upload \(id.text) too long"
    }
  }

  private static func place(_ lane: LaneKey, _ seq: Int64) -> String {
    "journal \(lane.device) \(lane.lane.rawValue): \(seq)"
  }
}
