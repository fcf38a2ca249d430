import Domain

/// One change of one record: one line of the journal (PROTOCOL.md §3).
public struct Operation: Sendable, Hashable, Codable {
  /// What the device knew of the moment. Evidence, never an ordering key.
  public struct Evidence: Sendable, Hashable, Codable {
    /// The device's clock, milliseconds since 1970 UTC.
    public var at: Int64
    /// The kernel's boot id, when known.
    public var boot: String?
    /// Milliseconds since boot, which no clock change moves.
    public var mono: Int64?

    /// Evidence as given.
    public init(at: Int64, boot: String? = nil, mono: Int64? = nil) {
      self.at = at
      self.boot = boot
      self.mono = mono
    }
  }

  /// Identifier, made on the device; takes effect once however often it comes.
  public var op: UniqueID
  /// The chain it stands in.
  public var lane: Lane
  /// Its place there, from 1.
  public var seq: Int64
  /// The record it changes.
  public var record: UniqueID
  /// Which of the five elements the record is.
  public var element: Element
  /// The record's register.
  public var kind: String
  /// What it does.
  public var action: Action
  /// The record's grid, when it is new or moves.
  public var grid: String?
  /// The record this one belongs to, when it is new or changes.
  public var parent: UniqueID?
  /// The fields it sets; null clears.
  public var fields: [String: FieldValue]?
  /// Where, when it is new or moves.
  public var position: Position?
  /// Photos it adds, SHA-256 in hexadecimal.
  public var photos: [String]?
  /// The operation it takes back.
  public var undoes: UniqueID?
  /// The conflicts it decides.
  public var resolves: [UniqueID]?
  /// The operations whose values the person chose among in deciding.
  public var seen: [UniqueID]?
  /// The version of the record the device had last seen; 0 = none.
  public var base: Int64
  /// What the device knew of the moment.
  public var evidence: Evidence

  /// An operation on a record; optional members are set afterwards.
  public init(
    op: UniqueID, lane: Lane, seq: Int64, record: UniqueID, element: Element, kind: String,
    action: Action, base: Int64, evidence: Evidence
  ) {
    self.op = op
    self.lane = lane
    self.seq = seq
    self.record = record
    self.element = element
    self.kind = kind
    self.action = action
    self.base = base
    self.evidence = evidence
  }
}
