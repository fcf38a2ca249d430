import Domain
import Testing

struct MaskingTests {
  @Test(
    "an ID number shows its first six and last four",
    arguments: [
      ("110101199003071234", "110101********1234"), ("110101900307123", "110101*****7123"),
      ("11010119900307123X", "110101********123X"), ("12345678901", "123456*8901"),
      ("1234567890", "**********"), ("1", "*"), ("", ""),
    ])
  func idNumber(_ number: String, _ shown: String) {
    #expect(Masking.idNumber(number) == shown)
    #expect(Masking.shown(.text(number), of: "id_number") == .text(shown))
  }

  @Test(
    "a phone number shows its first three and last four",
    arguments: [
      ("13800138000", "138****8000"), ("0755-26681234", "075******1234"), ("12345", "*****"),
      ("1234567", "*******"), ("", ""),
    ])
  func phone(_ number: String, _ shown: String) {
    #expect(Masking.phone(number) == shown)
    #expect(Masking.shown(.text(number), of: "phone") == .text(shown))
    #expect(Masking.shown(.text(number), of: "contact_phone") == .text(shown))
  }

  @Test("a number is masked whatever type it came as")
  func types() {
    #expect(Masking.shown(13_800_138_000, of: "phone") == "138****8000")
    #expect(Masking.shown(110_101_199_003_071_234, of: "id_number") == "110101********1234")
    let list = Masking.shown(.array(["13800138000", "13900139000"]), of: "phone")
    #expect(list.text?.contains("00138000") == false)
    #expect(list.text?.contains("13900139") == false)
    #expect(Masking.shown(.null, of: "phone") == .null)
  }

  @Test("only the fields that are personal are masked, all of them")
  func fields() {
    let shown = Masking.shown([
      "name": "陈晓燕", "phone": "13800138000", "contact_phone": "13900139000",
      "id_number": "110101199003071234", "rooms": 3, "note": .null,
    ])
    #expect(
      shown == [
        "name": "陈晓燕", "phone": "138****8000", "contact_phone": "139****9000",
        "id_number": "110101********1234", "rooms": 3, "note": .null,
      ])
  }

  @Test("an answer of an older form is masked as its field was")
  func former() {
    #expect(Masking.shown("13800138000", of: "former_phone") == "138****8000")
    #expect(Masking.shown("13800138000", of: "former_rooms") == "13800138000")
  }

  @Test("masking twice is masking once")
  func twice() {
    for number in ["13800138000", "123", ""] {
      #expect(Masking.phone(Masking.phone(number)) == Masking.phone(number))
    }
  }
}
