/// The least box of meridians and parallels round some positions.
public struct BoundingBox: Sendable, Hashable {
  /// Degrees of the southern side.
  public private(set) var south: Double
  /// Degrees of the western side.
  public private(set) var west: Double
  /// Degrees of the northern side.
  public private(set) var north: Double
  /// Degrees of the eastern side.
  public private(set) var east: Double

  /// The box of some positions, or nil when there are none.
  public init?(_ positions: some Sequence<Coordinate>) {
    var iterator = positions.makeIterator()
    guard let first = iterator.next() else { return nil }
    self.init(first)
    while let next = iterator.next() { form(union: BoundingBox(next)) }
  }

  init(_ position: Coordinate) {
    (south, north) = (position.latitude, position.latitude)
    (west, east) = (position.longitude, position.longitude)
  }

  /// Whether the position lies within or on a side.
  public func contains(_ position: Coordinate) -> Bool {
    south <= position.latitude && position.latitude <= north
      && west <= position.longitude && position.longitude <= east
  }

  /// Whether the boxes share at least a point.
  public func intersects(_ other: BoundingBox) -> Bool {
    south <= other.north && other.south <= north && west <= other.east && other.west <= east
  }

  /// The box of both.
  public func union(_ other: BoundingBox) -> BoundingBox {
    var box = self
    box.form(union: other)
    return box
  }

  /// The middle of the box.
  public var centre: Coordinate {
    Coordinate(unchecked: (south + north) / 2, (west + east) / 2)
  }

  private mutating func form(union other: BoundingBox) {
    (south, north) = (min(south, other.south), max(north, other.north))
    (west, east) = (min(west, other.west), max(east, other.east))
  }
}
