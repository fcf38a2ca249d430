import Testing

@testable import Domain

/// Codes of bodies that publish theirs; `script/interop` compares many more with
/// an independent implementation.
@Suite struct CreditCodeTests {
  @Test(arguments: ["91350100M000100Y43", "91110000600037341L", "９１１１００００６０００３７３４１ｌ"])
  func knownCodesAreRead(_ typed: String) throws {
    #expect(try CreditCode(typed).text.utf8.count == 18)
  }

  @Test func itSaysWhereAndWho() throws {
    let code = try CreditCode("91350100M000100Y43")
    #expect(code.division == "350100")
    #expect(code.organizationCode == "M000100Y4")
  }

  @Test(
    arguments: [
      ("91350100M000100Y44", CreditCode.Fault.check(expected: "3")), ("", .form),
      ("91350100M000100Y4", .form), ("9135010OM000100Y43", .form), ("91A50100M000100Y43", .form),
    ])
  func aFaultIsNamed(_ typed: String, _ fault: CreditCode.Fault) {
    #expect(throws: fault) { try CreditCode(typed) }
  }
}

@Suite struct PhoneNumberTests {
  @Test(
    arguments: [
      ("13800138000", "13800138000", PhoneNumber.Kind.mobile),
      ("+86 138-0013-8000", "13800138000", .mobile), ("0086１３８００１３８０００", "13800138000", .mobile),
      ("0755-26001234", "075526001234", .landline), ("(010) 6888 8888", "01068888888", .landline),
      ("0755-26001234转801", "075526001234-801", .landline),
      ("400-800-8888", "4008008888", .service),
    ])
  func numbersAreReadAsDialled(_ typed: String, _ text: String, _ kind: PhoneNumber.Kind) throws {
    let number = try #require(PhoneNumber(typed))
    #expect(number.text == text)
    #expect(number.kind == kind)
  }

  @Test(arguments: [
    "", "12800138000", "1380013800", "138001380001", "26001234", "0755", "电话", "+1 202 555 0100",
    "13800138000转1",
  ])
  func othersAreNone(_ typed: String) { #expect(PhoneNumber(typed) == nil) }
}
