import CLI

/// The command table of `gridwalk-sync`.
enum SyncTable {
  static let table = CommandTable(
    program: "gridwalk-sync", version: "0.1.0", summary: .syncProgramSummary,
    commands: [
      CommandSpec(
        "enroll", "入网", summary: .syncEnrollSummary,
        operands: [
          Operand("URL", summary: .syncURL), Operand("CODE", summary: .syncCode),
        ],
        options: [OptionSpec("name", value: "NAME", summary: .syncName)]),
      CommandSpec(
        "sync", "同步", summary: .syncOnceSummary,
        options: [OptionSpec("dry-run", summary: .optionDryRun)],
        exitCodes: [.ok, .failure, .notPermitted, .offline]),
      CommandSpec("watch", "守候", summary: .syncWatchSummary),
    ])
}
