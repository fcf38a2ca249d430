// The words of gridwalk's home screen and of its examination of the device.

extension Sentence {
  // The home screen.
  package static func homeWorker(_ name: String, time: String) -> Sentence {
    Sentence(zh: "\(time)  \(name)", en: "\(time)  \(name)")
  }
  package static let homeNotEnrolled = Sentence(
    zh: "未入网：gridwalk enroll 中心地址 入网码", en: "not enrolled: gridwalk enroll URL CODE")
  package static func homeGrids(_ names: [String]) -> Sentence {
    Sentence(
      zh: "网格 \(names.joined(separator: "、"))", en: "grids \(names.joined(separator: ", "))")
  }
  package static func homeToday(saved: Int, received: Int) -> Sentence {
    Sentence(
      zh: "今日 \(saved) 条，中心已收 \(received) 条",
      en: "today: \(saved) done, \(received) received by the centre")
  }
  package static func homeWaiting(_ waiting: Int, bytes: String) -> Sentence {
    waiting == 0
      ? Sentence(zh: "没有待传", en: "nothing waits")
      : Sentence(
        zh: "已存本机、待传 \(waiting) 条（\(bytes)）", en: "saved here, waiting: \(waiting) (\(bytes))")
  }
  package static func homeRefused(_ count: Int) -> Sentence {
    Sentence(
      zh: "被中心退回 \(count) 条：按 q 查看原因", en: "refused by the centre: \(count); q shows why")
  }
  package static func homeConflicts(_ count: Int) -> Sentence {
    Sentence(
      zh: "与他人修改不同 \(count) 处：按 m 决断", en: "values that differ from others': \(count); m decides")
  }
  package static func homeSynced(_ when: Sentence, result: String) -> Sentence {
    result == "ok"
      ? Sentence(zh: "上次同步 \(when.zh)", en: "last sync \(when.en)")
      : Sentence(
        zh: "上次同步 \(when.zh)，未成功（\(syncResult(result).zh)）",
        en: "last sync \(when.en), not successful (\(syncResult(result).en))")
  }
  package static let neverSynced = Sentence(zh: "还没有同步过", en: "never synced")
  package static func homeDrafts(_ count: Int, title: String) -> Sentence {
    Sentence(
      zh: "草稿 \(count) 份：\(title)（按 c 继续）", en: "drafts: \(count), \(title) (c goes on)")
  }
  /// The keys of the home screen, each with its word.
  package static let homeKeys: [(key: Character, word: Sentence)] = [
    ("h", Sentence(zh: "入户", en: "household")), ("n", Sentence(zh: "新建", en: "new")),
    ("r", Sentence(zh: "上报", en: "report")), ("d", Sentence(zh: "日记", en: "diary")),
    ("f", Sentence(zh: "查找", en: "find")), ("q", Sentence(zh: "队列", en: "queue")),
    ("m", Sentence(zh: "冲突", en: "conflicts")), ("s", Sentence(zh: "同步", en: "sync")),
    ("u", Sentence(zh: "撤销", en: "undo")),
    ("o", Sentence(zh: "体检", en: "doctor")), ("x", Sentence(zh: "退出", en: "exit")),
  ]
  package static let homeContinue = Sentence(zh: "继续草稿", en: "continue draft")
  package static let homeHelp = Sentence(zh: "列出按键", en: "list the keys")
  package static let homePrompt = Sentence(zh: "按键: ", en: "key: ")
  package static func homeKeyUnknown(_ key: String) -> Sentence {
    Sentence(zh: "没有按键 \(key)。", en: "There is no key \(key).")
  }

  // The examination.
  package static let markOK = Sentence(zh: "正常", en: "ok  ")
  package static let markWarn = Sentence(zh: "注意", en: "warn")
  package static let markFail = Sentence(zh: "故障", en: "FAIL")
  package static let doctorNotEnrolled = Sentence(
    zh: "本机还没有入网", en: "this device is not enrolled")
  package static let doctorEnrolFix = Sentence(
    zh: "向管理员要入网码，运行 gridwalk enroll 中心地址 入网码",
    en: "ask the administrator for a code and run gridwalk enroll URL CODE")
  package static func doctorEnrolled(_ worker: String, at centre: String) -> Sentence {
    Sentence(zh: "已入网：\(worker)，中心 \(centre)", en: "enrolled as \(worker) at \(centre)")
  }
  package static let doctorSound = Sentence(
    zh: "数据库、日志链和照片完好", en: "database, journal chains and photos are sound")
  package static func doctorDamaged(_ what: Sentence, others: Int) -> Sentence {
    others == 0
      ? Sentence(zh: "损坏：\(what.zh)", en: "damaged: \(what.en)")
      : Sentence(zh: "损坏：\(what.zh)，另有 \(others) 处", en: "damaged: \(what.en), and \(others) more")
  }
  package static let doctorDamagedFix = Sentence(
    zh: "先把数据目录整个复制出来，再运行 gridwalk sync 送出能送的，并联系管理员",
    en: "copy the whole data directory first, then run gridwalk sync to bring out what can be, "
      + "and tell the administrator")
  package static func faultDatabase(_ text: String) -> Sentence {
    Sentence(zh: "数据库（\(text)）", en: "the database (\(text))")
  }
  package static func faultJournal(_ lane: String, _ seq: Int64) -> Sentence {
    Sentence(zh: "日志 \(lane) 第 \(seq) 条", en: "journal \(lane), entry \(seq)")
  }
  package static func faultReceipt(_ lane: String, _ seq: Int64) -> Sentence {
    Sentence(zh: "回执 \(lane) 第 \(seq) 条", en: "receipt \(lane), entry \(seq)")
  }
  package static func faultSegment(_ lane: String, _ first: Int64) -> Sentence {
    Sentence(zh: "待传段 \(lane) 自第 \(first) 条", en: "sealed segment \(lane) from entry \(first)")
  }
  package static func faultPhotoMissing(_ digest: String) -> Sentence {
    Sentence(zh: "照片 \(digest) 不见了", en: "photo \(digest) is gone")
  }
  package static func faultPhotoChanged(_ digest: String) -> Sentence {
    Sentence(zh: "照片 \(digest) 内容变了", en: "photo \(digest) is not what it was")
  }
  package static func faultUnreadable(_ reason: String) -> Sentence {
    Sentence(zh: "有一部分读不出来（\(reason)）", en: "a part cannot be read (\(reason))")
  }
  package static let doctorDiskUnknown = Sentence(
    zh: "不知道磁盘还剩多少", en: "how much disk is free cannot be told")
  package static func doctorDiskFree(_ size: String) -> Sentence {
    Sentence(zh: "磁盘剩余 \(size)", en: "\(size) of disk are free")
  }
  package static func doctorDiskLow(_ size: String) -> Sentence {
    Sentence(zh: "磁盘只剩 \(size)", en: "only \(size) of disk are free")
  }
  package static let doctorDiskFix = Sentence(
    zh: "删去不用的文件，至少留出 200 MB", en: "remove what is not needed until 200 MB are free")
  package static let doctorClockUnknown = Sentence(
    zh: "时钟：还没有与中心对过", en: "clock: not compared with the centre yet")
  package static func doctorClockRight(seconds: UInt64) -> Sentence {
    Sentence(zh: "时钟与中心相差 \(seconds) 秒", en: "clock within \(seconds) s of the centre's")
  }
  package static func doctorClockSlow(seconds: UInt64) -> Sentence {
    Sentence(zh: "时钟比中心慢 \(seconds) 秒", en: "clock \(seconds) s behind the centre's")
  }
  package static func doctorClockFast(seconds: UInt64) -> Sentence {
    Sentence(zh: "时钟比中心快 \(seconds) 秒", en: "clock \(seconds) s ahead of the centre's")
  }
  package static let doctorClockFix = Sentence(
    zh: "校准本机时间；记录不会因此丢失或乱序",
    en: "set this device's clock; no record is lost or reordered by it")
  package static func doctorWaiting(_ count: Int, bytes: String, oldest: Sentence?) -> Sentence {
    Sentence(
      zh: "待传 \(count) 条（\(bytes)）" + (oldest.map { "，最早的在\($0.zh)" } ?? ""),
      en: "\(count) waiting (\(bytes))" + (oldest.map { ", the oldest from \($0.en)" } ?? ""))
  }
  package static func doctorHeld(_ count: Int) -> Sentence {
    Sentence(
      zh: "中心多次不接受 \(count) 批记录或照片，已保留在本机",
      en: "the centre did not take \(count) batches or photos; they are kept on this device")
  }
  package static let doctorHeldFix = Sentence(
    zh: "运行 gridwalk sync 再试一次；仍不行请联系管理员",
    en: "run gridwalk sync to try again; if that does not help, tell the administrator")
  package static func doctorRefused(_ count: Int) -> Sentence {
    Sentence(zh: "\(count) 条被中心退回", en: "\(count) refused by the centre")
  }
  package static let doctorRefusedFix = Sentence(
    zh: "gridwalk queue 看原因；改正后用 --retry 再送，或用 --dismiss 取消列出",
    en: "gridwalk queue shows why; put it right and send it again with --retry, or take it off "
      + "with --dismiss")
  package static let doctorSyncFix = Sentence(
    zh: "有网络时运行 gridwalk sync", en: "run gridwalk sync when there is a network")
  package static func doctorSynced(_ when: Sentence) -> Sentence {
    Sentence(zh: "上次同步成功：\(when.zh)", en: "last sync succeeded \(when.en)")
  }
  package static func doctorSyncFailed(_ when: Sentence, _ result: String) -> Sentence {
    Sentence(
      zh: "上次同步（\(when.zh)）没有成功：\(syncResult(result).zh)",
      en: "last sync (\(when.en)) did not succeed: \(syncResult(result).en)")
  }
  package static let doctorNoConflicts = Sentence(
    zh: "没有与他人冲突的值", en: "no values differ from somebody else's")
  package static func doctorConflicts(_ count: Int) -> Sentence {
    Sentence(
      zh: "\(count) 处与他人的修改不同，等待决定",
      en: "\(count) values differ from somebody else's and wait for a decision")
  }
}
