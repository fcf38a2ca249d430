// The words of gridwalkd on the command line.

extension Sentence {
  // What the commands are.
  package static let gridwalkdSummary = Sentence(
    zh: "网格管理中心服务器", en: "the central server of grid management")
  package static let initSummary = Sentence(zh: "新建中心", en: "found a centre")
  package static let initDemo = Sentence(
    zh: "带演示区：六个网格、三名网格员、一名管理员",
    en: "with a demo district: six grids, three workers, an administrator")
  package static let initCity = Sentence(zh: "城市代码", en: "the city's code")
  package static let initForms = Sentence(
    zh: "表单目录（缺省：随程序安装的 Forms）", en: "directory of forms (default: those installed)")
  package static let serveSummary = Sentence(zh: "提供服务", en: "serve devices and the console")
  package static let serveListen = Sentence(
    zh: "监听地址（缺省 127.0.0.1:8470；端口 0 由系统选）",
    en: "address to listen on (default 127.0.0.1:8470; port 0 lets the system choose)")
  package static let serveGrace = Sentence(
    zh: "停止时等待进行中请求的秒数（缺省 10）",
    en: "seconds that requests in flight are given at a stop (default 10)")
  package static let workerSummary = Sentence(zh: "网格员", en: "workers")
  package static let workerAdd = Sentence(
    zh: "登记网格员，或更改其网格", en: "add a worker, or change her grids")
  package static let workerList = Sentence(zh: "列出网格员", en: "list the workers")
  package static let workerID = Sentence(zh: "网格员编号", en: "the worker's number")
  package static let workerName = Sentence(zh: "姓名", en: "her name")
  package static let workerGrid = Sentence(
    zh: "负责的网格代码，可多次", en: "code of a grid she looks after; may be repeated")
  package static let deviceSummary = Sentence(zh: "终端", en: "devices")
  package static let deviceCode = Sentence(
    zh: "发放一次性入网码", en: "issue a one-time enrolment code")
  package static let deviceCodeHours = Sentence(
    zh: "有效小时数（缺省 24）", en: "hours it is good for (default 24)")
  package static let deviceList = Sentence(zh: "列出终端", en: "list the devices")
  package static let deviceRevoke = Sentence(zh: "停用终端", en: "end a device's access")
  package static let deviceID = Sentence(zh: "终端编号", en: "the device's identifier")
  package static let gridSummary = Sentence(zh: "网格", en: "grids")
  package static let gridImport = Sentence(
    zh: "从 GeoJSON 导入网格", en: "import grids from GeoJSON")
  package static let gridList = Sentence(zh: "列出网格", en: "list the grids")
  package static let formSummary = Sentence(zh: "表单", en: "forms")
  package static let formImport = Sentence(
    zh: "导入表单并启用", en: "import forms and put them in force")
  package static let formList = Sentence(zh: "列出表单", en: "list the forms")
  package static let accountSummary = Sentence(
    zh: "设置控制台账号（密码从标准输入读）",
    en: "set a console account (the password is read from standard input)")
  package static let accountRole = Sentence(
    zh: "角色：administrator 或 operator", en: "its role: administrator or operator")
  package static let checkSummary = Sentence(
    zh: "检查数据库、日志链和照片", en: "verify the database, every chain and every photo")
  package static let backupSummary = Sentence(
    zh: "在线备份到新目录", en: "copy everything into a new directory while serving")
  package static let fileOperand = Sentence(zh: "文件", en: "a file")
  package static let directoryOperand = Sentence(zh: "目录", en: "a directory")

  // What they say.
  package static func founded(_ directory: String, city: String) -> Sentence {
    Sentence(
      zh: "中心已建立（城市 \(city)）：\(directory)", en: "centre founded (city \(city)) in \(directory)")
  }
  package static func demoReady(grids: Int, workers: Int) -> Sentence {
    Sentence(
      zh: "演示区：\(grids) 个网格，\(workers) 名网格员",
      en: "demo district: \(grids) grids, \(workers) workers")
  }
  package static func administratorPassword(_ name: String, _ password: String) -> Sentence {
    Sentence(
      zh: "控制台账号 \(name)，密码 \(password)（只显示这一次）",
      en: "console account \(name), password \(password) (shown this once)")
  }
  package static func enrollmentCode(_ worker: String, _ code: String, until: String) -> Sentence {
    Sentence(
      zh: "网格员 \(worker) 的入网码：\(code)，有效至 \(until)，只能用一次",
      en: "enrolment code for worker \(worker): \(code), good until \(until), once")
  }
  package static func listening(_ address: String) -> Sentence {
    Sentence(
      zh: "已在 http://\(address) 提供服务，控制台 http://\(address)/console/",
      en: "serving on http://\(address), console at http://\(address)/console/")
  }
  package static let stopping = Sentence(
    zh: "正在停止：完成进行中的请求…", en: "stopping: finishing what is in flight…")
  package static let stopped = Sentence(zh: "已停止", en: "stopped")
  package static func workerSaved(_ name: String, grids: Int) -> Sentence {
    Sentence(zh: "已登记 \(name)，\(grids) 个网格", en: "saved \(name), \(grids) grids")
  }
  package static func deviceRevoked(_ id: String) -> Sentence {
    Sentence(zh: "终端 \(id) 已停用", en: "device \(id) can no longer sync")
  }
  package static func gridsImported(_ count: Int) -> Sentence {
    Sentence(zh: "已导入 \(count) 个网格", en: "imported \(count) grids")
  }
  package static func formsImported(_ ids: [String]) -> Sentence {
    Sentence(
      zh: "已启用表单：\(ids.joined(separator: "、"))",
      en: "forms in force: \(ids.joined(separator: ", "))")
  }
  package static func accountSaved(_ name: String) -> Sentence {
    Sentence(zh: "账号 \(name) 已保存", en: "account \(name) saved")
  }
  package static func checked(lanes: Int, operations: Int, photos: Int) -> Sentence {
    Sentence(
      zh: "已核对：\(lanes) 条日志链、\(operations) 条操作、\(photos) 张照片",
      en: "verified: \(lanes) chains, \(operations) operations, \(photos) photos")
  }
  package static let checkSound = Sentence(zh: "没有问题", en: "everything is sound")
  package static func checkFault(_ what: String) -> Sentence {
    Sentence(
      zh: "有问题：\(what)。请停用中心，从备份恢复（终端会补传）。",
      en:
        "damaged: \(what). Stop the centre and restore a backup; devices send again what it lacks.")
  }
  package static func backedUp(_ directory: String, photos: Int) -> Sentence {
    Sentence(
      zh: "已备份到 \(directory)（照片 \(photos) 张）", en: "copied to \(directory) (\(photos) photos)")
  }

  package static let columnName = Sentence(zh: "名称", en: "Name")
  package static let columnSynced = Sentence(zh: "最近同步", en: "Last sync")
  package static let columnWorker = Sentence(zh: "网格员", en: "Worker")
  package static let columnDevice = Sentence(zh: "终端", en: "Device")
  package static let columnGrids = Sentence(zh: "网格", en: "Grids")
  package static let columnLevel = Sentence(zh: "级别", en: "Level")
  package static let never = Sentence(zh: "从未", en: "never")
  package static func workerWithoutGrids(_ id: String) -> Sentence {
    Sentence(
      zh: "\(id) 还没有网格，看不到任何记录。用 --grid 代码 指定。",
      en: "\(id) has no grid yet and sees no records; name some with --grid CODE.")
  }
  package static func revocationsUndone(_ directory: String) -> Sentence {
    Sentence(
      zh: "注意：启用备份会恢复备份时的终端权限，之后停用的终端要重新停用。",
      en: "Mind: serving this copy brings back the devices as they were; revoke again what is "
        + "revoked after now.")
  }

  // What can go wrong.
  package static let cityMissing = Sentence(
    zh: "请用 --city 给出城市的 6 位区划代码，如 --city 440300；演示用 --demo。",
    en: "Name the city's 6-digit division code, for instance --city 440300; or try --demo.")
  package static func directoryOccupied(_ directory: String) -> Sentence {
    Sentence(
      zh: "\(directory) 里有别的文件，没有改动。请换一个空目录。",
      en: "\(directory) holds other files; nothing was changed. Choose an empty directory.")
  }
  package static func directoryUnusable(_ directory: String, _ reason: String) -> Sentence {
    Sentence(
      zh: "不能使用目录 \(directory)（\(reason)）。请检查路径和权限。",
      en: "Cannot use the directory \(directory) (\(reason)). Check the path and permissions.")
  }
  package static func portTaken(_ address: String) -> Sentence {
    Sentence(
      zh: "\(address) 已被别的程序占用。请停掉它，或换 --listen。",
      en: "Another program listens on \(address). Stop it, or choose another --listen.")
  }
  package static func addressForeign(_ address: String) -> Sentence {
    Sentence(
      zh: "本机没有 \(address) 这个地址。请检查 --listen。",
      en: "This machine does not have the address \(address). Check --listen.")
  }
  package static func centreExists(_ directory: String) -> Sentence {
    Sentence(
      zh: "\(directory) 里已有中心，没有改动。要新建请换一个 --data 目录。",
      en:
        "There is a centre in \(directory) already; nothing was changed. Choose another --data directory."
    )
  }
  package static func centreMissing(_ directory: String) -> Sentence {
    Sentence(
      zh: "\(directory) 里没有中心。请先运行 gridwalkd init --data \(directory)",
      en: "There is no centre in \(directory). Run gridwalkd init --data \(directory) first.")
  }
  package static func centreRunning(_ directory: String) -> Sentence {
    Sentence(
      zh: "\(directory) 的中心已在运行，同一目录只能有一个。",
      en: "The centre in \(directory) is being served already; one directory has one server.")
  }
  package static func databaseNewer(found: Int, known: Int) -> Sentence {
    Sentence(
      zh: "数据库是更新版本的程序建的（结构 \(found)，本程序到 \(known)）。没有改动；请升级程序。",
      en: "The database was made by a newer program (schema \(found), this one knows \(known)). "
        + "Nothing was changed; upgrade the program.")
  }
  package static let databaseForeign = Sentence(
    zh: "这个文件不是 Gridwalk 的数据库，没有改动。请检查 --data。",
    en: "The file is not a Gridwalk database; nothing was changed. Check --data.")
  package static func upkeepFailed(_ detail: String) -> Sentence {
    Sentence(
      zh: "清理过期上传失败（\(detail)），一小时后再试。",
      en: "Dropping uploads that nobody finished failed (\(detail)); trying again in an hour.")
  }
  package static func databaseFailed(_ detail: String) -> Sentence {
    Sentence(
      zh: "数据库出错（\(detail)）。请检查磁盘和权限，然后重试。",
      en: "The database failed (\(detail)). Check the disk and permissions, then try again.")
  }
  package static let diskFull = Sentence(
    zh: "磁盘已满，本次操作没有生效，原有数据完好。请腾出空间后重试。",
    en:
      "The disk is full; this had no effect and everything before is intact. Free some space and try again."
  )
  package static func fileUnreadable(_ path: String) -> Sentence {
    Sentence(
      zh: "读不了文件 \(path)。请检查路径和权限。", en: "Cannot read \(path). Check the path and permissions.")
  }
  package static func fileTooLarge(_ path: String, limit: String) -> Sentence {
    Sentence(zh: "文件 \(path) 超过 \(limit)。", en: "The file \(path) is larger than \(limit).")
  }
  package static func workerUnknown(_ id: String) -> Sentence {
    Sentence(
      zh: "没有网格员 \(id)。gridwalkd worker list 可列出。",
      en: "There is no worker \(id). gridwalkd worker list shows them.")
  }
  package static func gridUnknown(_ id: String) -> Sentence {
    Sentence(
      zh: "没有网格 \(id)。gridwalkd grid list 可列出。",
      en: "There is no grid \(id). gridwalkd grid list shows them.")
  }
  package static func deviceUnknown(_ id: String) -> Sentence {
    Sentence(
      zh: "没有终端 \(id)。gridwalkd device list 可列出。",
      en: "There is no device \(id). gridwalkd device list shows them.")
  }
  package static func listenFailed(_ address: String, detail: String) -> Sentence {
    Sentence(
      zh: "不能在 \(address) 监听（\(detail)）。端口可能被占用，请换 --listen。",
      en: "Cannot listen on \(address) (\(detail)). The port may be taken; choose another --listen."
    )
  }
  package static func addressMalformed(_ text: String) -> Sentence {
    Sentence(
      zh: "地址 \(text) 不对，应为 主机:端口，如 127.0.0.1:8470。",
      en: "\(text) is no address; write HOST:PORT, for instance 127.0.0.1:8470.")
  }
  package static func passwordTooShort(_ name: String) -> Sentence {
    Sentence(
      zh: "密码至少 8 个字符，从标准输入给出，例如：gridwalkd account \(name) < 密码文件",
      en: "Give a password of at least 8 characters on standard input: "
        + "gridwalkd account \(name) < FILE")
  }
  package static let roleUnknown = Sentence(
    zh: "角色只能是 administrator 或 operator。", en: "The role must be administrator or operator.")
  package static func numberMalformed(_ option: String, _ text: String) -> Sentence {
    Sentence(
      zh: "--\(option) 要一个正整数，不是“\(text)”。",
      en: "--\(option) takes a positive number, not \"\(text)\".")
  }
  package static func formFault(
    _ file: String, sheet: String, row: Int, column: String, code: String, detail: String
  ) -> Sentence {
    formFault(
      file, sheet: sheet, row: row, column: column, what: formFaultMeaning(code), detail: detail)
  }
  package static func formsMissing(_ directory: String) -> Sentence {
    Sentence(
      zh: "\(directory) 里没有表单（*.csv）。请用 --forms 指定目录。",
      en: "There are no forms (*.csv) in \(directory). Name their directory with --forms.")
  }
  package static let yescryptMissing = Sentence(
    zh: "系统的 libcrypt 不支持 yescrypt，无法保存密码。",
    en: "The system's libcrypt has no yescrypt; the password cannot be kept.")

  // Faults of a GeoJSON file.
  package static func geoJSONRefused(_ file: String, faults: Int) -> Sentence {
    Sentence(
      zh: "\(file) 有 \(faults) 处问题，没有导入任何网格。改正后请重试。",
      en: "\(file) has \(faults) faults; no grid was imported. Mend them and try again.")
  }
  package static func geoJSONFeature(_ index: Int, name: String, fault: Sentence) -> Sentence {
    Sentence(
      zh: "第 \(index + 1) 个要素（\(name)）：\(fault.zh)",
      en: "feature \(index + 1) (\(name)): \(fault.en)")
  }
  package static func geoJSONNotRead(_ reason: String) -> Sentence {
    Sentence(
      zh: "不是可用的 GeoJSON FeatureCollection（\(reason)）",
      en: "not a usable GeoJSON FeatureCollection (\(reason))")
  }
  package static let ringNotClosed = Sentence(
    zh: "边界没有闭合：最后一点应与第一点相同", en: "the boundary is not closed: its last position must be its first")
  package static func ringTooShort(_ positions: Int) -> Sentence {
    Sentence(
      zh: "边界只有 \(positions) 个点，至少要 4 个",
      en: "the boundary has \(positions) positions; it needs at least 4")
  }
  package static func selfCrossing(_ place: String) -> Sentence {
    Sentence(zh: "边界在 \(place) 自相交", en: "the boundary crosses itself at \(place)")
  }
  package static func gridsOverlap(_ other: String, squareMetres: Int) -> Sentence {
    Sentence(
      zh: "与网格 \(other) 重叠约 \(squareMetres) 平方米",
      en: "overlaps grid \(other) by about \(squareMetres) m²")
  }
  package static let coordinateLatitudeFirst = Sentence(
    zh: "坐标超出范围，像是把纬度写在前面了；GeoJSON 先经度后纬度",
    en:
      "a coordinate is out of range; it looks as if latitude came first, GeoJSON has longitude first"
  )
  package static let coordinateProjected = Sentence(
    zh: "坐标像是投影坐标（米）；请转换成经纬度",
    en: "the coordinates look projected (metres); convert them to degrees")
  package static let coordinateOutOfRange = Sentence(
    zh: "坐标超出经纬度范围", en: "a coordinate is out of range")
  package static func duplicateGrid(_ first: Int) -> Sentence {
    Sentence(zh: "代码与第 \(first + 1) 个要素相同", en: "has the same code as feature \(first + 1)")
  }
  package static func propertyMissing(_ name: String) -> Sentence {
    Sentence(zh: "缺少属性 \(name)", en: "the property \(name) is missing")
  }
  package static func parentUnknown(_ id: String) -> Sentence {
    Sentence(zh: "上级 \(id) 不存在", en: "its parent \(id) does not exist")
  }
  package static func otherGridFault(_ code: String) -> Sentence {
    Sentence(zh: "不可用：\(code)", en: "unusable: \(code)")
  }
}
