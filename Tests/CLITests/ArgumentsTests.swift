import CLI
import Testing

@Suite("Command lines") struct ArgumentsTests {
  private func parse(_ line: String) throws(UsageFault) -> ParsedArguments {
    try Arguments.parse(line.split(separator: " ").map(String.init), sampleTable)
  }

  @Test(
    "a command is called by its English word, Chinese word or letter",
    arguments: ["report", "上报", "r"])
  func commandWords(word: String) throws {
    #expect(try parse(word).command == ["report"])
  }

  @Test("a prefix of a command is no command")
  func noPrefixes() {
    #expect(throws: UsageFault.unknownCommand("repor", suggestion: "report")) {
      try parse("repor")
    }
  }

  @Test(
    "a value is taken from the next word, after = or right behind the letter",
    arguments: ["r --photo a.jpg", "r --photo=a.jpg", "r -p a.jpg", "r -pa.jpg", "--photo=x r"])
  func values(line: String) throws {
    if line.hasSuffix(" r") {
      // Options of a command mean nothing before it.
      #expect(throws: UsageFault.self) { try parse(line) }
    } else {
      #expect(try parse(line).values("photo") == ["a.jpg"])
    }
  }

  @Test("a value after = may be empty or hold another =")
  func valuesAfterEquals() throws {
    #expect(try parse("r --at=").value("at") == "")
    #expect(try parse("r --at=a=b").value("at") == "a=b")
  }

  @Test("letters can be bundled, the last one with its value")
  func bundles() throws {
    let parsed = try parse("r -uyp a.jpg -pb.jpg")
    #expect(parsed.has("urgent") && parsed.has("yes"))
    #expect(parsed.values("photo") == ["a.jpg", "b.jpg"])
  }

  @Test("of an option that is not repeated the last value counts")
  func lastValue() throws {
    #expect(try parse("r --at 1,2 --at 3,4").values("at") == ["3,4"])
  }

  @Test("options and operands may be mixed, and common options stand anywhere")
  func mixed() throws {
    let parsed = try parse("--json show a --data d b --lang=zh c")
    #expect(parsed.command == ["show"])
    #expect(parsed.operands == ["a", "b", "c"])
    #expect(parsed.has("json"))
    #expect(parsed.value("data") == "d")
    #expect(parsed.value("lang") == "zh")
  }

  @Test("-- ends the options, so negative numbers can be operands")
  func endOfOptions() throws {
    #expect(try parse("show -- -5 --json --").operands == ["-5", "--json", "--"])
    #expect(try parse("show -").operands == ["-"])
    #expect(throws: UsageFault.unknownOption("-5", suggestion: nil)) { try parse("show -5") }
  }

  @Test("a required value may begin with a dash")
  func dashedValue() throws {
    #expect(try parse("r --at -22.5,114").value("at") == "-22.5,114")
  }

  @Test("an optional value is only taken after =")
  func optionalValue() throws {
    let without = try parse("r --fields manhole")
    #expect(without.has("fields"))
    #expect(without.value("fields") == nil)
    #expect(without.operands == ["manhole"])
    #expect(try parse("r --fields=id,due").value("fields") == "id,due")
  }

  @Test("subcommands are found in both languages")
  func subcommands() throws {
    let parsed = try parse("案件 立案 A1")
    #expect(parsed.command == ["case", "accept"])
    #expect(parsed.operand(0) == "A1")
    #expect(parsed.operand(1) == nil)
  }

  @Test("a command with operands and subcommands takes what is no subcommand as an operand")
  func operandsBesideSubcommands() throws {
    #expect(try parse("task list").command == ["task", "list"])
    #expect(try parse("task 12").operands == ["12"])
    #expect(try parse("task -- list").operands == ["list"])
  }

  @Test(
    "each fault names what is wrong",
    arguments: [
      ("r --phot a", UsageFault.unknownOption("--phot", suggestion: "--photo")),
      ("r --zzz", .unknownOption("--zzz", suggestion: nil)),
      ("-x", .unknownOption("-x", suggestion: nil)),
      ("上包", .unknownCommand("上包", suggestion: "上报")),
      ("case acept A1", .unknownCommand("acept", suggestion: "accept")),
      ("case", .missingCommand(path: ["case"], choices: ["accept", "list"])),
      ("r --photo", .missingValue(option: "--photo", placeholder: "FILE")),
      ("r -up", .missingValue(option: "-p", placeholder: "FILE")),
      ("r --urgent=1", .unexpectedValue(option: "--urgent")),
      ("show", .missingOperand(name: "ID", path: ["show"])),
      ("case accept", .missingOperand(name: "ID", path: ["case", "accept"])),
      ("r a b", .unexpectedOperand("b", path: ["report"])),
    ])
  func faults(line: String, fault: UsageFault) {
    #expect(throws: fault) { try parse(line) }
  }

  @Test("asking for help forgives what is missing")
  func help() throws {
    #expect(try parse("show --help").has("help"))
    #expect(try parse("case -h").command == ["case"])
    #expect(try parse("").command == [])
  }

  @Test("a usage fault is told in both languages with the next command to type")
  func faultSentence() {
    let sentence = Sentence.usage(
      .unknownCommand("repor", suggestion: "report"), program: "sample")
    #expect(sentence.en.contains("report"))
    #expect(sentence.zh.contains("没有命令“repor”"))
    #expect(sentence.en.hasSuffix("sample --help"))
    let missing = Sentence.usage(.missingOperand(name: "ID", path: ["case"]), program: "sample")
    #expect(missing.zh.hasSuffix("sample case --help"))
  }
}
