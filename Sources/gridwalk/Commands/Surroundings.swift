import CLI
import FieldCore
import Glibc
import Terminal

/// What a run takes from the machine besides its streams: clocks, chance, the
/// person at the keyboard, and the agent's program. Injected, so that a test
/// decides them.
final class Surroundings {
  /// Clocks and chance of the store.
  let field: FieldEnvironment
  /// Runs `gridwalk-sync` with arguments to its end; its exit code, or nil when
  /// there is no such program.
  let runAgent: ([String]) -> Int32?
  /// Replaces this program by `gridwalk-sync` with arguments; its exit code when
  /// that is only imitated, nil when there is no such program.
  let becomeAgent: ([String]) -> Int32?
  /// Local time minus UTC at a moment in milliseconds, in seconds.
  let timeZoneOffset: (Int64) -> Int
  /// Bytes free for the owner of a folder; nil when nobody can tell.
  let freeBytes: (String) -> Int64?
  /// Up to so many bytes of standard input; none at its end.
  let readInput: (Int) throws -> [UInt8]
  private let makeReader: (Streams) throws(LineReaderEnd) -> any LineReader
  private var openReader: (any LineReader)?

  init(
    field: FieldEnvironment = .system(),
    makeReader: @escaping (Streams) throws(LineReaderEnd) -> any LineReader = Surroundings.reader,
    runAgent: @escaping ([String]) -> Int32? = AgentProgram.run,
    becomeAgent: @escaping ([String]) -> Int32? = AgentProgram.become,
    timeZoneOffset: @escaping (Int64) -> Int = Surroundings.localOffset,
    freeBytes: @escaping (String) -> Int64? = Surroundings.freeBytes,
    readInput: @escaping (Int) throws -> [UInt8] = Surroundings.readInput
  ) {
    self.field = field
    self.makeReader = makeReader
    self.runAgent = runAgent
    self.becomeAgent = becomeAgent
    self.timeZoneOffset = timeZoneOffset
    self.freeBytes = freeBytes
    self.readInput = readInput
  }

  /// The one reader of this run, opened when somebody is asked for the first time.
  func reader(for streams: Streams) throws(LineReaderEnd) -> any LineReader {
    if let openReader { return openReader }
    let reader = try makeReader(streams)
    openReader = reader
    return reader
  }

  private static func reader(_ streams: Streams) throws(LineReaderEnd) -> any LineReader {
    if streams.isDumb { return PlainReader() }
    return try ReadlineReader()
  }

  private static func readInput(_ count: Int) throws -> [UInt8] {
    while true {
      var result = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        result = read(STDIN_FILENO, buffer.baseAddress, count)
        filled = max(0, result)
      }
      if result >= 0 { return bytes }
      if errno != EINTR { throw LineReaderEnd.failed(code: errno) }
    }
  }

  private static func localOffset(_ milliseconds: Int64) -> Int {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    return localtime_r(&seconds, &parts) == nil ? 0 : parts.tm_gmtoff
  }

  private static func freeBytes(_ directory: String) -> Int64? {
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else { return nil }
    return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
  }
}
