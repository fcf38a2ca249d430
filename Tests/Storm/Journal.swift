import Domain
import SyncProtocol

/// The journal of one simulated device, of which only the end is known: what the
/// centre has received.
struct Journal {
  private let fleet: Fleet
  private var random: SplitMix64
  private var received: Int64 = 0
  private var hash: Digest
  private var sealed: Segment?

  /// - Parameter run: another journal for each run, so that no identifier comes twice.
  init(_ fleet: Fleet, run: UInt64) {
    self.fleet = fleet
    random = SplitMix64(state: run &* 0x9e37_79b9 &+ UInt64(fleet.number))
    hash = JournalChain.genesis(incarnation: fleet.incarnation, lane: .normal)
  }

  mutating func resume(_ position: SessionAnswer.LanePosition) {
    received = position.received
    hash = position.hash
  }

  /// Seals so many new operations; they are received when `confirm` is called.
  mutating func seal(_ operations: Int) throws -> [UInt8] {
    var record = UniqueID.v7(at: 1_790_000_000_000, using: &random)
    let lines = (0..<operations).map { index -> [UInt8] in
      // Every third one goes on with the record before it.
      let isUpdate = index % 3 == 2
      if !isUpdate { record = .v7(at: 1_790_000_000_000, using: &random) }
      return line(received + 1 + Int64(index), record, isUpdate)
    }
    let segment = Segment(
      device: fleet.device, incarnation: fleet.incarnation, lane: .normal, first: received + 1,
      previous: hash, lines: lines)
    sealed = segment
    return try segment.bytes()
  }

  mutating func confirm() {
    guard let sealed else { return }
    received = sealed.header.last
    hash = sealed.header.hash
    self.sealed = nil
  }

  /// A random number for sizes.
  mutating func roll(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  /// A photo that nobody else has.
  mutating func photo(_ bytes: Int) -> [UInt8] {
    var photo: [UInt8] = []
    photo.reserveCapacity(bytes + 8)
    while photo.count < bytes {
      withUnsafeBytes(of: random.next()) { photo.append(contentsOf: $0) }
    }
    return Array(photo.prefix(bytes))
  }

  private mutating func line(_ seq: Int64, _ record: UniqueID, _ isUpdate: Bool) -> [UInt8] {
    let op = UniqueID.v7(at: 1_790_000_000_000, using: &random)
    let what =
      isUpdate
      ? #""action":"update","base":0,"fields":{"content":"已回访，水压恢复"}"#
      : #""action":"create","base":0,"grid":"\#(fleet.grid)","fields":{"content":"王阿姨反映三楼水压低，已联系物业检修，约定周四回访","mood":"calm"},"position":{"latitude":22.5431,"longitude":114.0579,"accuracy":6.5,"source":"gnss"}"#
    return Array(
      #"{"op":"\#(op.text)","lane":"normal","seq":\#(seq),"record":"\#(record.text)","element":"diary","kind":"diary",\#(what),"evidence":{"at":1790000000000,"boot":"6f1c2d3e-0000-4000-8000-000000000000","mono":81234567}}"#
        .utf8)
  }
}
