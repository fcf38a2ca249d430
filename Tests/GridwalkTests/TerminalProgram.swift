import Glibc
import Testing

/// The real `gridwalk` on a terminal of the kernel's own (pty(7)), with the test
/// at its keyboard.
final class TerminalProgram {
  private let master: Int32
  private var process: pid_t = 0
  private var shown: [UInt8] = []
  private static let patience: Int32 = 20_000

  init(_ words: [String], data: String, columns: Int, environment: [String]) throws {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(master >= 0)
    var (unlock, number): (Int32, UInt32) = (0, 0)
    // TIOCSPTLCK and TIOCGPTN of asm-generic/ioctls.h.
    try #require(ioctl(master, 0x4004_5431, &unlock) == 0)
    try #require(ioctl(master, 0x8004_5430, &number) == 0)
    var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    try #require(ioctl(master, UInt(TIOCSWINSZ), &size) == 0)
    try spawn(words, "/dev/pts/\(number)", environment + ["GRIDWALK_DATA=" + data])
  }

  private func spawn(_ words: [String], _ terminal: String, _ environment: [String]) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR | O_NOCTTY, 0)
    for descriptor: Int32 in [1, 2] { posix_spawn_file_actions_adddup2(&actions, 0, descriptor) }
    let path = Self.folder + "/gridwalk"
    let arguments = ([path] + words).map { strdup($0) } + [nil]
    let variables = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + variables { if let text { free(text) } } }
    try #require(posix_spawn(&process, path, &actions, nil, arguments, variables) == 0)
  }

  /// The programs are built beside the tests.
  private static let folder: String = {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = bytes.withUnsafeMutableBytes { buffer -> Int in
      guard let start = buffer.baseAddress else { return 0 }
      return readlink("/proc/self/exe", start.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    let path = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    return "/" + path.split(separator: "/").dropLast().joined(separator: "/")
  }()

  /// Waits until a text is shown behind what was waited for before; false when it never comes.
  func awaits(_ text: String) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let all = String(decoding: shown, as: UTF8.self)
      if let found = all.range(of: text) {
        shown = Array(all[found.upperBound...].utf8)
        return true
      }
      var wait = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard poll(&wait, 1, Self.patience) > 0 else { return false }
      let count = read(master, &chunk, chunk.count)
      guard count > 0 else { return false }
      shown += chunk[..<count]
    }
  }

  func type(_ line: String) {
    let bytes = Array((line + "\r").utf8)
    _ = write(master, bytes, bytes.count)
  }

  /// Kills it as a dead battery does, or waits for its end; its wait status.
  func end(bySignal signal: Int32? = nil) -> Int32 {
    if let signal { kill(process, signal) }
    var status: Int32 = 0
    waitpid(process, &status, 0)
    process = 0
    return status
  }

  deinit {
    if process > 0 { _ = end(bySignal: SIGKILL) }
    close(master)
  }
}

extension String {
  fileprivate func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}
