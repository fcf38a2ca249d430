import Glibc

/// The WGS-84 ellipsoid, in metres.
///
/// CGCS2000 differs from it by 0.1 mm in the polar axis.
enum Earth {
  static let meanRadiusMetres = 6_371_008.8
  static let semiMajorMetres = 6_378_137.0
  static let flattening = 1 / 298.257223563
  static let eccentricitySquared = flattening * (2 - flattening)

  /// The area in m² between the equator and this latitude, per radian of
  /// longitude; the ordinate of the equal-area cylindrical projection.
  static func zoneArea(toLatitude degrees: Double) -> Double {
    let sine = sin(degrees.radians)
    let eccentricity = eccentricitySquared.squareRoot()
    let semiMinor = semiMajorMetres * (1 - flattening)
    let flat = sine / (1 - eccentricitySquared * sine * sine)
    return semiMinor * semiMinor / 2 * (flat + atanh(eccentricity * sine) / eccentricity)
  }
}

/// Metres east and north of an origin: the ellipsoid's radii of curvature at
/// the origin applied to degrees.
///
/// Being affine it keeps straight what RFC 7946 calls straight. Scale is off by
/// about 1.5 × 10⁻⁴ per 10 km north or south of the origin.
struct LocalPlane {
  let origin: Coordinate
  let metresPerDegreeEast: Double
  let metresPerDegreeNorth: Double

  init(origin: Coordinate) {
    let sine = sin(origin.latitude.radians)
    let factor = 1 - Earth.eccentricitySquared * sine * sine
    let primeVertical = Earth.semiMajorMetres / factor.squareRoot()
    let meridional = primeVertical * (1 - Earth.eccentricitySquared) / factor
    self.origin = origin
    // Kept away from zero, so that a polygon round a pole still has a plane.
    let cosine = max(cos(origin.latitude.radians), 1e-6)
    metresPerDegreeEast = (primeVertical * cosine).radians
    metresPerDegreeNorth = meridional.radians
  }

  func point(_ position: Coordinate) -> PlanePoint {
    PlanePoint(
      x: (position.longitude - origin.longitude) * metresPerDegreeEast,
      y: (position.latitude - origin.latitude) * metresPerDegreeNorth)
  }
}

/// A point of a plane: metres in a `LocalPlane`, or degrees taken as plane
/// coordinates (x longitude, y latitude).
struct PlanePoint: Hashable {
  var x: Double
  var y: Double

  func squaredDistance(to other: PlanePoint) -> Double {
    let (dx, dy) = (other.x - x, other.y - y)
    return dx * dx + dy * dy
  }
}

extension Coordinate {
  /// Degrees as plane coordinates, which is how RFC 7946 draws an edge.
  var degrees: PlanePoint { PlanePoint(x: longitude, y: latitude) }
}
