// The words of gridwalk on the command line: what the commands are and what
// they answer. Faults, forms and the home screen have files of their own.

extension Sentence {
  // What the commands are.
  package static let gridwalkSummary = Sentence(
    zh: "网格员的手持终端：离线记录，有网自动送达",
    en: "what a grid worker carries: records offline, brings them to the centre when it can")
  package static let gridwalkDetails = Sentence(
    zh: "不带命令时显示今日屏。每个动作先存本机，网络从不挡路；“已存本机”与“中心已收”是两回事，只有拿到中心回执才算已收。"
      + "\n编号可只写末尾 4 位以上。带 --json 或没有终端时从不提问，缺什么就报出该写的选项。",
    en: "Without a command the home screen is shown. Every action is saved here first and the "
      + "network is never in the way; \"saved here\" and \"received by the centre\" are two things, "
      + "and only the centre's receipt makes the second.\nAn identifier may be given by its last "
      + "four or more characters. With --json or without a terminal nothing is ever asked: the "
      + "error names the missing option.")
  package static let householdSummary = Sentence(
    zh: "入户登记；带编号则查看该户", en: "register a household; with an identifier, show it")
  package static let newSummary = Sentence(zh: "用一张表单新建记录", en: "make a record with a form")
  package static let reportSummary = Sentence(zh: "上报事件", en: "report an event")
  package static let diarySummary = Sentence(zh: "写民情日记", en: "write the diary")
  package static let editSummary = Sentence(zh: "修改记录", en: "change a record")
  package static let undoSummary = Sentence(
    zh: "撤销最近一次动作", en: "take back the newest action")
  package static let findSummary = Sentence(
    zh: "按姓名、地址、内容或号码后四位查找",
    en: "find by name, address, text or the last four digits of a number")
  package static let listSummary = Sentence(zh: "列出一类记录", en: "list the records of a kind")
  package static let showSummary = Sentence(zh: "查看一条记录", en: "show one record")
  package static let historySummary = Sentence(
    zh: "一条记录的每次操作及其去向", en: "every operation on a record and how far it has come")
  package static let queueSummaryLine = Sentence(
    zh: "还在本机等待、或被中心退回的内容", en: "what waits here, and what the centre refused")
  package static let draftsSummary = Sentence(zh: "没填完的表单", en: "forms begun and not finished")
  package static let draftsList = Sentence(zh: "列出草稿", en: "list the drafts")
  package static let draftsResume = Sentence(zh: "从停下的问题继续", en: "go on at the same question")
  package static let draftsDelete = Sentence(zh: "删除草稿", en: "delete a draft")
  package static let formsSummary = Sentence(zh: "表单", en: "forms")
  package static let formsList = Sentence(zh: "列出表单", en: "list the forms")
  package static let formsCheck = Sentence(
    zh: "检查表单文件（XLSForm CSV）", en: "check the file of a form (XLSForm CSV)")
  package static let formsDrive = Sentence(
    zh: "由程序逐行填写表单（JSON）", en: "let a program fill in a form, line by line (JSON)")
  package static let enrollSummary = Sentence(
    zh: "用一次性入网码登记本机", en: "become a worker's device with a one-time code")
  package static let syncSummary = Sentence(
    zh: "与中心同步", en: "bring everything to the centre and back")
  package static let doctorSummary = Sentence(
    zh: "检查本机，每个问题附解决办法", en: "examine this device; every finding comes with its fix")
  package static let completionSummary = Sentence(
    zh: "输出命令补全脚本", en: "print a completion script")
  package static let manSummary = Sentence(zh: "输出手册页", en: "print the manual page")

  // What the operands and options are.
  package static let operandForm = Sentence(zh: "表单代码", en: "the form's id")
  package static let operandCategory = Sentence(
    zh: "类别：代码、名称或拼音首字母", en: "the category: its code, name or pinyin initials")
  package static let operandDiary = Sentence(zh: "日记内容", en: "what was done")
  package static let operandHousehold = Sentence(zh: "要查看的户的编号", en: "the household to show")
  package static let operandID = Sentence(
    zh: "记录编号，或其末尾 4 位以上", en: "the record's identifier, or its last four or more characters")
  package static let operandKind = Sentence(
    zh: "种类：代码、名称或命令词，如 household、入户", en: "the kind: its code, title or command word")
  package static let operandText = Sentence(zh: "要找的字", en: "what to look for")
  package static let operandDraft = Sentence(zh: "草稿编号的末尾", en: "the end of the draft's identifier")
  package static let operandDraftOrForm = Sentence(
    zh: "草稿编号的末尾，或表单代码（缺省：最近的草稿）",
    en: "the end of the draft's identifier, or the form's id (default: the newest draft)")
  package static let operandFormFile = Sentence(zh: "表单文件", en: "the form's file")
  package static let operandURL = Sentence(zh: "中心地址", en: "the centre's address")
  package static let operandCode = Sentence(
    zh: "入网码；写 - 则从标准输入读，别的程序就看不到",
    en: "the enrolment code; - reads it from standard input, where no other program sees it")
  package static let operandShell = Sentence(zh: "bash、zsh 或 fish", en: "bash, zsh or fish")
  package static let optionSet = Sentence(
    zh: "回答一个问题，可多次；选项可写代码、名称或拼音首字母；写 - 则从标准输入逐行读，别的程序就看不到",
    en:
      "answer a question, may be repeated; a choice by its code, label or pinyin initials; - reads lines of standard input, where no other program sees them"
  )
  package static let optionPhoto = Sentence(
    zh: "附一张 JPEG 照片，可多次", en: "add a JPEG photo, may be repeated")
  package static let optionAt = Sentence(
    zh: "位置：纬度,经度[,精度米]；缺省取照片里的位置",
    en: "the position in degrees and metres; without it, a photo's own")
  package static let optionGrid = Sentence(
    zh: "网格代码（缺省：位置所在、唯一的或上次用的）",
    en: "the grid's code (default: around the position, the only one, the one used last)")
  package static let optionParent = Sentence(
    zh: "所属记录，如成员所在的户", en: "the record it belongs to, such as a member's household")
  package static let optionKind = Sentence(zh: "只找这一类", en: "only of this kind")
  package static let optionLimit = Sentence(zh: "最多多少条", en: "at most so many")
  package static let optionAll = Sentence(
    zh: "也列出中心已收的，带回执", en: "also what the centre has received, with its receipts")
  package static let optionDismiss = Sentence(
    zh: "不再列出一条被退回的操作", en: "take a refused operation off the queue")
  package static let optionRetry = Sentence(
    zh: "把一条记录被退回的操作再送一次，可带 --set、--grid 改正",
    en: "do again what was refused on a record, put right with --set and --grid")
  package static let optionDeviceName = Sentence(zh: "本机名称", en: "what to call this device")
  package static let optionWatch = Sentence(zh: "守候并随时同步", en: "keep syncing")

  // What --json prints, by command.
  package static let savedDetails = Sentence(
    zh: "--json 输出 {\"id\",\"kind\",\"title\",\"grid\",\"state\":\"saved\",\"records\":[本次动作的所有记录],"
      + "\"waiting\":待传条数,\"flags\":[\"position-outside-grid\"]}。没有改动时 state 为 unchanged。"
      + "不带 --json 而输出不是终端时，标准输出只有编号。",
    en:
      "--json prints {\"id\", \"kind\", \"title\", \"grid\", \"state\": \"saved\", \"records\": [every record "
      + "of the action], \"waiting\": how many wait, \"flags\": [\"position-outside-grid\"]}; the state "
      + "is \"unchanged\" where there was nothing to save. Without --json a pipe gets the identifier alone."
  )
  package static let undoDetails = Sentence(
    zh:
      "尚未送往中心的动作可以逐次撤销；已送出的请用 edit 修改。--json：{\"undone\":[{\"record\",\"title\",\"action\"}],\"state\",\"waiting\"}。",
    en:
      "Actions not yet on their way to the centre can be taken back one after the other; use edit "
      + "for others. --json: {\"undone\": [{\"record\", \"title\", \"action\"}], \"state\", \"waiting\"}."
  )
  package static let listDetails = Sentence(
    zh: "--json：[{\"id\",\"kind\",\"title\",\"grid\",\"updatedAt\":毫秒}]。",
    en: "--json: [{\"id\", \"kind\", \"title\", \"grid\", \"updatedAt\": milliseconds}].")
  package static let showDetails = Sentence(
    zh:
      "身份号码和电话打码显示。--json：{\"id\",\"kind\",\"element\",\"grid\",\"parent\",\"title\",\"fields\",\"position\","
      + "\"photos\",\"version\",\"deleted\",\"state\":\"saved|sending|received|refused\",\"members\":[…],\"conflicts\":[…]}。",
    en:
      "ID and phone numbers are masked. --json: {\"id\", \"kind\", \"element\", \"grid\", \"parent\", \"title\", "
      + "\"fields\", \"position\", \"photos\", \"version\", \"deleted\", \"state\": \"saved|sending|received|refused\", "
      + "\"members\": […], \"conflicts\": […]}.")
  package static let historyDetails = Sentence(
    zh:
      "--json：[{\"op\",\"action\",\"at\",\"lane\",\"seq\",\"fields\",\"photos\",\"state\",\"code\",\"result\",\"version\",\"receivedAt\","
      + "\"undoes\",\"undoneBy\"}]。",
    en:
      "--json: [{\"op\", \"action\", \"at\", \"lane\", \"seq\", \"fields\", \"photos\", \"state\", \"code\", \"result\", "
      + "\"version\", \"receivedAt\", \"undoes\", \"undoneBy\"}].")
  package static let queueDetails = Sentence(
    zh:
      "--json：{\"waiting\",\"waitingBytes\",\"refused\",\"items\":[{\"what\":\"operation|photo\",\"id\",\"record\",\"action\",\"title\","
      + "\"lane\",\"bytes\",\"at\",\"state\":\"saved|sending|received|refused\",\"code\",\"result\",\"version\",\"receivedAt\"}]}。",
    en:
      "--json: {\"waiting\", \"waitingBytes\", \"refused\", \"items\": [{\"what\": \"operation|photo\", \"id\", \"record\", "
      + "\"action\", \"title\", \"lane\", \"bytes\", \"at\", \"state\": \"saved|sending|received|refused\", \"code\", "
      + "\"result\", \"version\", \"receivedAt\"}]}.")
  package static let draftsDetails = Sentence(
    zh: "--json：[{\"id\",\"form\",\"title\",\"about\",\"record\",\"current\",\"updatedAt\"}]。",
    en:
      "--json: [{\"id\", \"form\", \"title\", \"about\", \"record\", \"current\", \"updatedAt\"}].")
  package static let formsListDetails = Sentence(
    zh: "--json：[{\"id\",\"title\",\"version\"}]。",
    en: "--json: [{\"id\", \"title\", \"version\"}].")
  package static let formsCheckDetails = Sentence(
    zh:
      "XLSForm（CSV）或 XForm（XML）；它引用的文件放在旁边。"
      + "--json：{\"faults\":[{\"sheet\",\"row\",\"column\",\"code\",\"detail\"}],\"warnings\":[…]}。",
    en:
      "An XLSForm (CSV) or an XForm (XML); the files it reads lie beside it. --json: {\"faults\": "
      + "[{\"sheet\", \"row\", \"column\", \"code\", \"detail\"}], \"warnings\": […]}.")
  package static let formsDriveDetails = Sentence(
    zh:
      "标准输入每行一个 JSON 对象，标准输出逐行回答，每行不超过 1 MiB；不读写本机数据。op：load {form, lang, instance}、lang {lang}、"
      + "set {ref, value}、check {ref, value}、eval {expr, ctx}、choices {ref}、addRepeat {ref}、"
      + "delRepeat {ref}、events、dump、validate、finalize、xml。回答都有 ok；失败时为 {\"ok\":false,\"error\",\"message\"}。",
    en:
      "Takes one JSON object per line of standard input, at most 1 MiB, and answers each with one line; "
      + "touches no data of this device. op: load {form, lang, instance}, lang {lang}, set {ref, value}, "
      + "check {ref, value}, eval {expr, ctx}, choices {ref}, addRepeat {ref}, delRepeat {ref}, events, "
      + "dump, validate, finalize, xml. Every answer has ok; a failure is {\"ok\": false, \"error\", \"message\"}."
  )
  package static let exampleDrive = Sentence(
    zh: "一个刚打开的表单的全部节点", en: "all nodes of a form just opened")
  package static let agentDetails = Sentence(
    zh: "运行 gridwalk-sync；输出和退出码都是它的。",
    en: "Runs gridwalk-sync; output and exit code are its own.")
  package static let doctorDetails = Sentence(
    zh: "--json：{\"ok\",\"checks\":[{\"check\",\"state\":\"ok|warn|fail\",\"finding\",\"fix\"}]}。",
    en:
      "--json: {\"ok\", \"checks\": [{\"check\", \"state\": \"ok|warn|fail\", \"finding\", \"fix\"}]}."
  )
  package static let exampleHousehold = Sentence(
    zh: "登记一户一人", en: "register a household of one")
  package static let exampleNew = Sentence(zh: "在脚本里写日记", en: "write the diary from a script")
  package static let exampleReport = Sentence(zh: "上报暴露垃圾", en: "report exposed rubbish")

  // What they answer.
  package static func savedHere(_ title: String, id: String, grid: String, waiting: Int) -> Sentence
  {
    Sentence(
      zh: "✓ 已存本机：\(title)（\(id)，网格 \(grid)）；待传 \(waiting) 条",
      en: "✓ saved on this device: \(title) (\(id), grid \(grid)); \(waiting) waiting")
  }
  package static func positionOutside(_ grid: String) -> Sentence {
    Sentence(
      zh: "位置在网格 \(grid) 之外：已照原样保存并标记。",
      en: "The position is outside grid \(grid): kept as it is and flagged.")
  }
  package static let nothingChanged = Sentence(
    zh: "没有改动，无需保存。", en: "Nothing was changed; there is nothing to save.")
  package static func draftKept(_ id: String) -> Sentence {
    Sentence(
      zh: "草稿已存本机（\(id)）。继续：gridwalk drafts resume \(id)",
      en: "The draft is saved on this device (\(id)). To go on: gridwalk drafts resume \(id)")
  }
  package static func draftDeleted(_ id: String) -> Sentence {
    Sentence(zh: "草稿 \(id) 已删除", en: "draft \(id) deleted")
  }
  package static func valueLeftAlone(_ name: String, _ value: String) -> Sentence {
    Sentence(
      zh: "\(name) 现有的值“\(value)”不合这张表单，不填就保持原样。",
      en: "The present value of \(name), \"\(value)\", does not fit this form; it stays as it is "
        + "unless you answer.")
  }
  package static func undone(_ title: String, _ action: Sentence) -> Sentence {
    Sentence(
      zh: "✓ 已撤销（本机）：\(action.zh) \(title)",
      en: "✓ taken back on this device: \(action.en) \(title)")
  }
  package static let queueEmpty = Sentence(
    zh: "没有待传内容：中心已收到全部。", en: "Nothing waits: the centre has received everything.")
  package static let nothingWaits = Sentence(zh: "没有待传内容。", en: "Nothing waits.")
  package static func photoOf(_ title: String) -> Sentence {
    Sentence(zh: "照片：\(title)", en: "photo of \(title)")
  }
  package static func photos(_ count: Int, _ ids: [String]) -> Sentence {
    Sentence(
      zh: "\(count) 张（\(ids.joined(separator: "、"))）",
      en: "\(count) (\(ids.joined(separator: ", ")))")
  }
  package static let columnAbout = Sentence(zh: "内容", en: "About")
  package static func queueSummary(waiting: Int, bytes: String, refused: Int) -> Sentence {
    let refusedZH = refused == 0 ? "" : "，被退回 \(refused) 条"
    let refusedEN = refused == 0 ? "" : ", \(refused) refused"
    return Sentence(
      zh: "待传 \(waiting) 条（\(bytes)）\(refusedZH)", en: "\(waiting) waiting (\(bytes))\(refusedEN)")
  }
  package static func refusalDismissed(_ id: String) -> Sentence {
    Sentence(
      zh: "\(id) 不再列出；历史里仍可查到。", en: "\(id) is off the queue; its history keeps it.")
  }
  package static func refusalRetried(waiting: Int) -> Sentence {
    Sentence(
      zh: "✓ 已存本机，将再次送出；待传 \(waiting) 条",
      en: "✓ saved on this device to be sent again; \(waiting) waiting")
  }
  package static func formSound(_ id: String, version: String, questions: Int) -> Sentence {
    Sentence(
      zh: "表单 \(id)（版本 \(version)）没有问题，共 \(questions) 问。",
      en: "form \(id) (version \(version)) is sound: \(questions) questions")
  }
  package static let noDrafts = Sentence(zh: "没有草稿。", en: "There are no drafts.")
  package static let noForms = Sentence(
    zh: "还没有表单。请先 gridwalk sync。", en: "There are no forms yet. Run gridwalk sync first.")
  package static let noHistory = Sentence(
    zh: "本机没有改过这条记录。", en: "This device has not changed the record.")
  package static func nothingListed(_ kind: String) -> Sentence {
    Sentence(zh: "还没有 \(kind) 记录。", en: "There are no \(kind) records yet.")
  }
  package static let noKindsYet = Sentence(
    zh: "本机还没有记录，也没有表单。请先运行 gridwalk sync。",
    en: "This device has neither records nor forms yet. Run gridwalk sync first.")
  package static func nothingFound(_ text: String) -> Sentence {
    Sentence(zh: "没有找到“\(text)”。", en: "Nothing holds \"\(text)\".")
  }

  // Headings and states.
  package static let columnID = Sentence(zh: "编号", en: "ID")
  package static let columnKind = Sentence(zh: "种类", en: "Kind")
  package static let columnTitle = Sentence(zh: "名称", en: "Title")
  package static let columnChanged = Sentence(zh: "更新", en: "Changed")
  package static let columnForm = Sentence(zh: "表单", en: "Form")
  package static let columnVersion = Sentence(zh: "版本", en: "Version")
  package static let columnGrid = Sentence(zh: "网格", en: "Grid")
  package static let columnState = Sentence(zh: "状态", en: "State")
  package static let columnDeleted = Sentence(zh: "已删除", en: "Deleted")
  package static let columnParent = Sentence(zh: "所属", en: "Belongs to")
  package static let columnPosition = Sentence(zh: "位置", en: "Position")
  package static let columnPhoto = Sentence(zh: "照片", en: "Photo")
  package static let columnTime = Sentence(zh: "时间", en: "Time")
  package static let columnAction = Sentence(zh: "操作", en: "Action")
  package static let columnFields = Sentence(zh: "内容", en: "Fields")
  package static let columnLane = Sentence(zh: "通道", en: "Lane")
  package static let columnSize = Sentence(zh: "大小", en: "Size")
  package static let photo = Sentence(zh: "照片", en: "photo")
  package static let yes = Sentence(zh: "是", en: "yes")
  package static let no = Sentence(zh: "否", en: "no")
  package static let outsideMark = Sentence(zh: "（网格之外）", en: "(outside the grid)")

  /// What an operation does, by its word on the wire.
  package static func action(_ word: String) -> Sentence {
    switch word {
    case "create": Sentence(zh: "新建", en: "create")
    case "update": Sentence(zh: "修改", en: "update")
    case "delete": Sentence(zh: "删除", en: "delete")
    default: Sentence(zh: "办理", en: "act")
    }
  }
  /// The queue it travels in, by its word on the wire.
  package static func lane(_ word: String) -> Sentence {
    word == "urgent" ? Sentence(zh: "紧急", en: "urgent") : Sentence(zh: "普通", en: "normal")
  }
  package static let stateSaved = Sentence(zh: "已存本机，待传", en: "saved here, waiting")
  package static let stateSending = Sentence(zh: "正在上传，未收回执", en: "on its way, no receipt yet")
  package static let stateReceived = Sentence(zh: "中心已收", en: "received by the centre")
  package static func stateReceivedAt(_ when: String, version: Int64?, result: String?) -> Sentence
  {
    let receipt = version.map { " #\($0)" } ?? ""
    let other = result.flatMap { $0 == "applied" ? nil : $0 }
    return Sentence(
      zh: "中心已收 \(when)\(receipt)\(other.map { "（\($0)）" } ?? "")",
      en: "received \(when)\(receipt)\(other.map { " (\($0))" } ?? "")")
  }
  package static func stateRefused(_ reason: Sentence) -> Sentence {
    Sentence(zh: "被中心退回：\(reason.zh)", en: "refused: \(reason.en)")
  }
  package static func stateUndone(_ state: Sentence) -> Sentence {
    Sentence(zh: "已撤销；\(state.zh)", en: "taken back; \(state.en)")
  }
  package static func photoNotTaken(_ code: String) -> Sentence {
    Sentence(zh: "中心未接受照片（\(code)）", en: "the centre does not take it (\(code))")
  }

  /// Why the centre refused an operation, by its code on the wire.
  package static func refusalMeaning(_ code: String) -> Sentence {
    switch code {
    case "malformed": Sentence(zh: "内容不合格式", en: "malformed")
    case "kind-unknown": Sentence(zh: "中心没有这种表单", en: "the centre has no such form")
    case "grid-unknown": Sentence(zh: "中心没有这个网格", en: "the centre has no such grid")
    case "grid-out-of-scope": Sentence(zh: "不是你的网格", en: "the grid is not yours")
    case "record-unknown": Sentence(zh: "中心没有这条记录", en: "the centre has no such record")
    case "record-exists": Sentence(zh: "中心已有这条记录", en: "the centre has the record already")
    case "too-large": Sentence(zh: "超过大小限制", en: "too large")
    case "act-unknown": Sentence(zh: "中心不认识这个动作", en: "the centre does not know the act")
    default: Sentence(zh: code, en: code)
    }
  }
}
