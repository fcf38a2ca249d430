import Domain

/// What became of one operation at the centre (PROTOCOL.md §5).
public struct OperationResult: Sendable, Hashable, Codable {
  /// The four ends an operation can have.
  public enum Outcome: String, Sendable, Codable {
    /// Took effect; nobody else had changed the record since its base.
    case applied
    /// Took effect beside somebody else's change of other fields.
    case merged
    /// Took effect; the value it covered is kept in a conflict.
    case conflict
    /// Took no effect; `code` says why.
    case refused
  }

  /// The operation's place in its lane.
  public var seq: Int64
  /// The operation, when its line could be read.
  public var op: UniqueID?
  /// How it ended.
  public var result: Outcome
  /// Why it was refused.
  public var code: RefusalCode?
  /// The record's version after it.
  public var version: Int64?

  /// A result as given.
  public init(
    seq: Int64, op: UniqueID?, result: Outcome, code: RefusalCode? = nil, version: Int64? = nil
  ) {
    self.seq = seq
    self.op = op
    self.result = result
    self.code = code
    self.version = version
  }
}

/// Why the centre refused an operation. An open set: a code that this version
/// does not know is kept and shown as it came.
public struct RefusalCode: RawRepresentable, Sendable, Hashable, Codable {
  /// The code as written on the wire.
  public let rawValue: String
  /// A code as written on the wire.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The line is no operation, or its parts do not fit each other.
  public static let malformed = RefusalCode(rawValue: "malformed")
  /// The centre has no form of that kind.
  public static let kindUnknown = RefusalCode(rawValue: "kind-unknown")
  /// The centre has no such grid.
  public static let gridUnknown = RefusalCode(rawValue: "grid-unknown")
  /// The grid is not one of the worker's.
  public static let gridOutOfScope = RefusalCode(rawValue: "grid-out-of-scope")
  /// A change of a record that the centre does not have.
  public static let recordUnknown = RefusalCode(rawValue: "record-unknown")
  /// A creation of a record that is there already.
  public static let recordExists = RefusalCode(rawValue: "record-exists")
  /// The operation came before under another number.
  public static let duplicate = RefusalCode(rawValue: "duplicate")
  /// More photos or fields than the limits.
  public static let tooLarge = RefusalCode(rawValue: "too-large")
  /// An act that the kind does not know.
  public static let actUnknown = RefusalCode(rawValue: "act-unknown")
}

/// The centre's durable answer to a complete upload (PROTOCOL.md §6).
public enum Receipt: Sendable, Hashable {
  /// A segment was taken: what became of each operation, and which photos they
  /// name that the centre lacks.
  case segment(
    epoch: UniqueID, lane: Lane, first: Int64, last: Int64, results: [OperationResult],
    missing: [Digest])
  /// A photo is in place.
  case photo(epoch: UniqueID, sha256: Digest, bytes: Int64)
  /// A thumbnail is in place beside its photo, which may still be on its way.
  case thumbnail(epoch: UniqueID, sha256: Digest, photo: Digest)
}

extension Receipt: Codable {
  private enum Key: String, CodingKey {
    case kind, epoch, lane, first, last, results, missing, sha256, bytes, of
  }

  /// Reads any kind.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let epoch = try container.decode(UniqueID.self, forKey: .epoch)
    switch try container.decode(String.self, forKey: .kind) {
    case "segment":
      self = .segment(
        epoch: epoch,
        lane: try container.decode(Lane.self, forKey: .lane),
        first: try container.decode(Int64.self, forKey: .first),
        last: try container.decode(Int64.self, forKey: .last),
        results: try container.decode([OperationResult].self, forKey: .results),
        missing: try container.decode([Digest].self, forKey: .missing))
    case "photo":
      self = .photo(
        epoch: epoch,
        sha256: try container.decode(Digest.self, forKey: .sha256),
        bytes: try container.decode(Int64.self, forKey: .bytes))
    case "thumbnail":
      self = .thumbnail(
        epoch: epoch,
        sha256: try container.decode(Digest.self, forKey: .sha256),
        photo: try container.decode(Digest.self, forKey: .of))
    default:
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container, debugDescription: "no kind of receipt")
    }
  }

  /// Writes any kind.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .segment(let epoch, let lane, let first, let last, let results, let missing):
      try container.encode("segment", forKey: .kind)
      try container.encode(epoch, forKey: .epoch)
      try container.encode(lane, forKey: .lane)
      try container.encode(first, forKey: .first)
      try container.encode(last, forKey: .last)
      try container.encode(results, forKey: .results)
      try container.encode(missing, forKey: .missing)
    case .photo(let epoch, let sha256, let bytes):
      try container.encode("photo", forKey: .kind)
      try container.encode(epoch, forKey: .epoch)
      try container.encode(sha256, forKey: .sha256)
      try container.encode(bytes, forKey: .bytes)
    case .thumbnail(let epoch, let sha256, let photo):
      try container.encode("thumbnail", forKey: .kind)
      try container.encode(epoch, forKey: .epoch)
      try container.encode(sha256, forKey: .sha256)
      try container.encode(photo, forKey: .of)
    }
  }
}
