import CLI

/// The command table of `gridwalkd`.
enum DaemonTable {
  static let version = "0.1.0"

  static let table = CommandTable(
    program: "gridwalkd", version: version, summary: .gridwalkdSummary,
    commands: [
      CommandSpec(
        "init", "新建", summary: .initSummary,
        options: [
          OptionSpec("demo", summary: .initDemo),
          OptionSpec("city", value: "CODE", summary: .initCity),
          OptionSpec("forms", value: "DIR", summary: .initForms, completion: .directories),
        ]),
      CommandSpec(
        "serve", "服务", summary: .serveSummary,
        options: [
          OptionSpec("listen", value: "HOST:PORT", summary: .serveListen),
          OptionSpec("grace", value: "SECONDS", summary: .serveGrace),
        ]),
      CommandSpec(
        "worker", "网格员", summary: .workerSummary,
        subcommands: [
          CommandSpec(
            "add", "登记", summary: .workerAdd,
            operands: [
              Operand("ID", summary: .workerID), Operand("NAME", summary: .workerName),
            ],
            options: [
              OptionSpec("grid", value: "CODE", isRepeated: true, summary: .workerGrid)
            ]),
          CommandSpec(
            "grids", "网格", summary: .workerGrids,
            operands: [Operand("ID", summary: .workerID)],
            options: [
              OptionSpec("add", value: "CODE", isRepeated: true, summary: .workerGridAdd),
              OptionSpec("remove", value: "CODE", isRepeated: true, summary: .workerGridRemove),
            ]),
          CommandSpec("list", "列表", summary: .workerList),
        ]),
      CommandSpec(
        "device", "终端", summary: .deviceSummary,
        subcommands: [
          CommandSpec(
            "code", "入网码", summary: .deviceCode,
            operands: [Operand("WORKER", summary: .workerID)],
            options: [OptionSpec("hours", value: "N", summary: .deviceCodeHours)]),
          CommandSpec("list", "列表", summary: .deviceList),
          CommandSpec(
            "revoke", "停用", summary: .deviceRevoke,
            operands: [Operand("DEVICE", summary: .deviceID)]),
          CommandSpec(
            "wipe", "擦除", summary: .deviceWipe,
            operands: [Operand("DEVICE", summary: .deviceID)],
            options: [
              OptionSpec(
                "unsent", value: "send|drop", summary: .deviceWipeUnsent,
                completion: .words(["send", "drop"])),
              OptionSpec("withdraw", summary: .deviceWipeWithdraw),
            ]),
        ]),
      CommandSpec(
        "grid", "网格", summary: .gridSummary,
        subcommands: [
          CommandSpec(
            "import", "导入", summary: .gridImport,
            operands: [Operand("FILE", summary: .fileOperand, completion: .files)]),
          CommandSpec("list", "列表", summary: .gridList),
        ]),
      CommandSpec(
        "form", "表单", summary: .formSummary,
        subcommands: [
          CommandSpec(
            "import", "导入", summary: .formImport,
            operands: [
              Operand("FILE", isRepeated: true, summary: .fileOperand, completion: .files)
            ]),
          CommandSpec("list", "列表", summary: .formList),
        ]),
      CommandSpec(
        "account", "账号", summary: .accountSummary,
        operands: [Operand("NAME", summary: .consoleName)],
        options: [
          OptionSpec(
            "role", value: "ROLE", summary: .accountRole,
            completion: .words(["administrator", "operator"]))
        ]),
      CommandSpec(
        "import", "导入", summary: .bundleImportSummary,
        operands: [Operand("FILE", summary: .fileOperand, completion: .files)],
        options: [OptionSpec("revoked", summary: .bundleImportRevoked)],
        exitCodes: [.ok, .notFound, .invalid, .notPermitted, .conflict]),
      CommandSpec("check", "检查", summary: .checkSummary, exitCodes: [.ok, .failure]),
      CommandSpec(
        "backup", "备份", summary: .backupSummary,
        operands: [Operand("DIR", summary: .directoryOperand, completion: .directories)]),
    ])
}
