// Says which input it was when the engine crashes or does not return. The input
// is made again from its seed and number, so these two are all there is to say.

import Glibc
import Synchronization

enum Watchdog {
  /// How long one input may take on the wall, and on the processor.
  static let wallLimitSeconds = 5
  static let processorLimitSeconds = 2.0

  private static let seed = Atomic<UInt64>(0)
  private static let input = Atomic<UInt64>(0)

  /// Watches from now on.
  static func begin(seed: UInt64) {
    Self.seed.store(seed, ordering: .relaxed)
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
      signal(number) { number in
        Watchdog.report("crashed (signal \(number))")
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    useAlternateStack()
    var thread = pthread_t()
    pthread_create(&thread, nil, { _ in Watchdog.watch() }, nil)
  }

  /// The input at work.
  static func next(_ number: UInt64) { input.store(number, ordering: .relaxed) }

  /// A stack that overflowed has no room for a handler.
  private static func useAlternateStack() {
    let size = 1 << 16
    var stack = stack_t()
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    stack.ss_size = size
    sigaltstack(&stack, nil)
    var action = sigaction()
    action.sa_flags = SA_ONSTACK
    action.__sigaction_handler.sa_handler = { _ in
      Watchdog.report("crashed (stack or memory)")
      _exit(70)
    }
    sigaction(SIGSEGV, &action, nil)
  }

  private static func watch() -> UnsafeMutableRawPointer? {
    var (last, since) = (UInt64.max, 0)
    while true {
      sleep(1)
      let now = input.load(ordering: .relaxed)
      (last, since) = now == last ? (last, since + 1) : (now, 0)
      if since >= wallLimitSeconds {
        report("has not returned for \(wallLimitSeconds) s")
        _exit(75)
      }
    }
  }

  private static func report(_ what: String) {
    let line =
      "form-fuzz: input \(input.load(ordering: .relaxed)) \(what); again with "
      + "--seed \(seed.load(ordering: .relaxed)) --only \(input.load(ordering: .relaxed))\n"
    _ = line.utf8CString.withUnsafeBytes { write(2, $0.baseAddress, $0.count - 1) }
  }
}
