/// What a form may be told of the world it is filled in.
public struct FormEnvironment {
  /// The moment, in milliseconds since 1970 UTC.
  public var now: () -> Int64
  /// Local time minus UTC.
  public var timeZoneOffsetSeconds: Int
  /// A new random UUID in lower case.
  public var makeUUID: () -> String
  /// A number from 0 up to, not including, 1.
  public var random: () -> Double
  /// What the `deviceid` question gets.
  public var deviceID: String
  /// What the `username` question gets.
  public var username: String
  /// Other properties of the device or its worker by their OpenRosa names (`email`,
  /// `phonenumber`, `subscriberid`, `simserial` …).
  public var properties: [String: String]
  /// Whether an Ed25519 signature of a message is right, by public key, message and
  /// signature (`extract-signed`); nil where nothing can tell.
  public var isSigned: (([UInt8], [UInt8], [UInt8]) -> Bool)?

  /// Makes an environment; what is not given is the real thing.
  public init(
    now: @escaping () -> Int64, timeZoneOffsetSeconds: Int, makeUUID: @escaping () -> String,
    random: @escaping () -> Double = { Double.random(in: 0..<1) }, deviceID: String = "",
    username: String = "", properties: [String: String] = [:],
    isSigned: (([UInt8], [UInt8], [UInt8]) -> Bool)? = nil
  ) {
    self.now = now
    self.timeZoneOffsetSeconds = timeZoneOffsetSeconds
    self.makeUUID = makeUUID
    self.random = random
    self.deviceID = deviceID
    self.username = username
    self.properties = properties
    self.isSigned = isSigned
  }

  /// A property by its OpenRosa name; empty when it has none.
  func property(_ name: String) -> String {
    switch name {
    case "deviceid", "device id": deviceID
    case "username", "user name": username
    default: properties[name] ?? ""
    }
  }
}
