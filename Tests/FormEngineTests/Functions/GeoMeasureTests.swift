import Testing

@testable import FormEngine

@Suite struct GeoMeasureTests {
  @Test("areas and distances are JavaRosa's", arguments: JavaRosaReplies.measures)
  func measures(shape: String, area: Double, distance: Double) throws {
    let places = try #require(Geopoint.places(in: shape))
    expectNear(GeoMeasure.area(places), area)
    expectNear(GeoMeasure.distance(places), distance)
  }

  /// The last digits hang on the sine of the machine's library.
  private func expectNear(_ value: Double, _ expected: Double) {
    #expect(abs(value - expected) <= 1e-6 * max(1, expected.magnitude))
  }

  @Test("the same place is at no distance")
  func noDistance() {
    let place = Geopoint(latitude: 37.123456, longitude: 1)
    for step in 0..<1000 {
      var one = place
      one.latitude += Double(step) / 100
      #expect(!GeoMeasure.distance([one, one]).isNaN)
    }
  }

  @Test(
    "what is no place", arguments: ["a b", "1 2 3 4 5", "1,5 2", "1 2 x", "1\t2;3 4", "1 2;3 y"])
  func noPlaces(text: String) {
    #expect(Geopoint.places(in: text) == nil)
  }

  @Test("several texts are one place each, one text is a line")
  func severalTexts() {
    #expect(Geopoint.places(of: ["0 0", "0 1"])?.count == 2)
    #expect(Geopoint.places(of: ["0 0;0 1"])?.count == 2)
    #expect(Geopoint.places(of: ["0 0;0 1", "1 1"]) == nil)
    #expect(Geopoint.places(of: []) == [])
    #expect(Geopoint.places(of: ["", "0 1"])?.first == Geopoint(latitude: 0, longitude: 0))
  }

  /// Replies of JavaRosa 5.1.0 for the square between 0 0 and 1 1.
  @Test(
    "inside and on the side",
    arguments: [
      ("0.5 0.5", true), ("0 0", true), ("0 0.5", true), ("0.5 0", true), ("1 1", false),
      ("1 0.5", false), ("0.5 1", false), ("5", false), ("", true),
    ])
  func inside(place: String, isInside: Bool) throws {
    let square = try #require(Geopoint.places(in: "0 0;0 1;1 1;1 0;0 0"))
    #expect(GeoMeasure.isInside(try #require(Geopoint(place)), square) == isInside)
  }
}
