/// A node of the tree of grids, with its boundary.
public struct GridFeature: Sendable, Hashable {
  /// The unit grid code, or the city's own id.
  public let id: String
  /// The name people use.
  public let name: String
  /// The level in the city's hierarchy.
  public let level: GridLevel
  /// The id of the grid above, if it has one.
  public let parent: String?
  /// The kind in the city's own words (R4), such as 住宅 or 街巷型.
  public let kind: String?
  /// The control level in the city's own words (R5), such as 日常管理.
  public let control: String?
  /// The area.
  public let boundary: MultiPolygon

  /// A grid of these properties.
  public init(
    id: String, name: String, level: GridLevel, parent: String? = nil, kind: String? = nil,
    control: String? = nil, boundary: MultiPolygon
  ) {
    self.id = id
    self.name = name
    self.level = level
    self.parent = parent
    self.kind = kind
    self.control = control
    self.boundary = boundary
  }

  /// The id as a unit grid code, when it is one.
  public var unitGridCode: UnitGridCode? { UnitGridCode(id) }
}
