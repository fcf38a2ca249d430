import CLI
import Glibc
import Testing

@Suite("Streams") struct StreamsTests {
  @Test("writing into a closed pipe is an answer and not the end of the process")
  func closedPipe() throws {
    // As `Streams.standard()` does.
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    let closed = DescriptorOutlet(descriptor: ends[1])
    let streams = Streams(output: closed, errors: closed)
    #expect(throws: StreamFault.closed) { try streams.result("x") }
    #expect(streams.tell(Sentence(zh: "x", en: "x")) == .closed)
    #expect(throws: StreamFault.failed(code: EBADF)) {
      try DescriptorOutlet(descriptor: -1).write([1])
    }
  }

  @Test("a full non-blocking pipe is written to the end")
  func partialWrites() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let (reading, writing) = (ends[0], ends[1])
    try #require(fcntl(writing, F_SETFL, O_NONBLOCK) == 0)
    defer { close(reading) }
    // Several times what a pipe holds (64 KiB).
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    var received: [UInt8] = []
    let writer = Worker {
      let isWritten = (try? DescriptorOutlet(descriptor: writing).write(bytes)) != nil
      close(writing)
      return isWritten
    }
    var chunk = [UInt8](repeating: 0, count: 10_000)
    while true {
      var wait = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
      _ = poll(&wait, 1, -1)
      let count = read(reading, &chunk, chunk.count)
      if count == 0 { break }
      if count > 0 { received += chunk[..<count] }
    }
    #expect(writer.join())
    #expect(received == bytes)
  }

  @Test("results go to stdout and words to stderr, in the language of the run")
  func destinations() throws {
    let (output, errors) = (BufferOutlet(), BufferOutlet())
    let streams = Streams(output: output, errors: errors, language: .chinese)
    try streams.result("a\tb")
    try streams.results(["c", "d"])
    streams.tell(Sentence(zh: "已存本机", en: "saved here"))
    streams.speaking(.english).tell(Sentence(zh: "已存本机", en: "saved here"))
    #expect(output.text == "a\tb\nc\nd\n")
    #expect(errors.text == "已存本机\nsaved here\n")
  }

  @Test("what a sentence quotes cannot command the terminal")
  func sanitisedWords() {
    let errors = BufferOutlet()
    let streams = Streams(output: BufferOutlet(), errors: errors)
    streams.tell(.usage(.unknownCommand("\u{1B}]0;x\u{07}\u{9B}2J", suggestion: nil), program: "s"))
    #expect(!errors.bytes.contains(0x1B))
    #expect(!errors.bytes.contains(0x07))
    #expect(!errors.text.unicodeScalars.contains("\u{9B}"))
    #expect(errors.text.filter { $0 == "\n" }.count == 2)
  }

  @Test("the width comes from COLUMNS, then the terminal, then it is 80")
  func width() {
    func width(_ columns: String?, _ measured: Int?) -> Int {
      Streams(
        output: BufferOutlet(), errors: BufferOutlet(),
        environment: Environment(columns.map { ["COLUMNS": $0] } ?? [:]),
        measuredWidth: { measured }
      ).width
    }
    #expect(width("60", 40) == 60)
    #expect(width(nil, 40) == 40)
    #expect(width("wide", 40) == 40)
    #expect(width("0", nil) == 80)
    #expect(width("-5", 2_000_000) == 80)
  }

  @Test(
    "colour follows NO_COLOR, CLICOLOR_FORCE and TERM",
    arguments: [
      ([:], true, true), ([:], false, false),
      (["NO_COLOR": "1"], true, false), (["NO_COLOR": ""], true, true),
      (["CLICOLOR_FORCE": "1"], false, true), (["CLICOLOR_FORCE": "0"], false, false),
      (["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], true, false),
      (["TERM": "dumb"], true, false), (["TERM": "dumb", "CLICOLOR_FORCE": "1"], true, true),
    ] as [([String: String], Bool, Bool)])
  func colour(variables: [String: String], isTerminal: Bool, isColoured: Bool) {
    let streams = Streams(
      output: BufferOutlet(), errors: BufferOutlet(), isOutputTerminal: isTerminal,
      environment: Environment(variables))
    #expect(streams.isOutputColoured == isColoured)
  }

  @Test(
    "the language follows --lang, LC_ALL, LC_MESSAGES, LANG and LANGUAGE in this order",
    arguments: [
      ("en", ["LC_ALL": "zh_CN.UTF-8"], Language.english),
      (nil, ["LC_ALL": "zh_CN.UTF-8", "LANG": "en_US"], .chinese),
      (nil, ["LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "en_US"], .chinese),
      (nil, ["LANG": "C.UTF-8", "LANGUAGE": "zh"], .english),
      (nil, ["LANGUAGE": "zh:en"], .chinese), (nil, [:], .english),
    ] as [(String?, [String: String], Language)])
  func language(option: String?, variables: [String: String], expected: Language) {
    #expect(Language.chosen(option: option, environment: Environment(variables)) == expected)
  }

  @Test("exit codes are those the design promises")
  func exitCodes() {
    #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 130])
  }
}
