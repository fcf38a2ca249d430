// The words of what a device keeps, drops, and wipes by order.

extension Sentence {
  package static func historyDropped(_ entries: Int, until: String) -> Sentence {
    Sentence(
      zh: "更早的 \(entries) 次操作（至 \(until)）中心已收到满 90 天，本机不再保存；中心有全部历史。",
      en:
        "\(entries) older entries (until \(until)) were received more than 90 days ago and are no "
        + "longer kept here; the centre has the whole history.")
  }
  package static let historyDroppedAll = Sentence(
    zh: "本机的操作中心都已收到满 90 天。", en: "Everything this device did was received long ago.")
  package static func wipeOrderedBy(_ account: String) -> Sentence {
    Sentence(
      zh: "中心（\(account)）命令擦除本机，正在删除全部数据…",
      en: "The centre (\(account)) orders this device to be wiped; deleting everything on it…")
  }
  package static let deviceWipedNow = Sentence(
    zh: "本机数据已按中心命令全部删除。要再用本机，请向中心领取新的入网码。",
    en: "Everything on this device was deleted by order of the centre. To use it again, ask the "
      + "centre for a new enrolment code.")
  package static func deviceWiped(_ when: String, by account: String) -> Sentence {
    Sentence(
      zh: "本机已于 \(when) 按中心（\(account)）的命令擦除，数据已全部删除。要再用本机，请向中心领取新的入网码。",
      en:
        "This device was wiped on \(when) by order of the centre (\(account)); everything on it was "
        + "deleted. To use it again, ask the centre for a new enrolment code.")
  }
  package static let wipeUnreported = Sentence(
    zh: "中心还不知道本机已擦除，下次运行 gridwalk sync 时再报告。",
    en: "The centre does not know yet; the next gridwalk sync tells it.")
  package static let storeToBeWiped = Sentence(
    zh: "中心已命令擦除本机，现在不能保存。请运行 gridwalk sync 完成擦除。",
    en:
      "The centre has ordered this device to be wiped, so nothing can be saved. Run gridwalk sync "
      + "to finish.")
}
