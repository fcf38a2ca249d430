import CLI
import Domain
import FieldCore
import Glibc
import SyncProtocol
import Terminal
import Testing

@testable import gridwalk

/// What somebody stumbles over who has never seen the program.
@Suite("A new user")
struct NewUserTests {
  private typealias Step = ScriptedReader.Step

  // MARK: Help

  /// A line as a shell takes it apart: blanks part words, quotes hold them together.
  private static func shellWords(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    for character in line {
      if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
      } else if quote == nil, character == " " {
        words.append(word)
        word = ""
      } else {
        word.append(character)
      }
    }
    return (words + [word]).filter { !$0.isEmpty }
  }

  private static func examples(_ commands: [CommandSpec]) -> [Example] {
    commands.flatMap { $0.examples + examples($0.subcommands) }
  }

  static let lines = examples(ClientTable.table.commands).map(\.line)

  @Test("every example of the help runs as it stands there", arguments: lines)
  func example(_ line: String) throws {
    let handheld = try Handheld(grids: [Handheld.west])
    let photo = try handheld.photo("a.jpg")
    let pieces = line.split(separator: "|").map { Self.shellWords(String($0)) }
    let words = try #require(pieces.last)
    if pieces.count == 2 {
      #expect(pieces[0].first == "echo")
      handheld.machine.input = Array((pieces[0].dropFirst().joined(separator: " ") + "\n").utf8)
    }
    #expect(words.first == "gridwalk")
    let ran = handheld.run(
      words.dropFirst().map { word in
        switch word {
        case "a.jpg": photo
        case "event.csv": Handheld.package + "/Forms/event.csv"
        default: word
        }
      })
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(!ran.output.isEmpty)
    #expect(!ran.output.contains("\"ok\":false"))
  }

  @Test("the help breaks no line but where it is full", arguments: [40, 80])
  func help(width: Int) throws {
    let handheld = try Handheld()
    for language in Language.allCases {
      let lines = handheld.run("--help", language: language, width: width).output
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for line in lines { #expect(DisplayWidth.width(of: line) <= width, "\(line)") }
    }
  }

  @Test("--lang holds for what is wrong with the command line too")
  func languageOfFaults() throws {
    let handheld = try Handheld()
    for words in [["reprot", "--lang", "zh"], ["--lang=zh", "list"], ["--lang", "zh", "--nope"]] {
      let ran = handheld.run(words)
      #expect(ran.code == .usage)
      #expect(ran.errors.contains("帮助："), "\(ran.errors)")
    }
    #expect(handheld.run("reprot", "--", "--lang", "zh").errors.contains("For help:"))
  }

  @Test("with --json an error is one line of JSON on stderr with the exit code")
  func jsonErrors() throws {
    let handheld = try Handheld()
    for (words, word, code) in [
      (["show", "ffffff"], "not-found", ExitCode.notFound), (["reprot"], "usage", .usage),
      (["report", "06010"], "invalid", .invalid), (["new", "event"], "invalid", .invalid),
      (["find", "nobody"], "not-found", .notFound),
    ] {
      let ran = handheld.run(words + ["--json"])
      #expect(ran.code == code)
      let json = try WireJSON.decode(FieldValue.self, from: ran.errors.utf8)
      #expect(json["error"] == .text(word))
      #expect(json["exit"] == .integer(Int64(code.rawValue)))
      #expect(!json["message"].plain.isEmpty)
    }
  }

  // MARK: Before enrolment

  @Test("a device that is not enrolled claims nothing of a centre")
  func notEnrolled() throws {
    let handheld = try Handheld(enrolled: false)
    #expect(handheld.run("queue").errors == "Nothing waits.\n")
    let doctor = handheld.run("doctor")
    #expect(doctor.output.contains("Nothing waits."))
    #expect(!doctor.output.contains("received everything"))
    let list = handheld.run("list", "diary")
    #expect(list.code == .notPermitted)
    #expect(list.errors.contains("gridwalk enroll URL CODE"))
  }

  // MARK: A disk without room, a database without sense

  @Test("what only reads goes on where nothing can be written")
  func fullDisk() throws {
    let handheld = try Handheld(grids: [Handheld.west])
    handheld.run("diary", "巡查一圈")
    // As on a full disk: the shared index of the WAL cannot be made.
    unlink(handheld.data + "/gridwalk.db-shm")
    #expect(symlink("/nonexistent/shm", handheld.data + "/gridwalk.db-shm") == 0)
    handheld.machine.free = 12_000
    for words in [
      ["list", "diary"], ["queue"], ["find", "巡查"], [], ["drafts", "list"], ["forms", "list"],
    ] {
      let ran = handheld.run(words)
      #expect(ran.code == .ok, "\(words) \(ran.errors)")
      #expect(ran.errors.contains("The disk is full (12 KB free)"))
      #expect(!ran.errors.contains("not saved"))
    }
    #expect(handheld.run("list", "diary").output.contains("巡查一圈"))
    let doctor = handheld.run("doctor")
    #expect(doctor.output.hasPrefix("FAIL only 12 KB of disk are free"))
    #expect(!doctor.output.contains("gridwalk doctor"))
    let refused = handheld.run("diary", "x")
    #expect(refused.code == .failure)
    #expect(refused.errors.contains("not saved"))
    #expect(!refused.errors.contains("draft"))
  }

  @Test("doctor says of a database that is none what really helps")
  func garbage() throws {
    let handheld = try Handheld(enrolled: false)
    unlink(handheld.data + "/gridwalk.db-wal")
    unlink(handheld.data + "/gridwalk.db-shm")
    _ = try handheld.file("data/gridwalk.db", Array(String(repeating: "garbage ", count: 512).utf8))
    let ran = handheld.run("doctor")
    #expect(ran.code == .failure)
    #expect(ran.output.contains("FAIL the database file is damaged"))
    #expect(ran.output.contains("→ keep this folder"))
    #expect(ran.output.contains("--data FOLDER"))
  }

  // MARK: Photos

  private func photoFiles(_ handheld: Handheld) throws -> Int {
    let files = POSIXFileSystem()
    return try files.names(in: handheld.data + "/photos").filter { $0.count == 2 }
      .reduce(0) { try $0 + files.names(in: handheld.data + "/photos/" + $1).count }
  }

  @Test("a report that is refused leaves no photo")
  func refusedPhoto() throws {
    let handheld = try Handheld()
    let photo = try handheld.photo("a.jpg")
    #expect(handheld.run("report", "06010", "-p", photo).code == .invalid)
    // The grid is not clear.
    let noGrid = handheld.run("report", "06010", "--set", "description=x", "-p", photo)
    #expect(noGrid.code == .usage)
    #expect(try photoFiles(handheld) == 0)
    let saved = handheld.run(
      "report", "06010", "--set", "description=x", "-p", photo, "--grid", Handheld.west)
    #expect(saved.code == .ok, "\(saved.errors)")
    #expect(try photoFiles(handheld) == 1)
    let queue = handheld.run("queue").output
    #expect(queue.contains("photo of 暴露垃圾"))
    let shown = handheld.run("show", String(saved.output.dropLast())).output
    #expect(shown.contains("Photo\t1 ("))
    #expect(shown.split(separator: "\n").filter { $0.hasSuffix("Exposed rubbish") }.count == 1)
  }

  // MARK: Forms

  @Test("full-width digits and letters count as half-width ones where the form wants those")
  func fullWidth() throws {
    let handheld = try Handheld(grids: [Handheld.west])
    let ran = handheld.run(
      "new", "person", "--set", "name=ＡＢ李", "--set", "phone=１３８００１３８０００",
      "--set", "id_number=１１０１０５１９４９１２３１００２ｘ", "--json")
    #expect(ran.code == .ok, "\(ran.errors)")
    let id = try handheld.store().resolve(try ran.json["id"].plain)
    let record = try #require(try handheld.store().record(id)).record
    #expect(record.fields["phone"] == "13800138000")
    #expect(record.fields["id_number"] == "11010519491231002X")
    // A name has no rule to break: it stays as typed.
    #expect(record.title == "ＡＢ李")
    let event = handheld.run(
      "report", "０６０１０", "--set", "description=x", "--at", "22.5411,114.0512", "--json")
    #expect(event.code == .ok, "\(event.errors)")
    #expect(try event.json["title"] == "暴露垃圾")
  }

  @Test("pinyin initials mean the same in every language", arguments: Language.allCases)
  func initials(_ language: Language) throws {
    let handheld = try Handheld(grids: [Handheld.west])
    let ran = handheld.run(
      "report", "gs", "--set", "description=x", "--json", language: language)
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(try ran.json["title"] == "供水井盖异常")
    let reader = ScriptedReader([
      Step("", .line("Exposed")), Step("", .line("")), Step("", .line("x")), Step("", .line("=")),
    ])
    let asked = handheld.run("report", reader: reader, language: language)
    #expect(asked.code == .ok, "\(asked.errors)")
    #expect(asked.errors.contains(language == .chinese ? "→ 暴露垃圾" : "→ Exposed rubbish"))
  }

  @Test("an unknown choice is answered with the nearest, their codes and names")
  func nearest() throws {
    let ran = try Handheld().run("report", "blljx", "--set", "description=x")
    #expect(ran.code == .invalid)
    #expect(ran.errors.contains("Choose from: 06010 Exposed rubbish, "))
  }

  @Test("the grid is asked for until there is one, and whoever leaves finds the form again")
  func grid() throws {
    let handheld = try Handheld()
    let reader = ScriptedReader([
      Step("What was done", .line("看望")), Step("Time", .line("=")), Step("Grid", .line("")),
      Step("Grid", .line(".")),
    ])
    let left = handheld.run("diary", reader: reader)
    #expect(left.code == .ok)
    #expect(reader.stepsLeft == 0)
    #expect(left.errors.contains("The draft is saved on this device"))
    let listed = try handheld.run("drafts", "list", "--json").json.at(0)
    #expect(listed["title"].plain == "民情日记" || listed["title"].plain == "diary")
    #expect(listed["about"] == "看望")

    let home = ScriptedReader([
      Step("key:", .key(.character("c"))), Step("", .line("=")), Step("Grid", .line("２")),
      Step("key:", .key(.character("?"))), Step("key:", .key(.character("x"))),
    ])
    let ran = handheld.run(reader: home)
    #expect(ran.errors.contains("✓ saved on this device: 看望"), "\(ran.errors)")
    #expect(ran.errors.contains("u  undo: take back the newest action"))
    #expect(home.stepsLeft == 0)
    #expect(try handheld.store().drafts().isEmpty)
  }

  @Test("Ctrl-C says where the draft is, and the newest draft goes on without its name")
  func interrupted() throws {
    let handheld = try Handheld(grids: [Handheld.west])
    let ran = handheld.run(
      "diary",
      reader: ScriptedReader([
        Step("What was done", .line("半句")), Step("Time", .end(.interrupted)),
      ]))
    #expect(ran.code == .interrupted)
    #expect(ran.errors.contains("The draft is saved on this device"))
    let resumed = handheld.run(
      "drafts", "resume", reader: ScriptedReader([Step("Time", .line("."))]))
    #expect(resumed.code == .ok, "\(resumed.errors)")
    #expect(handheld.run("drafts", "resume", "日记", "--set", "place=3栋").code == .ok)
    #expect(handheld.run("drafts", "resume").code == .notFound)
  }

  @Test("a question's help is its hint and not its refusal; prompts stay whole at 40 columns")
  func narrow() throws {
    let handheld = try Handheld(grids: [Handheld.west])
    let reader = ScriptedReader([
      Step("Name", .line("李")), Step("Relationship", .line("")), Step("Citizen ID", .line("?")),
      Step("", .end(.endOfInput)),
    ])
    let asked = handheld.run("new", "person", reader: reader)
    #expect(asked.errors.contains("may be left empty"))
    #expect(!asked.errors.contains("This is no valid ID number"))
    let again = ScriptedReader([Step("[Y/n] ", .line("y")), Step("", .line("."))])
    #expect(handheld.run("new", "person", reader: again, width: 40).code == .ok)
    for question in again.asked { #expect(DisplayWidth.width(of: question.prompt) < 40) }
    handheld.run("diary", "一段很长很长的日记，写到四十列放不下为止，还要再长一些")
    let queue = handheld.run("queue", reader: ScriptedReader([]), width: 40).output
    #expect(queue.contains("saved here, waiting"))
    #expect(queue.contains(LocalTime.date(handheld.machine.now).prefix(4)) || queue.contains(":"))
    for line in queue.split(separator: "\n") { #expect(DisplayWidth.width(of: String(line)) <= 40) }
  }

  // MARK: Finding

  @Test("kinds go by their forms' titles, and a title or command word names one")
  func kinds() throws {
    let handheld = try Handheld(grids: [Handheld.west])
    handheld.run(
      "household", "--set", "estate=江口花园", "--set", "room=201", "--set", "member[1]/name=梁鑫")
    for word in ["household", "入户"] {
      let listed = handheld.run("list", word, language: .chinese)
      #expect(listed.code == .ok, "\(listed.errors)")
      #expect(listed.output.contains("江口花园201室"))
      #expect(!listed.output.contains("household"))
    }
    let id = try handheld.run("list", "household", "--json").json.at(0)["id"].plain
    #expect(handheld.run("history", id, language: .chinese).output.contains("小区=江口花园"))
  }

  @Test("every word must be there, a whole number finds its record, and nothing found is exit 3")
  func finding() throws {
    let handheld = try Handheld(grids: [Handheld.west])
    handheld.run("new", "person", "--set", "name=梁鑫", "--set", "phone=13812345678")
    handheld.run("new", "person", "--set", "name=梁宇", "--set", "phone=13987655678")
    func found(_ words: String...) throws -> [String] {
      try handheld.run(["find"] + words + ["--json"]).json.elements.map { $0["title"].plain }
    }
    #expect(try found("5678", "梁").count == 2)
    #expect(try found("5678", "宇") == ["梁宇"])
    #expect(try found("13812345678") == ["梁鑫"])
    #expect(try found("１３８１２３４５６７８") == ["梁鑫"])
    #expect(try found("13812345679") == [])
    let none = handheld.run("find", "梁", "王")
    #expect(none.code == .notFound)
    #expect(none.errors == "Nothing holds \"梁 王\".\n")
  }
}
