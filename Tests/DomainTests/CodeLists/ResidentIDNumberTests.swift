import Testing

@testable import Domain

/// Expectations: GB 11643's own example number and numbers reckoned by a script
/// of its formula; the calendar for the rest.
@Suite struct ResidentIDNumberTests {
  @Test func theStandardsExampleSaysWhoItIsOf() throws {
    let number = try ResidentIDNumber("11010519491231002X")
    #expect(number.division == "110105")
    #expect(number.birthDate.text == "1949-12-31")
    #expect(!number.isMale)
    #expect(number.sexCode == "2")
  }

  @Test(arguments: ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ"])
  func whatPeopleTypeIsReadAsMeant(_ typed: String) throws {
    #expect(try ResidentIDNumber(typed).text == "11010519491231002X")
  }

  @Test(
    arguments: [
      ("110105194912310021", ResidentIDNumber.Fault.check(expected: "X")),
      ("110105194902300023", .birthDate), ("440306199002291234", .birthDate),
      ("990105194912310029", .division), ("1101051949123100", .form), ("", .form),
      ("11010519491231X02X", .form), ("一一〇一〇五一九四九一二三一〇〇二", .form),
    ])
  func aFaultIsNamed(_ typed: String, _ fault: ResidentIDNumber.Fault) {
    #expect(throws: fault) { try ResidentIDNumber(typed) }
  }

  @Test func nobodyIsBornTomorrow() throws {
    let today = try #require(CalendarDate("1949-12-30"))
    #expect(throws: ResidentIDNumber.Fault.birthDate) {
      try ResidentIDNumber("11010519491231002X", today: today)
    }
  }

  @Test func oneWrongDigitOrTwoSwappedNeighboursAreFound() {
    let digits = Array("11010519491231002X")
    for place in 0..<17 {
      for digit in "0123456789" where digit != digits[place] {
        var altered = digits
        altered[place] = digit
        #expect(throws: (any Error).self) { try ResidentIDNumber(String(altered)) }
      }
    }
    for place in 0..<16 where digits[place] != digits[place + 1] {
      var altered = digits
      altered.swapAt(place, place + 1)
      #expect(throws: (any Error).self) { try ResidentIDNumber(String(altered)) }
    }
  }
}

@Suite struct CalendarDateTests {
  @Test(arguments: ["2024-02-29", "20240229", "2000-02-29", "0001-01-01", "9999-12-31"])
  func daysOfTheCalendarAreRead(_ text: String) { #expect(CalendarDate(text) != nil) }

  @Test(arguments: [
    "2023-02-29", "1900-02-29", "2024-04-31", "2024-13-01", "2024-00-10", "2024-1-1", "24-01-01x",
    "",
  ])
  func othersAreNot(_ text: String) { #expect(CalendarDate(text) == nil) }

  @Test func theyAreInOrder() throws {
    #expect(try #require(CalendarDate("1999-12-31")) < #require(CalendarDate("2000-01-01")))
  }
}
