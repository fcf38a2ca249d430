import Domain

/// One page of the change feed (PROTOCOL.md §8).
public struct ChangePage: Sendable, Hashable, Codable {
  /// The centre's present history.
  public var epoch: UniqueID
  /// The centre's clock, milliseconds since 1970 UTC.
  public var now: Int64
  /// Where to go on; opaque to the device.
  public var cursor: String
  /// Whether there is more at once.
  public var more: Bool
  /// The changes, oldest first.
  public var changes: [Change]

  /// A page as given.
  public init(epoch: UniqueID, now: Int64, cursor: String, more: Bool, changes: [Change]) {
    self.epoch = epoch
    self.now = now
    self.cursor = cursor
    self.more = more
    self.changes = changes
  }
}

/// A grid as devices know it.
public struct GridOutline: Sendable, Hashable, Codable {
  /// The grid's code.
  public var id: String
  /// Its name.
  public var name: String
  /// A GeoJSON MultiPolygon geometry (RFC 7946 §3.1.7).
  public var boundary: FieldValue?

  /// A grid as given.
  public init(id: String, name: String, boundary: FieldValue?) {
    self.id = id
    self.name = name
    self.boundary = boundary
  }
}

/// A form as devices receive it.
public struct FormSource: Sendable, Hashable, Codable {
  /// The form's id, which is the kind of the records it makes.
  public var id: String
  /// The form's own version.
  public var version: String
  /// The form as authored: XLSForm CSV or XForm XML.
  public var source: String
  /// The files beside the form that its lists are read from, by plain file name.
  public var attachments: [String: String]

  /// A form as given.
  public init(
    id: String, version: String, source: String, attachments: [String: String] = [:]
  ) {
    self.id = id
    self.version = version
    self.source = source
    self.attachments = attachments
  }

  private enum Key: String, CodingKey {
    case id, version, source, attachments
  }

  /// Reads a form; one without attachments has no such member.
  public init(from decoder: any Decoder) throws {
    let form = try decoder.container(keyedBy: Key.self)
    id = try form.decode(String.self, forKey: .id)
    version = try form.decode(String.self, forKey: .version)
    source = try form.decode(String.self, forKey: .source)
    attachments = try form.decodeIfPresent([String: String].self, forKey: .attachments) ?? [:]
  }

  /// Writes a form.
  public func encode(to encoder: any Encoder) throws {
    var form = encoder.container(keyedBy: Key.self)
    try form.encode(id, forKey: .id)
    try form.encode(version, forKey: .version)
    try form.encode(source, forKey: .source)
    if !attachments.isEmpty { try form.encode(attachments, forKey: .attachments) }
  }

  /// Bytes of the form and its attachments, without their names.
  public var bytes: Int {
    attachments.values.reduce(source.utf8.count) { $0 + $1.utf8.count }
  }
}

/// One item of the change feed.
public enum Change: Sendable, Hashable {
  /// A grid came into the scope; its records follow.
  case enter(grid: GridOutline)
  /// A grid left the scope.
  case leave(grid: String)
  /// A record's present state.
  case record(Record)
  /// A record moved out of the scope.
  case gone(id: UniqueID, version: Int64)
  /// What became of this device's operations, in the order of their numbers.
  case receipt(incarnation: UniqueID, lane: Lane, results: [OperationResult], version: Int64)
  /// A form that is in force.
  case form(FormSource, version: Int64)
  /// A value that waits for a person.
  case conflict(Conflict, version: Int64)
  /// Something a later version sends, or with a word of a later version;
  /// passed over.
  case unknown(type: String)
}

extension Change: Codable {
  private enum Key: String, CodingKey {
    case type, version, record, id, grid, incarnation, lane, first, last, results, form, conflict
  }

  /// A grid that left is named by its code alone.
  private struct GridCode: Codable {
    let id: String
  }

  /// Reads one item; one of a type or with a word that is not known becomes
  /// `.unknown`.
  public init(from decoder: any Decoder) throws {
    let item = try decoder.container(keyedBy: Key.self)
    let type = try item.decode(String.self, forKey: .type)
    do { self = try Self.known(type, item) } catch let error as DecodingError {
      // Looked at afterwards only: nearly every item is known.
      guard ClosedWords.hasUnknown(in: decoder) else { throw error }
      self = .unknown(type: type)
    }
  }

  private static func known(
    _ type: String, _ item: KeyedDecodingContainer<Key>
  ) throws -> Change {
    switch type {
    case "enter": .enter(grid: try item.decode(GridOutline.self, forKey: .grid))
    case "leave": .leave(grid: try item.decode(GridCode.self, forKey: .grid).id)
    case "record": .record(try item.decode(Record.self, forKey: .record))
    case "gone":
      .gone(
        id: try item.decode(UniqueID.self, forKey: .id),
        version: try item.decode(Int64.self, forKey: .version))
    case "receipt":
      .receipt(
        incarnation: try item.decode(UniqueID.self, forKey: .incarnation),
        lane: try item.decode(Lane.self, forKey: .lane),
        results: try item.decode([OperationResult].self, forKey: .results),
        version: try item.decode(Int64.self, forKey: .version))
    case "form":
      .form(
        try item.decode(FormSource.self, forKey: .form),
        version: try item.decode(Int64.self, forKey: .version))
    case "conflict":
      .conflict(
        try item.decode(Conflict.self, forKey: .conflict),
        version: try item.decode(Int64.self, forKey: .version))
    default: .unknown(type: type)
    }
  }

  /// Writes one item.
  public func encode(to encoder: any Encoder) throws {
    var item = encoder.container(keyedBy: Key.self)
    switch self {
    case .enter(let grid):
      try item.encode("enter", forKey: .type)
      try item.encode(grid, forKey: .grid)
    case .leave(let grid):
      try item.encode("leave", forKey: .type)
      try item.encode(GridCode(id: grid), forKey: .grid)
    case .record(let record):
      try item.encode("record", forKey: .type)
      try item.encode(record.version, forKey: .version)
      try item.encode(record, forKey: .record)
    case .gone(let id, let version):
      try item.encode("gone", forKey: .type)
      try item.encode(id, forKey: .id)
      try item.encode(version, forKey: .version)
    case .receipt(let incarnation, let lane, let results, let version):
      try item.encode("receipt", forKey: .type)
      try item.encode(incarnation, forKey: .incarnation)
      try item.encode(lane, forKey: .lane)
      try item.encodeIfPresent(results.first?.seq, forKey: .first)
      try item.encodeIfPresent(results.last?.seq, forKey: .last)
      try item.encode(results, forKey: .results)
      try item.encode(version, forKey: .version)
    case .form(let form, let version):
      try item.encode("form", forKey: .type)
      try item.encode(form, forKey: .form)
      try item.encode(version, forKey: .version)
    case .conflict(let conflict, let version):
      try item.encode("conflict", forKey: .type)
      try item.encode(conflict, forKey: .conflict)
      try item.encode(version, forKey: .version)
    case .unknown(let type):
      try item.encode(type, forKey: .type)
    }
  }
}
