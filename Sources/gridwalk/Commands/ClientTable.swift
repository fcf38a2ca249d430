import CLI

/// The command table of `gridwalk`.
enum ClientTable {
  static let version = "0.1.0"

  private static let set = OptionSpec(
    "set", value: "QUESTION=VALUE", isRepeated: true, summary: .optionSet)
  private static let photo = OptionSpec(
    "photo", short: "p", value: "FILE", isRepeated: true, summary: .optionPhoto, completion: .files)
  private static let at = OptionSpec("at", value: "LAT,LON[,ACC]", summary: .optionAt)
  private static let grid = OptionSpec("grid", value: "CODE", summary: .optionGrid)
  private static let parent = OptionSpec("parent", value: "ID", summary: .optionParent)
  private static let kind = OptionSpec(
    "kind", value: "KIND", summary: .optionKind,
    completion: .words(["household", "person", "event", "diary"]))
  private static let limit = OptionSpec("limit", value: "N", summary: .optionLimit)
  private static let formNames = Completion.words(["household", "person", "event", "diary"])
  private static let making: [OptionSpec] = [set, photo, at, grid]
  private static let makingCodes: [ExitCode] = [.ok, .usage, .notFound, .invalid, .notPermitted]
  private static let id = Operand("ID", summary: .operandID)

  static let table = CommandTable(
    program: "gridwalk", version: version, summary: .gridwalkSummary, details: .gridwalkDetails,
    isCommandOptional: true, commands: recording + reading + device)

  private static let recording: [CommandSpec] = [
    CommandSpec(
      "household", "入户", key: "h", summary: .householdSummary, details: .savedDetails,
      operands: [Operand("ID", isRequired: false, summary: .operandHousehold)], options: making,
      exitCodes: makingCodes,
      examples: [
        Example(
          "gridwalk household --set estate=江口花园 --set room=201 --set 'member[1]/name=梁鑫'",
          summary: .exampleHousehold)
      ]),
    CommandSpec(
      "new", "新建", key: "n", summary: .newSummary, details: .savedDetails,
      operands: [Operand("FORM", summary: .operandForm, completion: formNames)],
      options: making + [parent], exitCodes: makingCodes,
      examples: [
        Example(
          "gridwalk new diary --set content=… --at 22.5411,114.0512,8 --json",
          summary: .exampleNew)
      ]),
    CommandSpec(
      "report", "上报", key: "r", summary: .reportSummary, details: .savedDetails,
      operands: [Operand("CATEGORY", isRequired: false, summary: .operandCategory)],
      options: making, exitCodes: makingCodes,
      examples: [
        Example(
          "gridwalk report bllj --set description=… --photo a.jpg", summary: .exampleReport)
      ]),
    CommandSpec(
      "diary", "日记", key: "d", summary: .diarySummary, details: .savedDetails,
      operands: [Operand("TEXT", isRequired: false, isRepeated: true, summary: .operandDiary)],
      options: making, exitCodes: makingCodes),
    CommandSpec(
      "edit", "修改", key: "e", summary: .editSummary, details: .savedDetails, operands: [id],
      options: making, exitCodes: makingCodes),
    CommandSpec(
      "undo", "撤销", key: "u", summary: .undoSummary, details: .undoDetails,
      exitCodes: [.ok, .failure, .notFound]),
  ]

  private static let reading: [CommandSpec] = [
    CommandSpec(
      "find", "查找", key: "f", summary: .findSummary, details: .listDetails,
      operands: [Operand("TEXT", isRepeated: true, summary: .operandText)],
      options: [kind, limit], exitCodes: [.ok, .notFound]),
    CommandSpec(
      "list", "列表", key: "l", summary: .listSummary, details: .listDetails,
      operands: [Operand("KIND", summary: .operandKind, completion: formNames)],
      options: [grid, limit], exitCodes: [.ok, .notFound]),
    CommandSpec(
      "show", "查看", summary: .showSummary, details: .showDetails, operands: [id],
      exitCodes: [.ok, .usage, .notFound]),
    CommandSpec(
      "history", "历史", summary: .historySummary, details: .historyDetails, operands: [id],
      exitCodes: [.ok, .usage, .notFound]),
    CommandSpec(
      "queue", "队列", key: "q", summary: .queueSummaryLine, details: .queueDetails,
      options: [
        OptionSpec("all", summary: .optionAll),
        OptionSpec("retry", value: "ID", summary: .optionRetry), set, grid,
        OptionSpec("dismiss", value: "OPERATION", summary: .optionDismiss),
      ], exitCodes: [.ok, .usage, .notFound, .invalid]),
    CommandSpec(
      "conflicts", "冲突", key: "m", summary: .conflictsSummary, details: .conflictsDetails,
      examples: [Example("gridwalk conflicts --json", summary: .exampleConflicts)]),
    CommandSpec(
      "resolve", "决断", summary: .resolveSummary, details: .resolveDetails,
      operands: [Operand("ID", summary: .operandConflict)],
      options: [
        OptionSpec(
          "take", value: "SIDE", summary: .optionTake,
          completion: .words(["mine", "theirs", "base", "shown", "kept"])), set,
      ], exitCodes: [.ok, .usage, .notFound, .invalid, .conflict]),
    CommandSpec(
      "drafts", "草稿", summary: .draftsSummary,
      subcommands: [
        CommandSpec("list", "列表", summary: .draftsList, details: .draftsDetails),
        CommandSpec(
          "show", "查看", summary: .draftsShow, details: .draftsShowDetails,
          operands: [Operand("DRAFT", isRequired: false, summary: .operandDraftOrForm)],
          exitCodes: [.ok, .notFound]),
        CommandSpec(
          "resume", "继续", summary: .draftsResume,
          operands: [Operand("DRAFT", isRequired: false, summary: .operandDraftOrForm)],
          options: making,
          exitCodes: makingCodes),
        CommandSpec(
          "delete", "删除", summary: .draftsDelete,
          operands: [Operand("DRAFT", summary: .operandDraft)], exitCodes: [.ok, .notFound]),
      ]),
    CommandSpec(
      "forms", "表单", summary: .formsSummary,
      subcommands: [
        CommandSpec("list", "列表", summary: .formsList, details: .formsListDetails),
        CommandSpec(
          "check", "检查", summary: .formsCheck, details: .formsCheckDetails,
          operands: [Operand("FILE", summary: .operandFormFile, completion: .files)],
          exitCodes: [.ok, .notFound, .invalid]),
        CommandSpec(
          "drive", "驱动", summary: .formsDrive, details: .formsDriveDetails,
          operands: [
            Operand(
              "FILE", isRequired: false, summary: .operandFormFile, completion: .files)
          ],
          exitCodes: [.ok, .notFound, .invalid],
          examples: [
            Example(
              #"echo '{"op":"dump"}' | gridwalk forms drive event.csv"#, summary: .exampleDrive)
          ]),
      ]),
  ]

  private static let device: [CommandSpec] = [
    CommandSpec(
      "enroll", "入网", summary: .enrollSummary, details: .agentDetails,
      operands: [
        Operand("URL", summary: .operandURL), Operand("CODE", summary: .operandCode),
      ],
      options: [OptionSpec("name", value: "NAME", summary: .optionDeviceName)],
      exitCodes: [.ok, .failure, .notPermitted, .offline]),
    CommandSpec(
      "sync", "同步", key: "s", summary: .syncSummary, details: .agentDetails,
      options: [
        OptionSpec("watch", summary: .optionWatch), OptionSpec("dry-run", summary: .optionDryRun),
      ],
      exitCodes: [.ok, .failure, .notPermitted, .offline]),
    CommandSpec(
      "bundle", "打包", summary: .bundleSummary, details: .bundleDetails,
      operands: [Operand("FILE", summary: .bundleFile, completion: .files)],
      options: [OptionSpec("all", summary: .bundleAll)],
      exitCodes: [.ok, .failure, .notPermitted, .conflict]),
    CommandSpec(
      "doctor", "体检", key: "o", summary: .doctorSummary, details: .doctorDetails,
      exitCodes: [.ok, .failure]),
    CommandSpec(
      "completion", "补全", summary: .completionSummary,
      operands: [
        Operand("SHELL", summary: .operandShell, completion: .words(Shell.allCases.map(\.rawValue)))
      ]),
    CommandSpec("man", "手册", summary: .manSummary),
  ]
}
