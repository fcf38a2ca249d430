import Domain
import Testing

@Suite("From a position to its grid, and back to GeoJSON")
struct GridIndexTests {
  @Test("the narrowest grid wins, on a border the lower id")
  func lookUp() throws {
    let index = GridIndex([
      try grid("district", .district, box(114.0, 22.5, 114.2, 22.7)),
      try grid("b", .grid, box(114.06, 22.54, 114.07, 22.55)),
      try grid("a", .grid, box(114.05, 22.54, 114.06, 22.55)),
    ])
    #expect(index.grid(at: try at(114.0515, 22.5410))?.id == "a")
    #expect(index.grid(at: try at(114.065, 22.5410))?.id == "b")
    #expect(index.grid(at: try at(114.06, 22.545))?.id == "a")
    #expect(index.grid(at: try at(114.1, 22.6))?.id == "district")
    #expect(index.grid(at: try at(113.9, 22.6)) == nil)
    #expect(index.grids(at: try at(114.06, 22.545)).map(\.id) == ["a", "b", "district"])
  }

  @Test("a written collection reads back equal, rings wound as RFC 7946 wants")
  func roundTrip() throws {
    let clockwise = MultiPolygon(
      try polygon(
        box(114.05, 22.54, 114.06, 22.55).reversed(), box(114.052, 22.542, 114.056, 22.546)))
    let original = GridFeature(
      id: "440304001002003", name: "“一号”\\网格\"", level: .grid, parent: "p", kind: "住宅",
      control: "日常管理", boundary: clockwise)
    let text = GeoJSONWriter.featureCollection([original])
    let found = try GridImport(geoJSON: Array(text.utf8), knownParents: ["p": .community])
    #expect(found.faults == [])
    let grid = try #require(found.grids.first)
    #expect(grid.name == original.name)
    #expect(grid.kind == original.kind)
    #expect(grid.control == original.control)
    let area = try #require(grid.boundary.polygons.first)
    #expect(Set(area.exterior.corners) == Set(clockwise.polygons[0].exterior.corners))
    #expect(area.exterior.isCounterClockwise)
    #expect(area.holes.map(\.isCounterClockwise) == [false])
    #expect(grid.boundary.areaSquareMetres == clockwise.areaSquareMetres)
  }

  @Test("a Point and control characters are written as JSON has them")
  func writes() throws {
    let point = GeoJSONWriter.geometry(try at(114.0515, 22.541))
    #expect(point == "{\"type\":\"Point\",\"coordinates\":[114.0515,22.541]}")
    let feature = GeoJSONWriter.feature(geometry: point, properties: [("a", "x\ny"), ("b", nil)])
    #expect(
      feature
        == "{\"type\":\"Feature\",\"properties\":{\"a\":\"x\\u000ay\"},\"geometry\":\(point)}")
  }

  @Test("2,500 grids with ragged shared borders are checked and looked up")
  func city() throws {
    let side = 50
    let features = (0..<(side * side)).map { cell in ragged(column: cell % side, row: cell / side) }
    let text = GeoJSONWriter.featureCollection(features: features)
    let bytes = Array(text.utf8)
    let clock = ContinuousClock()
    var found: GridImport?
    let reading = try clock.measure { found = try GridImport(geoJSON: bytes) }
    let grids = try #require(found).grids
    #expect(found?.faults == [])
    #expect(grids.count == 2_500)
    let index = GridIndex(grids)
    let looking = try clock.measure {
      for cell in 0..<(side * side) {
        let (column, row) = (Double(cell % side), Double(cell / side))
        let centre = try at(114 + (column + 0.5) * 0.01, 22 + (row + 0.5) * 0.01)
        #expect(index.grid(at: centre)?.id == "\(cell)")
      }
    }
    print("2,500 grids, \(bytes.count) bytes: read and checked \(reading), looked up \(looking)")
  }

  /// A cell of 0.01° whose sides have 8 corners each, bent by a rule that
  /// both neighbours share.
  private func ragged(column: Int, row: Int) -> String {
    func bend(_ along: Int, _ line: Int) -> Double {
      along % 8 == 0 ? 0 : Double((along &* 7 &+ line &* 13) % 11 - 5) * 0.0001
    }
    func horizontal(_ step: Int, _ line: Int) -> String {
      let latitude = 22 + Double(line) * 0.01 + bend(step, line)
      return "[\(114 + Double(step) * 0.01 / 8),\(latitude)]"
    }
    func vertical(_ step: Int, _ line: Int) -> String {
      let longitude = 114 + Double(line) * 0.01 + bend(step, line)
      return "[\(longitude),\(22 + Double(step) * 0.01 / 8)]"
    }
    let steps = 0..<8
    var ring = steps.map { horizontal(column * 8 + $0, row) }
    ring += steps.map { vertical(row * 8 + $0, column + 1) }
    ring += steps.map { horizontal((column + 1) * 8 - $0, row + 1) }
    ring += steps.map { vertical((row + 1) * 8 - $0, column) }
    ring.append(ring[0])
    let id = "\(row * 50 + column)"
    return GeoJSONWriter.feature(
      geometry: "{\"type\":\"Polygon\",\"coordinates\":[[" + ring.joined(separator: ",") + "]]}",
      properties: [("id", id), ("name", id), ("level", "grid")])
  }

  private func grid(
    _ id: String, _ level: GridLevel, _ ring: [(Double, Double)]
  ) throws -> GridFeature {
    GridFeature(id: id, name: id, level: level, boundary: try area(ring))
  }
}
