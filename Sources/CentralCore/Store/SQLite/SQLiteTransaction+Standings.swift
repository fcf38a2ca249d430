import Database
import Domain
import SyncProtocol

extension SQLiteTransaction {
  private static let wipeColumns: SQL =
    "device, id, unsent, account, ordered_at, told_at, wiped_at"

  private static func wipe(_ row: Row) throws -> Wipe {
    guard let unsent = WipeOrder.Unsent(rawValue: try row.text(2)) else {
      throw DatabaseError(.unexpectedValue, message: "unsent")
    }
    return Wipe(
      device: try id(row.text(0)),
      order: WipeOrder(
        order: try id(row.text(1)), unsent: unsent, by: try row.text(3), at: try row.integer(4)),
      toldAt: try row.optionalInteger(5), wipedAt: try row.optionalInteger(6))
  }

  func wipe(of device: UniqueID) throws -> Wipe? {
    try connection.row(
      "SELECT \(Self.wipeColumns) FROM wipe_order WHERE city = \(city) AND device = \(device.text)",
      Self.wipe)
  }

  func wipe(order: UniqueID) throws -> Wipe? {
    try connection.row(
      "SELECT \(Self.wipeColumns) FROM wipe_order WHERE city = \(city) AND id = \(order.text)",
      Self.wipe)
  }

  func wipes() throws -> [Wipe] {
    try connection.rows(
      "SELECT \(Self.wipeColumns) FROM wipe_order WHERE city = \(city) ORDER BY device", Self.wipe)
  }

  func backlogs() throws -> [UniqueID: Backlog] {
    let rows = try connection.rows(
      """
      SELECT device, waiting, oldest_seconds, told_at FROM device_backlog WHERE city = \(city)
      """
    ) { row in
      (
        try Self.id(row.text(0)),
        Backlog(
          waiting: try row.integer(1), oldestSeconds: try row.optionalInteger(2),
          toldAt: try row.integer(3))
      )
    }
    return Dictionary(rows) { first, _ in first }
  }

  func receivedLanes() throws -> [LaneKey: Int64] {
    let rows = try connection.rows(
      "SELECT device, incarnation, lane, received FROM lane WHERE city = \(city)"
    ) { row in
      guard let lane = Lane(rawValue: try row.text(2)) else {
        throw DatabaseError(.unexpectedValue, message: "lane")
      }
      let key = LaneKey(
        device: try Self.id(row.text(0)), incarnation: try Self.id(row.text(1)), lane: lane)
      return (key, try row.integer(3))
    }
    return Dictionary(rows) { first, _ in first }
  }

  func awaitedPhotos() throws -> [UniqueID: Int] {
    let rows = try connection.rows(
      "SELECT device, count(*) FROM awaited_photo WHERE city = \(city) GROUP BY device"
    ) { (try Self.id($0.text(0)), Int(try $0.integer(1))) }
    return Dictionary(rows) { first, _ in first }
  }

  func put(_ wipe: Wipe) throws {
    let order = wipe.order
    try connection.run(
      """
      INSERT INTO wipe_order (city, device, id, unsent, account, ordered_at, told_at, wiped_at)
      VALUES (\(city), \(wipe.device.text), \(order.order.text), \(order.unsent.rawValue),
        \(order.by), \(order.at), \(wipe.toldAt), \(wipe.wipedAt))
      ON CONFLICT (city, device) DO UPDATE SET id = excluded.id, unsent = excluded.unsent,
        account = excluded.account, ordered_at = excluded.ordered_at, told_at = excluded.told_at,
        wiped_at = excluded.wiped_at
      """)
  }

  func deleteWipe(of device: UniqueID) throws {
    try connection.run(
      "DELETE FROM wipe_order WHERE city = \(city) AND device = \(device.text)")
  }

  func put(_ backlog: Backlog, of device: UniqueID) throws {
    try connection.run(
      """
      INSERT INTO device_backlog (city, device, waiting, oldest_seconds, told_at)
      VALUES (\(city), \(device.text), \(backlog.waiting), \(backlog.oldestSeconds),
        \(backlog.toldAt))
      ON CONFLICT (city, device) DO UPDATE SET waiting = excluded.waiting,
        oldest_seconds = excluded.oldest_seconds, told_at = excluded.told_at
      """)
  }

  func expect(photo sha256: Digest, from device: UniqueID) throws {
    try connection.run(
      """
      INSERT OR IGNORE INTO awaited_photo (city, sha256, device)
      VALUES (\(city), \(sha256.hex), \(device.text))
      """)
  }
}
