import Database
import Domain
import SyncProtocol

extension FieldStore {
  /// The narrowest of the worker's grids that holds a position, boundary
  /// included; nil outside all of them.
  public func grid(at position: Coordinate) throws(FieldError) -> GridOutline? {
    let grids = try grids()
    let index = GridIndex(
      grids.compactMap { grid in
        grid.area.map { GridFeature(id: grid.id, name: grid.name, level: .grid, boundary: $0) }
      })
    guard let found = index.grid(at: position) else { return nil }
    return grids.first { $0.id == found.id }
  }

  /// Whether a position lies outside a grid; nil when the grid's boundary is
  /// not known here.
  func isOutside(_ position: Position, grid: String) throws -> Bool? {
    let boundary = try connection.row("SELECT boundary FROM grid WHERE id = \(grid)") {
      try $0.optionalText(0)
    }
    guard let text = boundary ?? nil,
      let area = GridOutline.area(of: try Column.value(FieldValue.self, text)),
      let place = Coordinate(latitude: position.latitude, longitude: position.longitude)
    else { return nil }
    return !area.contains(place)
  }
}

extension GridOutline {
  /// The area inside the boundary; nil without a boundary or for one that
  /// encloses nothing.
  var area: MultiPolygon? { boundary.flatMap(Self.area) }

  /// The area of a GeoJSON MultiPolygon or Polygon geometry (RFC 7946 §3.1.6,
  /// §3.1.7).
  static func area(of geometry: FieldValue) -> MultiPolygon? {
    guard case .object(let members) = geometry, let coordinates = members["coordinates"] else {
      return nil
    }
    let polygons: [FieldValue]? =
      members["type"] == "Polygon" ? [coordinates] : coordinates.items
    do {
      let areas = try (polygons ?? []).map { polygon in
        try Polygon(rings: (polygon.items ?? []).map { try ring($0) })
      }
      return try MultiPolygon(areas)
    } catch {
      return nil
    }
  }

  private struct NotAPosition: Error {}

  private static func ring(_ value: FieldValue) throws -> [Coordinate] {
    try (value.items ?? []).map { position in
      guard let numbers = position.items, numbers.count >= 2, let east = numbers[0].number,
        let north = numbers[1].number,
        let coordinate = Coordinate(latitude: north, longitude: east)
      else { throw NotAPosition() }
      return coordinate
    }
  }
}

extension FieldValue {
  /// The elements of an `.array`.
  var items: [FieldValue]? {
    if case .array(let items) = self { items } else { nil }
  }

  /// An `.integer` or `.decimal` as a number.
  var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .decimal(let number): number
    default: nil
    }
  }
}
