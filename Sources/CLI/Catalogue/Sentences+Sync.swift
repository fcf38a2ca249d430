// The words of gridwalk-sync.

extension Sentence {
  package static let syncProgramSummary = Sentence(
    zh: "把本机的记录送到中心，把网格的变化取回来",
    en: "brings this handheld's work to the centre and its grids back")
  package static let syncEnrollSummary = Sentence(
    zh: "用一次性入网码登记本机", en: "become a device with a one-time code")
  package static let syncOnceSummary = Sentence(zh: "同步一次", en: "sync once")
  package static let syncWatchSummary = Sentence(zh: "守候并随时同步", en: "keep syncing")
  package static let syncURL = Sentence(
    zh: "中心地址，如 http://10.0.0.5:8470", en: "the centre's address, like http://10.0.0.5:8470")
  package static let syncCode = Sentence(zh: "入网码", en: "the enrolment code")
  package static let syncName = Sentence(zh: "本机名称", en: "what to call this handheld")

  package static func enrolled(_ worker: String, name: String) -> Sentence {
    Sentence(zh: "✓ 已入网：\(worker)（\(name)）", en: "✓ enrolled as \(worker) (\(name))")
  }
  package static func sendingOperations(_ count: Int, isUrgent: Bool) -> Sentence {
    Sentence(
      zh: "↑ \(isUrgent ? "紧急 " : "")\(count) 条",
      en: "↑ \(count) \(isUrgent ? "urgent " : "")changes")
  }
  package static let sendingPhoto = Sentence(zh: "↑ 照片", en: "↑ photo")
  package static func resumedAt(_ offset: String, of total: String) -> Sentence {
    Sentence(zh: "从断开处继续：\(offset) / \(total)", en: "going on at \(offset) of \(total)")
  }
  package static func secondsLeft(_ seconds: Int64) -> Sentence {
    Sentence(zh: "剩 \(seconds) 秒", en: "\(seconds) s left")
  }
  package static func operationsReceived(through last: Int64, refused: Int) -> Sentence {
    refused == 0
      ? Sentence(zh: "✓ 中心已收到，至第 \(last) 条", en: "✓ received by the centre, through \(last)")
      : Sentence(
        zh: "✓ 中心已收到，至第 \(last) 条，其中 \(refused) 条未被接受",
        en: "✓ received by the centre, through \(last); \(refused) refused")
  }
  package static let photoReceived = Sentence(
    zh: "✓ 中心已收到照片", en: "✓ photo received by the centre")
  package static let centreRestored = Sentence(
    zh: "中心从备份恢复过，本机正在补传它缺少的部分。",
    en: "The centre was restored from a backup; sending again what it lacks.")
  package static let journalForked = Sentence(
    zh: "中心已有另一台设备以本机身份上传的记录，本机改用新的日志继续，没有丢失。",
    en:
      "The centre has another journal under this device's name; going on in a new one, nothing is lost."
  )
  package static let laneHeld = Sentence(
    zh: "中心三次不接受同一批记录，已保留在本机。请运行 gridwalk doctor 并联系管理员。",
    en: "The centre refused the same records three times; they stay here. "
      + "Run gridwalk doctor and tell the administrator.")
  package static func waitingToRetry(_ seconds: Int) -> Sentence {
    Sentence(zh: "\(seconds) 秒后再试", en: "trying again in \(seconds) s")
  }
  package static func syncFinished(
    operations: Int, photos: Int, changes: Int, bytes: String
  ) -> Sentence {
    Sentence(
      zh: "✓ 同步完成：上传 \(operations) 条、照片 \(photos) 张（\(bytes)），下载 \(changes) 条",
      en:
        "✓ in sync: \(operations) changes and \(photos) photos up (\(bytes)), \(changes) changes down"
    )
  }
  package static func someRefused(_ count: Int) -> Sentence {
    Sentence(
      zh: "有 \(count) 条未被接受，原因见 gridwalk queue。",
      en: "\(count) changes were refused; gridwalk queue shows why.")
  }
  package static func someConflicts(_ count: Int) -> Sentence {
    Sentence(
      zh: "有 \(count) 处与他人的修改不同，两个值都已保留。",
      en: "\(count) values differ from somebody else's; both are kept.")
  }

  package static func offline(_ reason: String) -> Sentence {
    Sentence(
      zh: "连不上中心（\(reason)）。记录都在本机，有网络时再运行 gridwalk sync。",
      en: "Cannot reach the centre (\(reason)). Everything is saved here; run gridwalk sync "
        + "when there is a network.")
  }
  package static let certificateUntrusted = Sentence(
    zh: "中心的证书不可信，没有发送任何内容。请检查地址，或让管理员安装本市的 CA 证书。",
    en: "The centre's certificate is not trusted; nothing was sent. Check the address, or have the "
      + "city's CA certificate installed.")
  package static let captivePortal = Sentence(
    zh: "回应的不是中心，像是 Wi-Fi 登录页。请先登录网络，再运行 gridwalk sync。",
    en: "Something other than the centre answered, like a Wi-Fi sign-in page. Sign in to the "
      + "network, then run gridwalk sync.")
  package static func centreUnavailable(_ status: Int) -> Sentence {
    Sentence(
      zh: "中心暂时不可用（HTTP \(status)）。记录都在本机，稍后再试。",
      en: "The centre is not available now (HTTP \(status)). Everything is saved here; try later.")
  }
  package static let tokenUnknown = Sentence(
    zh: "中心不认识本机。记录都在本机；请向管理员要新的入网码，运行 gridwalk enroll。",
    en: "The centre does not know this handheld. Everything is saved here; ask for a new code and "
      + "run gridwalk enroll.")
  package static let thisDeviceRevoked = Sentence(
    zh: "本机已被中心停用，不再上传。记录都在本机；请联系管理员。",
    en: "The centre has revoked this handheld. Everything is saved here; ask the administrator.")
  package static let protocolViolation = Sentence(
    zh: "中心的回应不符合协议。记录都在本机；请联系管理员检查版本。",
    en:
      "The centre's answer breaks the protocol. Everything is saved here; have the versions checked."
  )
  package static let notEnrolled = Sentence(
    zh: "本机还没有入网。请运行：gridwalk enroll 中心地址 入网码",
    en: "This handheld is not enrolled. Run: gridwalk enroll URL CODE")
  package static func folderBelongsTo(_ worker: String) -> Sentence {
    Sentence(
      zh: "这个数据目录里是\(worker)的工作，没有改动，也不会以他人名义上传。"
        + "请用 --data 另选目录，并向管理员要新的入网码（这个入网码已用掉）。",
      en: "This data folder holds the work of \(worker). Nothing was changed, and nothing of it is "
        + "sent under another name. Choose another folder with --data and ask the administrator "
        + "for a new code; this one is used up.")
  }
  package static let enrolledNotSynced = Sentence(
    zh: "本机已经入网，入网码不必再用；只是第一次同步没有完成。请再运行 gridwalk sync。",
    en: "This handheld is enrolled, and the code is not needed again; only the first sync did not "
      + "end. Run gridwalk sync.")
  package static let addressUnencrypted = Sentence(
    zh: "注意：http 地址不加密，居民信息和设备令牌会以明文传送。请只在 VPN 内使用，否则改用 https。",
    en: "Note: an http address is not encrypted; residents' data and this device's token travel in "
      + "the clear. Use it inside a VPN only, otherwise https.")
  package static func agentRunning(_ pid: String) -> Sentence {
    Sentence(
      zh: "另一个同步正在进行（进程 \(pid)）。它会送出所有记录，不必再启动一个。",
      en: "Another sync is running (process \(pid)). It sends everything; no second one is needed.")
  }
  package static let codeWrong = Sentence(
    zh: "入网码不对。请核对后重试，或向管理员要新的。",
    en: "The code is not known. Check it, or ask the administrator for a new one.")
  package static let codeUsed = Sentence(
    zh: "入网码已被别的设备用过。请向管理员要新的。",
    en: "The code was used by another device. Ask the administrator for a new one.")
  package static let codeExpired = Sentence(
    zh: "入网码已过期。请向管理员要新的。", en: "The code has expired. Ask the administrator for a new one.")
  package static let tooManyAttempts = Sentence(
    zh: "尝试太频繁，请一分钟后再试。", en: "Too many attempts; try again in a minute.")
  package static let centreFull = Sentence(
    zh: "中心的磁盘已满。记录都在本机，稍后再试。",
    en: "The centre's disk is full. Everything is saved here; try later.")
  package static let centreTooOld = Sentence(
    zh: "中心不支持本机的记录格式。记录都在本机；请让管理员升级中心。",
    en:
      "The centre does not know this record format. Everything is saved here; have the centre upgraded."
  )
  package static func centreRefused(_ code: String) -> Sentence {
    Sentence(
      zh: "中心没有接受（\(code)）。记录都在本机；请联系管理员。",
      en: "The centre refused (\(code)). Everything is saved here; tell the administrator.")
  }
  package static func addressNotUnderstood(_ text: String) -> Sentence {
    Sentence(
      zh: "“\(text)”不是中心地址。应像 http://10.0.0.5:8470 或 https://grid.example.cn",
      en:
        "\"\(text)\" is no address of a centre. Write http://10.0.0.5:8470 or https://grid.example.cn"
    )
  }
  package static let tlsMissing = Sentence(
    zh: "系统没有 libcurl（libcurl.so.4），不能用 https。请安装 libcurl4，或改用 http 地址。",
    en:
      "The system has no libcurl (libcurl.so.4), which https needs. Install libcurl4, or use an http address."
  )
}
