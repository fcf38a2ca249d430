/// Finds the grids a position lies in (R87).
public struct GridIndex: Sendable {
  /// Narrowest level first, then by id: on a boundary the answer is always
  /// the same.
  private let grids: [GridFeature]
  private let bounds: [BoundingBox]

  /// An index of these grids; a level the hierarchy lacks counts as widest.
  public init(_ grids: some Sequence<GridFeature>, hierarchy: GridHierarchy = .standard) {
    self.grids = grids.map { ($0, hierarchy.depth(of: $0.level) ?? -1) }
      .sorted { $0.1 == $1.1 ? $0.0.id < $1.0.id : $0.1 > $1.1 }
      .map(\.0)
    bounds = self.grids.map(\.boundary.bounds)
  }

  /// The narrowest grid that holds the position, boundary included.
  public func grid(at position: Coordinate) -> GridFeature? {
    for index in bounds.indices where bounds[index].contains(position) {
      if grids[index].boundary.contains(position) { return grids[index] }
    }
    return nil
  }

  /// Every grid that holds the position, narrowest first.
  public func grids(at position: Coordinate) -> [GridFeature] {
    bounds.indices.compactMap { index in
      bounds[index].contains(position) && grids[index].boundary.contains(position)
        ? grids[index] : nil
    }
  }
}
