// The types an author may write, with what each becomes: a control, a bind type
// and, for metadata, a preload. The many spellings are pyxform's.

/// What a word in the `type` column means.
struct AuthoredType: Equatable {
  enum Control: Equatable {
    case input, trigger, selectOne, selectMultiple, rank, range
    case upload(String)
  }

  var control: Control?
  /// The bind's type; nil when there is no bind unless the author makes one.
  var bindType: String?
  var preload: FormSource.Preload?
  var isReadonly = false
  var constraint: String?
  var hint: String?
  /// Takes `reference-geometry`.
  var isGeometry = false

  /// The type that a cell's whole text names; selects, which name a list, are not among them.
  static func named(_ text: String) -> AuthoredType? { table[text] }

  /// Words for a type that pyxform reads as another.
  static let aliases = [
    "imei": "deviceid", "image": "photo", "add image prompt": "photo",
    "add photo prompt": "photo", "add audio prompt": "audio", "add video prompt": "video",
    "add file prompt": "file",
  ]

  static let selectOne = AuthoredType(control: .selectOne, bindType: "string")
  static let selectMultiple = AuthoredType(control: .selectMultiple, bindType: "string")
  static let rank = AuthoredType(control: .rank, bindType: "odk:rank")
  static let text = input("string")
  static let note = AuthoredType(control: .input, bindType: "string", isReadonly: true)
  static let calculate = AuthoredType(bindType: "string")

  private static func input(_ type: String) -> AuthoredType {
    AuthoredType(control: .input, bindType: type)
  }

  private static func upload(_ mediatype: String) -> AuthoredType {
    AuthoredType(control: .upload(mediatype), bindType: "binary")
  }

  private static func geometry(_ type: String) -> AuthoredType {
    AuthoredType(control: .input, bindType: type, isGeometry: true)
  }

  private static func property(_ name: String) -> AuthoredType {
    AuthoredType(
      bindType: "string", preload: FormSource.Preload(kind: "property", parameter: name))
  }

  private static func moment(_ name: String) -> AuthoredType {
    AuthoredType(
      bindType: "dateTime", preload: FormSource.Preload(kind: "timestamp", parameter: name))
  }

  private static func number(upTo limit: Int, hint: String? = nil) -> AuthoredType {
    AuthoredType(
      control: .input, bindType: "int", constraint: "0 <= . and . <= \(limit)", hint: hint)
  }

  private static let table: [String: AuthoredType] = {
    var table: [String: AuthoredType] = [:]
    for (words, type) in spellings {
      for word in words { table[word] = type }
    }
    return table
  }()

  private static let spellings: [([String], AuthoredType)] = [
    (["text", "string", "q string", "add text prompt"], text),
    (["integer", "int", "q int", "add integer prompt"], input("int")),
    (["decimal", "q decimal", "add decimal prompt"], input("decimal")),
    (["date", "q date", "add date prompt"], input("date")),
    (["time"], input("time")),
    (
      [
        "dateTime", "datetime", "date time", "q dateTime", "q date time", "add dateTime prompt",
        "add date time prompt",
      ], input("dateTime")
    ),
    (["barcode", "q barcode", "add barcode prompt"], input("barcode")),
    (["geopoint"], geometry("geopoint")),
    (["geoshape"], geometry("geoshape")),
    (["geotrace"], geometry("geotrace")),
    (
      ["location", "gps", "q location", "q geopoint", "add location prompt"],
      input("geopoint")
    ),
    (["q geoshape"], input("geoshape")),
    (["q geotrace"], input("geotrace")),
    (["note", "q note", "add note prompt"], note),
    (["calculate", "q calculate", "add calculate prompt", "hidden"], calculate),
    (
      ["acknowledge", "q acknowledge", "add acknowledge prompt"],
      AuthoredType(control: .trigger, bindType: "string")
    ),
    (["trigger"], AuthoredType(control: .trigger)),
    (["photo", "q picture", "q image"], upload("image/*")),
    (["audio", "q audio"], upload("audio/*")),
    (["video", "q video"], upload("video/*")),
    (["file"], upload("application/*")),
    (["range"], AuthoredType(control: .range, bindType: "int")),
    (["audit", "background-audio"], AuthoredType(bindType: "binary")),
    (["start-geopoint"], AuthoredType(bindType: "geopoint")),
    (["background-geopoint"], AuthoredType(control: .trigger, bindType: "geopoint")),
    (["percentage"], number(upTo: 100)),
    (["number of days in last month"], number(upTo: 31, hint: "Enter a number 0-31.")),
    (["number of days in last six months"], number(upTo: 183, hint: "Enter a number 0-183.")),
    (["number of days in last year"], number(upTo: 365, hint: "Enter a number 0-365.")),
    (
      ["phone number"],
      AuthoredType(
        control: .input, bindType: "string", constraint: "regex(., '^\\d*$')",
        hint: "Enter numbers only.")
    ),
    (["start", "start time", "get start time"], moment("start")),
    (["end", "end time", "get end time"], moment("end")),
    (
      ["today", "get today"],
      AuthoredType(bindType: "date", preload: FormSource.Preload(kind: "date", parameter: "today"))
    ),
    (["deviceid", "device id", "get device id"], property("deviceid")),
    (["subscriberid", "subscriber id", "get subscriber id"], property("subscriberid")),
    (["simserial", "sim id", "get sim id"], property("simserial")),
    (["phonenumber", "get phone number"], property("phonenumber")),
    (["username"], property("username")),
    (["email"], property("email")),
    (["uri:deviceid"], property("uri:deviceid")),
    (["uri:subscriberid"], property("uri:subscriberid")),
    (["uri:simserial"], property("uri:simserial")),
    (["uri:phonenumber"], property("uri:phonenumber")),
    (["uri:username"], property("uri:username")),
    (["uri:email"], property("uri:email")),
  ]
}
