/// Checks on grids together (R2).
public enum GridTopology {
  /// A grid, by its place in the list, and what is wrong with it.
  public typealias Finding = (grid: Int, reason: GridFault.Reason)

  /// Grids of the same level that share more than
  /// `Overlap.negligibleSquareMetres`, each pair once under the later of the two.
  ///
  /// Boundaries in common are no overlap.
  public static func overlaps(among grids: [GridFeature]) -> [Finding] {
    var findings: [Finding] = []
    for level in Set(grids.map(\.level)) {
      let members = grids.indices.filter { grids[$0].level == level }
      BoundsSweep.pairs(of: members.map { grids[$0].boundary.bounds }) { one, two in
        let (earlier, later) = (members[one], members[two])
        if let reason = overlap(of: grids[later], with: grids[earlier]) {
          findings.append((later, reason))
        }
      }
    }
    return findings.sorted { $0.grid < $1.grid }
  }

  private static func overlap(
    of grid: GridFeature, with other: GridFeature
  ) -> GridFault.Reason? {
    do throws(GeometryFault) {
      let area = try grid.boundary.overlapSquareMetres(with: other.boundary)
      guard area > Overlap.negligibleSquareMetres else { return nil }
      return .overlappingGrids(other: other.id, squareMetres: area)
    } catch {
      return .geometry(error)
    }
  }
}
