// What can go wrong in gridwalk: what happened, why, and what to do next.

extension Sentence {
  // The command line.
  package static func setMalformed(_ text: String) -> Sentence {
    Sentence(
      zh: "--set 要写成 问题=值，不是“\(text)”。", en: "--set takes QUESTION=VALUE, not \"\(text)\".")
  }
  package static func positionMalformed(_ text: String) -> Sentence {
    Sentence(
      zh: "--at 要写成 纬度,经度[,精度]，如 22.5411,114.0512,8，不是“\(text)”。",
      en:
        "--at takes LAT,LON[,ACC] in degrees and metres, such as 22.5411,114.0512,8, not \"\(text)\"."
    )
  }
  package static func answersMissing(required: [String]) -> Sentence {
    let zh =
      required.isEmpty ? "--set 问题=值" : required.map { "--set \($0)=…" }.joined(separator: " ")
    let en =
      required.isEmpty
      ? "--set QUESTION=VALUE" : required.map { "--set \($0)=…" }.joined(separator: " ")
    return Sentence(
      zh: "没有终端可以提问，也没有给出回答，未保存。请写：\(zh)",
      en: "There is nobody to ask and no answer was given; nothing was saved. Give: \(en)")
  }
  package static func shellUnknown(_ name: String, known: [String]) -> Sentence {
    Sentence(
      zh: "没有为 \(name) 准备补全脚本，可选：\(known.joined(separator: "、"))。",
      en:
        "There is no completion script for \(name); choose one of \(known.joined(separator: ", "))."
    )
  }
  package static let agentMissing = Sentence(
    zh: "找不到 gridwalk-sync：应与 gridwalk 在同一目录或在 PATH 中。记录都在本机，没有丢失。请重新安装。",
    en: "gridwalk-sync is neither beside gridwalk nor on the PATH. Everything is saved here; "
      + "install it again.")

  // Things that are not there.
  package static func formUnknown(_ id: String, known: [String]) -> Sentence {
    known.isEmpty
      ? Sentence(
        zh: "没有表单 \(id)：本机还没有表单。请先运行 gridwalk sync。",
        en: "There is no form \(id): this device has none yet. Run gridwalk sync first.")
      : Sentence(
        zh: "没有表单 \(id)。本机有：\(known.joined(separator: "、"))。",
        en: "There is no form \(id). This device has: \(known.joined(separator: ", ")).")
  }
  package static func kindUnknown(_ kind: String, known: [String]) -> Sentence {
    Sentence(
      zh: "没有 \(kind) 这一类。本机有：\(known.joined(separator: "、"))。",
      en: "There is no kind \(kind). This device has: \(known.joined(separator: ", ")).")
  }
  package static func recordUnknown(_ text: String) -> Sentence {
    Sentence(
      zh: "没有编号以 \(text) 结尾的记录。gridwalk find 可按名称查找。",
      en: "There is no record \(text) here. gridwalk find looks by name.")
  }
  package static func recordDeleted(_ id: String) -> Sentence {
    Sentence(
      zh: "记录 \(id) 已删除，不能再改。gridwalk history \(id) 可查经过。",
      en: "Record \(id) was deleted and cannot be changed. gridwalk history \(id) shows how.")
  }
  package static func recordExists(_ id: String) -> Sentence {
    Sentence(
      zh: "记录 \(id) 已存在，没有再存一次。", en: "Record \(id) exists already; it was not saved again.")
  }
  package static func identifierAmbiguous(_ ids: [String]) -> Sentence {
    Sentence(
      zh: "有 \(ids.count) 个编号都以此结尾，请写全：\n\(ids.joined(separator: "\n"))",
      en:
        "\(ids.count) identifiers end like this; write one in full:\n\(ids.joined(separator: "\n"))"
    )
  }
  package static func draftUnknown(_ text: String, known: [String]) -> Sentence {
    known.isEmpty
      ? Sentence(zh: "没有草稿 \(text)：本机没有草稿。", en: "There is no draft \(text), nor any other.")
      : Sentence(
        zh: "没有草稿 \(text)。本机有：\(known.joined(separator: "、"))。",
        en: "There is no draft \(text). There are: \(known.joined(separator: ", ")).")
  }
  package static func draftUnreadable(_ id: String) -> Sentence {
    Sentence(
      zh: "草稿 \(id) 读不出来，没有改动。可用 gridwalk drafts delete \(id) 删除。",
      en:
        "Draft \(id) cannot be read; it was left as it is. gridwalk drafts delete \(id) removes it."
    )
  }
  package static func refusalUnknown(_ text: String) -> Sentence {
    Sentence(
      zh: "没有编号以 \(text) 结尾的被退回操作。gridwalk queue 可列出。",
      en: "No refused operation ends in \(text). gridwalk queue shows them.")
  }
  package static func gridNotMine(_ code: String, known: [String]) -> Sentence {
    known.isEmpty
      ? Sentence(
        zh: "没有网格 \(code)：本机还没有网格。请先运行 gridwalk sync。",
        en: "There is no grid \(code): this device has none yet. Run gridwalk sync first.")
      : Sentence(
        zh: "网格 \(code) 不是你的，未保存。你的网格：\(known.joined(separator: "、"))。",
        en:
          "Grid \(code) is not one of yours; nothing was saved. Yours: \(known.joined(separator: ", "))."
      )
  }
  package static func gridMissing(_ known: [String]) -> Sentence {
    Sentence(
      zh: "不知道属于哪个网格，未保存。请加 --grid：\(known.joined(separator: "、"))",
      en: "Which grid it belongs to is not clear; nothing was saved. Add --grid with one of: "
        + known.joined(separator: ", "))
  }
  package static let noGridsYet = Sentence(
    zh: "本机还没有网格，未保存。请先运行 gridwalk sync。",
    en: "This device has no grids yet; nothing was saved. Run gridwalk sync first.")
  package static func elementUnknown(_ kind: String) -> Sentence {
    Sentence(
      zh: "表单没有说明 \(kind) 属于人、地、事、物、组织中的哪一种，未保存。请让管理员在表单设置里写明 element。",
      en: "The form does not say which element a \(kind) is; nothing was saved. Have the "
        + "administrator set element in the form's settings.")
  }
  package static func formUnreadable(_ id: String) -> Sentence {
    Sentence(
      zh: "表单 \(id) 有错误，不能填写。请让管理员修正后重新下发：",
      en: "Form \(id) has faults and cannot be filled in. Have the administrator correct it:")
  }

  // Photos.
  package static func photoGone(_ path: String) -> Sentence {
    Sentence(
      zh: "照片 \(path) 不在了，未保存。请核对文件名，或去掉这张照片。",
      en: "There is no photo \(path); nothing was saved. Check its name, or leave it out.")
  }
  package static func photoUnreadable(_ path: String) -> Sentence {
    Sentence(
      zh: "照片 \(path) 读不出来，未保存。请检查存储卡后重试。",
      en: "The photo \(path) cannot be read; nothing was saved. Check the card and try again.")
  }
  package static func photoNotPermitted(_ path: String) -> Sentence {
    Sentence(
      zh: "\(path) 不是可读的文件，未保存。请检查路径和权限。",
      en: "\(path) is no file that may be read; nothing was saved. Check path and permissions.")
  }
  package static func photoEmpty(_ path: String) -> Sentence {
    Sentence(
      zh: "照片 \(path) 是空文件，未保存。请重拍。",
      en: "The photo \(path) is empty; nothing was saved. Take it again.")
  }
  package static func photoNotJPEG(_ path: String) -> Sentence {
    Sentence(
      zh: "\(path) 不是 JPEG 照片，未保存。请换成 JPEG。",
      en: "\(path) is no JPEG photo; nothing was saved. Give a JPEG.")
  }
  package static func photoTooLarge(_ path: String, limit: String) -> Sentence {
    Sentence(
      zh: "照片 \(path) 超过 \(limit)，未保存。请缩小后重试。",
      en: "The photo \(path) is larger than \(limit); nothing was saved. Make it smaller.")
  }
  package static func photoCut(_ path: String) -> Sentence {
    Sentence(
      zh: "照片 \(path) 不完整，未保存。请重拍。",
      en:
        "The photo \(path) is cut off before the picture begins; nothing was saved. Take it again.")
  }
  package static func fileEmpty(_ path: String) -> Sentence {
    Sentence(
      zh: "文件 \(path) 是空的，没有保存。", en: "The file \(path) is empty; nothing was saved.")
  }
  package static func photoLost(_ digest: String) -> Sentence {
    Sentence(
      zh: "照片 \(digest) 不在本机，未保存。请重新添加。",
      en: "The photo \(digest) is not on this device; nothing was saved. Add it again.")
  }
  package static func tooManyPhotos(_ limit: Int) -> Sentence {
    Sentence(
      zh: "一次最多 \(limit) 张照片，未保存。请分几次添加。",
      en: "One action takes at most \(limit) photos; nothing was saved. Add them in several.")
  }
  package static func actionTooLarge(_ size: String, limit: String) -> Sentence {
    Sentence(
      zh: "内容 \(size)，超过一次 \(limit) 的限制，未保存。请缩短文字。",
      en:
        "This is \(size), more than the \(limit) an action may have; nothing was saved. Shorten the texts."
    )
  }

  // The store.
  package static func directoryUnusable(_ reason: String) -> Sentence {
    Sentence(
      zh: "数据目录不能用（\(reason)），没有保存。请检查 --data 的路径和权限。",
      en:
        "The data directory cannot be used (\(reason)); nothing was saved. Check --data and its permissions."
    )
  }
  package static func storageFull(free: String?) -> Sentence {
    Sentence(
      zh: "磁盘已满\(free.map { "（剩 \($0)）" } ?? "")：这次没有保存，以前的都完好。请腾出空间后重试。",
      en: "The disk is full\(free.map { " (\($0) free)" } ?? ""): this was not saved, everything "
        + "before is intact. Free some space and try again.")
  }
  package static func storageFullReading(free: String?) -> Sentence {
    Sentence(
      zh: "磁盘已满\(free.map { "（剩 \($0)）" } ?? "")：现在只能查看。请腾出空间。",
      en: "The disk is full\(free.map { " (\($0) free)" } ?? ""): for now things can only be "
        + "looked at. Free some space.")
  }
  package static func storageFullUnreadable(free: String?) -> Sentence {
    Sentence(
      zh: "磁盘已满\(free.map { "（剩 \($0)）" } ?? "")，数据库打不开；已保存的都完好。请腾出空间后重试。",
      en:
        "The disk is full\(free.map { " (\($0) free)" } ?? "") and the database cannot be opened; "
        + "what was saved is intact. Free some space and try again.")
  }
  package static let storeGarbage = Sentence(
    zh: "数据库文件损坏，或不是 gridwalk 的数据库", en: "the database file is damaged or none of gridwalk's")
  package static let storeGarbageFix = Sentence(
    zh: "保留这个目录不要删；把备份复制回来，或用新目录重新入网：gridwalk enroll 中心地址 入网码 --data 新目录",
    en: "keep this folder as it is; put a backup in its place, or enrol anew with another folder: "
      + "gridwalk enroll URL CODE --data FOLDER")
  package static let storeUnreadableFix = Sentence(
    zh: "检查存储卡、--data 的路径和权限", en: "check the disk, --data and its permissions")
  package static let storeBusy = Sentence(
    zh: "数据库正被另一个程序占用，没有保存，没有丢失。请稍后重试。",
    en:
      "Another program holds the database; this was not saved and nothing is lost. Try again in a moment."
  )
  package static let storeUnreadable = Sentence(
    zh: "数据库读写失败，这次没有保存。请检查存储卡和权限，运行 gridwalk doctor。",
    en: "The database cannot be read or written; this was not saved. Check the disk and its "
      + "permissions, and run gridwalk doctor.")
  package static let storeDamaged = Sentence(
    zh: "数据库里有读不懂的内容，没有改动。请运行 gridwalk doctor，并联系管理员。",
    en: "Something in the database cannot be read; nothing was changed. Run gridwalk doctor and "
      + "tell the administrator.")
  package static func storeFailed(_ code: Int32) -> Sentence {
    Sentence(
      zh: "数据库拒绝了这次操作（SQLite \(code)），没有保存。请运行 gridwalk doctor。",
      en: "The database refused this (SQLite \(code)); it was not saved. Run gridwalk doctor.")
  }
  package static let nothingToUndo = Sentence(
    zh: "没有可撤销的动作。", en: "There is nothing to take back.")
  package static let undoTooLate = Sentence(
    zh: "最近的动作已送往中心，不能撤销。请用 gridwalk edit 改正。",
    en:
      "The newest action is on its way to the centre and cannot be taken back. Put it right with gridwalk edit."
  )
  package static let undoReceived = Sentence(
    zh: "最近的动作中心已收，不能撤销。请用 gridwalk edit 改正。",
    en: "The newest action was already received by the centre and cannot be taken back. Put it "
      + "right with gridwalk edit.")
  package static let notUndoable = Sentence(
    zh: "最近的动作是办理任务，不能撤销。", en: "The newest action is a task's, which cannot be taken back.")
  package static func readingFailed(_ reason: String) -> Sentence {
    Sentence(
      zh: "读不到键盘输入（\(reason)）。已回答的都在草稿里。",
      en: "The keyboard cannot be read (\(reason)). What was answered is among the drafts.")
  }
  package static func unexpectedTrouble(_ detail: String) -> Sentence {
    Sentence(
      zh: "出现意外（\(detail)），这次没有保存，以前的都完好。请运行 gridwalk doctor。",
      en:
        "Something unexpected happened (\(detail)); this was not saved, everything before is intact. "
        + "Run gridwalk doctor.")
  }
}
