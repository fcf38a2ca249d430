// area(), distance() and geofence(). ODK XForms says what they measure; the
// formulas are those JavaRosa computes with, on a sphere with the radius of the
// equator, so that both show the same square metres.

import Glibc

enum GeoMeasure {
  /// Metres.
  static let earthRadius = 6_378_100.0
  private static let circumference = 2 * Double.pi * earthRadius

  /// The area inside a ring of places in m²; 0 with fewer than three. The ring is
  /// closed by itself. Each place is set off from the first, east–west distances
  /// shrunk by its latitude, and the flat area taken.
  static func area(_ ring: [Geopoint]) -> Double {
    guard ring.count >= 3 else { return 0 }
    let flat = ring.dropFirst().map { place in
      let north = (place.latitude - ring[0].latitude) * circumference / 360
      let east =
        (place.longitude - ring[0].longitude) * circumference * cos(radians(place.latitude)) / 360
      return (north: north, east: east)
    }
    var sum = 0.0
    for (one, next) in zip(flat, flat.dropFirst()) {
      sum += (one.north * next.east - one.east * next.north) / 2
    }
    return sum.magnitude
  }

  /// The length of the way through the places in m; 0 with fewer than two.
  static func distance(_ way: [Geopoint]) -> Double {
    zip(way, way.dropFirst()).reduce(0) { $0 + distance($1.0, $1.1) }
  }

  /// Whether a place is inside a ring. Only sides between neighbours in the list
  /// count; on the southern or western side is inside, on the others outside.
  static func isInside(_ place: Geopoint, _ ring: [Geopoint]) -> Bool {
    var isInside = false
    for (one, next) in zip(ring, ring.dropFirst()) {
      guard (next.latitude > place.latitude) != (one.latitude > place.latitude) else { continue }
      let crossing =
        (one.longitude - next.longitude) * (place.latitude - next.latitude)
        / (one.latitude - next.latitude) + next.longitude
      if place.longitude < crossing { isInside.toggle() }
    }
    return isInside
  }

  /// The spherical law of cosines. A cosine that rounding has carried past 1 is 1:
  /// a place is at no distance from itself, where JavaRosa says NaN.
  private static func distance(_ one: Geopoint, _ other: Geopoint) -> Double {
    let turn = radians(one.longitude - other.longitude)
    let (from, to) = (radians(one.latitude), radians(other.latitude))
    let cosine = sin(from) * sin(to) + cos(from) * cos(to) * cos(turn)
    return acos(cosine > 1 ? 1 : cosine < -1 ? -1 : cosine) * earthRadius
  }

  private static func radians(_ degrees: Double) -> Double {
    degrees * 0.017453292519943295
  }
}
