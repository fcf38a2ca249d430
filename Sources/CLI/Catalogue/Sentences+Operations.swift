// The words of what an operator asks of devices and sees of them.

extension Sentence {
  package static func checkedRecords(_ records: Int, conflicts: Int, changes: Int) -> Sentence {
    Sentence(
      zh: "已对照日志链：\(records) 条记录、\(conflicts) 处冲突、\(changes) 条变更",
      en: "held to the journals: \(records) records, \(conflicts) conflicts, \(changes) changes")
  }
  package static func checkLeftovers(_ count: Int) -> Sentence {
    Sentence(
      zh: "有 \(count) 个中断遗留的上传文件，下次启动服务时清除。",
      en:
        "\(count) files of broken-off uploads are left; the next start of the server removes them.")
  }
  package static func checkMore(_ count: Int) -> Sentence {
    Sentence(zh: "另有 \(count) 处问题。", en: "\(count) more faults are not listed.")
  }
  package static func checking(_ stage: Sentence, _ count: Int) -> Sentence {
    count == 0
      ? Sentence(zh: "正在检查\(stage.zh)…", en: "checking \(stage.en)…")
      : Sentence(zh: "正在检查\(stage.zh)：\(count)…", en: "checking \(stage.en): \(count)…")
  }
  package static let checkStageEngine = Sentence(zh: "数据库文件", en: "the database's file")
  package static let checkStageJournals = Sentence(zh: "日志链", en: "journals")
  package static let checkStageRecords = Sentence(zh: "记录", en: "records")
  package static let checkStageFeed = Sentence(zh: "变更", en: "changes")
  package static let checkStageConflicts = Sentence(zh: "冲突", en: "conflicts")
  package static let checkStagePhotos = Sentence(zh: "照片", en: "photos")
  package static let checkStageUploads = Sentence(zh: "上传", en: "uploads")

  package static let workerGrids = Sentence(
    zh: "增减网格员的网格", en: "give a worker grids, or take some from her")
  package static let workerGridAdd = Sentence(
    zh: "增加的网格代码，可多次", en: "code of a grid to give her; may be repeated")
  package static let workerGridRemove = Sentence(
    zh: "去掉的网格代码，可多次", en: "code of a grid to take from her; may be repeated")
  package static func gridNotHers(_ grid: String, worker: String) -> Sentence {
    Sentence(
      zh: "\(worker) 没有网格 \(grid)。gridwalkd worker list 可列出。",
      en: "Worker \(worker) does not have grid \(grid). gridwalkd worker list shows hers.")
  }
  package static func workerGridsNow(_ name: String, _ grids: [String]) -> Sentence {
    Sentence(
      zh: "\(name) 现有 \(grids.count) 个网格：\(grids.joined(separator: "、"))。终端下次同步时生效。",
      en:
        "\(name) now has \(grids.count) grids: \(grids.joined(separator: ", ")). Her devices learn "
        + "of it with their next sync.")
  }

  package static let deviceWipe = Sentence(
    zh: "命令丢失的终端擦除全部数据", en: "order a lost device to wipe itself")
  package static let deviceWipeUnsent = Sentence(
    zh: "未上传的数据：send 先上传（缺省），drop 直接丢弃",
    en: "what it has not sent: send it first (default), or drop it")
  package static let deviceWipeWithdraw = Sentence(
    zh: "撤回尚未执行的擦除命令", en: "take back an order that is not done")
  package static func unsentUnknown(_ word: String) -> Sentence {
    Sentence(
      zh: "--unsent 只能是 send 或 drop，不是 \(word)。", en: "--unsent is send or drop, not \(word).")
  }
  package static func wipeOrdered(_ device: String, drops: Bool) -> Sentence {
    drops
      ? Sentence(
        zh: "终端 \(device) 下次联系中心时立即擦除，未上传的数据会丢失。找回终端可用 --withdraw 撤回。",
        en:
          "Device \(device) wipes itself as soon as it reaches the centre; what it has not sent is "
          + "lost. If it is found, take the order back with --withdraw.")
      : Sentence(
        zh: "终端 \(device) 下次联系中心时先上传、再擦除。找回终端可用 --withdraw 撤回。",
        en:
          "Device \(device) sends what it has when it reaches the centre, then wipes itself. If it "
          + "is found, take the order back with --withdraw.")
  }
  package static func wipeWithdrawn(_ device: String) -> Sentence {
    Sentence(
      zh: "已撤回对终端 \(device) 的擦除命令。", en: "The order to wipe device \(device) is taken back.")
  }
  package static func wipeDone(_ device: String) -> Sentence {
    Sentence(
      zh: "终端 \(device) 已经擦除。要再用它，请重新发放入网码。",
      en: "Device \(device) was wiped already. To use it again, issue a new enrolment code.")
  }
  package static func wipeRevoked(_ device: String) -> Sentence {
    Sentence(
      zh: "终端 \(device) 已停用，不能再上传。只能用 --unsent drop 擦除。",
      en: "Device \(device) is revoked and cannot send anything. It can only be wiped with "
        + "--unsent drop.")
  }
  package static func wipeNone(_ device: String) -> Sentence {
    Sentence(
      zh: "终端 \(device) 没有待执行的擦除命令。", en: "There is no order to wipe device \(device).")
  }

  package static let columnWaiting = Sentence(zh: "待传", en: "Waiting")
  package static let consoleWaiting = Sentence(zh: "待传", en: "Waiting")
  package static let consoleReceivedEntries = Sentence(
    zh: "已收（急/普）", en: "Received (urgent/normal)")
  package static let consoleAwaitedPhotos = Sentence(zh: "缺照片", en: "Photos missing")
  package static let consoleWipeOrdered = Sentence(zh: "待擦除", en: "to be wiped")
  package static let consoleWipeTold = Sentence(zh: "已通知擦除", en: "told to wipe itself")
  package static let consoleWiped = Sentence(zh: "已擦除", en: "wiped")
  package static func consoleIncarnations(_ count: Int) -> Sentence {
    Sentence(zh: "\(count) 个日志链", en: "\(count) incarnations")
  }
  package static func consoleOldest(_ age: Sentence) -> Sentence {
    Sentence(zh: "最早 \(age.zh)", en: "oldest \(age.en)")
  }
  package static let consoleWipe = Sentence(zh: "擦除终端", en: "Wipe the device")
  package static let consoleWipeAsk = Sentence(
    zh: "终端会删除其上全部数据，删除后不能恢复。只用于丢失的终端。",
    en: "The device deletes everything on it. This cannot be undone. Only for a lost device.")
  package static let consoleWipeSend = Sentence(
    zh: "先上传未传数据，再擦除", en: "Send what waits first, then wipe")
  package static let consoleWipeDrop = Sentence(
    zh: "立即擦除，丢弃未传数据", en: "Wipe at once; what waits is lost")
  package static let consoleWipeConfirm = Sentence(zh: "下达擦除命令", en: "Give the order")
  package static let consoleWipeWithdraw = Sentence(zh: "撤回擦除", en: "Take the order back")
  package static let consoleNotAllowed = Sentence(
    zh: "只有管理员可以这样做", en: "Only an administrator may do this")
  package static let consoleWipeRefused = Sentence(
    zh: "没有下达擦除命令", en: "The order was not given")
}
