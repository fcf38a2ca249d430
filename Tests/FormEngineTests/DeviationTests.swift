// Where the engine differs from JavaRosa on purpose (Forms/DEVIATIONS.md).

import FormEngine
import Testing

@Suite("deviations from JavaRosa")
struct DeviationTests {
  private static func xform(_ instance: String, _ binds: String, _ body: String) -> String {
    """
    <h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
      xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>T</h:title><model>
    <instance><data id="t">\(instance)</data></instance>\(binds)</model></h:head>
    <h:body>\(body)</h:body></h:html>
    """
  }

  @Test("a new instance has its parts in the form's order")
  func order() throws {
    let session = try session(
      """
      survey
      ,type,name,label,calculation
      ,begin repeat,house,House,
      ,begin repeat,visit,Visit,
      ,integer,nights,Nights,
      ,end repeat,,,
      ,calculate,total,,sum(${nights})
      ,end repeat,,,
      """)
    try session.addRepeat("house")
    try session.addRepeat("/data/house[2]/visit")
    let inside = session.nodeStates.map(\.ref).filter { $0.hasPrefix("/data/house[2]/") }
    #expect(
      inside == [
        "/data/house[2]/visit[1]", "/data/house[2]/visit[1]/nights", "/data/house[2]/total",
      ])
  }

  @Test("a blank between two values in a label stays")
  func blanks() throws {
    let session = try session(
      """
      survey
      ,type,name,label
      ,text,first,First
      ,text,last,Last
      ,note,hello,${first} ${last}
      """)
    try session.set("first", to: "Li")
    try session.set("last", to: "Hua")
    #expect(try session.question("hello").label == "Li Hua")
  }

  @Test("a wildcard stands for every child")
  func wildcard() throws {
    let csv = Self.xform(
      "<g><a>1</a><b>2</b></g><h><a>3</a></h><n/><m/>",
      "<bind nodeset=\"/data/n\" calculate=\"count(/data/*/a)\"/>"
        + "<bind nodeset=\"/data/m\" calculate=\"sum(/data/g/*)\"/>", "<input ref=\"/data/g/a\"/>")
    let session = try session(csv)
    #expect(try session.value(of: "n") == "2")
    #expect(try session.value(of: "m") == "3")
  }

  @Test("a constraint sees the new answer, wherever it looks")
  func candidate() throws {
    let session = try session(
      """
      survey
      ,type,name,label,constraint
      ,begin repeat,room,Room,
      ,text,door,Door,count(${room}[door = current()/.]) <= 1
      ,end repeat,,,
      """)
    try session.set("room[1]/door", to: "301")
    try session.addRepeat("room")
    #expect(
      refusal { () throws(AnswerFault) in try session.set("room[2]/door", to: "301") }
        == .constraint(message: nil))
    try session.set("room[2]/door", to: "302")
  }

  @Test("a boolean is answered by 1, 0 and words")
  func booleans() throws {
    let session = try session(
      Self.xform(
        "<b/>", "<bind nodeset=\"/data/b\" type=\"boolean\"/>", "<input ref=\"/data/b\"/>"))
    try session.set("b", to: "true")
    #expect(try session.value(of: "b") == "1")
    try session.set("b", to: "0")
    #expect(try session.evaluate("not(/data/b)") == "true")
    #expect(
      refusal { () throws(AnswerFault) in try session.set("b", to: "maybe") } == .notANumber)
  }

  @Test("what nobody can check is not taken for signed")
  func unsigned() throws {
    // 64 bytes of signature and the message "hi", under a key of 32 zeros.
    let signed = String(repeating: "A", count: 85) + "Ghp"
    let key = String(repeating: "A", count: 43) + "="
    #expect(try evaluate("extract-signed('\(signed)', '\(key)')") == "")
    var trusting = environment()
    trusting.isSigned = { key, message, signature in
      key.count == 32 && signature.count == 64 && message == Array("hi".utf8)
    }
    let session = FormSession(
      try form("survey\n,type,name,label\n,text,a,A\n"), environment: trusting)
    #expect(try session.evaluate("extract-signed('\(signed)', '\(key)')") == "hi")
  }

  @Test("nesting is limited")
  func nesting() throws {
    func codes(_ expression: String) -> [FormFault.Code] {
      faults("survey\n,type,name,label,calculation\n,calculate,c,,\"\(expression)\"\n").map(\.code)
    }
    let deep = String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000)
    #expect(codes(deep) == [.nestedTooDeeply])
    let chain = "1" + String(repeating: " + 1", count: 10_000)
    #expect(codes(chain) == [.nestedTooDeeply])
    let fair = "1" + String(repeating: " + 1", count: 900)
    #expect(codes(fair).isEmpty)
  }
}
