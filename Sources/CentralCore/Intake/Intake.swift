import Domain
import SyncProtocol

/// Why a segment was not taken at all (PROTOCOL.md §4).
public struct IntakeFault: Error, Sendable, Hashable {
  /// The problem told to the device.
  public var code: ProblemCode
  /// The sequence wanted, with `sequence-gap`.
  public var expected: Int64?

  init(_ code: ProblemCode, expected: Int64? = nil) {
    self.code = code
    self.expected = expected
  }
}

/// Takes segments: verifies them and applies their operations, each exactly
/// once, inside the transaction it is given.
public struct Intake: Sendable {
  let now: @Sendable () -> Int64
  let makeID: @Sendable () -> UniqueID

  /// An intake with the centre's clock and source of identifiers.
  public init(
    now: @escaping @Sendable () -> Int64, makeID: @escaping @Sendable () -> UniqueID
  ) {
    self.now = now
    self.makeID = makeID
  }

  /// Takes a whole segment from this device; a repeat returns what was stored.
  ///
  /// *Invariant:* when the transaction commits, every operation of the segment
  /// has its line, its hash and its result at the centre.
  ///
  /// - Throws: `IntakeFault` when the segment cannot be taken; nothing is
  ///   changed then.
  public func take(
    _ segment: Segment, from device: Device, in store: any CentralWriting
  ) throws -> Receipt {
    let header = segment.header
    guard header.device == device.id else { throw IntakeFault(.segmentForeign) }
    guard header.schema == Limits.schema else { throw IntakeFault(.schemaUnsupported) }
    let lane = LaneKey(device: device.id, incarnation: header.incarnation, lane: header.lane)
    let received = try store.position(of: lane)?.received ?? 0
    try verifyPlace(segment, of: lane, received: received, in: store)
    let fresh = try applyFresh(segment, of: lane, after: received, device: device, in: store)
    let stored = try store.operations(of: lane, first: header.first, last: header.last)
    if !fresh.isEmpty {
      try store.announce(fresh, of: lane, version: try store.nextVersion())
    }
    return .segment(
      epoch: try store.epoch(), lane: header.lane, first: header.first, last: header.last,
      results: stored.map(\.result), missing: try missingPhotos(of: stored, in: store))
  }

  /// Where the segment stands in its lane: no gap before it, and the chain it
  /// continues is the one received.
  private func verifyPlace(
    _ segment: Segment, of lane: LaneKey, received: Int64, in store: any CentralReading
  ) throws {
    let header = segment.header
    guard header.first <= received + 1 else {
      throw IntakeFault(.sequenceGap, expected: received + 1)
    }
    let before =
      header.first == 1
      ? JournalChain.genesis(incarnation: lane.incarnation, lane: lane.lane)
      : try store.hash(of: lane, seq: header.first - 1)
    guard header.previous == before else { throw IntakeFault(.chainForked) }
    var hash = header.previous
    for (index, line) in segment.lines.enumerated() {
      let seq = header.first + Int64(index)
      guard seq <= received else { break }
      hash = JournalChain.hash(line, after: hash)
      guard try store.hash(of: lane, seq: seq) == hash else { throw IntakeFault(.chainForked) }
    }
  }

  private func applyFresh(
    _ segment: Segment, of lane: LaneKey, after received: Int64, device: Device,
    in store: any CentralWriting
  ) throws -> [OperationResult] {
    let scope = Set(try store.grids(ofWorker: device.worker))
    let at = now()
    var hash = segment.header.previous
    var fresh: [OperationResult] = []
    for (index, line) in segment.lines.enumerated() {
      hash = JournalChain.hash(line, after: hash)
      let seq = segment.header.first + Int64(index)
      guard seq > received else { continue }
      let operation = readOperation(line, of: lane, seq: seq)
      let result = try apply(operation, of: lane, seq: seq, scope: scope, at: at, in: store)
      try store.append(
        JournaledOperation(
          result: result, record: operation?.record, line: line, hash: hash, receivedAt: at),
        to: lane)
      fresh.append(result)
    }
    return fresh
  }

  private func readOperation(_ line: [UInt8], of lane: LaneKey, seq: Int64) -> Operation? {
    // `try?`: a line that is no operation is not an error of the segment; it
    // is refused alone, and kept.
    guard let operation = try? WireJSON.decode(Operation.self, from: line),
      operation.seq == seq, operation.lane == lane.lane
    else { return nil }
    return operation
  }

  private func apply(
    _ operation: Operation?, of lane: LaneKey, seq: Int64, scope: Set<String>, at: Int64,
    in store: any CentralWriting
  ) throws -> OperationResult {
    guard let operation else {
      return OperationResult(seq: seq, op: nil, result: .refused, code: .malformed)
    }
    let effect = Effect(
      operation: operation, incarnation: lane.incarnation, scope: scope, at: at, makeID: makeID)
    do {
      return try effect.apply(in: store)
    } catch let refusal as Effect.Refusal {
      return OperationResult(seq: seq, op: operation.op, result: .refused, code: refusal.code)
    }
  }

  private func missingPhotos(
    of operations: [JournaledOperation], in store: any CentralReading
  ) throws -> [Digest] {
    var missing: [Digest] = []
    for stored in operations where stored.result.result != .refused {
      guard let operation = try? WireJSON.decode(Operation.self, from: stored.line) else {
        // It was readable when it was applied.
        throw IntakeFault(.failed)
      }
      for name in operation.photos ?? [] {
        guard let digest = Digest(hex: name), !missing.contains(digest) else { continue }
        if try store.photoBytes(digest) == nil { missing.append(digest) }
      }
    }
    return missing
  }
}
