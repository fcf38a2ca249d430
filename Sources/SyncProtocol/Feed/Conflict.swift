import Domain

/// Two values of one field, of which a person chooses (PROTOCOL.md §5).
public struct Conflict: Sendable, Hashable {
  /// Who wrote a value, or decided.
  public struct Author: Sendable, Hashable, Codable {
    /// The operation that did it.
    public var op: UniqueID
    /// Number of the worker.
    public var worker: String
    /// The name she is called by.
    public var name: String
    /// When, by her device's clock: milliseconds since 1970 UTC.
    public var at: Int64?

    /// An author as given.
    public init(op: UniqueID, worker: String, name: String, at: Int64? = nil) {
      self.op = op
      self.worker = worker
      self.name = name
      self.at = at
    }
  }

  /// Identifier of the conflict.
  public var id: UniqueID
  /// The record.
  public var record: UniqueID
  /// The field, or `#grid`, `#parent`, `#position`, `#deleted`.
  public var field: String
  /// The value at the base of `op`; null when it was never set.
  public var base: FieldValue
  /// The value that went on showing.
  public var shown: FieldValue
  /// The other value.
  public var kept: FieldValue
  /// The operation whose coming made the conflict.
  public var op: UniqueID
  /// Who wrote `shown`, when the centre knows.
  public var shownBy: Author?
  /// Who wrote `kept`, when the centre knows.
  public var keptBy: Author?
  /// Who decided it; nil while it waits.
  public var resolved: Author?

  /// A conflict as given.
  public init(
    id: UniqueID, record: UniqueID, field: String, base: FieldValue = .null, shown: FieldValue,
    kept: FieldValue, op: UniqueID, shownBy: Author? = nil, keptBy: Author? = nil,
    resolved: Author? = nil
  ) {
    self.id = id
    self.record = record
    self.field = field
    self.base = base
    self.shown = shown
    self.kept = kept
    self.op = op
    self.shownBy = shownBy
    self.keptBy = keptBy
    self.resolved = resolved
  }

  /// The identifier of the conflict that this operation makes on this field:
  /// the same however often a restored centre applies it.
  public static func id(op: UniqueID, field: String) -> UniqueID {
    let bytes = SHA256.hash(Array("gridwalk-conflict/1 \(op.text) \(field)".utf8)).bytes
    return .v8(high: half(bytes[0..<8]), low: half(bytes[8..<16]))
  }

  /// The operations that wrote the two values, as far as they are known.
  public var sides: [UniqueID] {
    let other = [shownBy?.op, keptBy?.op].compactMap { $0 }.first { $0 != op }
    return [op] + (other.map { [$0] } ?? [])
  }

  private static func half(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}

extension Conflict: Codable {
  private enum CodingKeys: String, CodingKey {
    case id, record, field, base, shown, kept, op, shownBy, keptBy, resolved
  }

  /// Reads a conflict; an older centre does not say what it was before nor who
  /// wrote what.
  public init(from decoder: any Decoder) throws {
    let conflict = try decoder.container(keyedBy: CodingKeys.self)
    id = try conflict.decode(UniqueID.self, forKey: .id)
    record = try conflict.decode(UniqueID.self, forKey: .record)
    field = try conflict.decode(String.self, forKey: .field)
    base = try conflict.decodeIfPresent(FieldValue.self, forKey: .base) ?? .null
    shown = try conflict.decode(FieldValue.self, forKey: .shown)
    kept = try conflict.decode(FieldValue.self, forKey: .kept)
    op = try conflict.decode(UniqueID.self, forKey: .op)
    shownBy = try conflict.decodeIfPresent(Author.self, forKey: .shownBy)
    keptBy = try conflict.decodeIfPresent(Author.self, forKey: .keptBy)
    resolved = try conflict.decodeIfPresent(Author.self, forKey: .resolved)
  }
}
