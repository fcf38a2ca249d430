import Domain

// What the centre reads by the thousand. A member that is not known here is
// `Unplain`: a later version's member is read by the general decoder.

extension Operation: PlainJSONReadable {
  /// Reads an operation's line.
  public init(plain json: inout PlainJSONReader) throws(Unplain) {
    var (op, record, parent, undoes): (UniqueID?, UniqueID?, UniqueID?, UniqueID?)
    var (lane, element, action): (Lane?, Element?, Action?)
    var (seq, base): (Int64?, Int64?)
    var (kind, grid): (String?, String?)
    var fields: [String: FieldValue]?
    var position: Position?
    var photos: [String]?
    var evidence: Evidence?
    var members = PlainJSONReader.Members()
    try json.object { (name, json) throws(Unplain) in
      switch name {
      case "op": op = try members.once(0, json.id())
      case "lane": lane = try members.once(1, json.choice(Lane.self))
      case "seq": seq = try members.once(2, json.integer())
      case "record": record = try members.once(3, json.id())
      case "element": element = try members.once(4, json.choice(Element.self))
      case "kind": kind = try members.once(5, json.text())
      case "action": action = try members.once(6, json.choice(Action.self))
      case "grid": grid = try members.once(7, json.null() ? nil : json.text())
      case "parent": parent = try members.once(8, json.null() ? nil : json.id())
      case "fields":
        fields = try members.once(9, json.null() ? nil : [String: FieldValue](plain: &json))
      case "position": position = try members.once(10, json.null() ? nil : Position(plain: &json))
      case "photos": photos = try members.once(11, json.null() ? nil : [String](plain: &json))
      case "undoes": undoes = try members.once(12, json.null() ? nil : json.id())
      case "base": base = try members.once(13, json.integer())
      case "evidence": evidence = try members.once(14, Evidence(plain: &json))
      default: throw Unplain()
      }
    }
    self.init(
      op: try demanded(op), lane: try demanded(lane), seq: try demanded(seq),
      record: try demanded(record), element: try demanded(element), kind: try demanded(kind),
      action: try demanded(action), base: try demanded(base), evidence: try demanded(evidence))
    self.grid = grid
    self.parent = parent
    self.fields = fields
    self.position = position
    self.photos = photos
    self.undoes = undoes
  }
}

extension Operation.Evidence: PlainJSONReadable {
  /// Reads what the device knew of the moment.
  public init(plain json: inout PlainJSONReader) throws(Unplain) {
    var (at, mono): (Int64?, Int64?)
    var boot: String?
    var members = PlainJSONReader.Members()
    try json.object { (name, json) throws(Unplain) in
      switch name {
      case "at": at = try members.once(0, json.integer())
      case "boot": boot = try members.once(1, json.null() ? nil : json.text())
      case "mono": mono = try members.once(2, json.null() ? nil : json.integer())
      default: throw Unplain()
      }
    }
    self.init(at: try demanded(at), boot: boot, mono: mono)
  }
}

extension Position: PlainJSONReadable {
  /// Reads a fix.
  public init(plain json: inout PlainJSONReader) throws(Unplain) {
    var (latitude, longitude, accuracy): (Double?, Double?, Double?)
    var source: Source?
    var at: Int64?
    var outside: Bool?
    var members = PlainJSONReader.Members()
    try json.object { (name, json) throws(Unplain) in
      switch name {
      case "latitude": latitude = try members.once(0, json.decimal())
      case "longitude": longitude = try members.once(1, json.decimal())
      case "accuracy": accuracy = try members.once(2, json.null() ? nil : json.decimal())
      case "source": source = try members.once(3, json.choice(Source.self))
      case "at": at = try members.once(4, json.null() ? nil : json.integer())
      case "outside": outside = try members.once(5, json.null() ? nil : json.bool())
      default: throw Unplain()
      }
    }
    self = try demanded(
      Position(
        latitude: try demanded(latitude), longitude: try demanded(longitude), accuracy: accuracy,
        source: try demanded(source), at: at, outside: outside))
  }
}

extension Segment.Header: PlainJSONReadable {
  /// Reads a segment's first line.
  public init(plain json: inout PlainJSONReader) throws(Unplain) {
    var gridwalk: String?
    var (device, incarnation): (UniqueID?, UniqueID?)
    var lane: Lane?
    var (first, last, schema): (Int64?, Int64?, Int64?)
    var (previous, hash): (Digest?, Digest?)
    var members = PlainJSONReader.Members()
    try json.object { (name, json) throws(Unplain) in
      switch name {
      case "gridwalk": gridwalk = try members.once(0, json.text())
      case "device": device = try members.once(1, json.id())
      case "incarnation": incarnation = try members.once(2, json.id())
      case "lane": lane = try members.once(3, json.choice(Lane.self))
      case "first": first = try members.once(4, json.integer())
      case "last": last = try members.once(5, json.integer())
      case "previous": previous = try members.once(6, json.digest())
      case "hash": hash = try members.once(7, json.digest())
      case "schema": schema = try members.once(8, json.integer())
      default: throw Unplain()
      }
    }
    self.gridwalk = try demanded(gridwalk)
    self.device = try demanded(device)
    self.incarnation = try demanded(incarnation)
    self.lane = try demanded(lane)
    self.first = try demanded(first)
    self.last = try demanded(last)
    self.previous = try demanded(previous)
    self.hash = try demanded(hash)
    self.schema = Int(try demanded(schema))
  }
}

extension String: PlainJSONReadable {
  /// Reads a text.
  public init(plain json: inout PlainJSONReader) throws(Unplain) { self = try json.text() }
}

extension FieldValue: PlainJSONReadable {
  /// Reads any value.
  public init(plain json: inout PlainJSONReader) throws(Unplain) { self = try json.value() }
}

extension Array: PlainJSONReadable where Element: PlainJSONReadable {
  /// Reads a list.
  public init(plain json: inout PlainJSONReader) throws(Unplain) {
    var values: [Element] = []
    try json.array { (json) throws(Unplain) in values.append(try Element(plain: &json)) }
    self = values
  }
}

extension Dictionary: PlainJSONReadable where Key == String, Value: PlainJSONReadable {
  /// Reads an object.
  public init(plain json: inout PlainJSONReader) throws(Unplain) {
    var values: [String: Value] = [:]
    try json.object { (name, json) throws(Unplain) in
      guard values.updateValue(try Value(plain: &json), forKey: try name.text()) == nil else {
        throw Unplain()
      }
    }
    self = values
  }
}

extension OperationResult: PlainJSONReadable {
  /// Reads what became of an operation.
  public init(plain json: inout PlainJSONReader) throws(Unplain) {
    var (seq, version): (Int64?, Int64?)
    var op: UniqueID?
    var result: Outcome?
    var code: String?
    var members = PlainJSONReader.Members()
    try json.object { (name, json) throws(Unplain) in
      switch name {
      case "seq": seq = try members.once(0, json.integer())
      case "op": op = try members.once(1, json.null() ? nil : json.id())
      case "result": result = try members.once(2, json.choice(Outcome.self))
      case "code": code = try members.once(3, json.null() ? nil : json.text())
      case "version": version = try members.once(4, json.null() ? nil : json.integer())
      default: throw Unplain()
      }
    }
    self.init(
      seq: try demanded(seq), op: op, result: try demanded(result),
      code: code.map(RefusalCode.init), version: version)
  }
}

extension Change: PlainJSONReadable {
  /// Reads a receipt, which is what the feed keeps most of as text; any other
  /// change is left to the general decoder.
  public init(plain json: inout PlainJSONReader) throws(Unplain) {
    var (first, last, version): (Int64?, Int64?, Int64?)
    var incarnation: UniqueID?
    var lane: Lane?
    var results: [OperationResult]?
    var type: String?
    var members = PlainJSONReader.Members()
    try json.object { (name, json) throws(Unplain) in
      switch name {
      case "first": first = try members.once(0, json.integer())
      case "incarnation": incarnation = try members.once(1, json.id())
      case "lane": lane = try members.once(2, json.choice(Lane.self))
      case "last": last = try members.once(3, json.integer())
      case "results": results = try members.once(4, [OperationResult](plain: &json))
      case "type": type = try members.once(5, json.text())
      case "version": version = try members.once(6, json.integer())
      default: throw Unplain()
      }
    }
    let found = try demanded(results)
    guard type == "receipt", found.first?.seq == first, found.last?.seq == last else {
      throw Unplain()
    }
    self = .receipt(
      incarnation: try demanded(incarnation), lane: try demanded(lane), results: found,
      version: try demanded(version))
  }
}
