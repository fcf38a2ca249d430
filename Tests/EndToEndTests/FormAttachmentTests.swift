import Foundation
import Support
import Testing

/// A form with lists of its own, from the author's folder to the worker's answer.
@Suite(.serialized) struct FormAttachmentTests {
  private static let form = """
    survey
    ,type,name,label,choice_filter,save_to
    ,text,area,Area,,
    ,select_one_from_file doors.csv,door,Door,area = ${area},door
    entities
    ,list_name,label
    ,visit,${door}
    settings
    ,form_id,version,element
    ,visit,1,place

    """
  private static let doors = "name,label,area\nd1,3栋 201,a\nd2,3栋 202,b\n"

  @Test("lists travel with their form, and a changed list comes without a new version")
  func travelling() throws {
    let district = try District()
    let folder = district.folder.appendingPathComponent("authored")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("visit.csv")
    let list = folder.appendingPathComponent("doors.csv")
    try Data(Self.form.utf8).write(to: path)

    let without = try district.admin(["form", "import", path.path])
    #expect(without.status == 4)
    #expect(without.errors.contains("doors.csv"), "\(without.errors)")

    try Data(Self.doors.utf8).write(to: list)
    #expect(try district.admin(["form", "import", path.path]).status == 0)
    try district.serve()
    let handheld = try district.enrolledHandheld("li", worker: "W001")
    #expect(try handheld.sync().status == 0)
    let grid = "440399001001001"
    let wrong = try handheld.run(
      ["new", "visit", "--set", "area=a", "--set", "door=d2", "--grid", grid])
    #expect(wrong.status == 4)
    let right = try handheld.run(
      ["new", "visit", "--set", "area=a", "--set", "door=3栋 201", "--grid", grid])
    #expect(right.status == 0, "\(right.errors)")

    try Data((Self.doors + "d3,3栋 203,a\n").utf8).write(to: list)
    #expect(try district.admin(["form", "import", path.path]).status == 0)
    #expect(try handheld.sync().status == 0)
    let new = try handheld.run(
      ["new", "visit", "--set", "area=a", "--set", "door=d3", "--grid", grid])
    #expect(new.status == 0, "\(new.errors)")
    #expect(try handheld.sync().status == 0)
  }

  @Test("an XForm is put in force like an XLSForm, and filled in on a handheld")
  func xform() throws {
    let district = try District()
    let path = district.folder.appendingPathComponent("tree.xml")
    let xform = """
      <h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
        xmlns:entities="http://www.opendatakit.org/xforms/entities">
      <h:head><h:title>树木</h:title><model><instance><data id="tree" version="1"><kind/>
      <meta><entity dataset="tree" id="" create="1"><label/></entity></meta></data></instance>
      <bind nodeset="/data/kind" type="string" required="true()" entities:saveto="kind"/>
      <bind nodeset="/data/meta/entity/label" calculate="/data/kind"/></model></h:head>
      <h:body><input ref="/data/kind"><label>树种</label></input></h:body></h:html>
      """
    try Data(xform.utf8).write(to: path)
    #expect(try district.admin(["form", "import", path.path]).status == 0)
    try district.serve()
    let handheld = try district.enrolledHandheld("li", worker: "W001")
    #expect(try handheld.sync().status == 0)
    #expect(try handheld.run(["new", "tree", "--set", "nothing=x"]).status == 4)
    let made = try handheld.run(
      ["new", "tree", "--set", "kind=榕树", "--grid", "440399001001001"])
    #expect(made.status == 0, "\(made.errors)")
  }
}
