import FoundationEssentials

/// Grids read from a GeoJSON FeatureCollection (RFC 7946), with everything
/// that is wrong with them.
///
/// Positions are longitude, latitude in WGS-84; a third value is ignored.
/// Rings may run either way round (§3.1.6). Properties read: `id` or `code`
/// (or the feature's own id), `name`, `level`, and optionally `parent`, `kind`
/// and `control`; others are ignored. Import only when `faults` is empty.
public struct GridImport: Sendable {
  /// The largest file read, in bytes.
  public static let maximumBytes = 64 << 20
  /// The most positions in one file.
  public static let maximumPositions = 1_000_000
  /// The deepest nesting of arrays and objects; a MultiPolygon needs eight.
  public static let maximumDepth = 32
  /// The most faults reported.
  public static let maximumFaults = 1_000
  /// The longest property value, in Unicode scalars.
  public static let maximumPropertyLength = 200

  /// The features that are grids in themselves, in the order of the file.
  public let grids: [GridFeature]
  /// What is wrong, in the order of the file, overlaps last.
  public let faults: [GridFault]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: The file; a byte order mark is skipped (RFC 8259 §8.1).
  ///   - hierarchy: The levels of the city.
  ///   - knownParents: Grids outside the file that may be parents.
  ///
  /// Throws when nothing can be said about single features.
  public init(
    geoJSON bytes: [UInt8], hierarchy: GridHierarchy = .standard,
    knownParents: [String: GridLevel] = [:]
  ) throws(GeoJSONFault) {
    let document = try Self.decode(bytes)
    var reader = GridReader(hierarchy: hierarchy)
    for (index, feature) in document.features.enumerated() { reader.read(feature, at: index) }
    reader.checkParents(known: knownParents)
    let overlaps = GridTopology.overlaps(among: reader.grids.map(\.grid)).map { found in
      let entry = reader.grids[found.grid]
      return GridFault(
        feature: entry.feature, grid: entry.grid.id, name: entry.grid.name, reason: found.reason)
    }
    grids = reader.grids.map(\.grid)
    let ordered = reader.faults.sorted { $0.feature < $1.feature }
    faults = Array((ordered + overlaps).prefix(Self.maximumFaults))
  }

  private static func decode(_ bytes: [UInt8]) throws(GeoJSONFault) -> GeoJSONDocument {
    guard bytes.count <= maximumBytes else { throw .tooLarge(limit: maximumBytes) }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    guard String(validating: text, as: UTF8.self) != nil else { throw .notUTF8 }
    let scan = GeoJSONScan(text)
    guard scan.depth <= maximumDepth else { throw .nestedTooDeep(limit: maximumDepth) }
    guard scan.positions <= maximumPositions else {
      throw .tooManyPositions(limit: maximumPositions)
    }
    let document: GeoJSONDocument
    do {
      document = try JSONDecoder().decode(GeoJSONDocument.self, from: Data(text))
    } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
      throw .notJSON
    } catch {
      throw .notAFeatureCollection
    }
    if let name = document.referenceSystem, !isDegrees(name) {
      throw .unknownReferenceSystem(String(name.prefix(100)))
    }
    return document
  }

  /// Whether a reference system of GeoJSON 2008 is WGS-84 (OGC CRS84,
  /// EPSG 4326) or CGCS2000 (EPSG 4490) in degrees.
  private static func isDegrees(_ name: String) -> Bool {
    let system = name.uppercased().split(separator: ":").last ?? ""
    return ["CRS84", "4326", "4490"].contains(String(system))
  }
}
