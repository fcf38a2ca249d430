// XForm XML, as OpenRosa servers hand it out.

import FormEngine
import Foundation
import Testing

@Suite("XForms")
struct XFormTests {
  private static func xform(
    _ instance: String, _ model: String = "", _ body: String, root: String = "data"
  ) -> String {
    """
    <?xml version="1.0"?>
    <h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
      xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"
      xmlns:odk="http://www.opendatakit.org/xforms"
      xmlns:entities="http://www.opendatakit.org/xforms/entities">
    <h:head><h:title>检查</h:title><model>
    <instance><\(root) id="inspection" version="7">\(instance)</\(root)></instance>
    \(model)</model></h:head><h:body>\(body)</h:body></h:html>
    """
  }

  @Test("title, id, version, binds, inline labels and outputs are read")
  func simple() throws {
    let form = try form(
      Self.xform(
        "<name/><age>30</age><says/>",
        """
        <bind nodeset="/data/name" type="string" required="true()" jr:requiredMsg="姓名必填"/>
        <bind nodeset="/data/age" type="int" constraint=". &lt; 150" jr:constraintMsg="太老"/>
        <bind nodeset="/data/says" calculate="concat(/data/name, '!')"/>
        """,
        """
        <input ref="/data/name"><label>姓名</label><hint>身份证上的</hint></input>
        <input ref="/data/age"><label>Age of <output value="/data/name"/></label></input>
        """))
    #expect(form.id == "inspection")
    #expect(form.version == "7")
    #expect(form.title() == "检查")
    let session = FormSession(form, environment: environment())
    #expect(session.check().map(\.code) == [.required(message: "姓名必填")])
    try session.set("name", to: "王")
    #expect(try session.question("age").label == "Age of 王")
    #expect(try session.question("age").value == "30")
    #expect(
      refusal { () throws(AnswerFault) in try session.set("age", to: "200") }
        == .constraint(message: "太老"))
    #expect(try session.value(of: "says") == "王!")
    #expect(try session.question("name").hint == "身份证上的")
  }

  @Test("itext gives words by language, with guidance and media beside them")
  func itext() throws {
    let session = try session(
      Self.xform(
        "<a/><b/>",
        """
        <itext>
        <translation lang="English"><text id="q"><value>Hole</value>
          <value form="guidance">Look twice</value><value form="image">jr://images/hole.png</value>
        </text></translation>
        <translation lang="中文" default="true()"><text id="q"><value>坑 <output value="/data/b"/></value>
        </text></translation>
        </itext>
        <bind nodeset="/data/b" calculate="3"/>
        """,
        "<input ref=\"/data/a\"><label ref=\"jr:itext('q')\"/><hint ref=\"jr:itext('q')\"/></input>"
      ))
    #expect(session.definition.languages == ["English", "中文"])
    #expect(session.definition.defaultLanguage == "中文")
    #expect(try session.question("a").label == "坑 3")
    session.language = "English"
    #expect(try session.question("a").label == "Hole")
    #expect(try session.question("a").guidanceHint == "Look twice")
  }

  @Test("repeats begin with the instances of the form, new ones with its template")
  func repeats() throws {
    let session = try session(
      Self.xform(
        "<row jr:template=\"\"><v>9</v></row><row><v>1</v></row><row><v>2</v></row><sum/>",
        "<bind nodeset=\"/data/row/v\" type=\"int\"/>"
          + "<bind nodeset=\"/data/sum\" calculate=\"sum(/data/row/v)\"/>",
        "<group ref=\"/data/row\"><label>Row</label><repeat nodeset=\"/data/row\">"
          + "<input ref=\"/data/row/v\"><label>V</label></input></repeat></group>"))
    #expect(try session.value(of: "sum") == "3")
    #expect(try session.addRepeat("/data/row") == "/data/row[3]")
    #expect(try session.value(of: "sum") == "12")
    #expect(try session.question("/data/row[1]").label == "Row")
    let again = FormSession(
      restoring: session.savedAnswers, of: session.definition, environment: environment())
    #expect(again.nodeStates == session.nodeStates)
  }

  @Test("nobody adds to a fixed repeat, and a count of the form's own makes instances")
  func fixed() throws {
    let session = try session(
      Self.xform(
        "<n/><a><v/></a><b><v/></b>",
        "<bind nodeset=\"/data/n\" type=\"int\"/>",
        """
        <input ref="/data/n"/>
        <repeat nodeset="/data/a" jr:noAddRemove="true()"><input ref="/data/a/v"/></repeat>
        <repeat nodeset="/data/b" jr:count="/data/n"><input ref="/data/b/v"/></repeat>
        """))
    #expect(!session.questions.contains { $0.kind == .addInstance(count: 1) })
    try session.set("n", to: "3")
    #expect(session.asked.filter { $0.hasPrefix("/data/b") }.count == 3)
  }

  @Test("groups without a node, relative references and two controls on one node")
  func body() throws {
    let session = try session(
      Self.xform(
        "<g><a/><b/></g>",
        "<bind nodeset=\"/data/g/b\" relevant=\"../a = 'x'\"/>",
        """
        <group><label>Outer</label><group ref="/data/g"><label>Inner</label>
        <input ref="a"><label>A</label></input><input ref="/data/g/b"><label>B</label></input>
        </group></group>
        <input ref="/data/g/a"><label>A again</label></input>
        """))
    #expect(session.asked == ["/data/g/a", "/data/g/a"])
    try session.set("a", to: "x")
    #expect(session.asked == ["/data/g/a", "/data/g/b", "/data/g/a"])
    #expect(session.questions.map(\.label) == ["Outer", "Inner", "A", "B", "A again"])
  }

  @Test("setvalue acts at its events: on load, on a new instance, on a changed value")
  func setvalue() throws {
    let session = try session(
      Self.xform(
        "<a/><b/><c>old</c><row><v/></row><n/>",
        """
        <setvalue event="odk-instance-first-load" ref="/data/b" value="1 + 1"/>
        <bind nodeset="/data/n" type="int"/>
        """,
        """
        <input ref="/data/a"><label>A</label>
          <setvalue event="xforms-value-changed" ref="/data/c">new</setvalue></input>
        <input ref="/data/n"><setvalue event="xforms-value-changed" ref="/data/c"/></input>
        <repeat nodeset="/data/row"><input ref="/data/row/v"/>
          <setvalue event="odk-new-repeat" ref="/data/row/v" value="position(..)"/></repeat>
        """))
    #expect(try session.value(of: "b") == "2")
    #expect(try session.value(of: "c") == "old")
    try session.set("a", to: "x")
    #expect(try session.value(of: "c") == "new")
    try session.set("n", to: "5")
    #expect(try session.value(of: "c") == "")
    try session.addRepeat("/data/row")
    #expect(try session.value(of: "/data/row[1]/v") == "")
    #expect(try session.value(of: "/data/row[2]/v") == "2")
  }

  @Test("choices come from items, from instances of any shape and from answers")
  func choices() throws {
    let session = try session(
      Self.xform(
        "<a/><b/><p><name/></p><c/>",
        """
        <instance id="towns"><root><item kind="x"><name>n1</name><label>North</label></item>
          <item kind="y"><name>s1</name><label>South</label></item></root></instance>
        """,
        """
        <select1 ref="/data/a"><label>A</label>
          <item><label>One</label><value>1</value></item>
          <item><label>Two</label><value>2</value></item></select1>
        <select ref="/data/b"><label>B</label>
          <itemset nodeset="instance('towns')/root/item[@kind = 'y' or /data/a = '1']">
          <value ref="name"/><label ref="label"/></itemset></select>
        <repeat nodeset="/data/p"><input ref="/data/p/name"/></repeat>
        <select1 ref="/data/c"><itemset nodeset="/data/p[name != '']">
          <value ref="name"/><label ref="name"/></itemset></select1>
        """))
    #expect(try session.question("a").choices.map(\.label) == ["One", "Two"])
    #expect(try session.question("b").choices.map(\.name) == ["s1"])
    try session.set("a", to: "1")
    #expect(try session.question("b").choices.map(\.name) == ["n1", "s1"])
    try session.set("/data/p[1]/name", to: "王")
    #expect(try session.question("c").choices.map(\.name) == ["王"])
    try session.set("b", to: "s1 n1")
    #expect(try session.question("b").chosen == ["South", "North"])
  }

  @Test("the submission has what is relevant, in the form's order, with its meta block")
  func submission() throws {
    let session = try session(
      Self.xform(
        "<a/><hidden>h</hidden><g><b/></g><orx:meta><orx:instanceID/></orx:meta>",
        """
        <bind nodeset="/data/g" relevant="/data/a != ''"/>
        <bind nodeset="/data/orx:meta/orx:instanceID" jr:preload="uid"/>
        """, "<input ref=\"/data/a\"/><group ref=\"/data/g\"><input ref=\"/data/g/b\"/></group>"))
    #expect(
      session.submission == """
        <?xml version='1.0' encoding='UTF-8' ?><data \
        xmlns:orx="http://openrosa.org/xforms" id="inspection" version="7"><a/>\
        <hidden>h</hidden><orx:meta><orx:instanceID>uuid:uuid-1</orx:instanceID></orx:meta></data>
        """)
    try session.set("a", to: "<&\"]]>")
    #expect(session.submission.contains("<a>&lt;&amp;&quot;]]&gt;</a>"))
    #expect(session.submission.contains("<g><b/></g>"))
  }

  @Test("entities are declared by their element, and say what becomes of records")
  func entities() throws {
    let session = try session(
      Self.xform(
        """
        <tree/><height/><meta><entity dataset="trees" id="" create="1"><label/></entity></meta>
        """,
        """
        <bind nodeset="/data/tree" entities:saveto="species"/>
        <bind nodeset="/data/height" type="decimal" entities:saveto="height"/>
        <bind nodeset="/data/meta/entity/label" calculate="/data/tree"/>
        <bind nodeset="/data/meta/entity/@id"/>
        <setvalue event="odk-instance-first-load" ref="/data/meta/entity/@id" value="uuid()"/>
        """, "<input ref=\"/data/tree\"/><input ref=\"/data/height\"/>"))
    try session.set("tree", to: "榕树")
    try session.set("height", to: "12.5")
    let change = try #require(try session.entityChanges().first)
    #expect(change.list == "trees")
    #expect(change.action == .create)
    #expect(change.label == "榕树")
    #expect(change.fields == ["species": "榕树", "height": .decimal(12.5)])
    #expect(session.submission.contains("id=\"uuid-1\""))
  }

  // MARK: What is wrong

  @Test(
    "faults name the line and what is wrong",
    arguments: [
      ("<a/>", "", "<input ref=\"/data/gone\"/>", FormFault.Code.unknownReference),
      ("<a/>", "<bind nodeset=\"/data/a\" relevant=\"1 +\"/>", "", .syntax),
      ("<a/>", "<bind nodeset=\"/data/a\" calculate=\"nope(1)\"/>", "", .unknownFunction),
      (
        "<a/><b/>",
        "<bind nodeset=\"/data/a\" calculate=\"/data/b\"/><bind nodeset=\"/data/b\" calculate=\"/data/a\"/>",
        "", .cycle
      ),
      ("<a/>", "<instance id=\"x\" src=\"jr://file-csv/gone.csv\"/>", "", .missingFile),
      (
        "<a/>", "", "<input ref=\"/data/a\"><label ref=\"jr:itext('gone')\"/></input>",
        .unknownReference
      ),
      ("<a/>", "<frob/>", "", .unknownElement),
      ("<a", "", "", .malformedXML), ("<a>&nbsp;</a>", "", "", .malformedXML),
      ("<a></b>", "", "", .malformedXML), ("<zz:a/>", "", "", .malformedXML),
    ])
  func located(_ instance: String, _ model: String, _ body: String, _ code: FormFault.Code) {
    let found = faults(Self.xform(instance, model, body))
    #expect(found.map(\.code).contains(code), "\(found)")
    #expect(found.allSatisfy { $0.row > 0 })
  }

  @Test("the path of a cycle is named")
  func cycle() {
    let found = faults(
      Self.xform(
        "<a/><b/>",
        "<bind nodeset=\"/data/a\" calculate=\"/data/b\"/><bind nodeset=\"/data/b\" relevant=\"/data/a = 1\"/>",
        ""))
    #expect(found.map(\.code) == [.cycle])
    #expect(found.first?.detail.hasPrefix("/data/") == true)
    #expect(found.first?.detail.contains("/data/a → /data/b") == true, "\(found)")
  }

  @Test("documents with a DOCTYPE are refused before anything in them is read")
  func doctype() {
    let external = """
      <!DOCTYPE h:html [<!ENTITY file SYSTEM "file:///etc/hostname">]>
      """
    let bomb = """
      <!DOCTYPE h:html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
      """
    for prologue in [external, bomb] {
      let form = Self.xform("<a>&file;</a>", "", "").replacingOccurrences(
        of: "<?xml version=\"1.0\"?>", with: "<?xml version=\"1.0\"?>" + prologue)
      #expect(faults(form).map(\.code) == [.doctype])
    }
  }

  @Test("no beginning of a form crashes the reader, and every one is refused")
  func truncated() {
    let bytes = Array(
      Self.xform("<a>é&#x4E2D;</a>", "<bind nodeset=\"/data/a\"/>", "<input ref=\"/data/a\"/>").utf8
    )
    // The last byte is the newline's or the last mark's.
    for count in 1..<bytes.count - 1 {
      let found = faults(bytes: Array(bytes[..<count]))
      #expect(!found.isEmpty, "\(count)")
    }
  }

  @Test("deep, wide and foreign documents are refused")
  func hostile() {
    #expect(
      faults("<h>" + String(repeating: "<a>", count: 10_000)).map(\.code) == [.nestedTooDeeply])
    let long = "<h a=\"" + String(repeating: "x", count: 1_000_000) + "\"/>"
    #expect(faults(long).map(\.code) == [.missingElement])
    #expect(faults("<html><body>not a form</body></html>").map(\.code) == [.missingElement])
    let latin = Array("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>".utf8)
    #expect(faults(bytes: latin).map(\.code) == [.invalidUTF8])
    let gbk = Array("<a>".utf8) + [0xC4, 0xE3] + Array("</a>".utf8)
    #expect(faults(bytes: gbk).map(\.code) == [.invalidUTF8])
    let large = Array("<".utf8) + [UInt8](repeating: 0x20, count: 10 * 1024 * 1024)
    #expect(faults(bytes: large).map(\.code) == [.tooLarge])
  }
}
