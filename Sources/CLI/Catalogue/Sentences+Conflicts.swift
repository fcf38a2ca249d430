// The words of what two people wrote differently, and of what the centre refused.

extension Sentence {
  // The commands.
  package static let conflictsSummary = Sentence(
    zh: "与他人修改不同、等待决断的内容", en: "what others wrote differently, waiting for a decision")
  package static let resolveSummary = Sentence(
    zh: "决断一处冲突，或一条记录的全部冲突", en: "decide a conflict, or all of a record")
  package static let operandConflict = Sentence(
    zh: "冲突或记录的编号，或其末尾 4 位以上",
    en: "the identifier of a conflict or a record, or its last four or more characters")
  package static let optionTake = Sentence(
    zh: "取哪个值：mine 我的、theirs 对方、base 原值；都不是本机写的：shown 现显示的、kept 另一个",
    en: "which value: mine, theirs, base; where neither is this device's: shown or kept")
  package static let conflictsDetails = Sentence(
    zh:
      "两人离线改了同一项，两个值都保留。--json：[{\"id\",\"record\",\"title\",\"field\",\"label\",\"base\",\"shown\",\"kept\","
      + "\"shownBy\",\"keptBy\":{\"op\",\"worker\",\"name\",\"at\"},\"mine\":\"shown|kept\"}]，号码打码。",
    en:
      "Two people changed the same thing without seeing each other; both values are kept. --json: "
      + "[{\"id\", \"record\", \"title\", \"field\", \"label\", \"base\", \"shown\", \"kept\", \"shownBy\", "
      + "\"keptBy\": {\"op\", \"worker\", \"name\", \"at\"}, \"mine\": \"shown|kept\"}], numbers masked."
  )
  package static let resolveDetails = Sentence(
    zh:
      "无需网络。决断也是一次修改，随队列送往中心。--json：{\"decided\":[冲突编号],\"left\",\"state\":\"saved\",\"waiting\"}；"
      + "还有未决断的，退出码为 7。",
    en:
      "Works without a network: a decision is a change like any other and goes with the queue. --json: "
      + "{\"decided\": [conflicts], \"left\", \"state\": \"saved\", \"waiting\"}; the exit code is 7 where "
      + "something is left undecided.")
  package static let exampleConflicts = Sentence(
    zh: "供脚本逐条决断", en: "for a script that decides one by one")

  // What they answer.
  package static let noConflicts = Sentence(
    zh: "没有等待决断的冲突。", en: "Nothing waits for a decision.")
  package static func conflictsWait(_ count: Int) -> Sentence {
    Sentence(
      zh: "\(count) 处等待决断：gridwalk resolve 编号",
      en: "\(count) waiting for a decision: gridwalk resolve ID")
  }
  package static func conflictsDecided(_ title: String, count: Int, waiting: Int) -> Sentence {
    Sentence(
      zh: "✓ 已决断 \(count) 处，已存本机：\(title)；待传 \(waiting) 条",
      en: "✓ decided and saved on this device: \(title), \(count); \(waiting) waiting")
  }
  package static func conflictsLeft(_ count: Int) -> Sentence {
    Sentence(
      zh: "还有 \(count) 处没有决断，两个值都还保留。",
      en: "\(count) left undecided; both values are still kept.")
  }
  package static func nothingToResolve(_ title: String) -> Sentence {
    Sentence(
      zh: "“\(title)”没有等待决断的冲突。gridwalk conflicts 可列出全部。",
      en: "Nothing waits for a decision about \(title). gridwalk conflicts lists what does.")
  }
  package static func conflictChoiceMissing(_ labels: [String]) -> Sentence {
    Sentence(
      zh: "没有终端可以提问，未决断：\(labels.joined(separator: "、"))。请加 --take mine|theirs|base 或 --set 问题=值。",
      en: "There is nobody to ask; undecided: \(labels.joined(separator: ", ")). Add --take "
        + "mine|theirs|base or --set QUESTION=VALUE.")
  }
  package static func takeUnknown(_ word: String, known: [String]) -> Sentence {
    Sentence(
      zh: "--take 没有“\(word)”，可写：\(known.joined(separator: "、"))。",
      en: "--take knows no \"\(word)\"; write one of \(known.joined(separator: ", ")).")
  }
  package static func nothingToTake(_ word: String, label: String) -> Sentence {
    Sentence(
      zh: "“\(label)”没有可取的 \(word)，未决断。不是本机写的请用 --take shown 或 kept。",
      en: "\(label) has no \(word) to take; nothing was decided. Where neither value is this "
        + "device's, use --take shown or kept.")
  }
  package static let setTakesNoFile = Sentence(
    zh: "这里的 --set 不能附照片或文件，未保存。请用 gridwalk edit。",
    en: "--set takes no photo or file here; nothing was saved. Use gridwalk edit.")
  package static func valueConflicts(_ label: String, id: String) -> Sentence {
    Sentence(
      zh: "“\(label)”与他人的修改不同，两个值都已保留。决断：gridwalk resolve \(id)",
      en: "\(label) differs from somebody else's change; both values are kept. To decide: "
        + "gridwalk resolve \(id)")
  }

  // Words of the list and of the choice.
  package static let columnField = Sentence(zh: "项目", en: "Field")
  package static let columnAuthor = Sentence(zh: "对方", en: "By")
  package static let conflictEmpty = Sentence(zh: "（空）", en: "(empty)")
  package static let conflictDeleted = Sentence(zh: "删除", en: "deleted")
  package static let conflictStays = Sentence(zh: "保留", en: "kept")
  package static let conflictSomebody = Sentence(zh: "他人", en: "somebody else")
  package static let conflictMine = Sentence(zh: "我的", en: "mine")
  package static let conflictBase = Sentence(zh: "原值", en: "before")
  package static let conflictPresent = Sentence(zh: "现在", en: "now")
  package static let conflictOther = Sentence(zh: "另填一个值", en: "another value")
  package static let conflictPass = Sentence(zh: "回车：以后再说", en: "Enter: later")
  package static let differsWhereMasked = Sentence(
    zh: "（遮盖处不同）", en: " (differs where masked)")
  package static let promptDecide = Sentence(zh: "取哪个: ", en: "take: ")
  package static let promptConflict = Sentence(
    zh: "决断哪一条（回车返回）: ", en: "Decide which (Enter: back): ")

  // Refusals.
  package static let retryMissing = Sentence(
    zh: "--set 和 --grid 只与 --retry 同用。请写 gridwalk queue --retry 编号 --set 问题=值。",
    en: "--set and --grid go with --retry only: gridwalk queue --retry ID --set QUESTION=VALUE.")
  /// What a refusal means for the worker: what happened, why, and what to do, by
  /// its code on the wire.
  package static func refusalAdvice(_ code: String) -> Sentence {
    switch code {
    case "malformed":
      Sentence(
        zh: "“内容不合格式”：中心读不懂这次操作，没有生效；多半是程序版本不合。请更新程序，再 gridwalk queue --retry 编号。",
        en:
          "\"malformed\": the centre could not read the operation and it had no effect, most likely "
          + "because the programs do not fit. Update, then gridwalk queue --retry ID.")
    case "kind-unknown":
      Sentence(
        zh: "“中心没有这种表单”：没有生效，表单可能已停用。请问管理员；恢复后 gridwalk queue --retry 编号。",
        en: "\"no such form\": it had no effect; the form may have been withdrawn. Ask the "
          + "administrator; once it is back, gridwalk queue --retry ID.")
    case "grid-unknown":
      Sentence(
        zh: "“中心没有这个网格”：没有生效，网格可能已改编码。请写对网格再送：gridwalk queue --retry 编号 --grid 网格。",
        en:
          "\"no such grid\": it had no effect; the grid may have a new code. Send it again with the "
          + "right one: gridwalk queue --retry ID --grid CODE.")
    case "grid-out-of-scope":
      Sentence(
        zh: "“不是你的网格”：没有生效，网格可能已调整给别人。改到你的网格再送：gridwalk queue --retry 编号 --grid 网格；或请管理员调整。",
        en:
          "\"not your grid\": it had no effect; the grid may have gone to somebody else. Send it again "
          + "in one of yours: gridwalk queue --retry ID --grid CODE; or ask the administrator.")
    case "record-unknown":
      Sentence(
        zh: "“中心没有这条记录”：没有生效，因为它的新建没有被接受。先用 gridwalk edit 编号 改正，会连同新建一起再送。",
        en:
          "\"no such record\": it had no effect, because the record was never accepted as new. Put it "
          + "right with gridwalk edit ID, which sends it again as new.")
    case "record-exists":
      Sentence(
        zh: "“中心已有这条记录”：没有生效，同一编号已经建过。请核对后 gridwalk edit 编号 补改，再 gridwalk queue --dismiss 编号。",
        en:
          "\"record exists\": it had no effect; one of the same identifier was made before. Compare, "
          + "gridwalk edit ID what is missing, then gridwalk queue --dismiss ID.")
    case "too-large":
      Sentence(
        zh:
          "“超过大小限制”：没有生效；一次最多 50 张照片、50 处决断，一条记录最多 1 MiB。请缩短后再送：gridwalk queue --retry 编号 --set 问题=值。",
        en:
          "\"too large\": it had no effect; an operation takes 50 photos and 50 decisions, a record "
          + "1 MiB. Shorten it and send it again: gridwalk queue --retry ID --set QUESTION=VALUE.")
    case "act-unknown":
      Sentence(
        zh: "“中心不认识这个动作”：没有生效，中心的程序可能较旧。请问管理员，更新后 gridwalk queue --retry 编号。",
        en: "\"unknown act\": it had no effect; the centre's program may be older. Ask the "
          + "administrator; after the update, gridwalk queue --retry ID.")
    default:
      Sentence(
        zh: "“\(code)”：没有生效，原因本机还不认识。请更新程序或问管理员，再 gridwalk queue --retry 编号。",
        en:
          "\"\(code)\": it had no effect, for a reason this program does not know. Update it or ask "
          + "the administrator, then gridwalk queue --retry ID.")
    }
  }
}
