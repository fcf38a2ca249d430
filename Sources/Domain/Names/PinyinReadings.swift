/// The readings behind `Pinyin`: the table, unpacked when it is first needed, and
/// what no table of single characters can know.
enum PinyinReadings {
  static let table = Unpacked()

  /// `PinyinTable` as it is looked up: two bytes a character.
  struct Unpacked: Sendable {
    private let syllables: [String]
    private let places: [UInt16]

    init() {
      // The first syllable is the empty one, of characters without a reading.
      syllables = PinyinTable.syllables.split(
        separator: " ", omittingEmptySubsequences: false
      ).map(String.init)
      var values = [UInt16](repeating: 0, count: 128)
      for (value, digit) in PinyinTable.digits.utf8.enumerated() {
        values[Int(digit)] = UInt16(value)
      }
      let code = Array(PinyinTable.code.utf8)
      places = stride(from: 0, to: code.count - 1, by: 2).map {
        values[Int(code[$0])] * 64 + values[Int(code[$0 + 1])]
      }
    }

    func reading(of scalar: Unicode.Scalar) -> String? {
      if scalar == "〇" { return "ling" }
      let place = Int(scalar.value) - Int(PinyinTable.firstScalar)
      guard places.indices.contains(place) else { return nil }
      let syllable = syllables[Int(places[place])]
      return syllable.isEmpty ? nil : syllable
    }
  }

  /// Surnames that are read otherwise than the character alone, or of two
  /// characters; the usual reading first (现代汉语词典).
  static let surnames: [String: [String]] = [
    "曾": ["zeng"], "单": ["shan"], "單": ["shan"], "仇": ["qiu"], "解": ["xie"], "区": ["ou"],
    "區": ["ou"], "查": ["zha"], "覃": ["qin", "tan"], "盖": ["ge", "gai"], "蓋": ["ge", "gai"],
    "乐": ["yue", "le"], "樂": ["yue", "le"], "朴": ["piao", "pu"], "任": ["ren"], "华": ["hua"],
    "宁": ["ning"], "缪": ["miao"], "繆": ["miao"], "翟": ["zhai", "di"], "冼": ["xian"],
    "员": ["yun"], "員": ["yun"], "召": ["shao"], "过": ["guo"], "黑": ["he", "hei"], "折": ["she"],
    "秘": ["bi", "mi"], "繁": ["po"], "牟": ["mu", "mou"], "纪": ["ji"], "燕": ["yan"],
    "柏": ["bai", "bo"], "葛": ["ge"], "阚": ["kan"], "闞": ["kan"], "种": ["chong"],
    "祭": ["zhai", "ji"], "佴": ["nai"], "郗": ["xi", "chi"], "逄": ["pang"], "盛": ["sheng"],
    "石": ["shi"], "车": ["che"], "曲": ["qu"], "能": ["nai"], "贾": ["jia"], "賈": ["jia"],
    "隗": ["wei", "kui"], "乜": ["nie"], "相": ["xiang"], "应": ["ying"], "句": ["gou"],
    "钭": ["tou"], "藏": ["zang", "cang"], "谌": ["chen", "shen"], "晁": ["chao"], "訾": ["zi"],
    "尹": ["yin"], "费": ["fei", "bi"], "冯": ["feng"], "幺": ["yao"], "都": ["du"], "哈": ["ha"],
    "那": ["na"], "尉": ["wei", "yu"], "万": ["wan"], "沈": ["shen"], "瞿": ["qu"],
    "郇": ["xun", "huan"],
    "洗": ["xian"], "长": ["chang", "zhang"], "重": ["zhong", "chong"],
    "尉迟": ["yu chi"], "长孙": ["zhang sun"], "万俟": ["mo qi"], "澹台": ["tan tai"],
    "单于": ["chan yu"], "令狐": ["ling hu"], "欧阳": ["ou yang"], "司马": ["si ma"],
    "上官": ["shang guan"], "诸葛": ["zhu ge"], "皇甫": ["huang fu"], "慕容": ["mu rong"],
    "司徒": ["si tu"], "端木": ["duan mu"], "夏侯": ["xia hou"], "东方": ["dong fang"],
    "公孙": ["gong sun"], "宇文": ["yu wen"], "轩辕": ["xuan yuan"], "司空": ["si kong"],
    "钟离": ["zhong li"], "闻人": ["wen ren"], "太叔": ["tai shu"], "申屠": ["shen tu"],
    "呼延": ["hu yan"], "南宫": ["nan gong"], "独孤": ["du gu"], "赫连": ["he lian"],
    "濮阳": ["pu yang"], "淳于": ["chun yu"], "拓跋": ["tuo ba"], "百里": ["bai li"],
    "东郭": ["dong guo"], "西门": ["xi men"], "纳兰": ["na lan"], "鲜于": ["xian yu"],
  ]

  /// Second readings of characters that are common in names and addresses.
  static let second: [Unicode.Scalar: [String]] = [
    "长": ["chang", "zhang"], "重": ["zhong", "chong"], "行": ["xing", "hang"], "乐": ["le", "yue"],
    "曾": ["ceng", "zeng"], "单": ["dan", "shan"], "解": ["jie", "xie"], "区": ["qu", "ou"],
    "朝": ["chao", "zhao"], "宿": ["su", "xiu"], "传": ["chuan", "zhuan"], "调": ["diao", "tiao"],
    "都": ["dou", "du"], "还": ["huan", "hai"], "会": ["hui", "kuai"], "降": ["jiang", "xiang"],
    "角": ["jiao", "jue"], "觉": ["jue", "jiao"], "堡": ["bao", "pu"], "厦": ["sha", "xia"],
    "蔚": ["wei", "yu"], "盛": ["sheng", "cheng"], "石": ["shi", "dan"], "校": ["xiao", "jiao"],
    "兴": ["xing"], "宁": ["ning"], "茜": ["qian", "xi"], "娜": ["na", "nuo"], "莘": ["shen", "xin"],
    "晟": ["cheng", "sheng"], "瑞": ["rui"], "圳": ["zhen"], "涌": ["yong", "chong"],
    "番": ["fan", "pan"], "柏": ["bai", "bo"], "泊": ["bo", "po"], "尾": ["wei", "yi"],
    "大": ["da", "dai"], "车": ["che", "ju"], "参": ["can", "shen"], "奇": ["qi", "ji"],
    "折": ["zhe", "she"], "藏": ["cang", "zang"], "和": ["he", "huo"], "给": ["gei", "ji"],
    "率": ["lv", "shuai"], "薄": ["bo", "bao"], "秘": ["mi", "bi"], "颉": ["jie", "xie"],
    "琅": ["lang"], "峒": ["tong", "dong"], "圩": ["wei", "xu"], "阿": ["a", "e"],
    "六": ["liu", "lu"], "差": ["cha", "chai"], "弄": ["nong", "long"], "巷": ["xiang", "hang"],
  ]
}
