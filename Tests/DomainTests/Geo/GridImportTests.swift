import Domain
import Testing

@Suite("Grids from GeoJSON")
struct GridImportTests {
  @Test("a FeatureCollection becomes grids with their tree")
  func reads() throws {
    let file = collection(
      feature(
        "{\"id\":\"440304001002\",\"name\":\"福安社区\",\"level\":\"community\"}",
        square(114.05, 22.54, 114.06, 22.55)),
      feature(
        "{\"code\":440304001002003,\"name\":\" 一号网格 \",\"level\":\"grid\","
          + "\"parent\":\"440304001002\",\"kind\":\"住宅\",\"control\":\"日常管理\",\"x\":[1]}",
        square(114.05, 22.54, 114.055, 22.55)))
    let found = try GridImport(geoJSON: Array(file.utf8))
    #expect(found.faults == [])
    let grid = try #require(found.grids.last)
    #expect(grid.id == "440304001002003")
    #expect(grid.unitGridCode?.division == "440304")
    #expect(grid.unitGridCode?.street == "440304001")
    #expect(grid.unitGridCode?.community == "440304001002")
    #expect(grid.unitGridCode?.sequence == "003")
    #expect(grid.name == "一号网格")
    #expect(grid.level == .grid)
    #expect(grid.parent == "440304001002")
    #expect(grid.kind == "住宅")
    #expect(grid.control == "日常管理")
    #expect(grid.boundary == (try area(box(114.05, 22.54, 114.055, 22.55))))
    #expect(found.grids.first?.unitGridCode == nil)
  }

  @Test("a byte order mark, a third coordinate and a clockwise ring are accepted")
  func lenient() throws {
    let ring = "[[114,22,5],[114,22.1,5],[114.1,22.1,5],[114.1,22,5],[114,22,5]]"
    let file = collection(feature(named("a"), "{\"type\":\"Polygon\",\"coordinates\":[\(ring)]}"))
    let found = try GridImport(geoJSON: [0xEF, 0xBB, 0xBF] + Array(file.utf8))
    #expect(found.faults == [])
    #expect(found.grids.count == 1)
  }

  @Test("a MultiPolygon with a hole is read whole")
  func multiPolygon() throws {
    let geometry =
      "{\"type\":\"MultiPolygon\",\"coordinates\":[["
      + ring(114, 22, 114.1, 22.1) + "," + ring(114.02, 22.02, 114.04, 22.04) + "],["
      + ring(114.2, 22, 114.3, 22.1) + "]]}"
    let found = try GridImport(geoJSON: Array(collection(feature(named("a"), geometry)).utf8))
    let boundary = try #require(found.grids.first).boundary
    #expect(boundary.polygons.map(\.holes.count) == [1, 0])
    #expect(!boundary.contains(try at(114.03, 22.03)))
    #expect(boundary.contains(try at(114.25, 22.05)))
  }

  @Test(
    "what is no FeatureCollection is refused as a whole",
    arguments: [
      ("", GeoJSONFault.notJSON), ("{", .notJSON), ("{\"type\":\"FeatureCollection\"", .notJSON),
      ("[]", .notAFeatureCollection), ("{}", .notAFeatureCollection),
      ("{\"type\":\"Feature\"}", .notAFeatureCollection),
      ("{\"type\":\"FeatureCollection\"}", .notAFeatureCollection),
      ("{\"type\":\"FeatureCollection\",\"features\":7}", .notAFeatureCollection),
      (String(repeating: "[", count: 40), .nestedTooDeep(limit: 32)),
      (
        "{\"type\":\"FeatureCollection\",\"features\":[],\"crs\":{\"type\":\"name\","
          + "\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::4527\"}}}",
        .unknownReferenceSystem("urn:ogc:def:crs:EPSG::4527")
      ),
      (
        "{\"type\":\"FeatureCollection\",\"features\":[],\"crs\":{\"type\":\"link\"}}",
        .unknownReferenceSystem("")
      ),
    ])
  func refused(text: String, fault: GeoJSONFault) {
    #expect(throws: fault) { try GridImport(geoJSON: Array(text.utf8)) }
  }

  @Test("WGS-84 and CGCS2000 in degrees may be named", arguments: ["OGC:1.3:CRS84", "EPSG::4490"])
  func referenceSystem(system: String) throws {
    let text =
      "{\"type\":\"FeatureCollection\",\"features\":[],\"crs\":{\"type\":\"name\","
      + "\"properties\":{\"name\":\"urn:ogc:def:crs:\(system)\"}}}"
    #expect(try GridImport(geoJSON: Array(text.utf8)).grids.isEmpty)
  }

  @Test("GBK bytes and too many bytes or positions are refused before decoding")
  func limits() {
    #expect(throws: GeoJSONFault.notUTF8) { try GridImport(geoJSON: [0x22, 0xCD, 0xF8, 0x22]) }
    #expect(throws: GeoJSONFault.tooLarge(limit: 64 << 20)) {
      try GridImport(geoJSON: [UInt8](repeating: 0x20, count: (64 << 20) + 1))
    }
    let positions = Array("[1,2],".utf8)
    let bytes = (0..<1_000_001).flatMap { _ in positions }
    #expect(throws: GeoJSONFault.tooManyPositions(limit: 1_000_000)) {
      try GridImport(geoJSON: bytes)
    }
  }

  @Test("every broken feature is reported by number and name, the good ones are read")
  func manyFaults() throws {
    let file = collection(
      feature(named("a"), square(114, 22, 114.1, 22.1)),
      "7", "{\"type\":\"Point\"}",
      feature(named("d"), "{\"type\":\"Point\",\"coordinates\":[114,22]}"),
      feature(named("e"), "null"),
      feature(named("f"), "{\"type\":\"Polygon\",\"coordinates\":[[114,22]]}"),
      feature("{\"name\":\"g\",\"level\":\"grid\"}", square(115, 22, 115.1, 22.1)),
      feature("{\"id\":\"h\",\"level\":\"grid\"}", square(116, 22, 116.1, 22.1)),
      feature("{\"id\":\"i\",\"name\":\"i\"}", square(117, 22, 117.1, 22.1)),
      feature("{\"id\":\"j\",\"name\":\"j\",\"level\":\"片区\"}", square(118, 22, 118.1, 22.1)),
      feature(
        "{\"id\":\"k\",\"name\":{},\"level\":\"grid\"}", square(119, 22, 119.1, 22.1)),
      feature(
        "{\"id\":\"l\",\"name\":\"a\\u0007\",\"level\":\"grid\"}", square(119, 23, 119.1, 23.1)),
      feature(named("a"), square(119, 24, 119.1, 24.1)))
    let found = try GridImport(geoJSON: Array(file.utf8))
    #expect(found.grids.map(\.id) == ["a"])
    #expect(
      found.faults == [
        fault(1, nil, .notAFeature), fault(2, nil, .notAFeature),
        fault(3, "d", .wrongGeometryType("Point")), fault(4, "e", .wrongGeometryType("null")),
        fault(5, "f", .malformedCoordinates),
        GridFault(feature: 6, grid: nil, name: "g", reason: .missingProperty("id")),
        GridFault(feature: 7, grid: "h", name: nil, reason: .missingProperty("name")),
        fault(8, "i", .missingProperty("level")), fault(9, "j", .unknownLevel("片区")),
        GridFault(feature: 10, grid: "k", name: nil, reason: .invalidProperty("name")),
        GridFault(feature: 11, grid: "l", name: nil, reason: .invalidProperty("name")),
        fault(12, "a", .duplicateGrid(firstFeature: 0)),
      ])
  }

  @Test("a city's own levels are read when it names them")
  func ownLevels() throws {
    let file = collection(
      feature("{\"id\":\"j\",\"name\":\"j\",\"level\":\"片区\"}", square(118, 22, 118.1, 22.1)))
    let hierarchy = GridHierarchy(levels: [.street, GridLevel(rawValue: "片区")])
    let found = try GridImport(geoJSON: Array(file.utf8), hierarchy: hierarchy)
    #expect(found.faults == [])
    #expect(found.grids.first?.level.rawValue == "片区")
  }

  @Test("rings that make no area are reported with the place")
  func geometry() throws {
    let bowTie = "[[114,22],[114.2,22.1],[114.2,22],[114,22.1],[114,22]]"
    let open = "[[114,22],[114.1,22],[114.1,22.1],[114,22.1]]"
    let file = collection(
      feature(named("a"), "{\"type\":\"Polygon\",\"coordinates\":[\(open)]}"),
      feature(named("b"), "{\"type\":\"Polygon\",\"coordinates\":[\(bowTie)]}"),
      feature(named("c"), "{\"type\":\"Polygon\",\"coordinates\":[]}"),
      feature(named("d"), "{\"type\":\"MultiPolygon\",\"coordinates\":[]}"))
    let faults = try GridImport(geoJSON: Array(file.utf8)).faults
    try #require(faults.count == 4)
    #expect(faults[0] == fault(0, "a", .geometry(.ringNotClosed)))
    guard case .geometry(.selfCrossing(let place)) = faults[1].reason else {
      Issue.record("\(faults[1])")
      return
    }
    #expect(abs(place.longitude - 114.1) < 1e-9 && abs(place.latitude - 22.05) < 1e-9)
    #expect(faults[2] == fault(2, "c", .geometry(.ringTooShort(positions: 0))))
    #expect(faults[3] == fault(3, "d", .geometry(.noPolygons)))
  }

  @Test("latitude first is recognised, in eastern and in western China")
  func swapped() throws {
    let file = collection(
      feature(named("a"), square(39.9, 116.3, 40.0, 116.4)),
      feature(named("b"), square(43.8, 87.6, 43.9, 87.7)),
      feature(named("c"), square(500_000, 4_400_000, 500_100, 4_400_100)),
      feature(named("d"), square(181, 22, 182, 23)),
      feature(named("e"), "{\"type\":\"Polygon\",\"coordinates\":[[[1e999,2],[1,2]]]}"))
    #expect(
      try GridImport(geoJSON: Array(file.utf8)).faults == [
        fault(0, "a", .coordinateOutOfRange(first: 39.9, second: 116.3, hint: .latitudeFirst)),
        fault(1, "b", .coordinateOutOfRange(first: 43.8, second: 87.6, hint: .latitudeFirst)),
        fault(
          2, "c", .coordinateOutOfRange(first: 500_000, second: 4_400_000, hint: .projected)),
        fault(3, "d", .coordinateOutOfRange(first: 181, second: 22, hint: nil)),
        fault(4, "e", .malformedCoordinates),
      ])
  }

  @Test("a parent has to be in the file or known, and above")
  func parents() throws {
    let file = collection(
      feature(named("a", parent: "b"), square(114, 22, 114.1, 22.1)),
      feature(named("b"), square(115, 22, 115.1, 22.1)),
      feature(named("c", parent: "nowhere"), square(116, 22, 116.1, 22.1)),
      feature(named("d", parent: "s"), square(117, 22, 117.1, 22.1)))
    let found = try GridImport(geoJSON: Array(file.utf8), knownParents: ["s": .street])
    #expect(
      found.faults == [
        fault(0, "a", .parentNotAbove("b")), fault(2, "c", .unknownParent("nowhere")),
      ])
  }

  @Test("grids of one level that overlap are named with the area; levels are apart")
  func overlaps() throws {
    let file = collection(
      feature(named("a"), square(114.05, 22.54, 114.06, 22.55)),
      feature(named("b"), square(114.06, 22.54, 114.07, 22.55)),
      feature(named("c"), square(114.0595, 22.545, 114.07, 22.555)),
      feature(
        "{\"id\":\"s\",\"name\":\"s\",\"level\":\"street\"}", square(114.0, 22.5, 114.1, 22.6)))
    let faults = try GridImport(geoJSON: Array(file.utf8)).faults
    try #require(faults.count == 2)
    #expect(faults.map(\.feature) == [2, 2])
    let found = faults.compactMap { fault -> (String, Double)? in
      guard case .overlappingGrids(let other, let area) = fault.reason else { return nil }
      return (other, area)
    }.sorted { $0.0 < $1.0 }
    #expect(found.map(\.0) == ["a", "b"])
    // a ∩ c from shapely; b ∩ c is 0.01° × 0.005° of the same parallels: 20 times as wide.
    #expect(abs(found[0].1 - 28_476.508) < 1)
    #expect(abs(found[1].1 - 20 * 28_476.508) < 20)
  }
}

private func named(_ id: String, parent: String? = nil) -> String {
  let above = parent.map { ",\"parent\":\"\($0)\"" } ?? ""
  return "{\"id\":\"\(id)\",\"name\":\"\(id)\",\"level\":\"grid\"\(above)}"
}

private func fault(_ feature: Int, _ grid: String?, _ reason: GridFault.Reason) -> GridFault {
  GridFault(feature: feature, grid: grid, name: grid, reason: reason)
}

private func collection(_ features: String...) -> String {
  "{\"type\":\"FeatureCollection\",\"features\":[" + features.joined(separator: ",") + "]}"
}

private func feature(_ properties: String, _ geometry: String) -> String {
  "{\"type\":\"Feature\",\"properties\":\(properties),\"geometry\":\(geometry)}"
}

private func square(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> String {
  "{\"type\":\"Polygon\",\"coordinates\":[\(ring(west, south, east, north))]}"
}

private func ring(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> String {
  "[[\(west),\(south)],[\(east),\(south)],[\(east),\(north)],[\(west),\(north)],[\(west),\(south)]]"
}
