// The words of bundles, at both ends.

extension Sentence {
  // The handheld.
  package static let bundleSummary = Sentence(
    zh: "把未送达的内容打成文件，用 U 盘带到中心",
    en: "pack what waits into a file, to be carried to the centre")
  package static let bundleDetails = Sentence(
    zh: "中断后再运行会从断处继续。文件里是未加密的个人信息；写 - 则输出到标准输出，可接加密程序，如 "
      + "gridwalk bundle - | gpg -c >FILE。中心用 gridwalkd import 导入；导入几次、先后如何都不会重复。"
      + "\n打包不等于已收：拿到中心回执之前，本机什么也不删。",
    en:
      "Run again after an interruption, it goes on where it stopped. The file holds personal data "
      + "in clear; with - it goes to standard output, for a program that encrypts: gridwalk bundle - "
      + "| gpg -c >FILE. The centre takes it with gridwalkd import, in any order and as often as you "
      + "like.\nPacked is not received: nothing here goes before the centre's receipt.")
  package static let bundleFile = Sentence(
    zh: "要写的文件；- 为标准输出", en: "the file to write; - for standard output")
  package static let bundleAll = Sentence(
    zh: "不只未送达的，本机还保存的全部内容", en: "everything that is still here, not only what waits")
  package static func bundled(
    _ path: String, operations: Int, photos: Int, bytes: String, kept: String?
  ) -> Sentence {
    Sentence(
      zh: "已打包 \(operations) 项操作、\(photos) 张照片（\(bytes)）：\(path)。"
        + (kept.map { "其中 \($0) 是上次已写好的。" } ?? "")
        + "文件含未加密的个人信息，请妥善保管。",
      en: "packed \(operations) operations and \(photos) photos (\(bytes)) into \(path). "
        + (kept.map { "\($0) of it was there from an earlier run. " } ?? "")
        + "It holds personal data in clear: keep it safe.")
  }
  package static let bundleEmpty = Sentence(
    zh: "没有等待送达的内容，未写文件。", en: "nothing waits, so no file was written.")
  package static func bundleForeignFile(_ path: String) -> Sentence {
    Sentence(
      zh: "\(path) 已存在，而且不是本程序打的包；请换个文件名。",
      en: "\(path) exists and is no bundle; choose another name.")
  }
  package static func bundleUnwritable(_ path: String, _ reason: String) -> Sentence {
    Sentence(
      zh: "无法写入 \(path)：\(reason)。再运行一次会从断处继续。",
      en: "\(path) cannot be written: \(reason). Run again, it goes on where it stopped.")
  }
  package static func bundleBusy(_ path: String) -> Sentence {
    Sentence(
      zh: "另一个程序正在写 \(path)。", en: "another program is writing \(path).")
  }
  package static let bundleToTerminal = Sentence(
    zh: "标准输出是终端；请用管道或写明文件名。",
    en: "standard output is a terminal; use a pipe, or name a file.")

  // The centre.
  package static let bundleImportSummary = Sentence(
    zh: "导入终端用 gridwalk bundle 打的包", en: "take what a device packed with gridwalk bundle")
  package static let bundleImportRevoked = Sentence(
    zh: "终端已停用也导入（须确认包来自本人手中的终端）",
    en: "take it although the device was revoked (be sure where it comes from)")
  package static func bundleTaken(
    _ device: String, operations: Int, repeated: Int, refused: Int, photos: Int
  ) -> Sentence {
    Sentence(
      zh: "终端 \(device)：新收 \(operations) 项操作（其中退回 \(refused) 项）、\(photos) 张照片；"
        + "另有 \(repeated) 项此前已收。",
      en: "device \(device): \(operations) new operations (\(refused) of them refused) and "
        + "\(photos) new photos; \(repeated) operations were there before.")
  }
  package static func bundleGap(lane: String, expected: Int64) -> Sentence {
    Sentence(
      zh: "\(lane) 通道缺第 \(expected) 项起的操作，该通道未导入：先导入更早的包，或让终端用 "
        + "gridwalk bundle --all 重新打包。",
      en: "lane \(lane) was left: operations from \(expected) on are missing. Import the earlier "
        + "bundle first, or let the device pack anew with gridwalk bundle --all.")
  }
  package static func bundleLaneRefused(lane: String, code: String) -> Sentence {
    Sentence(
      zh: "\(lane) 通道未导入（\(code)）：中心已有同一日志的另一份内容；终端下次同步会自动另起一份。",
      en: "lane \(lane) was left (\(code)): the centre knows another journal in its place. The "
        + "device begins a new one at its next sync.")
  }
  package static func bundleForeign(_ path: String) -> Sentence {
    Sentence(zh: "\(path) 不是 gridwalk 打的包。", en: "\(path) is no bundle of gridwalk.")
  }
  package static func bundleTruncated(_ path: String) -> Sentence {
    Sentence(
      zh: "\(path) 不完整，什么也没有导入：请重新拷贝。",
      en: "\(path) is not complete; nothing of it was taken. Copy it again.")
  }
  package static func bundleAltered(_ path: String, member: String) -> Sentence {
    Sentence(
      zh: "\(path) 与终端写的不同（\(member)），什么也没有导入：请重新拷贝；仍然如此则文件被改动过。",
      en: "\(path) is not what the device wrote (\(member)); nothing of it was taken. Copy it "
        + "again; if that does not help, somebody altered it.")
  }
  package static func bundleTooLarge(_ path: String) -> Sentence {
    Sentence(zh: "\(path) 超出包的上限。", en: "\(path) is larger than a bundle may be.")
  }
  package static func bundleUnreadable(_ path: String, _ reason: String) -> Sentence {
    Sentence(zh: "无法读取 \(path)：\(reason)", en: "\(path) cannot be read: \(reason)")
  }
  package static func bundleDeviceUnknown(_ device: String) -> Sentence {
    Sentence(
      zh: "本中心没有终端 \(device)，什么也没有导入。",
      en: "this centre has no device \(device); nothing was taken.")
  }
  package static func bundleDeviceRevoked(_ device: String) -> Sentence {
    Sentence(
      zh: "终端 \(device) 已停用，什么也没有导入；确认包可信后可加 --revoked。",
      en: "device \(device) was revoked; nothing was taken. When you are sure of the file, "
        + "add --revoked.")
  }
  package static func bundleCodeWrong(_ device: String) -> Sentence {
    Sentence(
      zh: "包的校验码与终端 \(device) 不符，什么也没有导入：文件被改动过，或终端后来重新入网，须重新打包。",
      en: "the bundle's code does not fit device \(device); nothing was taken. The file was "
        + "altered, or the device enrolled anew since and has to pack it again.")
  }
}
