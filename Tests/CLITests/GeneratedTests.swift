import CLI
import Glibc
import Testing

@Suite("What is made from the command table") struct GeneratedTests {
  /// Columns as a terminal counts them: every character here that is no ASCII is wide, but `…`.
  private func columns(_ line: some StringProtocol) -> Int {
    line.unicodeScalars.reduce(0) { $0 + ($1.isASCII || $1 == "…" ? 1 : 2) }
  }

  @Test(
    "help fits 40, 60 and 80 columns in both languages", arguments: [40, 60, 80], Language.allCases)
  func helpFits(width: Int, language: Language) {
    let help = Help(sampleTable, language: language, width: width)
    for path in [[], ["report"], ["show"], ["case"], ["case", "accept"], ["task"]] {
      for line in help.text(for: path).split(separator: "\n") {
        #expect(columns(line) <= width, "\(line)")
      }
    }
  }

  @Test("help names all a command takes, in the language asked for")
  func helpContents() {
    let help = Help(sampleTable, language: .chinese, width: 80).text(for: ["report"])
    #expect(help.hasPrefix("上报一件事件，立即存入本机\n\n用法: sample report [选项] [CATEGORY]\n"))
    for part in ["-p, --photo FILE", "--fields[=LIST]", "--json", "sample report -p a.jpg", "  6 "]
    {
      #expect(help.contains(part))
    }
    let program = Help(sampleTable, language: .english, width: 80).text()
    #expect(program.contains("Usage: sample [OPTIONS] [COMMAND]\n"))
    #expect(program.contains("  report, 上报, r  Report an event; it is saved at once\n"))
    #expect(Help(sampleTable, language: .english, width: 80).text(for: ["none"]) == program)
  }

  @Test("the manual page is accepted by groff without a warning", arguments: Language.allCases)
  func manPage(language: Language) throws {
    guard try isInstalled("groff") else { return }
    let page = ManPage(sampleTable, language: language).text(date: "2026-11-21")
    try withFile(page) { path in
      let warnings = try shell("groff -K utf8 -T utf8 -man -ww -z \(path)")
      #expect(warnings.output == "")
      #expect(warnings.code == 0)
      let shown = try shell("groff -K utf8 -T utf8 -man -P -cbou \(path)")
      #expect(shown.output.contains("--photo FILE"))
      #expect(shown.output.contains("C:\\temp it's ~5"))
      #expect(shown.output.contains(language == .chinese ? ".开头有点" : ".begins with a dot"))
      #expect(shown.output.contains(language == .chinese ? "第二段" : "'second' paragraph"))
    }
  }

  @Test("each shell accepts its completion script", arguments: Shell.allCases)
  func completionSyntax(of name: Shell) throws {
    guard try isInstalled(name.rawValue) else { return }
    let script = CompletionScript.text(sampleTable, shell: name, language: .chinese)
    try withFile(script) { path in
      let answer = try shell("\(name.rawValue) -n \(path)")
      #expect(answer.output == "")
      #expect(answer.code == 0)
    }
  }

  @Test(
    "bash completes commands, options and values",
    arguments: [
      (["sample", ""], "report show case task"),
      (["sample", "re"], "report"),
      (["sample", "上"], "上报"),
      (["sample", "r", "--ph"], "--photo"),
      (["sample", "案件", ""], "accept list"),
      (["sample", "--data", "case", "re"], "report"),
      (["sample", "--data", "=", "case", "re"], "report"),
      (["sample", "case", "accept", ""], "A1 B2"),
      (["sample", "case", "accept", "A"], "A1"),
      (["sample", "--lang", ""], "zh en"),
      (["sample", "--lang", "=", "z"], "zh"),
      (["sample", "--lang", "="], "zh en"),
    ] as [([String], String)])
  func bashCandidates(words: [String], expected: String) throws {
    guard try isInstalled("bash") else { return }
    let script = CompletionScript.text(sampleTable, shell: .bash, language: .english)
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    let run = """
      \(script)
      compopt() { :; }
      COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count - 1)
      _sample; echo "${COMPREPLY[*]}"
      """
    try withFile(run) { (path: String) throws in
      #expect(try shell("LC_ALL=C.UTF-8 bash \(path)").output == expected + "\n")
    }
  }

  @Test("fish completes commands, options and values")
  func fishCandidates() throws {
    guard try isInstalled("fish") else { return }
    let script = CompletionScript.text(sampleTable, shell: .fish, language: .english)
    try withFile(script) { (path: String) throws in
      func complete(_ line: String) throws -> [String] {
        let answer = try shell(
          "HOME=/nonexistent fish --no-config -c 'source \(path); complete -C \"\(line)\"'")
        return answer.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
      }
      #expect(try complete("sample re") == ["report"])
      #expect(try complete("sample 上") == ["上报"])
      #expect(try complete("sample --data case r --ph") == ["--photo"])
      #expect(try complete("sample c accept ") == ["A1", "B2"])
      #expect(try complete("sample --lang ") == ["en", "zh"])
    }
  }
}
