// GeoJSON (RFC 7946) as JavaRosa makes an instance of it: each feature is
// `root/item` with its geometry as ODK text in `geometry`, then its properties,
// then its id. Points, lines and polygons only; of a polygon its outer ring.

enum GeoJSONInstance {
  static func tree(of file: InstanceFile) throws(FormFault) -> InstanceTree {
    var scanner = JSONScanner(file: file, index: try file.textStart())
    guard scanner.peek() == UInt8(ascii: "{") else { throw scanner.malformed() }
    var reader = Reader(file: file)
    var isCollection = false
    var hasFeatures = false
    try scanner.object { (scanner, name) throws(FormFault) in
      if name == Array("type".utf8) {
        isCollection = try scanner.scalar() == Array("FeatureCollection".utf8)
      } else if name == Array("features".utf8), !hasFeatures,
        scanner.peek() == UInt8(ascii: "[")
      {
        hasFeatures = true
        try scanner.array { (scanner) throws(FormFault) in try reader.feature(&scanner) }
      } else {
        try scanner.skip()
      }
    }
    guard isCollection else { throw file.fault(.invalidGeoJSON, at: 0, "FeatureCollection") }
    guard hasFeatures else { throw file.fault(.invalidGeoJSON, at: 0, "features") }
    guard scanner.peek() == 0 else { throw scanner.malformed() }
    return reader.finish()
  }

  /// Makes an item of each feature.
  private struct Reader {
    let file: InstanceFile
    private var builder = InstanceTree.Builder()
    private let item: Int32
    private let geometry: Int32
    private let id: Int32
    /// The properties of the feature at hand. What an earlier feature had at the same
    /// place is kept, since the next most likely has the same names.
    private var properties: [(name: [UInt8], place: Int32, text: [UInt8])] = []
    private var count = 0

    init(file: InstanceFile) {
      self.file = file
      builder.begin(builder.name("root"))
      item = builder.name("item")
      geometry = builder.name("geometry")
      id = builder.name("id")
    }

    mutating func finish() -> InstanceTree {
      builder.end()
      return builder.tree
    }

    mutating func feature(_ scanner: inout JSONScanner) throws(FormFault) {
      _ = scanner.peek()
      let start = scanner.index
      var isFeature = false
      var shape: [UInt8]?
      var own: [UInt8]?
      count = 0
      guard scanner.peek() == UInt8(ascii: "{") else { throw fault(start, "Feature") }
      try scanner.object { (scanner, name) throws(FormFault) in
        switch String(decoding: name, as: UTF8.self) {
        case "type": isFeature = try text(&scanner, "type") == Array("Feature".utf8)
        case "geometry": shape = try GeoJSONGeometry.text(&scanner)
        case "properties": try readProperties(&scanner)
        case "id": own = try text(&scanner, "id")
        default: try scanner.skip()
        }
      }
      guard isFeature else { throw fault(start, "Feature") }
      guard let shape else { throw fault(start, "geometry") }
      if let own { set(Array("id".utf8), own) }
      write(shape)
      guard builder.count <= InstanceTree.elementLimit else {
        throw file.fault(.tooLarge, at: start)
      }
    }

    private mutating func write(_ shape: [UInt8]) {
      builder.begin(item)
      builder.leaf(geometry, shape)
      for property in properties.prefix(count) { builder.leaf(property.place, property.text) }
      builder.end()
    }

    private mutating func readProperties(_ scanner: inout JSONScanner) throws(FormFault) {
      guard scanner.peek() == UInt8(ascii: "{") else {
        guard try scanner.scalar() == nil else { throw fault(scanner.index, "properties") }
        return
      }
      try scanner.object { (scanner, name) throws(FormFault) in
        set(name, try text(&scanner, String(decoding: name, as: UTF8.self)) ?? [])
      }
    }

    /// A value that comes twice is the last, at the place of the first.
    private mutating func set(_ name: [UInt8], _ text: [UInt8]) {
      if let known = properties[..<count].firstIndex(where: { $0.name == name }) {
        properties[known].text = text
        return
      }
      if count == properties.count || properties[count].name != name {
        let place = builder.name(String(decoding: name, as: UTF8.self))
        properties.insert((name, place, text), at: count)
      } else {
        properties[count].text = text
      }
      count += 1
    }

    /// A scalar; an object or an array cannot stand in an instance.
    private func text(_ scanner: inout JSONScanner, _ name: String) throws(FormFault) -> [UInt8]? {
      let next = scanner.peek()
      guard next != UInt8(ascii: "{"), next != UInt8(ascii: "[") else {
        throw fault(scanner.index, name)
      }
      return try scanner.scalar()
    }

    private func fault(_ index: Int, _ detail: String) -> FormFault {
      file.fault(.invalidGeoJSON, at: index, detail)
    }
  }
}
