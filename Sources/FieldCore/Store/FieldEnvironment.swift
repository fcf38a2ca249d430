import Domain
import Glibc

/// What the client takes from the machine: its clocks and its chance. Injected,
/// so that a test decides them.
public struct FieldEnvironment {
  /// The wall clock, milliseconds since 1970 UTC; may jump.
  public var now: () -> Int64
  /// Milliseconds since boot, sleep included; never goes back.
  public var monotonic: () -> Int64
  /// The kernel's boot id, when there is one.
  public var bootID: String?
  /// 64 random bits.
  public var random: () -> UInt64

  /// An environment as given.
  public init(
    now: @escaping () -> Int64, monotonic: @escaping () -> Int64, bootID: String?,
    random: @escaping () -> UInt64
  ) {
    self.now = now
    self.monotonic = monotonic
    self.bootID = bootID
    self.random = random
  }

  /// The machine's own clocks, boot id and random numbers.
  public static func system() -> FieldEnvironment {
    FieldEnvironment(
      now: { milliseconds(of: CLOCK_REALTIME) },
      monotonic: { milliseconds(of: CLOCK_BOOTTIME) },
      bootID: readBootID(),
      random: {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
      })
  }

  /// A version 7 identifier of this moment.
  func newID() -> UniqueID {
    var generator = Chance(draw: random)
    return .v7(at: now(), using: &generator)
  }

  /// A version 4 identifier.
  func newIncarnation() -> UniqueID {
    var generator = Chance(draw: random)
    return .v4(using: &generator)
  }

  private static func milliseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  private static func readBootID() -> String? {
    let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 36)
    guard read(descriptor, &bytes, bytes.count) == bytes.count else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The injected draw as the standard library wants it.
struct Chance: RandomNumberGenerator {
  let draw: () -> UInt64
  mutating func next() -> UInt64 { draw() }
}
