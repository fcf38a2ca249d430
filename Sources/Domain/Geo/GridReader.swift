/// Turns features into grids one after the other, and remembers the ids.
struct GridReader {
  let hierarchy: GridHierarchy
  private(set) var grids: [(feature: Int, grid: GridFeature)] = []
  private(set) var faults: [GridFault] = []
  private var seen: [String: (feature: Int, level: GridLevel)] = [:]

  init(hierarchy: GridHierarchy) {
    self.hierarchy = hierarchy
  }

  mutating func read(_ feature: GeoJSONFeature, at index: Int) {
    let (id, name) = (Self.id(of: feature), Self.text(feature.properties["name"]))
    do throws(GridFault.Reason) {
      let grid = try grid(of: feature)
      if let first = seen[grid.id] { throw .duplicateGrid(firstFeature: first.feature) }
      seen[grid.id] = (index, grid.level)
      grids.append((index, grid))
    } catch {
      // A broken grid still counts as a parent and as the first of its id.
      if let id, seen[id] == nil, let level = Self.text(feature.properties["level"]) {
        seen[id] = (index, GridLevel(rawValue: level))
      }
      faults.append(GridFault(feature: index, grid: id, name: name, reason: error))
    }
  }

  /// Reports parents that are nowhere or not above; called after all features.
  mutating func checkParents(known: [String: GridLevel]) {
    for (index, grid) in grids {
      guard let parent = grid.parent else { continue }
      let reason: GridFault.Reason
      if let level = seen[parent]?.level ?? known[parent] {
        guard let depth = hierarchy.depth(of: level), let own = hierarchy.depth(of: grid.level),
          depth >= own
        else { continue }
        reason = .parentNotAbove(parent)
      } else {
        reason = .unknownParent(parent)
      }
      faults.append(
        GridFault(feature: index, grid: grid.id, name: grid.name, reason: reason))
    }
  }

  private func grid(of feature: GeoJSONFeature) throws(GridFault.Reason) -> GridFeature {
    if feature.geometry == .failure(.notAFeature) { throw .notAFeature }
    for name in GeoJSONFeature.propertyNames {
      guard let value = feature.properties[name], value != .absent, value != .text("") else {
        continue
      }
      guard Self.text(value) != nil else { throw .invalidProperty(name) }
    }
    guard let id = Self.id(of: feature) else { throw .missingProperty("id") }
    guard let name = Self.text(feature.properties["name"]) else { throw .missingProperty("name") }
    guard let word = Self.text(feature.properties["level"]) else {
      throw .missingProperty("level")
    }
    let level = GridLevel(rawValue: word)
    guard hierarchy.depth(of: level) != nil else { throw .unknownLevel(word) }
    return GridFeature(
      id: id, name: name, level: level, parent: Self.text(feature.properties["parent"]),
      kind: Self.text(feature.properties["kind"]),
      control: Self.text(feature.properties["control"]), boundary: try boundary(of: feature))
  }

  private func boundary(of feature: GeoJSONFeature) throws(GridFault.Reason) -> MultiPolygon {
    switch feature.geometry {
    case .failure(.notAFeature): throw .notAFeature
    case .failure(.malformedCoordinates): throw .malformedCoordinates
    case .failure(.wrongType(let type)): throw .wrongGeometryType(type)
    case .success(let parts):
      var rings: [[[Coordinate]]] = []
      for part in parts {
        var polygon: [[Coordinate]] = []
        for ring in part { polygon.append(try Self.positions(ring)) }
        rings.append(polygon)
      }
      return try Self.area(of: rings)
    }
  }

  private static func area(of parts: [[[Coordinate]]]) throws(GridFault.Reason) -> MultiPolygon {
    do throws(GeometryFault) {
      var polygons: [Polygon] = []
      for rings in parts { polygons.append(try Polygon(rings: rings)) }
      return try MultiPolygon(polygons)
    } catch {
      throw .geometry(error)
    }
  }

  private static func positions(_ ring: [[Double]]) throws(GridFault.Reason) -> [Coordinate] {
    var positions: [Coordinate] = []
    positions.reserveCapacity(ring.count)
    for position in ring {
      guard position.count >= 2 else { throw .malformedCoordinates }
      let (first, second) = (position[0], position[1])
      guard let coordinate = Coordinate(latitude: second, longitude: first),
        !isSwappedChina(coordinate)
      else {
        throw .coordinateOutOfRange(first: first, second: second, hint: hint(first, second))
      }
      positions.append(coordinate)
    }
    return positions
  }

  /// Whether the position is in the Arctic Ocean and, the other way round, in
  /// China: western China swapped is still within -90...90.
  private static func isSwappedChina(_ position: Coordinate) -> Bool {
    let (latitude, longitude) = (position.longitude, position.latitude)
    return (3.0...54.0).contains(latitude) && (73.0...136.0).contains(longitude)
  }

  private static func hint(_ first: Double, _ second: Double) -> CoordinateHint? {
    if Coordinate(latitude: first, longitude: second) != nil { return .latitudeFirst }
    return abs(first) > 1_000 || abs(second) > 1_000 ? .projected : nil
  }

  private static func id(of feature: GeoJSONFeature) -> String? {
    text(feature.properties["id"]) ?? text(feature.properties["code"]) ?? text(feature.id)
  }

  /// The value without white space at its ends, or nil when it is empty or no
  /// proper text.
  private static func text(_ value: GeoJSONScalar?) -> String? {
    guard case .text(let raw) = value else { return nil }
    let trimmed = raw.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    let scalars = String(trimmed).unicodeScalars
    guard !scalars.isEmpty, scalars.count <= GridImport.maximumPropertyLength,
      scalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { return nil }
    return String(scalars)
  }
}

extension GridFault.Reason: Error {}
