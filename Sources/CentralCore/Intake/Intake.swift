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

  /// An intake with the centre's clock.
  public init(now: @escaping @Sendable () -> Int64) { self.now = now }

  /// A segment whose lines were read: pure work, done before the one writer
  /// waits for it.
  struct ReadSegment: Sendable {
    let segment: Segment
    let lines: [Line]
  }

  /// What a line is.
  enum Line: Sendable {
    case operation(Operation)
    /// No operation, or one that does not fit its place.
    case malformed
    /// More values than an operation may have; it was not read.
    case tooLarge

    var operation: Operation? {
      if case .operation(let operation) = self { operation } else { nil }
    }
  }

  static func read(_ segment: Segment) -> ReadSegment {
    let lines = segment.lines.enumerated().map { index, line in
      read(line, lane: segment.header.lane, seq: segment.header.first + Int64(index))
    }
    return ReadSegment(segment: segment, lines: lines)
  }

  private static func read(_ line: [UInt8], lane: Lane, seq: Int64) -> Line {
    guard Bulk.isReadable(line) else { return .tooLarge }
    // `try?`: a line that is no operation is not an error of the segment; it
    // is refused alone, and kept.
    guard let operation = try? WireJSON.decode(Operation.self, from: line),
      operation.seq == seq, operation.lane == lane
    else { return .malformed }
    return .operation(operation)
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
    try take(Self.read(segment), from: device, in: store)
  }

  func take(
    _ read: ReadSegment, from device: Device, in store: any CentralWriting
  ) throws -> Receipt {
    let header = read.segment.header
    guard header.device == device.id else { throw IntakeFault(.segmentForeign) }
    guard header.schema == Limits.schema else { throw IntakeFault(.schemaUnsupported) }
    let lane = LaneKey(device: device.id, incarnation: header.incarnation, lane: header.lane)
    let received = try store.position(of: lane)?.received ?? 0
    try verifyPlace(read.segment, of: lane, received: received, in: store)
    let fresh = try applyFresh(read, of: lane, after: received, device: device, in: store)
      .map { try told($0, in: store) }
    if !fresh.isEmpty {
      try store.announce(fresh, of: lane, version: try store.nextVersion())
    }
    // What is all new need not be read back.
    let results =
      header.first > received
      ? fresh
      : try store.operations(of: lane, first: header.first, last: header.last)
        .map { try told($0.result, in: store) }
    let missing = try missingPhotos(of: read, results, in: store)
    for photo in missing { try store.expect(photo: photo, from: device.id) }
    return .segment(
      epoch: try store.epoch(), lane: header.lane, first: header.first, last: header.last,
      results: results, missing: missing)
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
    _ read: ReadSegment, of lane: LaneKey, after received: Int64, device: Device,
    in store: any CentralWriting
  ) throws -> [OperationResult] {
    let context = Effect.Context(
      device: device, incarnation: lane.incarnation,
      scope: Set(try store.grids(ofWorker: device.worker)), at: now())
    var hash = read.segment.header.previous
    var fresh: [OperationResult] = []
    for (index, bytes) in read.segment.lines.enumerated() {
      hash = JournalChain.hash(bytes, after: hash)
      let seq = read.segment.header.first + Int64(index)
      guard seq > received else { continue }
      let line = read.lines[index]
      let result = try apply(line, seq: seq, context, in: store)
      try store.append(
        JournaledOperation(
          result: result, record: line.operation?.record, line: bytes, hash: hash,
          receivedAt: context.at),
        to: lane)
      fresh.append(result)
    }
    return fresh
  }

  private func apply(
    _ line: Line, seq: Int64, _ context: Effect.Context, in store: any CentralWriting
  ) throws -> OperationResult {
    switch line {
    case .malformed:
      return OperationResult(seq: seq, op: nil, result: .refused, code: .malformed)
    case .tooLarge:
      return OperationResult(seq: seq, op: nil, result: .refused, code: .tooLarge)
    case .operation(let operation):
      do {
        return try Effect(operation, context).apply(in: store)
      } catch let refusal as Effect.Refusal {
        return OperationResult(
          seq: seq, op: operation.op, result: .refused, code: refusal.code)
      }
    }
  }

  /// What a device is told: a duplicate of an operation that was refused is
  /// refused for the same reason, or its device would take it for done.
  private func told(
    _ result: OperationResult, in store: any CentralReading
  ) throws -> OperationResult {
    guard result.code == .duplicate, let op = result.op, let code = try store.refusal(of: op)
    else { return result }
    var told = result
    told.code = code
    return told
  }

  /// Photos of operations that took effect, now or when they came before; those of
  /// refused ones wait on the device with them.
  private func missingPhotos(
    of read: ReadSegment, _ results: [OperationResult], in store: any CentralReading
  ) throws -> [Digest] {
    var missing: [Digest] = []
    for (line, result) in zip(read.lines, results)
    where result.result != .refused || result.code == .duplicate {
      for name in line.operation?.photos ?? [] {
        guard let digest = Digest(hex: name), !missing.contains(digest) else { continue }
        if try store.photoBytes(digest) == nil { missing.append(digest) }
      }
    }
    return missing
  }
}
