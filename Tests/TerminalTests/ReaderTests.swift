import Glibc
import Terminal
import Testing

// One after the other: readline is one global machine.
@Suite("Reading lines on a terminal", .serialized) struct ReaderTests {
  init() {
    // An inputrc of whoever runs the tests must not change the keys.
    setenv("INPUTRC", "/dev/null", 1)
    setenv("TERM", "xterm", 1)
  }

  private func readline(
    _ question: LineQuestion, _ typed: String
  ) throws -> (answer: Result<String, LineReaderEnd>, shown: String) {
    let terminal = try PseudoTerminal([.init(question.prompt, typed)])
    let reader = try ReadlineReader(input: terminal.descriptor, output: terminal.descriptor)
    let answer = Result { () throws(LineReaderEnd) in try reader.read(question) }
    return (answer, terminal.finish())
  }

  @Test(
    "lines are edited by character, whatever their bytes",
    arguments: [
      ("张三\r", "张三"),
      // Backspace takes back 三 and 𠀀 whole.
      ("张三\u{7F}伟\r", "张伟"), ("李𠀀\u{7F}\u{7F}王芳\r", "王芳"),
      // Left arrow, then insert before the last character.
      ("王梅\u{1B}[D冬\r", "王冬梅"),
      // Ctrl-A, Ctrl-K.
      ("错\u{01}\u{0B}对\r", "对"), ("\r", ""),
    ])
  func editing(typed: String, line: String) throws {
    #expect(try readline(LineQuestion("户主: "), typed).answer == .success(line))
  }

  @Test("the prompt is shown without its control characters")
  func prompt() throws {
    let terminal = try PseudoTerminal([.init("户主", "\r")])
    let reader = try ReadlineReader(input: terminal.descriptor, output: terminal.descriptor)
    _ = try reader.read(prompt: "\u{1B}]0;x\u{07}户主 ")
    let shown = terminal.finish()
    #expect(shown.contains("\u{FFFD}]0;x\u{FFFD}户主"))
    #expect(!shown.contains("\u{1B}]0;"))
  }

  @Test("text that stands in the line can be edited")
  func initialText() throws {
    let question = LineQuestion("地址> ", initial: "江口中路18")
    #expect(try readline(question, "号\r").answer == .success("江口中路18号"))
  }

  @Test(
    "Tab completes from the candidates",
    arguments: [
      ("man\t\r", "manhole-"), ("lam\t\r", "lamp"), ("井\t\r", "井盖"), ("xx\t\r", "xx"),
      // No candidate begins with it, one holds it.
      ("miss\t\r", "manhole-missing"), ("\t\r", "lamp"),
    ])
  func completion(typed: String, line: String) throws {
    let question = LineQuestion(
      "类别> ", suggestion: "lamp",
      completions: ["manhole-missing", "manhole-broken", "lamp", "井盖"])
    #expect(try readline(question, typed).answer == .success(line))
  }

  @Test("several candidates are listed")
  func candidates() throws {
    let question = LineQuestion("类别> ", completions: ["井盖缺失", "井盖破损"])
    let (answer, shown) = try readline(question, "井\t\r")
    #expect(answer == .success("井盖"))
    #expect(shown.contains("井盖缺失") && shown.contains("井盖破损"))
  }

  @Test("Ctrl-C interrupts, Ctrl-D on an empty line ends")
  func ends() throws {
    #expect(try readline(LineQuestion("> "), "半句\u{03}").answer == .failure(.interrupted))
    #expect(try readline(LineQuestion("> "), "\u{04}").answer == .failure(.endOfInput))
    // After an interrupt the next line is read as ever.
    #expect(try readline(LineQuestion("> "), "好\r").answer == .success("好"))
  }

  @Test("the terminal is as before after a line, an interrupt and a hidden line")
  func restoredSettings() throws {
    let terminal = try PseudoTerminal([
      .init("1>", "a\r"), .init("2>", "b\u{03}"), .init("PIN>", "1234\n"), .init("key>", "k"),
    ])
    let reader = try ReadlineReader(input: terminal.descriptor, output: terminal.descriptor)
    func settings() -> [UInt8] {
      var settings = termios()
      tcgetattr(terminal.descriptor, &settings)
      return withUnsafeBytes(of: &settings) { Array($0) }
    }
    let before = settings()
    #expect(try reader.read(prompt: "1>") == "a")
    #expect(settings() == before)
    #expect(throws: LineReaderEnd.interrupted) { try reader.read(prompt: "2>") }
    #expect(settings() == before)
    #expect(try reader.read(LineQuestion("PIN>", isHidden: true)) == "1234")
    #expect(settings() == before)
    #expect(try reader.readKey(prompt: "key>") == .character("k"))
    #expect(settings() == before)
    #expect(!terminal.finish().contains("1234"))
  }

  @Test("only remembered lines enter the history")
  func history() throws {
    let terminal = try PseudoTerminal([
      .init("1>", "梁鑫\r"), .init("2>", "secret\r"), .init("3>", "\u{1B}[A\r"),
    ])
    let reader = try ReadlineReader(input: terminal.descriptor, output: terminal.descriptor)
    _ = try reader.read(LineQuestion("1>", isRemembered: true))
    _ = try reader.read(LineQuestion("2>"))
    #expect(try reader.read(LineQuestion("3>")) == "梁鑫")
  }

  @Test(
    "single keys are read without Enter",
    arguments: [
      ("p", .character("p")), ("张", .character("张")), ("\r", .enter), ("\u{7F}", .backspace),
      ("\t", .tab), ("\u{1B}", .escape), ("\u{1B}[A", .arrow(.up)), ("\u{1B}OD", .arrow(.left)),
      ("\u{1B}[3~", .other), ("\u{01}", .other),
    ] as [(String, Key)])
  func keys(typed: String, key: Key) throws {
    let terminal = try PseudoTerminal([.init(">", typed)])
    let reader = try ReadlineReader(input: terminal.descriptor, output: terminal.descriptor)
    #expect(try reader.readKey(prompt: ">") == key)
  }

  @Test("Ctrl-C and Ctrl-D end the wait for a key")
  func keyEnds() throws {
    for (typed, end) in [("\u{03}", LineReaderEnd.interrupted), ("\u{04}", .endOfInput)] {
      let terminal = try PseudoTerminal([.init(">", typed)])
      let reader = try ReadlineReader(input: terminal.descriptor, output: terminal.descriptor)
      #expect(throws: end) { try reader.readKey(prompt: ">") }
    }
  }

  @Test("plain lines on a terminal know Ctrl-C and Ctrl-D")
  func plainTerminal() throws {
    let terminal = try PseudoTerminal([
      .init("1>", "张三\n"), .init("2>", "半\u{03}"), .init("3>", "\u{04}"),
    ])
    let reader = PlainReader(input: terminal.descriptor, output: terminal.descriptor)
    #expect(try reader.read(prompt: "1>") == "张三")
    #expect(throws: LineReaderEnd.interrupted) { try reader.read(prompt: "2>") }
    #expect(throws: LineReaderEnd.endOfInput) { try reader.read(prompt: "3>") }
  }
}

@Suite("Reading lines from a pipe") struct PlainReaderTests {
  private func reader(_ bytes: [UInt8]) throws -> PlainReader {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    // A pipe holds 64 KiB; the long line goes through a file instead.
    try #require(write(ends[1], bytes, bytes.count) == bytes.count)
    close(ends[1])
    return PlainReader(input: ends[0], output: open("/dev/null", O_WRONLY))
  }

  @Test("lines end at LF or CR LF, the last one at the end of the input")
  func lines() throws {
    let reader = try reader(Array("a\r\n\n张\u{3} \nlast".utf8))
    #expect(try reader.read(prompt: "") == "a")
    #expect(try reader.read(prompt: "") == "")
    #expect(try reader.read(prompt: "") == "张\u{3} ")
    #expect(try reader.read(prompt: "") == "last")
    #expect(throws: LineReaderEnd.endOfInput) { try reader.read(prompt: "") }
  }

  @Test("a line longer than the limit is refused")
  func limit() throws {
    let zero = open("/dev/zero", O_RDONLY)
    defer { close(zero) }
    let reader = PlainReader(input: zero, output: open("/dev/null", O_WRONLY))
    #expect(throws: LineReaderEnd.tooLong(limit: LineQuestion.longestLine)) {
      try reader.read(prompt: "")
    }
  }
}
