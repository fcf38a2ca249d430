import Glibc

/// A position on the Earth in WGS-84 degrees, which at this accuracy is
/// CGCS2000: what a GNSS receiver gives and what is stored.
///
/// Shifted datums (GCJ-02, BD-09) never reach this type; see `GridImport` for
/// how an imported file has to say its reference system.
public struct Coordinate: Sendable, Hashable {
  /// Degrees north of the equator, -90 to 90.
  public let latitude: Double
  /// Degrees east of Greenwich, -180 to 180.
  public let longitude: Double

  /// These degrees, or nil when one is not finite or out of range.
  public init?(latitude: Double, longitude: Double) {
    guard abs(latitude) <= 90, abs(longitude) <= 180 else { return nil }
    self.init(unchecked: latitude, longitude)
  }

  /// For positions computed from valid ones.
  ///
  /// Adding zero turns -0 into 0, so that equal positions print equally.
  init(unchecked latitude: Double, _ longitude: Double) {
    self.latitude = latitude + 0
    self.longitude = longitude + 0
  }

  /// The great-circle distance in metres on a sphere of the Earth's mean
  /// radius (haversine): within 0.6 % of the ellipsoid's.
  public func distanceMetres(to other: Coordinate) -> Double {
    let (from, to) = (latitude.radians, other.latitude.radians)
    let north = sin((to - from) / 2)
    let east = sin((other.longitude - longitude).radians / 2)
    let chord = north * north + cos(from) * cos(to) * east * east
    return 2 * Earth.meanRadiusMetres * asin(min(1, chord.squareRoot()))
  }
}

extension Double {
  /// These degrees in radians.
  var radians: Double { self * .pi / 180 }
}
