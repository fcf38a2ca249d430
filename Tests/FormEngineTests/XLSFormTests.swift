// What an XLSForm's types, columns and settings come to when it is filled in.

import FormEngine
import Testing

@Suite("XLSForms")
struct XLSFormTests {
  private func filled(
    _ csv: String, files: [String: String] = [:], language: String? = nil
  ) throws -> FormSession {
    let form = try FormFile.read(
      Array(csv.utf8), name: "test",
      attachments: FormAttachments { files[$0].map { Array($0.utf8) } })
    return FormSession(form, environment: environment(), language: language)
  }

  @Test("or_other adds a choice, and asks what was meant when it is taken")
  func other() throws {
    let session = try filled(
      """
      survey
      ,type,name,label
      ,select_one fuel or_other,fuel,Fuel
      choices
      ,list_name,name,label
      ,fuel,gas,Gas
      """)
    #expect(try session.question("fuel").choices.map(\.name) == ["gas", "other"])
    #expect(session.asked == ["/data/fuel"])
    try session.set("fuel", to: "other")
    #expect(session.asked == ["/data/fuel", "/data/fuel_other"])
    #expect(try session.question("fuel_other").label == "Specify other.")
  }

  @Test("a range knows its bounds, a ranking keeps its order, media keep a file name")
  func types() throws {
    let session = try filled(
      """
      survey
      ,type,name,label,parameters
      ,range,r,R,start=0 end=10 step=2
      ,rank list,k,K,
      ,audio,a,A,quality=low
      ,geotrace,t,T,
      ,geoshape,s,S,
      ,barcode,b,B,
      choices
      ,list_name,name,label
      ,list,x,Ex
      ,list,y,Why
      """)
    let range = try session.question("r")
    #expect(range.kind == .question(.range))
    #expect(range.parameters["end"] == "10")
    try session.set("k", to: "y x")
    #expect(try session.question("k").chosen == ["Why", "Ex"])
    try session.set("a", to: "noise.m4a")
    try session.set("t", to: "22.5 114 0 0; 22.6 114 0 0")
    #expect(try session.evaluate("round(distance(/data/t), 0)") == "11132")
    #expect(
      refusal { () throws(AnswerFault) in try session.set("s", to: "north") } == .notAPosition)
    try session.set("b", to: "6901234567892")
  }

  @Test("a trigger sets its question when another answer changes, and only then")
  func triggers() throws {
    let session = try filled(
      """
      survey
      ,type,name,label,calculation,trigger
      ,text,a,A,,
      ,text,b,B,,
      ,text,seen,Seen,"concat(${a}, '/', ${b})","${a}, ${b}"
      ,text,cleared,Cleared,,${a}
      """)
    try session.set("cleared", to: "x")
    try session.set("a", to: "1")
    #expect(try session.value(of: "seen") == "1/")
    #expect(try session.value(of: "cleared") == "")
    try session.set("seen", to: "mine")
    #expect(try session.value(of: "seen") == "mine")
    try session.set("b", to: "2")
    #expect(try session.value(of: "seen") == "1/2")
  }

  @Test("choices come from files beside the form, filtered; pulldata looks into them")
  func files() throws {
    let csv = """
      survey
      ,type,name,label,choice_filter,calculation,parameters
      ,text,area,Area,,,
      ,select_one_from_file doors.csv,door,Door,area = ${area},,value=code label=title
      ,calculate,owner,,,"pulldata('doors', 'owner', 'code', ${door})",
      ,select_one_from_file wells.geojson,well,Well,,,
      """
    let doors = "code,title,area,owner\nd1,\"3栋, 201\",a,王\nd2,3栋 202,b,李\n"
    let wells = """
      {"type": "FeatureCollection", "features": [{"type": "Feature", "properties":
      {"id": "w1", "title": "井"}, "geometry": {"type": "Point", "coordinates": [114.05, 22.5]}}]}
      """
    let session = try filled(csv, files: ["doors.csv": doors, "wells.geojson": wells])
    try session.set("area", to: "a")
    #expect(try session.question("door").choices.map(\.label) == ["3栋, 201"])
    try session.set("door", to: "d1")
    #expect(try session.value(of: "owner") == "王")
    #expect(try session.question("well").choices.map(\.name) == ["w1"])
    #expect(
      refusal { () throws(AnswerFault) in try session.set("door", to: "d2") }
        == .notAChoice(allowed: ["d1"]))
    let missing = faults(csv)
    #expect(missing.map(\.code) == [.missingFile, .missingFile])
    #expect(missing.map(\.row) == [4, 6])
  }

  @Test("choices come from answers to a repeat")
  func answers() throws {
    let session = try filled(
      """
      survey
      ,type,name,label
      ,begin repeat,person,Person
      ,text,pname,Name
      ,end repeat,,
      ,select_one ${pname},head,Head
      """)
    try session.set("person[1]/pname", to: "王芳")
    try session.addRepeat("person")
    try session.set("person[2]/pname", to: "李 明")
    #expect(try session.question("head").choices.map(\.name) == ["王芳", "李 明"])
    try session.set("head", to: "李 明")
    #expect(try session.question("head").chosen == ["李 明"])
  }

  @Test("the same seed shows choices in the same order, another one in another")
  func randomize() throws {
    func order(_ seed: String) throws -> [String] {
      let session = try filled(
        """
        survey
        ,type,name,label,parameters
        ,integer,n,N,
        ,select_one list,a,A,"randomize=true, seed=${n}"
        choices
        ,list_name,name,label
        ,list,1,1
        ,list,2,2
        ,list,3,3
        ,list,4,4
        ,list,5,5
        """)
      try session.set("n", to: seed)
      return try session.question("a").choices.map(\.name)
    }
    #expect(try order("7") == order("7"))
    #expect(try order("7") != order("8"))
    #expect(try order("7").sorted() == ["1", "2", "3", "4", "5"])
  }

  @Test("repeat_count may be a number, an expression or a question")
  func counts() throws {
    let session = try filled(
      """
      survey
      ,type,name,label,repeat_count
      ,integer,n,N,
      ,begin repeat,three,Three,3
      ,text,a,A,
      ,end repeat,,,
      ,begin repeat,more,More,${n} + 1
      ,text,b,B,
      ,end repeat,,,
      """)
    #expect(session.asked.filter { $0.hasPrefix("/data/three") }.count == 3)
    try session.set("n", to: "1")
    #expect(session.asked.filter { $0.hasPrefix("/data/more") }.count == 2)
    #expect(try session.value(of: "more_count") == "2")
  }

  @Test("words, guidance, media and messages come in the language asked for")
  func languages() throws {
    let session = try filled(
      """
      survey
      ,type,name,label::中文 (zh),label::English (en),guidance_hint::English (en),image::中文 (zh),constraint,constraint_message::中文 (zh),constraint_message::English (en)
      ,integer,n,人数,People,All of them,people.png,. < 9,太多,Too many
      settings
      ,default_language
      ,中文 (zh)
      """, language: "en")
    let question = try session.question("n")
    #expect(question.label == "People")
    #expect(question.guidanceHint == "All of them")
    #expect(question.media["image"]?.hasSuffix("people.png") == true)
    #expect(
      refusal { () throws(AnswerFault) in try session.set("n", to: "9") }
        == .constraint(message: "Too many"))
    session.language = "zh"
    #expect(
      refusal { () throws(AnswerFault) in try session.set("n", to: "9") }
        == .constraint(message: "太多"))
  }

  @Test("metadata is filled in, and bind::, body:: and instance:: columns are written out")
  func columns() throws {
    let session = try filled(
      """
      survey
      ,type,name,label,bind::type,body::accuracyThreshold,instance::odk:tag
      ,deviceid,device,,,,
      ,username,who,,,,
      ,today,day,,,,
      ,text,n,N,int,,
      ,geopoint,p,P,,12.5,
      ,text,t,T,,,seen
      """)
    #expect(try session.value(of: "device") == "device-1")
    #expect(try session.value(of: "who") == "li")
    #expect(try session.value(of: "day") == "2026-11-21")
    #expect(refusal { () throws(AnswerFault) in try session.set("n", to: "x") } == .notANumber)
    #expect(try session.question("p").parameters["accuracyThreshold"] == "12.5")
    #expect(session.submission.contains("<t odk:tag=\"seen\"/>"))
  }

  @Test("entities in a repeat make a record each, created or updated by their conditions")
  func entities() throws {
    let session = try filled(
      """
      survey
      ,type,name,label,save_to
      ,begin repeat,tree,Tree,
      ,text,known,Known,
      ,text,kind,Kind,species
      ,end repeat,,,
      entities
      ,list_name,label,entity_id,create_if,update_if
      ,trees,${kind},${known},${known} = '',${known} != ''
      """)
    try session.set("tree[1]/kind", to: "榕")
    try session.addRepeat("tree")
    try session.set("tree[2]/known", to: "t-7")
    try session.set("tree[2]/kind", to: "樟")
    let changes = try session.entityChanges()
    #expect(changes.map(\.action) == [.create, .update])
    #expect(changes.map(\.entityID) == [nil, "t-7"])
    #expect(changes.map(\.label) == ["榕", "樟"])
    #expect(changes.map(\.ref) == ["/data/tree[1]", "/data/tree[2]"])
  }

  @Test("a note that needs an answer keeps the form from being finished")
  func blocker() throws {
    let session = try filled(
      """
      survey
      ,type,name,label,required,relevant
      ,integer,men,Men,,
      ,note,bad,Cannot be,yes,${men} > 3
      """)
    #expect(session.check().isEmpty)
    try session.set("men", to: "4")
    #expect(session.check().map(\.ref) == ["/data/bad"])
  }

  @Test("the saved answers of every kind of question open again as they were")
  func restoring() throws {
    let session = try filled(
      """
      survey
      ,type,name,label,calculation,default
      ,text,t,T,,"a ""b"" 𠮷"
      ,decimal,d,D,,2.5
      ,dateTime,m,M,,
      ,geoshape,s,S,,
      ,select_multiple list,l,L,,x y
      ,begin repeat,o,O,,
      ,begin repeat,i,I,,
      ,integer,n,N,,
      ,end repeat,,,,
      ,calculate,sum,,sum(${n}),
      ,end repeat,,,,
      choices
      ,list_name,name,label
      ,list,x,Ex
      ,list,y,Why
      """)
    try session.set("m", to: "2026-01-31T08:30:00.000+08:00")
    try session.set("s", to: "1 2 0 0; 3 4 0 0; 1 2 0 0")
    try session.set("/data/o[1]/i[1]/n", to: "3")
    try session.addRepeat("/data/o")
    try session.set("/data/o[2]/i[1]/n", to: "4")
    let again = FormSession(
      restoring: session.savedAnswers, of: session.definition, environment: environment())
    #expect(again.nodeStates == session.nodeStates)
    #expect(again.submission == session.submission)
    #expect(again.leftOver.isEmpty)
    #expect(try again.value(of: "/data/o[2]/sum") == "4")
    let submitted = try FormSession(
      submission: Array(session.submission.utf8), of: session.definition,
      environment: environment())
    #expect(submitted.nodeStates == session.nodeStates)
    #expect(submitted.submission == session.submission)
    #expect(throws: FormFaults.self) {
      try FormSession(
        submission: Array("<other/>".utf8), of: session.definition, environment: environment())
    }
  }
}
