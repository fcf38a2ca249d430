import Testing

@testable import Domain

/// Expectations: the dictionary's readings, written by hand.
@Suite struct PinyinTests {
  @Test(
    arguments: [
      ("曾小明", "zengxiaoming"), ("单雄信", "shanxiongxin"), ("仇英", "qiuying"),
      ("解缙", "xiejin"), ("区志强", "ouzhiqiang"), ("吕蒙", "lvmeng"), ("查良镛", "zhaliangyong"),
      ("欧阳修", "ouyangxiu"), ("尉迟恭", "yuchigong"), ("万俟卨", "moqixie"), ("梁鑫", "liangxin"),
      ("任盈盈", "renyingying"), ("朴树", "piaoshu"),
    ])
  func surnamesAreReadAsSurnames(_ name: String, _ full: String) {
    #expect(Pinyin.spellings(ofName: name).first?.full == full)
  }

  @Test func aCharacterWithTwoReadingsIsFoundByBoth() {
    let spellings = Pinyin.spellings(ofName: "王乐").map(\.full)
    #expect(Set(spellings) == ["wangle", "wangyue"])
    #expect(Set(Pinyin.spellings(ofName: "覃勇").map(\.initials)) == ["qy", "ty"])
  }

  @Test func aSurnameAloneIsNoNameBeforeAGivenOne() {
    // One character may be anything; both readings are kept.
    #expect(Set(Pinyin.spellings(ofName: "单").map(\.full)) == ["dan", "shan"])
  }

  @Test func initialsAndWhatIsTypedBetweenCharacters() {
    #expect(Pinyin.spellings(of: "井盖A-12号").first?.initials == "jga12h")
    #expect(Pinyin.spellings(of: "井盖A-12号").first?.full == "jinggaia12hao")
    #expect(Pinyin.spellings(of: "（）、 ").map(\.full) == [""])
    #expect(Pinyin.folded("LÜ") == "lv")
  }

  @Test func manyReadingsDoNotMultiplyWithoutEnd() {
    let name = String(repeating: "长", count: 40)
    let spellings = Pinyin.spellings(of: name)
    #expect(spellings.count <= Pinyin.mostSpellings)
    #expect(spellings.allSatisfy { $0.initials.count == 40 })
  }

  @Test func everyCommonCharacterHasAReading() {
    // GB 2312, level 1 and 2, lies within the block; a sample of each corner.
    for character in "一丁啊座亍鼾龥鑫喆堃淼垚翀" {
      let scalar = character.unicodeScalars.first
      #expect(scalar.map { !Pinyin.readings(of: $0).isEmpty } == true, "\(character)")
    }
    #expect(Pinyin.readings(of: "A").isEmpty)
    #expect(Pinyin.readings(of: "。").isEmpty)
  }
}
