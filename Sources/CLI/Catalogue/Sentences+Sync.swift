// The words of gridwalk-sync.

extension Sentence {
  package static let syncProgramSummary = Sentence(
    zh: "把本机的记录送到中心，把网格的变化取回来",
    en: "brings this handheld's work to the centre and its grids back")
  package static let syncEnrollSummary = Sentence(
    zh: "用一次性入网码登记本机", en: "become a device with a one-time code")
  package static let syncOnceSummary = Sentence(zh: "同步一次", en: "sync once")
  package static let syncWatchSummary = Sentence(zh: "守候并随时同步", en: "keep syncing")
  package static let optionDryRun = Sentence(
    zh: "只说要送什么、要多久，不联网", en: "only tell what would be sent and how long it would take")
  package static let syncInterrupted = Sentence(
    zh: "已中断。没有丢失：下次同步从断开处继续。",
    en: "Interrupted. Nothing is lost: the next sync goes on where this one stopped.")
  package static let planEmpty = Sentence(zh: "没有要送的。", en: "Nothing waits to be sent.")
  package static func planned(
    urgent: Int, normal: Int, photos: Int, bytes: String, photoBytes: String
  ) -> Sentence {
    Sentence(
      zh: "待送：紧急 \(urgent) 条、普通 \(normal) 条（\(bytes)），照片 \(photos) 张（\(photoBytes)）",
      en: "to send: \(counted(urgent, "urgent change")), \(counted(normal, "normal change")) "
        + "(\(bytes)), \(counted(photos, "photo")) (\(photoBytes))")
  }
  /// - Parameter seconds: nil when no link was measured yet.
  package static func planTime(_ seconds: Int64?) -> Sentence {
    guard let seconds else {
      return Sentence(zh: "还没有测过网速，不知道要多久。", en: "No link was measured yet; how long is unknown.")
    }
    let minutes = (seconds + 59) / 60
    return seconds < 120
      ? Sentence(zh: "按最近的网速约 \(seconds) 秒", en: "about \(seconds) s at the recent rate")
      : Sentence(zh: "按最近的网速约 \(minutes) 分钟", en: "about \(minutes) min at the recent rate")
  }
  package static let syncURL = Sentence(
    zh: "中心地址，如 http://10.0.0.5:8470", en: "the centre's address, like http://10.0.0.5:8470")
  package static let syncCode = operandCode
  package static let askCode = Sentence(zh: "入网码：", en: "Enrolment code:")
  package static let syncName = Sentence(zh: "本机名称", en: "what to call this handheld")

  package static func enrolled(_ worker: String, name: String) -> Sentence {
    Sentence(zh: "✓ 已入网：\(worker)（\(name)）", en: "✓ enrolled as \(worker) (\(name))")
  }
  package static let sendingRound = Sentence(zh: "↑", en: "↑")
  package static func resumedAt(_ offset: String, of total: String) -> Sentence {
    Sentence(zh: "从断开处继续：\(offset) / \(total)", en: "going on at \(offset) of \(total)")
  }
  package static func secondsLeft(_ seconds: Int64) -> Sentence {
    Sentence(zh: "剩 \(seconds) 秒", en: "\(seconds) s left")
  }
  package static func operationsReceived(_ count: Int, refused: Int) -> Sentence {
    refused == 0
      ? Sentence(
        zh: "✓ 中心已收到 \(count) 条", en: "✓ \(counted(count, "change")) received by the centre")
      : Sentence(
        zh: "✓ 中心已收到 \(count) 条，其中 \(refused) 条未被接受",
        en: "✓ \(counted(count, "change")) received by the centre, \(refused) of them refused")
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
        "✓ in sync: \(counted(operations, "change")) and \(counted(photos, "photo")) up (\(bytes)), "
        + "\(counted(changes, "change")) down"
    )
  }
  package static func someRefused(_ count: Int) -> Sentence {
    Sentence(
      zh: "有 \(count) 条未被接受，原因见 gridwalk queue。",
      en: "\(counted(count, "change")) \(count == 1 ? "was" : "were") refused; "
        + "gridwalk queue shows why.")
  }
  package static func someConflicts(_ count: Int) -> Sentence {
    Sentence(
      zh: "有 \(count) 处与他人的修改不同，两个值都已保留。",
      en: count == 1
        ? "1 value differs from somebody else's; both are kept."
        : "\(count) values differ from somebody else's; both of each are kept.")
  }

  /// - Parameter code: the code of the sync's error.
  package static func offline(_ code: String) -> Sentence {
    let reason = syncResult(code)
    return Sentence(
      zh: "连不上中心（\(reason.zh)）。记录都在本机，有网络时再运行 gridwalk sync。",
      en: "Cannot reach the centre (\(reason.en)). Everything is saved here; run gridwalk sync "
        + "when there is a network.")
  }
  /// - Parameter code: the code of the enrolment's error.
  package static func enrolmentUnheard(_ code: String) -> Sentence {
    let reason = syncResult(code)
    return Sentence(
      zh: "没有入网：\(reason.zh)。请检查中心地址和网络，再入网一次；入网码仍然有效。",
      en: "Not enrolled: \(reason.en). Check the address and the network and enrol again; the code "
        + "is still good.")
  }
  package static let tlsFailed = Sentence(
    zh: "TLS 连接没有建立，没有发送任何内容：那里的中心不用 TLS，或网络中断了。请检查是 http 还是 https，以及端口；记录都在本机。",
    en: "TLS did not come about and nothing was sent: the centre does not speak TLS there, or the "
      + "link broke. Check http/https and the port. Everything is saved here.")
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
    zh: "本机已被中心停用，不再上传。记录都在本机；向管理员要新的入网码，运行 gridwalk enroll 中心地址 入网码。",
    en: "The centre has revoked this handheld. Everything is saved here; ask the administrator for "
      + "a new code and run gridwalk enroll URL CODE.")
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
  package static let centreQuota = Sentence(
    zh: "本机今天能上传的照片已满。记录照常上传，照片都在本机，稍后会再传。",
    en:
      "This handheld has sent all the photos it may for now. Records still go up; "
      + "the photos are saved here and follow later.")
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

// How a sync ended, by the code that is kept of it.
extension Sentence {
  /// A number of things, "1 change" or "2 changes"; the noun makes its plural with s.
  static func counted(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }

  /// How a sync ended, as part of a sentence.
  package static func syncResult(_ code: String) -> Sentence {
    if let status = code.wordsAfter("unavailable-") {
      return Sentence(
        zh: "中心暂时不可用（HTTP \(status)）", en: "the centre is not available now (HTTP \(status))")
    }
    if let link = code.wordsAfter("offline-") { return linkFault(link) }
    return syncResults[code]
      ?? Sentence(zh: "中心没有接受（\(code)）", en: "the centre refused (\(code))")
  }

  /// The sentences of codes that stand alone.
  private static let syncResults: [String: Sentence] = [
    "ok": Sentence(zh: "成功", en: "it succeeded"),
    "quota-exceeded": Sentence(
      zh: "中心今天不再收本机的照片", en: "the centre takes no more photos of this handheld today"),
    "portal": Sentence(
      zh: "回应的不是中心，像是 Wi-Fi 登录页",
      en: "something other than the centre answered, like a Wi-Fi sign-in page"),
    "unauthorized": Sentence(
      zh: "中心不认识本机", en: "the centre does not know this handheld"),
    "device-revoked": Sentence(
      zh: "本机已被中心停用", en: "the centre has revoked this handheld"),
    "sequence-gap": Sentence(
      zh: "中心缺少较早的记录", en: "the centre lacks earlier changes"),
    "chain-forked": Sentence(
      zh: "中心另有以本机身份上传的日志", en: "the centre has another journal under this device's name"),
    "epoch-changed": Sentence(
      zh: "中心在同步时从备份恢复", en: "the centre was restored from a backup meanwhile"),
    "protocol-violation": Sentence(
      zh: "中心的回应不符合协议", en: "the centre's answer breaks the protocol"),
    "not-enrolled": Sentence(zh: "本机还没有入网", en: "this handheld is not enrolled"),
    "agent-running": Sentence(zh: "另一个同步正在进行", en: "another sync was running"),
    "local": Sentence(
      zh: "本机的数据目录出了问题", en: "something is wrong with this handheld's data folder"),
    "busy": Sentence(zh: "中心正忙", en: "the centre is busy"),
    "stopping": Sentence(zh: "中心正在停机", en: "the centre is stopping"),
    "failed": Sentence(zh: "中心出了故障", en: "the centre failed"),
    "storage-full": Sentence(zh: "中心的磁盘已满", en: "the centre's disk is full"),
    "rate-limited": Sentence(zh: "尝试太频繁", en: "there were too many attempts"),
    "too-large": Sentence(zh: "超过中心的大小限制", en: "it is larger than the centre takes"),
    "schema-unsupported": Sentence(
      zh: "中心不支持本机的记录格式", en: "the centre does not know this record format"),
  ]

  /// What the link did, by the transport's word for it.
  private static func linkFault(_ word: String) -> Sentence {
    switch word {
    case "unresolved": Sentence(zh: "找不到这个地址", en: "the address does not resolve")
    case "unreachable":
      Sentence(
        zh: "没有网络，或那里没有中心", en: "there is no network, or nothing listens there")
    case "timedOut": Sentence(zh: "等不到回应", en: "no answer came in time")
    case "broken": Sentence(zh: "连接中断", en: "the connection broke")
    case "notUnderstood":
      Sentence(
        zh: "回应看不懂", en: "the answer is not understood")
    case "untrusted":
      Sentence(
        zh: "中心的证书不可信", en: "the centre's certificate is not trusted")
    case "tlsFailed":
      Sentence(
        zh: "那里的中心不用 TLS，或网络中断（请检查 http/https 和端口）",
        en: "the centre does not speak TLS there, or the link broke (check http/https and the port)"
      )
    case "fileUnreadable":
      Sentence(
        zh: "要送的文件读不出来", en: "a file to send cannot be read")
    default: Sentence(zh: "连不上中心", en: "the centre cannot be reached")
    }
  }

  /// - Parameter code: `unauthorized` or `device-revoked`.
  package static func deviceRejected(_ code: String) -> Sentence { syncResult(code) }
  package static let deviceRejectedFix = Sentence(
    zh: "记录都在本机；向管理员要新的入网码，运行 gridwalk enroll 中心地址 入网码",
    en: "everything is saved here; ask the administrator for a new code and run gridwalk enroll "
      + "URL CODE")
  /// The home screen's line of it.
  package static func homeRejected(_ code: String) -> Sentence {
    let (what, fix) = (deviceRejected(code), deviceRejectedFix)
    return Sentence(zh: "故障：\(what.zh)；\(fix.zh)", en: "FAIL: \(what.en); \(fix.en)")
  }
}

extension String {
  /// What follows a beginning; nil when the text begins otherwise.
  fileprivate func wordsAfter(_ beginning: String) -> String? {
    hasPrefix(beginning) ? String(dropFirst(beginning.count)) : nil
  }
}
