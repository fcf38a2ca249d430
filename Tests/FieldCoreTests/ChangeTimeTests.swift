import Domain
import SyncProtocol
import Testing

@testable import FieldCore

/// What a list calls "changed" is when somebody changed the record.
@Suite struct ChangeTimeTests {
  private func changed(_ field: Field, _ id: UniqueID) throws -> Int64 {
    try #require(try field.store.record(id)).updatedAt
  }

  @Test("neither the receipt nor the centre's echo changes the time of one's own change")
  func own() throws {
    let field = try Field()
    try field.enrolled()
    let record = field.resident("甲")
    let photo = try field.store.addPhoto([1])
    let entry = try field.store.commit([.create(record, photos: [photo])])[0]
    let made = field.machine.now
    field.machine.now += 3_600_000
    try field.receive(entry, .applied, version: 5)
    #expect(try changed(field, record.id) == made)
    var echo = record
    echo.photos = [photo.hex]
    echo.version = 5
    field.machine.now += 3_600_000
    try field.take(echo)
    #expect(try changed(field, record.id) == made)
    #expect(try field.shown(record.id).version == 5)
  }

  @Test("somebody else's change counts from when it came, and only once")
  func foreign() throws {
    let field = try Field()
    try field.enrolled()
    var record = field.resident("甲")
    record.version = 10
    try field.take(record)
    let came = field.machine.now
    field.machine.now += 1000
    try field.take(record)
    #expect(try changed(field, record.id) == came)
    record.fields["phone"] = "2"
    record.version = 11
    try field.take(record)
    #expect(try changed(field, record.id) == came + 1000)
  }

  @Test("one's own record that left and comes again has the time of one's own change")
  func again() throws {
    let field = try Field()
    try field.enrolled()
    var record = field.resident("甲")
    let entry = try field.store.commit([.create(record)])[0]
    let made = field.machine.now
    try field.receive(entry, .applied, version: 5)
    field.machine.now += 1000
    try field.take(.leave(grid: "G1"))
    #expect(try field.store.record(record.id) == nil)
    record.version = 5
    try field.take(record)
    #expect(try changed(field, record.id) == made)
  }
}
