import Domain
import Foundation
import Testing

struct RecordTests {
  private func record(_ fields: [String: FieldValue] = [:]) throws -> Record {
    Record(
      id: try #require(UniqueID("0198c0de-1000-7abc-8def-00000000a1b2")), element: .household,
      kind: "household", grid: "440399001001001", fields: fields)
  }

  @Test("setting touches the fields that are named; null clears")
  func set() throws {
    var household = try record(["address": "渔村路12号", "rooms": 3, "note": "dog"])
    household.set(["rooms": 4, "note": .null, "absent": .null, "floor": 0, "empty": ""])
    #expect(household.fields == ["address": "渔村路12号", "rooms": 4, "floor": 0, "empty": ""])
    household.set([:])
    #expect(household.fields.count == 4)
  }

  @Test("a record is called by its label, name, address or text, in this order")
  func title() throws {
    let names = ["label", "name", "full_address", "address", "description", "content"]
    var fields = Dictionary(uniqueKeysWithValues: names.map { ($0, FieldValue.text("by \($0)")) })
    for name in names {
      #expect(try record(fields).title == "by \(name)")
      fields[name] = .text("")
    }
    #expect(try record(fields).title == "00a1b2")
    #expect(try record(["name": 7]).title == "00a1b2")
  }

  @Test("a position is a place on the earth, made or read")
  func position() throws {
    let places: [(Double, Double, Double?)] = [
      (90, 180, nil), (-90, -180, 0), (22.485123, 113.918456, 4.5),
    ]
    for (latitude, longitude, accuracy) in places {
      let position = Position(
        latitude: latitude, longitude: longitude, accuracy: accuracy, source: .gnss, at: 5,
        outside: true)
      let json = try JSONEncoder().encode(try #require(position))
      #expect(try JSONDecoder().decode(Position.self, from: json) == position)
    }
  }

  @Test("a position out of range is none, made or read")
  func badPosition() {
    let places: [(Double, Double, Double?)] = [
      (90.1, 0, nil), (-90.1, 0, nil), (0, 180.1, nil), (0, -180.1, nil), (0, 0, -1),
    ]
    for (latitude, longitude, accuracy) in places {
      let made = Position(
        latitude: latitude, longitude: longitude, accuracy: accuracy, source: .manual)
      #expect(made == nil)
      let number = accuracy.map { ",\"accuracy\":\($0)" } ?? ""
      let json =
        "{\"latitude\":\(latitude),\"longitude\":\(longitude)\(number),\"source\":\"manual\"}"
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(Position.self, from: Data(json.utf8))
      }
    }
    for number in [Double.nan, .infinity] {
      #expect(Position(latitude: number, longitude: 0, source: .exif) == nil)
      #expect(Position(latitude: 0, longitude: number, source: .exif) == nil)
      #expect(Position(latitude: 0, longitude: 0, accuracy: number, source: .exif) == nil)
    }
  }

  @Test("elements, lanes and actions are written as the protocol's words")
  func words() {
    #expect(
      Element.allCases.map(\.rawValue) == [
        "person", "place", "event", "object", "organization", "household", "diary",
      ])
    #expect(Lane.allCases.map(\.rawValue) == ["urgent", "normal"])
    #expect(
      [Action.create, .update, .delete, .act].map(\.rawValue) == [
        "create", "update", "delete", "act",
      ])
  }

  @Test(
    "a radius of any size is shown without harm",
    arguments: [(7.2, 8), (0, 0), (1e300, 1_000_000_000)] as [(Double, Int)])
  func accuracy(metres: Double, shown: Int) throws {
    let fix = Position(latitude: 1, longitude: 2, accuracy: metres, source: .gnss)
    #expect(try #require(fix).accuracyMetres == shown)
  }
}
