// Filling in: relevance, constraints, calculation, repeats, choices.

import FormEngine
import Testing

@Suite("filling in a form")
struct SessionTests {
  private static let farm = """
    survey
    ,type,name,label,relevant,constraint,constraint_message,required,calculation,repeat_count,readonly,choice_filter,default
    ,integer,age,Age,,. >= 0 and . <= 130,0 to 130,yes,,,,,
    ,select_one yn,works,Works?,${age} >= 18,,,,,,,,
    ,begin group,job,Job,${works} = 'y',,,,,,,,
    ,text,title,Title,,,,yes,,,,,
    ,decimal,pay,Pay,,. > 0,,,,,,,
    ,end group,,,,,,,,,,,
    ,calculate,yearly,,,,,,${pay} * 12,,,,
    ,select_one city,town,Town,,,,,,,,region = ${area},
    ,select_one area,area,Area,,,,,,,,,
    ,text,fixed,Fixed,,,,,,,yes,,seven
    ,integer,many,How many,,,,,,,,,
    ,begin repeat,child,Child,,,,,,${many},,,
    ,text,nick,Nick,,,,,,,,,
    ,calculate,place,,,,,,position(..),,,,
    ,end repeat,,,,,,,,,,,
    choices
    ,list_name,name,label,region
    ,yn,y,Yes,
    ,yn,n,No,
    ,area,north,North,
    ,area,south,South,
    ,city,a,A,north
    ,city,b,B,south
    ,city,c,C,south
    """

  @Test("what is not relevant is not asked, keeps its answer, and counts for nothing")
  func relevance() throws {
    let session = try session(Self.farm)
    #expect(!session.asked.contains("/data/works"))
    try session.set("age", to: "30")
    try session.set("works", to: "y")
    try session.set("title", to: "clerk")
    try session.set("pay", to: "1000.5")
    #expect(try session.value(of: "yearly") == "12006")
    try session.set("age", to: "17")
    #expect(session.asked.first { $0.hasPrefix("/data/job") } == nil)
    #expect(try session.value(of: "yearly") == "")
    #expect(
      refusal { () throws(AnswerFault) in try session.set("title", to: "x") } == .notRelevant)
    #expect(session.check().isEmpty)
    try session.set("age", to: "30")
    #expect(try session.value(of: "job/title") == "clerk")
    #expect(try session.value(of: "yearly") == "12006")
  }

  @Test("an answer that does not hold is refused and the old one stays")
  func constraints() throws {
    let session = try session(Self.farm)
    try session.set("age", to: "30")
    let tooOld = refusal { () throws(AnswerFault) in try session.set("age", to: "131") }
    #expect(tooOld == .constraint(message: "0 to 130"))
    let notANumber = refusal { () throws(AnswerFault) in try session.set("age", to: "3.5") }
    #expect(notANumber == .notANumber)
    let empty = refusal { () throws(AnswerFault) in try session.set("age", to: "") }
    #expect(empty == .required(message: nil))
    #expect(try session.value(of: "age") == "30")
    let readonly = refusal { () throws(AnswerFault) in try session.set("fixed", to: "8") }
    #expect(readonly == .readonly)
    let computed = refusal { () throws(AnswerFault) in try session.set("yearly", to: "8") }
    #expect(computed == .readonly)
  }

  @Test("an unknown question is refused with the nearest names")
  func nearest() throws {
    let session = try session(Self.farm)
    let code = refusal { () throws(AnswerFault) in try session.set("titel", to: "x") }
    #expect(code == .noSuchQuestion(nearest: ["title"]))
    for odd in ["", "/", "[1]", "child[0]/nick", "child[x]/nick", "a/b/c", "data"] {
      let code = refusal { () throws(AnswerFault) in try session.set(odd, to: "x") }
      guard case .noSuchQuestion = code else {
        Issue.record("\(odd): \(String(describing: code))")
        continue
      }
    }
  }

  @Test("choices are filtered by other answers, and others are refused")
  func filters() throws {
    let session = try session(Self.farm)
    #expect(try session.question("town").choices.isEmpty)
    try session.set("area", to: "south")
    #expect(try session.question("town").choices.map(\.name) == ["b", "c"])
    let code = refusal { () throws(AnswerFault) in try session.set("town", to: "a") }
    #expect(code == .notAChoice(allowed: ["b", "c"]))
    try session.set("town", to: "b")
    try session.set("area", to: "north")
    #expect(session.check().map(\.ref) == ["/data/age", "/data/town"])
  }

  @Test("repeat_count makes instances; those beyond it are kept, but are not there")
  func counts() throws {
    let session = try session(Self.farm)
    #expect(session.asked.filter { $0.hasPrefix("/data/child") }.isEmpty)
    try session.set("many", to: "3")
    try session.set("child[3]/nick", to: "z")
    #expect(try session.value(of: "child[3]/place") == "3")
    #expect(
      refusal { () throws(AnswerFault) in try session.addRepeat("child") } == .countIsFixed)
    try session.set("many", to: "2")
    #expect(session.asked.filter { $0.hasPrefix("/data/child") }.count == 2)
    #expect(
      refusal { () throws(AnswerFault) in try session.set("child[3]/nick", to: "y") }
        == .notRelevant)
    try session.set("many", to: "")
    #expect(session.asked.filter { $0.hasPrefix("/data/child") }.isEmpty)
    try session.set("many", to: "3")
    #expect(try session.value(of: "child[3]/nick") == "z")
    try session.set("many", to: "1")
    let again = FormSession(
      restoring: session.savedAnswers, of: session.definition, environment: environment())
    #expect(again.questions == session.questions)
    #expect(session.questions.allSatisfy { $0.kind != .addInstance(count: 0) })
  }

  @Test("a count typed wrongly makes no more than the limit")
  func countLimit() throws {
    let session = try session(Self.farm)
    try session.set("many", to: "999999999")
    #expect(session.savedAnswers.repeats == [.init(ref: "/data/child", count: 10_000)])
  }

  private static let nested = """
    survey
    ,type,name,label,calculation,relevant,default
    ,begin repeat,home,Home,,,
    ,text,street,Street,,,
    ,begin repeat,pet,Pet,,,
    ,text,pname,Name,,,
    ,integer,weight,Weight,,,5
    ,calculate,full,,"concat(${street}, '/', ${pname}, position(..))",,
    ,text,why,Why,,${weight} > 10,
    ,end repeat,,,,,
    ,calculate,load,,sum(${weight}),,
    ,calculate,heavy,,count(${pet}[weight > 10]),,
    ,end repeat,,,,,
    ,calculate,total,,sum(${load}),,
    ,calculate,all,,count(${home}/pet),,
    ,calculate,first,,"indexed-repeat(${pname}, ${home}, 2, ${pet}, 1)",,
    """

  @Test("references in nested repeats mean the current instance")
  func nesting() throws {
    let session = try session(Self.nested)
    try session.set("home[1]/street", to: "A")
    try session.set("home[1]/pet[1]/pname", to: "cat")
    try session.set("home[1]/pet[2]/pname", to: "dog")
    try session.set("home[2]/street", to: "B")
    try session.set("home[2]/pet[1]/pname", to: "cow")
    try session.set("home[2]/pet[1]/weight", to: "500")
    #expect(try session.value(of: "home[1]/pet[2]/full") == "A/dog2")
    #expect(try session.value(of: "home[2]/pet[1]/full") == "B/cow1")
    #expect(try session.value(of: "home[1]/load") == "10")
    #expect(try session.value(of: "home[2]/heavy") == "1")
    #expect(try session.value(of: "total") == "510")
    #expect(try session.value(of: "all") == "3")
    #expect(try session.value(of: "first") == "cow")
    #expect(session.asked.contains("/data/home[2]/pet[1]/why"))
    #expect(!session.asked.contains("/data/home[1]/pet[1]/why"))
    try session.deleteRepeat("home[1]/pet[1]")
    #expect(try session.value(of: "home[1]/pet[1]/full") == "A/dog1")
    #expect(try session.value(of: "total") == "505")
    try session.deleteRepeat("home[1]")
    #expect(try session.value(of: "total") == "500")
    #expect(try session.value(of: "first") == "")
  }

  @Test("set makes the next instance only, and none when the answer is refused")
  func appending() throws {
    let session = try session(Self.nested)
    let far = refusal { () throws(AnswerFault) in try session.set("home[3]/street", to: "C") }
    #expect(far == .severalInstances(count: 1))
    let wrong = refusal { () throws(AnswerFault) in
      try session.set("home[1]/pet[2]/weight", to: "fat")
    }
    #expect(wrong == .notANumber)
    #expect(try session.value(of: "all") == "1")
    #expect(try session.addRepeat("home") == "/data/home[2]")
    #expect(try session.addRepeat("home[2]/pet") == "/data/home[2]/pet[1]")
    let several = refusal { () throws(AnswerFault) in try session.set("street", to: "C") }
    #expect(several == .severalInstances(count: 2))
  }

  @Test("groups, instances and the offer of one more stand among the questions")
  func steps() throws {
    let session = try session(Self.nested)
    #expect(
      session.questions.map(\.kind) == [
        .instance(1), .question(.text), .instance(1), .question(.text), .question(.integer),
        .addInstance(count: 1), .addInstance(count: 1),
      ])
    #expect(
      session.questions.map(\.ref).suffix(2) == ["/data/home[1]/pet[2]", "/data/home[2]"])
    #expect(session.questions.map(\.depth) == [0, 1, 1, 2, 2, 1, 0])
  }

  @Test("nested repeats are restored with their numbers of instances")
  func restoring() throws {
    let session = try session(Self.nested)
    try session.set("home[2]/pet[1]/pname", to: "bee")
    try session.addRepeat("home[2]/pet")
    try session.set("home[2]/pet[3]/pname", to: "ant")
    try session.deleteRepeat("home[1]/pet[1]")
    let again = FormSession(
      restoring: session.savedAnswers, of: session.definition, environment: environment())
    #expect(again.savedAnswers == session.savedAnswers)
    #expect(again.questions == session.questions)
    #expect(try again.value(of: "home[2]/pet[3]/full") == "/ant3")
  }

  @Test("computed defaults come once, for new instances too, and can be overwritten")
  func defaults() throws {
    let session = try session(
      """
      survey
      ,type,name,label,default,calculation
      ,today,now_day,,,
      ,username,who,,,
      ,integer,base,Base,4,
      ,begin repeat,r,R,,
      ,integer,x,X,${base} * 2,
      ,end repeat,,,,
      ,text,stamp,Stamp,uuid(),
      """)
    #expect(try session.value(of: "now_day") == "2026-11-21")
    #expect(try session.value(of: "who") == "li")
    #expect(try session.value(of: "r[1]/x") == "8")
    #expect(try session.value(of: "stamp") == "uuid-2")
    try session.set("base", to: "5")
    try session.addRepeat("r")
    #expect(try session.value(of: "r[1]/x") == "8")
    #expect(try session.value(of: "r[2]/x") == "10")
    let again = FormSession(
      restoring: session.savedAnswers, of: session.definition, environment: environment())
    #expect(try again.value(of: "r[2]/x") == "10")
    #expect(try again.value(of: "stamp") == "uuid-2")
  }

  @Test("opened under a newer version, new questions begin with their defaults, old ones do not")
  func newQuestions() throws {
    let old = try session("survey\n,type,name,label,default\n,text,a,A,x\n")
    try old.set("a", to: "")
    let new = FormSession(
      restoring: old.savedAnswers,
      of: try form(
        "survey\n,type,name,label,default\n,text,a,A,x\n,text,b,B,y\n,text,c,C,\"concat('z', '!')\"\n"
      ), environment: environment(), known: Set(old.definition.nodes.map(\.path)))
    #expect(try new.value(of: "a") == "")
    #expect(try new.value(of: "b") == "y")
    #expect(try new.value(of: "c") == "z!")
  }

  @Test("saved answers for which a newer form has no question are handed back")
  func leftOver() throws {
    let old = try session("survey\n,type,name,label\n,text,a,A\n,text,b,B\n")
    try old.set("a", to: "1")
    try old.set("b", to: "2")
    let new = try form("survey\n,type,name,label\n,text,b,B\n")
    let session = FormSession(
      restoring: old.savedAnswers, of: new, environment: environment())
    #expect(session.leftOver == [SavedAnswer(ref: "/data/a", value: "1")])
    #expect(try session.value(of: "b") == "2")
  }

  @Test("a position is degrees and metres; nonsense is none, nor is 0 0 0 0 without a fix")
  func geopoint() throws {
    let session = try session("survey\n,type,name,label\n,geopoint,g,G\n")
    try session.set("g", to: "22.5431 114.0579 0 8")
    #expect(try session.value(of: "g") == "22.5431 114.0579 0.0 8.0")
    try session.set("g", to: "0 0 0 0")
    #expect(try session.value(of: "g") == "")
    for wrong in ["91 0", "0 181", "x y", "1", "1 2 3 4 5"] {
      let code = refusal { () throws(AnswerFault) in try session.set("g", to: wrong) }
      #expect(code == .notAPosition)
    }
  }

  @Test("dates in labels are written as dates")
  func dateInLabel() throws {
    let session = try session("survey\n,type,name,label\n,date,d,D\n,note,n,On ${d}.\n")
    try session.set("d", to: "2026-01-31")
    #expect(try session.question("n").label == "On 2026-01-31.")
  }

  @Test("a missing translation falls back to the default language")
  func translations() throws {
    let csv = """
      survey
      ,type,name,label::中文 (zh),label::English (en)
      ,text,a,甲,
      ,text,b,乙,B
      settings
      ,form_id,default_language
      ,f,中文 (zh)
      """
    let session = try session(csv, language: "en")
    #expect(session.language == "English (en)")
    #expect(session.questions.map(\.label) == ["甲", "B"])
  }

  @Test("questions may have Chinese names")
  func chineseNames() throws {
    let session = try session(
      """
      survey
      ,type,name,label,calculation
      ,integer,人数,人数,
      ,calculate,双倍,,/data/人数 * 2 + ${人数}
      """)
    try session.set("人数", to: "4")
    #expect(try session.value(of: "双倍") == "12")
  }

  @Test("an expression can be tried with the answers given, from any node")
  func evaluating() throws {
    let session = try session(Self.nested)
    try session.set("home[1]/pet[1]/weight", to: "7")
    #expect(try session.evaluate("sum(/data/home/pet/weight)") == "7")
    #expect(try session.evaluate(". + 1", at: "home[1]/pet[1]/weight") == "8")
    #expect(throws: FormFault.self) { try session.evaluate("1 +") }
    #expect(session.nodeStates.first { $0.ref == "/data/home[1]/pet[1]/weight" }?.value == "7")
  }

  @Test("create_if and update_if decide what becomes of a record")
  func upsert() throws {
    let session = try session(
      """
      survey
      ,type,name,label,save_to
      ,text,known,Known id,
      ,text,title,Title,title
      entities
      ,list_name,label,entity_id,create_if,update_if
      ,thing,${title},${known},${known} = '',${known} != ''
      """)
    try session.set("title", to: "T")
    #expect(try session.entityChanges().map(\.action) == [.create])
    try session.set("known", to: "t-1")
    #expect(try session.entityChanges().map(\.entityID) == ["t-1"])
    #expect(try session.entityChanges().map(\.action) == [.update])
  }
}
