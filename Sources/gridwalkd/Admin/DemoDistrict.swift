import CentralCore
import Domain
import SyncProtocol

/// A district to try things in: one street, one community, six grids side by
/// side, three workers of two grids each. All names are invented.
enum DemoDistrict {
  static let city = "440399"
  private static let community = "440399001001"
  private static let west = 114.0500
  private static let south = 22.5400
  private static let width = 0.0030
  private static let height = 0.0022

  static var divisions: [Division] {
    [
      Division(id: "440399", name: "示范区", level: "district", parent: nil),
      Division(id: "440399001", name: "江口街道", level: "street", parent: "440399"),
      Division(id: community, name: "江口社区", level: "community", parent: "440399001"),
    ] + (0..<6).map(grid)
  }

  static var workers: [(Worker, grids: [String])] {
    [
      (Worker(id: "W001", name: "王秀兰"), [code(0), code(1)]),
      (Worker(id: "W002", name: "李建国"), [code(2), code(3)]),
      (Worker(id: "W003", name: "陈小燕"), [code(4), code(5)]),
    ]
  }

  /// A fresh password for the demo's administrator.
  static func password() -> String {
    var random = SystemRandomNumberGenerator()
    let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
    return String(
      (0..<12).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
  }

  private static func code(_ index: Int) -> String { "\(community)00\(index + 1)" }

  /// Three columns and two rows; neighbours share their edges exactly.
  private static func grid(_ index: Int) -> Division {
    let column = index % 3
    let row = index / 3
    let x = [west + Double(column) * width, west + Double(column + 1) * width]
    let y = [south + Double(row) * height, south + Double(row + 1) * height]
    let ring = [(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1]), (x[0], y[0])]
    let positions = ring.map { "[\($0.0),\($0.1)]" }.joined(separator: ",")
    return Division(
      id: code(index), name: "江口0\(index + 1)网格", level: "grid", parent: community, kind: "住宅",
      boundary: "{\"type\":\"MultiPolygon\",\"coordinates\":[[[\(positions)]]]}")
  }
}
