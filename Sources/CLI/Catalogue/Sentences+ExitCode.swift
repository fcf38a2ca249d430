extension ExitCode {
  /// What the code means, for manual pages.
  public var meaning: Sentence {
    switch self {
    case .ok: Sentence(zh: "成功", en: "success")
    case .failure: Sentence(zh: "失败", en: "failure")
    case .usage: Sentence(zh: "命令行有误", en: "the command line was not understood")
    case .notFound: Sentence(zh: "未找到", en: "not found")
    case .invalid: Sentence(zh: "内容不合规则", en: "a value breaks a rule")
    case .notPermitted: Sentence(zh: "没有权限", en: "not permitted")
    case .offline: Sentence(zh: "未联网，已排队待传", en: "offline; queued on this device")
    case .conflict: Sentence(zh: "与他人的修改冲突", en: "conflicts with somebody else's change")
    case .interrupted: Sentence(zh: "被用户中断", en: "interrupted by the user")
    }
  }
}
