import Glibc
import Testing

/// A terminal of the kernel's own, with a person at its other end who types by the script.
final class PseudoTerminal {
  /// What the person does: waits until a text appears, then types.
  struct Step: Sendable {
    let awaited: String
    let typed: String
    init(_ awaited: String, _ typed: String) {
      self.awaited = awaited
      self.typed = typed
    }
  }

  /// The end the program under test reads and writes.
  let descriptor: Int32
  private let typist: Typist
  private var thread = pthread_t()
  private var isJoined = false
  // Its closing tells the person to go: a hang-up would not, while a reader holds copies.
  private let bell: Int32

  init(_ steps: [Step]) throws {
    // pty(7), by hand: Swift's Glibc does not show posix_openpt.
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(master >= 0)
    var unlock: Int32 = 0
    var number: UInt32 = 0
    // TIOCSPTLCK and TIOCGPTN of asm-generic/ioctls.h.
    try #require(ioctl(master, 0x4004_5431, &unlock) == 0)
    try #require(ioctl(master, 0x8004_5430, &number) == 0)
    descriptor = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(descriptor >= 0)
    var size = winsize(ws_row: 24, ws_col: 60, ws_xpixel: 0, ws_ypixel: 0)
    try #require(ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    bell = ends[1]
    typist = Typist(master, bell: ends[0], steps)
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Typist>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(typist).toOpaque())
  }

  /// Sends the person home and answers all that was shown.
  func finish() -> String {
    if !isJoined {
      close(bell)
      pthread_join(thread, nil)
      close(descriptor)
      isJoined = true
    }
    return String(decoding: typist.shown, as: UTF8.self)
  }

  deinit { _ = finish() }
}

/// The person at the other end.
///
/// Gives up after a while, which hangs up the terminal and so ends the test.
private final class Typist {
  private static let patience: Int32 = 20_000
  private let master: Int32
  private let bell: Int32
  private var steps: ArraySlice<PseudoTerminal.Step>
  private(set) var shown: [UInt8] = []
  private var sinceTyping: [UInt8] = []

  init(_ master: Int32, bell: Int32, _ steps: [PseudoTerminal.Step]) {
    self.master = master
    self.bell = bell
    self.steps = steps[...]
  }

  func run() {
    defer {
      close(master)
      close(bell)
    }
    var waits = [master, bell].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while poll(&waits, 2, Self.patience) > 0 {
      // What was shown is read to its end before the bell is heeded.
      guard waits[0].revents != 0, look() else { return }
    }
  }

  /// Reads what is shown and acts on it; false when the other end is closed.
  private func look() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = read(master, &chunk, chunk.count)
    guard count > 0 else { return false }
    shown += chunk[..<count]
    sinceTyping += chunk[..<count]
    act()
    return true
  }

  private func act() {
    guard let step = steps.first,
      String(decoding: sinceTyping, as: UTF8.self).contains(step.awaited)
    else { return }
    steps.removeFirst()
    sinceTyping = []
    let bytes = Array(step.typed.utf8)
    _ = write(master, bytes, bytes.count)
  }
}
