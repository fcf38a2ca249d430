// The words of going through a form on a terminal, and of drafts whose form has
// changed meanwhile.

extension Sentence {
  package static func formHeading(_ title: String) -> Sentence {
    Sentence(
      zh: "\(title)　回车保留 < 上一问 / 总览 ? 说明 . 存草稿 - 清除 = 其余照旧",
      en: "\(title)  Enter keeps, < back, / overview, ? help, . save draft, - clear, "
        + "= accept the rest")
  }
  package static let formSigns = Sentence(
    zh: "回车保留方括号里的值；< 上一问；/ 总览，可跳到任何一问；. 存草稿离开；- 清除；= 其余照旧并保存；"
      + "\\ 开头按原样输入。",
    en: "Enter keeps the value in brackets; < goes back; / shows the whole form, to go to any "
      + "question; . saves the draft and leaves; - clears; "
      + "= accepts the rest and saves; a leading \\ takes what follows as it is.")
  package static let requiredMark = Sentence(zh: "（必填）", en: " (required)")
  package static func promptResume(_ title: String, _ when: Sentence) -> Sentence {
    Sentence(
      zh: "有没填完的“\(title)”（\(when.zh)）。继续？[Y/n] ",
      en: "There is an unfinished \(title) from \(when.en). Go on with it? [Y/n] ")
  }
  package static func promptAnother(_ label: String, count: Int) -> Sentence {
    count == 0
      ? Sentence(zh: "添加\(label)？[y/N] ", en: "Add: \(label)? [y/N] ")
      : Sentence(
        zh: "再添加一个\(label)？（已有 \(count)）[y/N] ",
        en: "Add another: \(label)? (\(count) so far) [y/N] ")
  }
  package static let gridHelp = Sentence(
    zh: "这条记录要有网格：输入序号、代码或名称；. 存草稿离开。",
    en: "The record needs a grid: type its number in the list, its code or name; . saves the draft "
      + "and leaves.")
  package static func unfinished(_ title: String, _ when: Sentence) -> Sentence {
    Sentence(
      zh: "有没填完的“\(title)”（\(when.zh)）。", en: "There is an unfinished \(title) from \(when.en).")
  }
  package static let promptGoOn = Sentence(zh: "继续？[Y/n] ", en: "Go on? [Y/n] ")
  package static let promptYesNo = Sentence(zh: "[y/N] ", en: "[y/N] ")
  package static let promptGrid = Sentence(zh: "网格: ", en: "Grid: ")
  package static let promptForm = Sentence(zh: "表单: ", en: "Form: ")
  package static let promptFind = Sentence(zh: "查找: ", en: "Find: ")
  package static let promptOpen = Sentence(zh: "编号（回车返回）: ", en: "Number (Enter: back): ")
  package static let answerYesOrNo = Sentence(zh: "请答 y 或 n。", en: "Answer y or n.")
  package static let choiceNothingFits = Sentence(
    zh: "没有相符的选项。可输入序号、名称或拼音首字母。",
    en: "Nothing fits. Type a number of the list, a part of the name or pinyin initials.")
  package static func choiceMore(_ count: Int) -> Sentence {
    Sentence(
      zh: "…另有 \(count) 项，输入几个字缩小范围", en: "… and \(count) more; type to narrow the list")
  }
  package static func photoKept(_ size: String, pixels: String) -> Sentence {
    Sentence(
      zh: "✓ 照片已存本机：\(pixels)，\(size)", en: "✓ photo saved on this device: \(pixels), \(size)")
  }
  package static func instanceHeading(_ label: String, number: Int) -> Sentence {
    Sentence(zh: "— \(label) \(number) —", en: "— \(label) \(number) —")
  }
  /// How to answer a question, by its XLSForm type.
  package static func howToAnswer(_ type: String) -> Sentence {
    waysToAnswer[type] ?? Sentence(zh: "输入文字。", en: "Type a text.")
  }

  private static let waysToAnswer: [String: Sentence] = [
    "integer": .answerNotANumber, "decimal": .answerNotANumber, "range": .answerNotANumber,
    "date": .answerNotADate, "dateTime": .answerNotADate,
    "time": .answerNotATime,
    "geopoint": .answerNotAPosition,
    "geotrace": .answerNotAPath(least: 2), "geoshape": .answerNotAPath(least: 3),
    "acknowledge": .answerYesOrNo,
    "image": Sentence(zh: "输入 JPEG 照片的文件名。", en: "Type the file name of a JPEG photo."),
    "audio": Sentence(zh: "输入录音的文件名。", en: "Type the file name of a sound recording."),
    "video": Sentence(zh: "输入录像的文件名。", en: "Type the file name of a video."),
    "file": Sentence(zh: "输入文件名。", en: "Type a file name."),
    "barcode": Sentence(zh: "扫码，或输入码上的文字。", en: "Scan the code, or type its text."),
    "select_one": Sentence(
      zh: "输入序号、名称的一部分或拼音首字母。",
      en: "Type a number of the list, a part of the name or pinyin initials."),
    "select_multiple": Sentence(
      zh: "输入几个序号、名称或拼音首字母，用空格分开。",
      en: "Type several numbers, names or pinyin initials, parted by blanks."),
    "rank": Sentence(
      zh: "按先后输入序号、名称或拼音首字母，用空格分开；没写的照原来的次序排在后面。",
      en: "Type numbers, names or pinyin initials in order, parted by blanks; the others follow "
        + "as they stand."),
  ]

  // Repeats.
  package static let instanceSigns = Sentence(
    zh: "输入编号修改，-编号删除", en: "a number edits, -number deletes")
  package static func instanceHelp(_ label: String) -> Sentence {
    Sentence(
      zh: "y 添加\(label)，回车往下；编号修改其中一个，如 2；-编号删除，如 -2。",
      en: "y adds: \(label); Enter goes on; a number edits one, like 2; -number deletes one, "
        + "like -2.")
  }
  package static func noSuchInstance(_ text: String, count: Int) -> Sentence {
    count == 0
      ? .answerYesOrNo
      : Sentence(
        zh: "没有“\(text)”：请答 y、n，1 到 \(count) 的编号，或 -编号。",
        en: "There is no \(text): answer y, n, a number from 1 to \(count), or -number.")
  }
  package static func promptDelete(_ label: String, number: Int, _ summary: String) -> Sentence {
    Sentence(
      zh: "删除\(label) \(number)（\(summary)）和其中的回答？[y/N] ",
      en: "Delete \(label) \(number) (\(summary)) with its answers? [y/N] ")
  }
  package static func instanceDeleted(_ label: String, number: Int) -> Sentence {
    Sentence(zh: "已删除\(label) \(number)。", en: "\(label) \(number) deleted.")
  }
  package static let nothingAnswered = Sentence(zh: "没有回答", en: "no answers")

  // The overview.
  package static func overviewPage(_ page: Int, of pages: Int) -> Sentence {
    Sentence(zh: "第 \(page)/\(pages) 页", en: "page \(page) of \(pages)")
  }
  package static func overviewOpen(_ count: Int) -> Sentence {
    Sentence(zh: "必填未答 \(count)（!）", en: "required and open: \(count) (!)")
  }
  package static let overviewHelp = Sentence(
    zh: "输入编号或名称的一部分跳过去；! 下一个必填未答；> < 翻页；回车返回。",
    en: "Type a number or a part of a label to go there; ! the next open required question; "
      + "> < turn pages; Enter returns.")
  package static let promptOverview = Sentence(zh: "跳到: ", en: "Go to: ")
  package static func overviewNothing(_ text: String) -> Sentence {
    Sentence(zh: "没有“\(text)”。", en: "There is no \(text).")
  }
  package static func overviewAdd(_ label: String) -> Sentence {
    Sentence(zh: "添加、修改、删除\(label)", en: "add, edit, delete: \(label)")
  }

  // Drafts of another version.
  package static func versionChanged(from: String, to: String) -> Sentence {
    Sentence(
      zh: "草稿是按表单版本 \(from) 填的，现在的版本是 \(to)。",
      en: "The draft was begun under version \(from) of the form, which is now \(to).")
  }
  package static let versionGone = Sentence(
    zh: "不再问，回答留在草稿里并随记录保存：",
    en: "No longer asked; the answers stay with the draft and go into the record:")
  package static func versionAdded(_ labels: [String], others: Int) -> Sentence {
    let more =
      others > 0 ? (zh: "等 \(others + labels.count) 问", en: " and \(others) more") : ("", "")
    return Sentence(
      zh: "新增：\(labels.joined(separator: "、"))\(more.0)",
      en: "New: \(labels.joined(separator: ", "))\(more.1)")
  }
  package static let versionUnfit = Sentence(
    zh: "回答不再符合，会再问：", en: "These answers no longer do and are asked for again:")
  package static let promptVersion = Sentence(
    zh: "按新版本继续？[Y/n] ", en: "Go on under the new version? [Y/n] ")
  package static func answerAndValue(_ label: String, _ value: String) -> Sentence {
    Sentence(zh: "\(label)：\(value)", en: "\(label): \(value)")
  }
  package static func answerUnfit(_ label: String, _ value: String, _ reason: Sentence) -> Sentence
  {
    Sentence(
      zh: "\(label)：\(value)（\(reason.zh)）", en: "\(label): \(value) (\(reason.en))")
  }
  /// One of several, below a line that says of what.
  package static func listed(_ item: Sentence) -> Sentence {
    Sentence(zh: "  \(item.zh)", en: "  \(item.en)")
  }
  package static let formerKept = Sentence(
    zh: "旧版本的这些回答已随记录保存：", en: "These answers of an older version are kept in the record:")
  package static func formerField(_ name: String) -> Sentence {
    Sentence(zh: "旧版回答 \(name)", en: "older form's \(name)")
  }
  package static func draftHasFormer(_ id: String, count: Int) -> Sentence {
    Sentence(
      zh: "草稿 \(id) 有 \(count) 个回答在现在的表单里没有位置：gridwalk drafts show \(id)",
      en: "Draft \(id) holds \(count) answers that the form has no place for: "
        + "gridwalk drafts show \(id)")
  }
  package static func draftIsOlder(_ id: String) -> Sentence {
    Sentence(
      zh: "草稿 \(id) 是按旧版表单填的：gridwalk drafts show \(id) 看有什么不同",
      en: "Draft \(id) was begun under an older version of its form: gridwalk drafts show \(id) "
        + "says what differs")
  }
  package static let draftEmpty = Sentence(
    zh: "这份草稿还没有回答。", en: "The draft has no answers yet.")
  package static let columnQuestion = Sentence(zh: "问题", en: "Question")
  package static let columnAnswer = Sentence(zh: "回答", en: "Answer")
  package static let draftsShow = Sentence(
    zh: "看草稿里的回答", en: "show the answers of a draft")
  package static let draftsShowDetails = Sentence(
    zh: "--json：{\"id\",\"form\",\"title\",\"about\",\"record\",\"current\",\"updatedAt\","
      + "\"answers\":[{\"ref\",\"label\",\"value\"}],\"formerAnswers\":[…]}。",
    en: "--json: {\"id\", \"form\", \"title\", \"about\", \"record\", \"current\", \"updatedAt\", "
      + "\"answers\": [{\"ref\", \"label\", \"value\"}], \"formerAnswers\": […]}.")
}
