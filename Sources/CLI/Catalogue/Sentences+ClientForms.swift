// The words of filling in forms: questions, answers that are refused, and the
// mistakes of a form's author.

extension Sentence {
  // Answers.
  /// A refused answer with the question it was meant for, its label too where known.
  package static func answerRefused(_ question: String, label: String?, _ reason: Sentence)
    -> Sentence
  {
    Sentence(
      zh: "\(question)\(label.map { "（\($0)）" } ?? "")：\(reason.zh)",
      en: "\(question)\(label.map { " (\($0))" } ?? ""): \(reason.en)")
  }
  /// An answer that is needed, with the option that gives it.
  package static func answerNeeded(_ question: String, label: String?, _ reason: Sentence)
    -> Sentence
  {
    let refused = answerRefused(question, label: label, reason)
    return Sentence(
      zh: "\(refused.zh)：--set \(question)=…", en: "\(refused.en): --set \(question)=…")
  }
  package static func noSuchQuestion(_ name: String, nearest: [String]) -> Sentence {
    nearest.isEmpty
      ? Sentence(zh: "表单没有问题“\(name)”。", en: "The form has no question \(name).")
      : Sentence(
        zh: "表单没有问题“\(name)”。相近的有：\(nearest.joined(separator: "、"))。",
        en: "The form has no question \(name). Near it: \(nearest.joined(separator: ", ")).")
  }
  package static func severalInstances(_ name: String, count: Int) -> Sentence {
    Sentence(
      zh: "“\(name)”有 \(count) 份，请写明第几份，如 member[1]/name。",
      en: "There are \(count) of \(name); say which, like member[1]/name.")
  }
  package static let answerNotRelevant = Sentence(
    zh: "按其他回答，这一问不用答。", en: "With the other answers this is not asked.")
  package static let answerReadonly = Sentence(
    zh: "这一项由表单自动得出。", en: "The form fills this in by itself.")
  package static let answerNotANumber = Sentence(zh: "要填数字。", en: "A number is needed.")
  package static let answerNotADate = Sentence(
    zh: "要填日期，如 2026-11-21，或 今天、昨天。",
    en: "A date is needed, like 2026-11-21, today or yesterday.")
  package static let answerNotATime = Sentence(
    zh: "要填时间，如 08:30。", en: "A time is needed, like 08:30.")
  package static let answerNotAPosition = Sentence(
    zh: "要填 纬度,经度[,精度]，如 22.5411,114.0512,8。",
    en: "A position is needed: LAT,LON[,ACC], like 22.5411,114.0512,8.")
  package static func answerNotAPath(least: Int) -> Sentence {
    Sentence(
      zh: "要填至少 \(least) 个 纬度,经度，用分号分开，如 22.5411,114.0512; 22.5415,114.0518。",
      en: "At least \(least) positions are needed, parted by semicolons: LAT,LON; LAT,LON; …, "
        + "like 22.5411,114.0512; 22.5415,114.0518.")
  }
  package static func answerOutside(start: String, end: String, step: String) -> Sentence {
    let bounds = rangeBounds(start: start, end: end, step: step)
    return Sentence(zh: "要填 \(bounds.zh) 的数。", en: "A number is needed: \(bounds.en).")
  }
  /// What a range question takes.
  package static func rangeBounds(start: String, end: String, step: String) -> Sentence {
    step == "1"
      ? Sentence(zh: "\(start) 到 \(end)", en: "\(start) to \(end)")
      : Sentence(
        zh: "\(start) 到 \(end)，每步 \(step)", en: "\(start) to \(end) in steps of \(step)")
  }
  package static func answerNotAChoice(_ allowed: [String], others: Int) -> Sentence {
    let more = others > 0 ? (zh: "等，另有 \(others) 项", en: " and \(others) more") : (zh: "", en: "")
    return Sentence(
      zh: "没有这个选项。可选：\(allowed.joined(separator: "、"))\(more.zh)",
      en: "There is no such choice. Choose from: \(allowed.joined(separator: ", "))\(more.en)")
  }
  package static func choiceAmbiguous(_ text: String, _ candidates: [String], others: Int)
    -> Sentence
  {
    let more = others > 0 ? (zh: "等，另有 \(others) 项", en: " and \(others) more") : (zh: "", en: "")
    return Sentence(
      zh: "“\(text)”可以是：\(candidates.joined(separator: "、"))\(more.zh)。请写代码。",
      en: "\"\(text)\" may be: \(candidates.joined(separator: ", "))\(more.en). Write the code.")
  }
  package static let answerBreaksRule = Sentence(
    zh: "不符合表单的规则。", en: "This breaks the form's rule.")
  package static let answerRequired = Sentence(zh: "这一问必须回答", en: "An answer is needed")
  package static let instanceCountFixed = Sentence(
    zh: "份数由表单决定。", en: "The form decides how many there are.")
  package static func answerTooLarge(_ limit: Int) -> Sentence {
    Sentence(zh: "超过上限 \(limit)。", en: "This is beyond the limit of \(limit).")
  }
  package static func answerNotComputed(_ detail: String) -> Sentence {
    Sentence(
      zh: "表单的规则算不出来（\(detail)）。请告诉管理员。",
      en: "The form's rule cannot be computed (\(detail)). Tell the administrator.")
  }

  // Driven by a program.
  package static func driveLineTooLong(_ limit: Int) -> Sentence {
    Sentence(zh: "这一行超过 \(limit) 字节。", en: "The line has more than \(limit) bytes.")
  }
  package static func driveInputFailed(_ reason: String) -> Sentence {
    Sentence(
      zh: "读不了标准输入（\(reason)）。", en: "Standard input cannot be read (\(reason)).")
  }
  package static let driveMalformed = Sentence(
    zh: "这一行不是带 op 的 JSON 对象。", en: "The line is no JSON object with an op.")
  package static func driveUnsupported(_ op: String) -> Sentence {
    Sentence(zh: "没有操作“\(op)”。", en: "There is no op \(op).")
  }
  package static func driveArgument(_ name: String) -> Sentence {
    Sentence(zh: "缺少“\(name)”，或它不是文本。", en: "\(name) is missing or no text.")
  }
  package static let driveNoForm = Sentence(
    zh: "还没有打开表单：先用 load。", en: "No form is open: load one first.")
  package static func driveLanguage(_ wanted: String, known: [String]) -> Sentence {
    let known = known.filter { !$0.isEmpty }
    return Sentence(
      zh: "表单没有语言“\(wanted)”。有：\(known.joined(separator: "、"))。",
      en: "The form does not speak \(wanted). It has: \(known.joined(separator: ", ")).")
  }
}
