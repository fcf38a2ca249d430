import CLI

private func plain(_ text: String) -> Sentence { Sentence(zh: text, en: text) }

/// A program that has every shape a command can take.
let sampleTable = CommandTable(
  program: "sample", version: "1.2", summary: Sentence(zh: "网格样例", en: "A sample program"),
  details: Sentence(zh: ".开头有点\n\n第二段", en: ".begins with a dot\n\n'second' paragraph"),
  isCommandOptional: true,
  commands: [
    CommandSpec(
      "report", "上报", key: "r",
      summary: Sentence(zh: "上报一件事件，立即存入本机", en: "Report an event; it is saved at once"),
      details: plain("C:\\temp it's ~5"),
      operands: [Operand("CATEGORY", isRequired: false, summary: plain("what"))],
      options: [
        OptionSpec(
          "photo", short: "p", value: "FILE", isRepeated: true, summary: plain("a photo"),
          completion: .files),
        OptionSpec("at", value: "LAT,LON", summary: plain("the place")),
        OptionSpec("urgent", short: "u", summary: plain("urgent: today")),
        OptionSpec("yes", short: "y", summary: plain("do not ask")),
        OptionSpec("fields", value: "LIST", isValueOptional: true, summary: plain("which")),
      ],
      exitCodes: [.ok, .offline],
      examples: [Example("sample report -p a.jpg", summary: plain("with a photo"))]),
    CommandSpec(
      "show", "查看", summary: plain("Show records"),
      operands: [Operand("ID", isRepeated: true, summary: plain("which"))]),
    CommandSpec(
      "case", "案件", key: "c", summary: plain("Cases"),
      subcommands: [
        CommandSpec(
          "accept", "立案", summary: plain("Accept"),
          operands: [
            Operand("ID", summary: plain("which"), completion: .words(["A1", "B2"]))
          ]),
        CommandSpec("list", "列表", summary: plain("List")),
      ]),
    CommandSpec(
      "task", "任务", summary: plain("Tasks"),
      operands: [Operand("ID", summary: plain("which"))],
      subcommands: [CommandSpec("list", "列表", summary: plain("List"))]),
  ])
