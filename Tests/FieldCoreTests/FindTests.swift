import Domain
import Testing

@testable import FieldCore

/// What a worker types at a door, and what she means by it.
@Suite struct FindTests {
  private func district() throws -> Field {
    let field = try Field()
    var changes: [RecordChange] = []
    for (name, phone, id) in [
      ("曾小明", "13800138000", "440306199202290016"), ("单雄", "13900139001", "11010519491231002X"),
      ("仇英", "13900139002", ""), ("解缙", "", ""), ("区志强", "", ""), ("吕蒙", "", ""),
      ("王乐", "", ""), ("欧阳", "", ""), ("李单", "", ""),
    ] {
      var person = field.resident(name)
      person.fields = [
        "label": .text(name), "full_name": .text(name), "phone": .text(phone),
        "id_number": .text(id),
      ]
      .filter { $0.value != .text("") }
      changes.append(.create(person))
    }
    var home = Record(id: field.store.newID(), element: .household, kind: "household", grid: "G1")
    home.fields = [
      "building": .text("3"), "unit": .text("2"), "room": .text("201"), "estate": .text("江口花园"),
      "address": .text("江口花园3栋2单元201室"),
    ]
    changes.append(.create(home))
    changes.append(.create(field.report("小区门口井盖破损，有人绊倒")))
    try field.store.commit(changes)
    return field
  }

  @Test(
    arguments: [
      ("曾", ["曾小明"]), ("zeng", ["曾小明"]), ("zxm", ["曾小明"]), ("ceng", []), ("小明", ["曾小明"]),
      ("xiaoming", ["曾小明"]), ("shan", ["单雄", "李单"]), ("dan", ["李单"]), ("qiu", ["仇英"]),
      ("xiej", ["解缙"]), ("ou", ["欧阳", "区志强"]), ("lv", ["吕蒙"]), ("lü", ["吕蒙"]), ("LM", ["吕蒙"]),
      ("wangyue", ["王乐"]), ("wangle", ["王乐"]), ("单", ["单雄", "李单", "江口花园3栋2单元201室"]), ("雄", ["单雄"]),
      ("8000", ["曾小明"]), ("138000", ["曾小明"]), ("13800138000", ["曾小明"]), ("113800138000", []),
      ("002X", ["单雄"]), ("1231002x", ["单雄"]), ("0138", []), ("zeng 8000", ["曾小明"]),
      ("zeng 9001", []), ("3-201", ["江口花园3栋2单元201室"]), ("3-2-201", ["江口花园3栋2单元201室"]),
      ("花园3栋", ["江口花园3栋2单元201室"]), ("jkhy", ["江口花园3栋2单元201室"]),
      ("井盖", ["小区门口井盖破损，有人绊倒"]), ("井盖 绊倒", ["小区门口井盖破损，有人绊倒"]), ("", []), ("   ", []),
    ])
  func typedAndMeant(_ typed: String, _ titles: [String]) throws {
    let found = try district().store.find(typed).map(\.title)
    #expect(found.sorted() == titles.sorted())
  }

  @Test func whatChangedIsFoundByItsNewNameOnly() throws {
    let field = try district()
    let id = try #require(try field.store.find("zxm").first?.id)
    try field.store.commit([.update(id, fields: ["full_name": "查小明", "label": "查小明"])])
    #expect(try field.store.find("zengxiaoming").isEmpty)
    #expect(try field.store.find("zha").map(\.id) == [id])
    try field.store.commit([.delete(id)])
    #expect(try field.store.find("zha").isEmpty)
  }

  @Test func noKeyHoldsMoreOfANumberThanItsEnd() throws {
    let field = try district()
    let keys = try field.store.connection.rows("SELECT key FROM search_key") { try $0.text(0) }
    #expect(keys.contains("8000"))
    #expect(!keys.contains { $0.contains("38000") || $0.contains("1002x") })
  }

  @Test func keysGoWithTheirRecord() throws {
    let field = try district()
    try field.store.connection.run("DELETE FROM record")
    #expect(try field.store.count("SELECT count(*) FROM search_key") == 0)
  }

  @Test func recordsOfAProgramWithoutKeysGetThemWhenTheStoreIsOpened() throws {
    let field = try district()
    try field.store.connection.run("UPDATE record SET search = '{}'")
    #expect(try field.store.find("zxm").isEmpty)
    try field.reopen()
    #expect(try field.store.find("zxm").map(\.title) == ["曾小明"])
  }
}
