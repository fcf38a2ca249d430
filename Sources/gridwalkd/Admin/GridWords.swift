import CLI
import Domain

/// What is wrong with a GeoJSON file, in words.
enum GridWords {
  static func sentence(for fault: GeoJSONFault) -> Sentence {
    switch fault {
    case .tooLarge: .geoJSONNotRead("too large")
    case .notUTF8: .geoJSONNotRead("not UTF-8")
    case .notJSON: .geoJSONNotRead("not JSON")
    case .nestedTooDeep: .geoJSONNotRead("nested too deep")
    case .tooManyPositions: .geoJSONNotRead("too many positions")
    case .notAFeatureCollection: .geoJSONNotRead("no FeatureCollection")
    case .unknownReferenceSystem(let name): .geoJSONNotRead("crs \(name)")
    }
  }

  static func sentence(for fault: GridFault) -> Sentence {
    let name = [fault.grid, fault.name].compactMap { $0 }.joined(separator: " ")
    return .geoJSONFeature(
      fault.feature, name: name.isEmpty ? "–" : name, fault: sentence(for: fault.reason))
  }

  private static func sentence(for reason: GridFault.Reason) -> Sentence {
    switch reason {
    case .geometry(let fault): sentence(for: fault)
    case .overlappingGrids(let other, let area):
      .gridsOverlap(other, squareMetres: Int(area.rounded(.up)))
    case .coordinateOutOfRange(_, _, .latitudeFirst): .coordinateLatitudeFirst
    case .coordinateOutOfRange(_, _, .projected): .coordinateProjected
    case .coordinateOutOfRange: .coordinateOutOfRange
    case .duplicateGrid(let first): .duplicateGrid(first)
    case .missingProperty(let name): .propertyMissing(name)
    case .unknownParent(let id): .parentUnknown(id)
    case .notAFeature: .otherGridFault("not a Feature")
    case .wrongGeometryType(let type): .otherGridFault("geometry \(type)")
    case .malformedCoordinates: .otherGridFault("coordinates")
    case .invalidProperty(let name): .otherGridFault("property \(name)")
    case .unknownLevel(let level): .otherGridFault("level \(level)")
    case .parentNotAbove(let id): .otherGridFault("parent \(id)")
    }
  }

  private static func sentence(for fault: GeometryFault) -> Sentence {
    switch fault {
    case .ringNotClosed: .ringNotClosed
    case .ringTooShort(let positions): .ringTooShort(positions)
    case .selfCrossing(let place): .selfCrossing("\(place.longitude), \(place.latitude)")
    case .holeOutsideRing(let hole): .otherGridFault("hole \(hole + 1) outside its ring")
    case .holesOverlap(let a, let b): .otherGridFault("holes \(a + 1) and \(b + 1) overlap")
    case .partsOverlap(let a, let b): .otherGridFault("parts \(a + 1) and \(b + 1) overlap")
    case .noPolygons: .otherGridFault("no polygon")
    case .tooComplex: .otherGridFault("too complex")
    }
  }
}
