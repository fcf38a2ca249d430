import CLI
import Glibc
import Testing

@Suite("Time and sizes") struct ValuesTests {
  // A POSIX zone, so that the test needs no zone database: eight hours east.
  private static let zone: Void = {
    setenv("TZ", "CST-8", 1)
    tzset()
  }()

  init() { Self.zone }

  @Test("a moment shows in local time")
  func moments() {
    // date -u -d '2026-11-21 00:31:05' +%s → 1795221065; eight hours later on the wall.
    #expect(LocalTime.dateAndTime(1_795_221_065_999) == "2026-11-21 08:31")
    #expect(LocalTime.time(1_795_221_065_999) == "08:31")
    #expect(LocalTime.timeWithSeconds(1_795_221_065_999) == "08:31:05")
    #expect(LocalTime.dateAndTime(0) == "1970-01-01 08:00")
    // One millisecond before midnight in the zone.
    #expect(LocalTime.dateAndTime(-28_800_001) == "1969-12-31 23:59")
    #expect(LocalTime.date(951_782_400_000) == "2000-02-29")
  }

  @Test("the ends of the number range do not crash")
  func extremes() {
    #expect(!LocalTime.dateAndTime(.max).isEmpty)
    #expect(!LocalTime.dateAndTime(.min).isEmpty)
    #expect(!LocalTime.relative(.min, now: .max).en.isEmpty)
  }

  @Test(
    "a distance in time is told in its largest whole unit",
    arguments: [
      (-59_999, "刚刚", "just now"), (-60_000, "1 分钟前", "1 minute ago"),
      (-3 * 60_000, "3 分钟前", "3 minutes ago"), (-3_599_999, "59 分钟前", "59 minutes ago"),
      (-3_600_000, "1 小时前", "1 hour ago"), (-86_400_000, "1 天前", "1 day ago"),
      (29 * 86_400_000, "29 天后", "in 29 days"), (120_000, "2 分钟后", "in 2 minutes"),
      (30 * 86_400_000, "2026-12-21", "2026-12-21"),
    ] as [(Int64, String, String)])
  func relative(offset: Int64, zh: String, en: String) {
    let now: Int64 = 1_795_221_065_000
    #expect(LocalTime.relative(now + offset, now: now) == Sentence(zh: zh, en: en))
  }

  @Test(
    "sizes show in powers of 1000",
    arguments: [
      (0, "0 B"), (-1, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (1049, "1.0 KB"),
      (1050, "1.1 KB"), (9949, "9.9 KB"), (9950, "10 KB"), (412_000, "412 KB"),
      (999_499, "999 KB"), (999_500, "1.0 MB"), (1_500_000, "1.5 MB"),
      (Int64.max, "9.2 EB"),
    ] as [(Int64, String)])
  func sizes(bytes: Int64, text: String) {
    #expect(ByteCount.text(bytes) == text)
  }
}
