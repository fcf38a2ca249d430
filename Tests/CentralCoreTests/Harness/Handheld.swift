import Domain
import SyncProtocol

@testable import CentralCore

/// A device as the centre sees it: a journal of lines and nothing else.
struct Handheld: Sendable {
  let device: Device
  let incarnation: UniqueID
  let ids: IDSource
  private(set) var lines: [Lane: [[UInt8]]] = [:]
  private var receivedBy: [Lane: Int64] = [:]

  init(device: Device, incarnation: UniqueID, ids: IDSource) {
    self.device = device
    self.incarnation = incarnation
    self.ids = ids
  }

  func nextSeq(_ lane: Lane = .normal) -> Int64 { Int64(lines[lane, default: []].count) + 1 }
  func received(_ lane: Lane) -> Int64 { receivedBy[lane] ?? 0 }
  mutating func noteReceived(_ lane: Lane, _ last: Int64) {
    receivedBy[lane] = max(received(lane), last)
  }

  mutating func append(line: [UInt8], lane: Lane = .normal) {
    lines[lane, default: []].append(line)
  }

  mutating func append(line: String, lane: Lane = .normal) {
    append(line: Array(line.utf8), lane: lane)
  }

  /// Adds an operation; `shape` sets what is not usual.
  @discardableResult
  mutating func add(
    _ action: Action, _ record: UniqueID, kind: String = "household", base: Int64 = 0,
    fields: [String: FieldValue]? = nil, lane: Lane = .normal,
    _ shape: (inout Operation) -> Void = { _ in }
  ) throws -> Operation {
    var operation = Operation(
      op: ids.v7(), lane: lane, seq: nextSeq(lane), record: record, element: .household,
      kind: kind, action: action, base: base, evidence: .init(at: 1_790_000_000_000))
    operation.fields = fields
    if action == .create { operation.grid = Town.gridB }
    shape(&operation)
    append(line: try WireJSON.encode(operation), lane: lane)
    return operation
  }

  @discardableResult
  mutating func create(
    _ fields: [String: FieldValue] = [:], grid: String = Town.gridB, lane: Lane = .normal,
    _ shape: (inout Operation) -> Void = { _ in }
  ) throws -> UniqueID {
    let record = ids.v7()
    try add(.create, record, fields: fields, lane: lane) {
      $0.grid = grid
      shape(&$0)
    }
    return record
  }

  func hash(_ lane: Lane, at seq: Int64) -> Digest {
    var hash = JournalChain.genesis(incarnation: incarnation, lane: lane)
    for line in lines[lane, default: []].prefix(Int(seq)) {
      hash = JournalChain.hash(line, after: hash)
    }
    return hash
  }

  /// The entries from `first` to `last`, or to the end of the lane.
  func segment(_ lane: Lane = .normal, first: Int64 = 1, last: Int64? = nil) -> Segment {
    let all = lines[lane, default: []]
    let last = last ?? Int64(all.count)
    return Segment(
      device: device.id, incarnation: incarnation, lane: lane, first: first,
      previous: hash(lane, at: first - 1),
      lines: Array(all[Int(first - 1)..<Int(last)]))
  }
}
