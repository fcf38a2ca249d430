/// A closed, simple line of at least three different positions: one boundary of a
/// polygon (RFC 7946 §3.1.6).
///
/// Either orientation is accepted.
public struct LinearRing: Sendable, Hashable {
  /// The corners in order, without the repeated closing one; no two
  /// neighbours are equal.
  public let corners: [Coordinate]
  /// The least box round the ring.
  public let bounds: BoundingBox

  /// Reads a closed line of positions, first and last identical.
  ///
  /// Positions repeated in succession are dropped.
  ///
  /// Throws `ringTooShort`, `ringNotClosed`, `selfCrossing` or `tooComplex`.
  public init(closed positions: [Coordinate]) throws(GeometryFault) {
    guard positions.count >= 4 else { throw .ringTooShort(positions: positions.count) }
    guard positions.first == positions.last else { throw .ringNotClosed }
    var corners: [Coordinate] = []
    corners.reserveCapacity(positions.count)
    for position in positions.dropLast() where position != corners.last {
      corners.append(position)
    }
    if corners.count > 1, corners.first == corners.last { corners.removeLast() }
    guard corners.count >= 3, let bounds = BoundingBox(corners) else {
      throw .ringTooShort(positions: corners.count + 1)
    }
    if let crossing = try Crossings.first(in: corners.map(\.degrees)) {
      throw .selfCrossing(at: Coordinate(unchecked: crossing.y, crossing.x))
    }
    self.corners = corners
    self.bounds = bounds
  }

  /// The positions with the first repeated at the end, as GeoJSON writes them.
  public var closedPositions: [Coordinate] { corners + corners.prefix(1) }

  /// The area in m², whatever the orientation.
  public var areaSquareMetres: Double { abs(signedAreaSquareMetres) }

  /// Whether the corners run counter-clockwise, as RFC 7946 wants of an
  /// exterior ring.
  public var isCounterClockwise: Bool { signedAreaSquareMetres > 0 }

  /// The area on the ellipsoid, positive when counter-clockwise: the integral of
  /// the zone area along each edge.
  ///
  /// An edge is straight in degrees (RFC 7946 §3.1.1), so Simpson's rule along it
  /// is as good as exact.
  var signedAreaSquareMetres: Double {
    let level = Earth.zoneArea(toLatitude: bounds.south)
    var sum = 0.0
    for (from, to) in edges {
      let start = Earth.zoneArea(toLatitude: from.latitude)
      let middle = Earth.zoneArea(toLatitude: (from.latitude + to.latitude) / 2)
      let end = Earth.zoneArea(toLatitude: to.latitude)
      sum -= (to.longitude - from.longitude).radians * ((start + 4 * middle + end) / 6 - level)
    }
    return sum
  }

  /// The sides in order.
  var edges: some Sequence<(Coordinate, Coordinate)> {
    zip(corners, corners.dropFirst() + corners.prefix(1))
  }

  /// Where a position lies relative to the ring.
  func side(of position: Coordinate) -> RingSide {
    guard bounds.contains(position) else { return .outside }
    var isInside = false
    for (from, to) in edges {
      if RingSide.isOnEdge(position, from, to) { return .boundary }
      guard (from.latitude > position.latitude) != (to.latitude > position.latitude) else {
        continue
      }
      let share = (position.latitude - from.latitude) / (to.latitude - from.latitude)
      if position.longitude < from.longitude + share * (to.longitude - from.longitude) {
        isInside.toggle()
      }
    }
    return isInside ? .inside : .outside
  }
}

/// Where a position lies relative to a ring.
enum RingSide {
  case inside, boundary, outside

  /// How near counts as on the boundary: 10⁻⁹ degrees, 0.1 mm.
  ///
  /// A position on a slanted edge is seldom on it to the last bit.
  static let toleranceDegrees = 1e-9

  static func isOnEdge(_ position: Coordinate, _ from: Coordinate, _ to: Coordinate) -> Bool {
    let reach = toleranceDegrees
    guard
      position.latitude >= min(from.latitude, to.latitude) - reach,
      position.latitude <= max(from.latitude, to.latitude) + reach,
      position.longitude >= min(from.longitude, to.longitude) - reach,
      position.longitude <= max(from.longitude, to.longitude) + reach
    else { return false }
    let nearest = PlaneEdge(from.degrees, to.degrees).nearest(to: position.degrees)
    return nearest.squaredDistance <= reach * reach
  }
}
