import Domain
import SyncProtocol

/// One area of the four-level tree (R1); a grid is a division of level `grid`.
public struct Division: Sendable, Hashable {
  /// Its code: 6, 9, 12 or 15 digits.
  public var id: String
  /// Its name.
  public var name: String
  /// `district`, `street`, `community` or `grid`; levels are data (R1).
  public var level: String
  /// The division above it.
  public var parent: String?
  /// What kind of grid (R4).
  public var kind: String?
  /// A GeoJSON MultiPolygon geometry, as JSON text.
  public var boundary: String?

  /// A division as given.
  public init(
    id: String, name: String, level: String, parent: String?, kind: String? = nil,
    boundary: String? = nil
  ) {
    self.id = id
    self.name = name
    self.level = level
    self.parent = parent
    self.kind = kind
    self.boundary = boundary
  }
}

/// Divisions, workers and forms: what the centre's people keep up.
public protocol RegisterReading {
  /// The division of this code.
  func division(_ id: String) throws -> Division?
  /// All divisions, by code.
  func divisions() throws -> [Division]
  /// The worker of this number.
  func worker(_ id: String) throws -> Worker?
  /// All workers, by number.
  func workers() throws -> [Worker]
  /// Codes of a worker's grids, in order.
  func grids(ofWorker id: String) throws -> [String]
  /// The form that makes records of this kind.
  func form(_ id: String) throws -> FormSource?
  /// Whether a form makes records of this kind.
  func hasForm(_ id: String) throws -> Bool
  /// All forms, by id.
  func forms() throws -> [FormSource]
}

/// Changes of the registers.
public protocol RegisterWriting {
  /// Adds or replaces a division.
  func put(_ division: Division) throws
  /// Adds or replaces a worker and her grids.
  func put(_ worker: Worker, grids: [String]) throws
  /// Puts a form in force; devices of the whole city receive it.
  func put(_ form: FormSource, version: Int64) throws
}
