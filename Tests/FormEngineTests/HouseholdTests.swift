// The household form that ships, filled in as a grid worker would.

import Domain
import FormEngine
import Testing

/// Valid numbers: made up, with check digits after GB 11643 (ISO 7064 MOD 11-2).
private let mother = "11010519491231002X"
private let son = "440524188001010014"

@Suite("the household form")
struct HouseholdTests {
  private func household() throws -> FormSession {
    FormSession(try authored("household"), environment: environment())
  }

  private func withThreeMembers() throws -> FormSession {
    let session = try household()
    try session.set("estate", to: "幸福小区")
    try session.set("building", to: "3")
    try session.set("room", to: "501")
    try session.set("tenure", to: "rented")
    try session.set("member[1]/name", to: "张三")
    try session.set("member[1]/relationship", to: "0")
    try session.set("member[2]/name", to: "李𠮷")
    try session.set("member[2]/id_number", to: mother)
    try session.set("member[3]/name", to: "张小明")
    try session.set("member[3]/sex", to: "1")
    try session.set("member[3]/birth_date", to: "2020-02-29")
    return session
  }

  @Test("the form says what it makes and in which lane")
  func settings() throws {
    let form = try authored("household")
    #expect(form.id == "household")
    #expect(form.title() == "入户登记")
    #expect(form.settings["element"] == "household")
    #expect(form.settings["lane"] == "normal")
    #expect(form.languages == ["中文 (zh)", "English (en)"])
    #expect(form.entities.map(\.list) == ["household", "person"])
    #expect(form.nodes[form.entities[1].scope].path == "/data/member")
  }

  @Test("three members make one household and three persons, the persons in the household")
  func entityChanges() throws {
    let session = try withThreeMembers()
    #expect(session.check().isEmpty)
    let changes = try session.entityChanges()
    #expect(changes.map(\.list) == ["household", "person", "person", "person"])
    #expect(changes.allSatisfy { $0.action == .create && $0.entityID == nil })
    #expect(changes.map(\.label) == ["幸福小区3栋501室", "张三", "李𠮷", "张小明"])
    #expect(
      changes[0].fields == [
        "estate": .text("幸福小区"), "building": .text("3"), "room": .text("501"),
        "address": .text("幸福小区3栋501室"), "household_type": .text("1"), "tenure": .text("rented"),
      ])
    #expect(
      changes[2].fields == [
        "full_name": .text("李𠮷"), "id_number": .text(mother), "sex": .text("2"),
        "birth_date": .text("1949-12-31"),
      ])
    #expect(
      changes[3].fields == [
        "full_name": .text("张小明"), "sex": .text("1"), "birth_date": .text("2020-02-29"),
      ])
    #expect(changes[0].parentRef == nil)
    #expect(changes[3].ref == "/data/member[3]")
    #expect(changes[3].parentRef == changes[0].ref)
    #expect(try session.value(of: "member_count") == "3")
    #expect(session.instanceName == "幸福小区3栋501室")
  }

  @Test(
    "a wrong ID number is refused with a clear message and changes nothing",
    arguments: [
      "110105194912310021", "11010519491231002x", "1101051949123100", "110105194902300022",
      "01010519491231002X", "11010520991231002X", "张",
    ])
  func wrongNumber(_ number: String) throws {
    let session = try household()
    try session.set("id_number", to: mother)
    let code = refusal { () throws(AnswerFault) in try session.set("id_number", to: number) }
    guard case .constraint(let message?) = code else {
      Issue.record("\(String(describing: code))")
      return
    }
    #expect(message.contains("校验码"))
    #expect(try session.value(of: "id_number") == mother)
  }

  @Test("every other last character of a right ID number is refused")
  func checkDigit() throws {
    let session = try household()
    for last in "0123456789X" {
      let code = refusal { () throws(AnswerFault) in
        try session.set("id_number", to: son.dropLast() + String(last))
      }
      #expect((code == nil) == (last == "4"), "\(last)")
    }
  }

  @Test("29 February is a birth date in leap years only")
  func leapDay() throws {
    let session = try household()
    // Check digits worked out by hand from GB 11643's weights.
    try session.set("id_number", to: "110105200002290013")
    #expect(try session.value(of: "birth_date") == "2000-02-29")
    let refused = refusal { () throws(AnswerFault) in
      try session.set("id_number", to: "110105190002290017")
    }
    #expect(refused != nil)
  }

  @Test("sex and birth date follow the ID number, and are asked without one")
  func derived() throws {
    let session = try household()
    try session.set("sex", to: "1")
    try session.set("birth_date", to: "1990-05-06")
    try session.set("phone", to: "13800138000")
    #expect(try session.value(of: "sex") == "1")
    try session.set("id_number", to: mother)
    #expect(try session.value(of: "sex") == "2")
    #expect(try session.value(of: "birth_date") == "1949-12-31")
    #expect(
      refusal { () throws(AnswerFault) in try session.set("sex", to: "1") } == .readonly)
    #expect(try session.question("sex").isReadonly)
    try session.set("id_number", to: "")
    #expect(try session.value(of: "sex") == "2")
    try session.set("sex", to: "1")
    #expect(try session.value(of: "sex") == "1")
  }

  @Test("a name is required of every member, the estate of the household")
  func required() throws {
    let session = try household()
    try session.addRepeat("member")
    #expect(
      session.check().map(\.ref) == [
        "/data/location/estate", "/data/member[1]/name", "/data/member[2]/name",
      ])
    #expect(session.check().allSatisfy { $0.code == .required(message: nil) })
  }

  @Test("labels come in the language asked for")
  func languages() throws {
    let session = try withThreeMembers()
    #expect(try session.question("summary").label == "共登记 3 人：幸福小区3栋501室")
    session.language = "en"
    #expect(try session.question("summary").label == "3 people registered at 幸福小区3栋501室")
    #expect(try session.question("tenure").choices.map(\.label) == ["Owned", "Rented", "Other"])
  }

  @Test("editing a household keeps its members out of it")
  func editing() throws {
    let form = try authored("household")
    let session = FormSession(
      form, editing: "household", entityID: "h-1",
      fields: [
        "estate": .text("幸福小区"), "building": .text("3"), "room": .text("501"),
        "household_type": .text("2"), "phone": .text("13800138000"),
      ], environment: environment())
    try session.set("room", to: "502")
    try session.set("household_phone", to: "")
    #expect(session.check().isEmpty)
    let changes = try session.entityChanges()
    #expect(changes.count == 1)
    #expect(changes[0].action == .update)
    #expect(changes[0].entityID == "h-1")
    #expect(changes[0].label == "幸福小区3栋502室")
    #expect(changes[0].fields["phone"] == .null)
    #expect(changes[0].fields["household_type"] == .text("2"))
    #expect(changes[0].fields["address"] == .text("幸福小区3栋502室"))
  }

  @Test("editing a person without an ID number keeps the sex that was asked")
  func editingPerson() throws {
    let session = FormSession(
      try authored("person"), editing: "person", entityID: "p-1",
      fields: ["full_name": .text("张三"), "sex": .text("1"), "birth_date": .text("1990-05-06")],
      environment: environment())
    try session.set("occupation", to: "教师")
    let change = try #require(try session.entityChanges().first)
    #expect(change.fields["sex"] == .text("1"))
    #expect(change.fields["birth_date"] == .text("1990-05-06"))
    #expect(change.fields["occupation"] == .text("教师"))
  }

  @Test("a session opened again from what was saved is the same session")
  func restoring() throws {
    let session = try withThreeMembers()
    session.current = "/data/member[3]/phone"
    session.language = "en"
    let saved = session.savedAnswers
    let again = FormSession(restoring: saved, of: session.definition, environment: environment())
    #expect(again.savedAnswers == saved)
    #expect(again.questions == session.questions)
    #expect(try again.entityChanges() == session.entityChanges())
    #expect(again.leftOver.isEmpty)
    #expect(again.current == "/data/member[3]/phone")
  }

  @Test("a member taken away moves the others up")
  func deleting() throws {
    let session = try withThreeMembers()
    try session.deleteRepeat("member[2]")
    #expect(try session.value(of: "member[2]/name") == "张小明")
    #expect(try session.value(of: "member_count") == "2")
    #expect(session.savedAnswers.repeats == [.init(ref: "/data/member", count: 2)])
  }
}

@Suite("the other forms")
struct OtherFormsTests {
  @Test("a diary needs one line")
  func diary() throws {
    let session = FormSession(try authored("diary"), environment: environment())
    try session.set("content", to: "上门看望独居老人，血压正常")
    #expect(session.check().isEmpty)
    let change = try #require(try session.entityChanges().first)
    #expect(change.fields["content"] == .text("上门看望独居老人，血压正常"))
    #expect(change.fields["service_time"] == .text("2026-11-21T08:30:00.000+08:00"))
    #expect(session.definition.settings["element"] == "diary")
  }

  @Test("a hazard report is urgent, and its category is found by code or initials")
  func event() throws {
    let session = FormSession(try authored("event"), environment: environment())
    #expect(session.definition.settings["lane"] == "urgent")
    let choice = try #require(
      try session.question("category").choices.first { $0.columns["py"] == "bllj" })
    #expect(choice.columns["code"] == "06010")
    try session.set("category", to: choice.name)
    try session.set("description", to: "3栋楼下垃圾成堆")
    try session.set("position", to: "22.5431 114.0579 0 8")
    #expect(session.check().isEmpty)
    #expect(try session.entityChanges().first?.label == "暴露垃圾")
    #expect(!session.asked.contains("/data/handling"))
    try session.set("self_handled", to: "yes")
    #expect(session.asked.contains("/data/handling"))
    #expect(session.check().map(\.ref) == ["/data/handling"])
  }

  @Test("151 characters are one too many, whatever planes they are from")
  func length() throws {
    let session = FormSession(try authored("event"), environment: environment())
    try session.set("description", to: String(repeating: "𠮷", count: 150))
    let code = refusal { () throws(AnswerFault) in
      try session.set("description", to: String(repeating: "字", count: 151))
    }
    #expect(code == .constraint(message: "描述不能超过150字"))
  }
}
