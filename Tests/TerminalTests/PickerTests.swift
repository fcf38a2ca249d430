import Terminal
import Testing

@Suite("Picking") struct PickerTests {
  private let missing = Choice(value: "manhole-missing", label: "井盖缺失", initials: ["jgqs"])
  private let broken = Choice(
    value: "manhole-broken", label: "井盖破损", initials: ["jgps"], lastChosen: 5)
  private let lamp = Choice(value: "lamp", label: "路灯不亮", initials: ["ldbl"], lastChosen: 9)
  private let building = Choice(value: "301", label: "三号楼", initials: ["shl"])
  private var picker: Picker { Picker([missing, broken, lamp, building]) }

  @Test("the most recently chosen come first, the others keep their order")
  func order() {
    #expect(picker.choices == [lamp, broken, missing, building])
  }

  @Test("number, value, label, part of it or initials find the one choice")
  func ways() {
    for (typed, choice) in [
      ("1", lamp), (" 3 ", missing), ("manhole-missing", missing), ("301", building),
      ("井盖缺失", missing), ("破损", broken), ("jgq", missing), ("LDBL", lamp), ("jg1", broken),
      ("jg2", missing), ("ld1", lamp),
    ] {
      #expect(picker.pick(typed) == .chosen(choice), "\(typed)")
    }
  }

  @Test("what fits several narrows the list, and what fits none says so")
  func narrowing() throws {
    guard case .narrowed(let narrower) = picker.pick("jg") else {
      Issue.record("jg does not narrow")
      return
    }
    #expect(narrower.choices == [broken, missing])
    #expect(narrower.pick("2") == .chosen(missing))
    for typed in ["9", "0", "-1", "xx", "jg3", "gq"] { #expect(picker.pick(typed) == .nothing) }
    #expect(picker.pick("") == .narrowed(picker))
  }

  @Test("the list fits its width and numbers every choice", arguments: [10, 40, 60, 80])
  func layout(width: Int) {
    let lines = picker.lines(width: width)
    for line in lines { #expect(DisplayWidth.width(of: line) <= width) }
    // Four cells of at most 10 columns and gaps of 2: 1, 3, 4 and 4 in a row... 10+12+12 = 34.
    #expect(lines.count == [10: 4, 40: 2, 60: 1, 80: 1][width])
    for number in 1...4 { #expect(lines.joined().contains("\(number).")) }
  }

  @Test("long lists show their beginning and say how many are left")
  func longLists() {
    let many = Picker((1...100).map { Choice(value: "v\($0)", label: "L") })
    #expect(many.unlistedCount == 70)
    #expect(many.pick("31") == .nothing)
    #expect(many.pick("30") == .chosen(many.choices[29]))
  }

  private let labels = PickerDialogue.Labels(nothingFits: "none", moreChoices: { "+\($0)" })

  @Test("the dialogue narrows, goes back and ends with the choice")
  func dialogue() throws {
    let reader = ScriptedReader(lines: ["zz", "jg", "<", "jg", "1"])
    var shown: [String] = []
    let ending = try PickerDialogue(labels: labels, width: 40).run(
      picker, question: LineQuestion("> "), reader: reader, show: { shown.append($0) })
    #expect(ending == .chosen(broken))
    #expect(reader.stepsLeft == 0)
    let whole = ["1.路灯不亮  2.井盖破损  3.井盖缺失", "4.三号楼"]
    let narrow = ["1.井盖破损  2.井盖缺失"]
    #expect(shown == whole + ["none"] + narrow + whole + narrow)
  }

  @Test("several choices are named in one line, and a word that fits several is asked about")
  func several() throws {
    let reader = ScriptedReader([
      .init("> ", .line("1 zz")), .init("> ", .line("4，jg、1")), .init("jg? ", .line("2")),
    ])
    var shown: [String] = []
    let ending = try PickerDialogue(labels: labels, width: 40).runSeveral(
      picker, question: LineQuestion("> "), reader: reader, show: { shown.append($0) })
    #expect(ending == .chosen([building, missing, lamp]))
    #expect(reader.stepsLeft == 0)
    #expect(shown.contains("zz: none"))
    #expect(picker.pickSeveral("井盖缺失").map(\.outcome) == [.chosen(missing)])
  }

  @Test("what the list does not find may be found by words that are not shown")
  func rest() throws {
    let ending = try PickerDialogue(labels: labels, width: 40).run(
      picker, question: LineQuestion("> "), reader: ScriptedReader(lines: ["manhole cover"]),
      rest: { $0 == "manhole cover" ? .chosen(missing) : .nothing }, show: { _ in })
    #expect(ending == .chosen(missing))
  }

  @Test("20,000 choices are narrowed in no time")
  func manyChoices() {
    let many = Picker(
      (0..<20_000).map { Choice(value: "v\($0)", label: "井盖\($0)号", initials: ["jg\($0)h"]) })
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(many.pick("井盖19999") == .chosen(many.choices[19_999]))
      #expect(many.lines(width: 80).count <= Picker.mostListed)
    }
    #expect(time < .seconds(2), "\(time)")
  }

  @Test("signs of the forms' vocabulary leave the dialogue")
  func signs() throws {
    for (line, sign) in [("", PromptAnswer.keep), ("<", .back), (".", .leave)] {
      let ending = try PickerDialogue(labels: labels, width: 40).run(
        picker, question: LineQuestion("> "), reader: ScriptedReader(lines: [line]), show: { _ in })
      #expect(ending == .sign(sign))
    }
  }
}

@Suite("Answers at prompts") struct PromptAnswerTests {
  @Test(
    "single signs mean something, everything else is a value",
    arguments: [
      ("", .keep), ("  ", .keep), ("<", .back), ("＜", .back), ("?", .help), ("？", .help),
      (".", .leave), ("。", .leave), ("-", .clear), (" - ", .clear), ("=", .acceptRest),
      ("/", .overview),
      ("、", .overview), ("/tmp/a.jpg", .text("/tmp/a.jpg")),
      ("-5", .text("-5")), ("..", .text("..")), (" a ", .text(" a ")), ("\\-", .text("-")),
      ("\\\\a", .text("\\a")), ("\\", .text("")), ("井盖", .text("井盖")),
    ] as [(String, PromptAnswer)])
  func meanings(line: String, answer: PromptAnswer) {
    #expect(PromptAnswer(line) == answer)
  }

  @Test(
    "an escaped value is read back as itself",
    arguments: ["", "-", "?", "\\", "\\-", "a", " . ", "  "])
  func escapes(text: String) {
    #expect(PromptAnswer(PromptAnswer.escaped(text)) == .text(text))
  }

  @Test("a scripted reader fails at a prompt it does not expect")
  func unexpected() throws {
    let reader = ScriptedReader([.init("户主", .line("梁鑫")), .init("", .end(.interrupted))])
    #expect(try reader.read(prompt: "户主 [张]") == "梁鑫")
    #expect(throws: LineReaderEnd.interrupted) { try reader.read(prompt: "x") }
    #expect(throws: LineReaderEnd.unexpectedPrompt("more?")) { try reader.read(prompt: "more?") }
  }
}
