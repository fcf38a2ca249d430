// The words of command lines: common options, faults, and the headings of help.

extension Sentence {
  static let optionJSON = Sentence(
    zh: "以 JSON 输出结果；从不提问", en: "print results as JSON; never ask")
  static let optionData = Sentence(
    zh: "数据所在目录（缺省：$GRIDWALK_DATA 或 XDG 目录）",
    en: "where the data lies (default: $GRIDWALK_DATA, else the XDG directory)")
  static let optionLanguage = Sentence(
    zh: "显示语言（缺省：系统语言）", en: "language of messages (default: the locale's)")
  static let optionHelp = Sentence(zh: "显示帮助", en: "show help")
  static let optionVersion = Sentence(zh: "显示版本", en: "show the version")

  static let headingUsage = Sentence(zh: "用法", en: "Usage")
  static let headingCommands = Sentence(zh: "命令", en: "Commands")
  static let headingOperands = Sentence(zh: "参数", en: "Operands")
  static let headingOptions = Sentence(zh: "选项", en: "Options")
  static let headingCommonOptions = Sentence(zh: "通用选项", en: "Common options")
  static let headingExamples = Sentence(zh: "示例", en: "Examples")
  static let headingExitCodes = Sentence(zh: "退出码", en: "Exit codes")
  static let headingName = Sentence(zh: "名称", en: "Name")
  static let headingSynopsis = Sentence(zh: "概要", en: "Synopsis")
  static let headingDescription = Sentence(zh: "说明", en: "Description")
  static let placeholderCommand = Sentence(zh: "命令", en: "COMMAND")
  static let placeholderOptions = Sentence(zh: "选项", en: "OPTIONS")
  static let userCommands = Sentence(zh: "用户命令", en: "User Commands")

  /// What is wrong with a command line, and what to type next.
  ///
  /// - Parameter program: the program's name, for the line that points to help.
  public static func usage(_ fault: UsageFault, program: String) -> Sentence {
    let help = "\(program) \((fault.path + ["--help"]).joined(separator: " "))"
    let what = fault.sentence
    return Sentence(
      zh: "\(what.zh)\n帮助：\(help)",
      en: "\(what.en)\nFor help: \(help)")
  }
}

extension UsageFault {
  /// The command the fault is about, so that the right help can be named.
  fileprivate var path: [String] {
    switch self {
    case .missingCommand(let path, _), .missingOperand(_, let path),
      .unexpectedOperand(_, let path):
      path
    case .unknownOption, .unknownCommand, .missingValue, .unexpectedValue: []
    }
  }

  fileprivate var sentence: Sentence {
    switch self {
    case .unknownOption(let name, let suggestion):
      Sentence(zh: "没有选项 \(name)。", en: "There is no option \(name).") + meant(suggestion)
    case .unknownCommand(let name, let suggestion):
      Sentence(zh: "没有命令“\(name)”。", en: "There is no command '\(name)'.") + meant(suggestion)
    case .missingCommand(_, let choices):
      Sentence(
        zh: "还需要一个命令：\(choices.joined(separator: "、"))。",
        en: "A command is needed: \(choices.joined(separator: ", ")).")
    case .missingValue(let option, let placeholder):
      Sentence(
        zh: "选项 \(option) 缺少值 \(placeholder)。",
        en: "Option \(option) needs a value: \(placeholder).")
    case .unexpectedValue(let option):
      Sentence(zh: "选项 \(option) 不带值。", en: "Option \(option) takes no value.")
    case .missingOperand(let name, _):
      Sentence(zh: "缺少参数 \(name)。", en: "Operand \(name) is missing.")
    case .unexpectedOperand(let word, _):
      Sentence(zh: "多出的参数“\(word)”。", en: "Operand '\(word)' is one too many.")
    }
  }

  private func meant(_ suggestion: String?) -> Sentence {
    guard let suggestion else { return Sentence(zh: "", en: "") }
    return Sentence(zh: "是不是 \(suggestion)？", en: " Did you mean \(suggestion)?")
  }
}

extension Sentence {
  fileprivate static func + (left: Sentence, right: Sentence) -> Sentence {
    Sentence(zh: left.zh + right.zh, en: left.en + right.en)
  }
}
