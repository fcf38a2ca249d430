import FoundationEssentials

/// A FeatureCollection as it was written, nothing judged but its shape.
struct GeoJSONDocument: Decodable {
  let features: [GeoJSONFeature]
  /// The name in the member `crs` of the older GeoJSON 2008.
  let referenceSystem: String?

  private struct ReferenceSystem: Decodable {
    struct Name: Decodable { let name: String }
    let properties: Name
  }

  private enum Key: String, CodingKey { case type, features, crs }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    guard try container.decode(String.self, forKey: .type) == "FeatureCollection" else {
      throw DecodingError.dataCorruptedError(
        forKey: .type, in: container, debugDescription: "not a FeatureCollection")
    }
    features = try container.decode([GeoJSONFeature].self, forKey: .features)
    guard container.contains(.crs), try !container.decodeNil(forKey: .crs) else {
      referenceSystem = nil
      return
    }
    do {
      referenceSystem = try container.decode(ReferenceSystem.self, forKey: .crs).properties.name
    } catch is DecodingError {
      // A linked system (GeoJSON 2008 §3.2) is as unknown as an unreadable one.
      referenceSystem = ""
    }
  }
}

/// One feature, with a reason in place of what could not be read.
///
/// Decoding it never fails, so that one bad feature does not hide the others.
struct GeoJSONFeature: Decodable {
  let geometry: Result<[[[[Double]]]], GeoJSONShapeFault>
  let properties: [String: GeoJSONScalar]
  let id: GeoJSONScalar

  static let propertyNames = ["id", "code", "name", "level", "parent", "kind", "control"]

  private enum Key: String, CodingKey { case type, geometry, properties, id }

  init(from decoder: any Decoder) {
    do {
      let container = try decoder.container(keyedBy: Key.self)
      guard try container.decode(String.self, forKey: .type) == "Feature" else {
        throw GeoJSONShapeFault.notAFeature
      }
      id = try container.decodeIfPresent(GeoJSONScalar.self, forKey: .id) ?? .absent
      properties = Self.readProperties(container)
      geometry = Self.readGeometry(container)
    } catch {
      (id, properties, geometry) = (.absent, [:], .failure(.notAFeature))
    }
  }

  private static func readProperties(
    _ container: KeyedDecodingContainer<Key>
  ) -> [String: GeoJSONScalar] {
    do {
      let properties = try container.nestedContainer(keyedBy: GeoJSONName.self, forKey: .properties)
      var values: [String: GeoJSONScalar] = [:]
      for name in propertyNames {
        let key = GeoJSONName(stringValue: name)
        values[name] = try properties.decodeIfPresent(GeoJSONScalar.self, forKey: key)
      }
      return values
    } catch {
      // RFC 7946 §3.2: an object or null. Without it the id is missed next.
      return [:]
    }
  }

  private static func readGeometry(
    _ container: KeyedDecodingContainer<Key>
  ) -> Result<[[[[Double]]]], GeoJSONShapeFault> {
    enum GeometryKey: String, CodingKey { case type, coordinates }
    do {
      guard container.contains(.geometry), try !container.decodeNil(forKey: .geometry) else {
        return .failure(.wrongType("null"))
      }
      let geometry = try container.nestedContainer(keyedBy: GeometryKey.self, forKey: .geometry)
      let type = try geometry.decode(String.self, forKey: .type)
      switch type {
      case "Polygon":
        return .success([try geometry.decode([[[Double]]].self, forKey: .coordinates)])
      case "MultiPolygon":
        return .success(try geometry.decode([[[[Double]]]].self, forKey: .coordinates))
      default:
        return .failure(.wrongType(String(type.prefix(64))))
      }
    } catch {
      return .failure(.malformedCoordinates)
    }
  }
}

/// Why the shape of a feature could not be read.
enum GeoJSONShapeFault: Error, Equatable {
  case notAFeature, malformedCoordinates
  case wrongType(String)
}

/// A property value as far as grids need it: a text or a whole number.
enum GeoJSONScalar: Decodable, Equatable {
  case absent, other
  case text(String)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .absent
      return
    }
    // Codes are digits, and spreadsheets turn them into numbers on the way.
    do { self = .text(try container.decode(String.self)) } catch is DecodingError {
      do { self = .text(String(try container.decode(Int64.self))) } catch is DecodingError {
        self = .other
      }
    }
  }
}

private struct GeoJSONName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }

  init?(intValue: Int) { nil }
}
