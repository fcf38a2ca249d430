/// A level of the tree of grids, by its word in an imported file.
///
/// Levels are data (R1): a city that runs 街道/社区/片区 names its own.
public struct GridLevel: RawRepresentable, Sendable, Hashable {
  /// The word, as in the property `level`.
  public let rawValue: String

  /// A level of this word.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// 区.
  public static let district = GridLevel(rawValue: "district")
  /// 街道 or 镇.
  public static let street = GridLevel(rawValue: "street")
  /// 社区 or 村.
  public static let community = GridLevel(rawValue: "community")
  /// 网格, the basic grid that workers are posted to.
  public static let grid = GridLevel(rawValue: "grid")
  /// 单元网格, the unit grid of about 10,000 m² (R3).
  public static let unit = GridLevel(rawValue: "unit")
}

/// The levels of one city, from the widest to the narrowest.
public struct GridHierarchy: Sendable, Hashable {
  /// The levels, widest first.
  public let levels: [GridLevel]

  /// A hierarchy of these levels, widest first.
  public init(levels: [GridLevel]) {
    self.levels = levels
  }

  /// 区–街道–社区–网格 (R1), and 单元网格 below (R3).
  public static let standard = GridHierarchy(levels: [
    .district, .street, .community, .grid, .unit,
  ])

  /// How many levels lie above, or nil when the city has no such level.
  public func depth(of level: GridLevel) -> Int? {
    levels.firstIndex(of: level)
  }
}
