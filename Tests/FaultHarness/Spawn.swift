import Foundation

/// How a program ended.
struct Ended {
  /// The exit status; 128 + the signal when one ended it.
  var status: Int32
  var output: String
  var errors: String
  /// Whether it had to be killed because it did not end.
  var isHung = false

  func json() -> [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] ?? [:]
  }

  /// Each line of stdout as JSON.
  var lines: [[String: Any]] {
    output.split(separator: "\n").compactMap {
      (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
    }
  }
}

/// A program of the house that was started on a machine; its output goes to
/// files, so that nobody has to read while it runs.
final class RunningProgram {
  let pid: pid_t
  private let outputPath: String
  private let errorPath: String
  private var status: Int32?

  init(_ program: String, _ arguments: [String], environment: [String: String], scratch: String)
    throws
  {
    let name = "\(scratch)/run-\(UInt64.random(in: 0 ... .max))"
    (outputPath, errorPath) = (name + ".out", name + ".err")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errorPath, flags, 0o600)
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, program, &actions, nil, &words, &variables)
    guard code == 0 else { throw HarnessFault("cannot start \(program): \(code)") }
    pid = child
  }

  deinit {
    if status == nil {
      kill(pid, SIGKILL)
      _ = reap(0)
    }
    unlink(outputPath)
    unlink(errorPath)
  }

  /// What it has written so far.
  var output: String { Self.text(outputPath) }

  var isRunning: Bool { !reap(WNOHANG) }

  func signal(_ number: Int32) {
    if status == nil { kill(pid, number) }
  }

  /// Waits for the end; kills it after so many seconds.
  func wait(seconds: Double) -> Ended {
    let deadline = Date(timeIntervalSinceNow: seconds)
    var isHung = false
    var pause: UInt32 = 200
    while !reap(WNOHANG) {
      if Date() > deadline {
        isHung = true
        kill(pid, SIGKILL)
        _ = reap(0)
        break
      }
      usleep(pause)
      pause = min(pause * 2, 3000)
    }
    return Ended(
      status: status ?? -1, output: output, errors: Self.text(errorPath), isHung: isHung)
  }

  private func reap(_ options: Int32) -> Bool {
    if status != nil { return true }
    var code: Int32 = 0
    let found = waitpid(pid, &code, options)
    guard found == pid else { return found < 0 && errno == ECHILD }
    status = code & 0x7f == 0 ? (code >> 8) & 0xff : 128 + (code & 0x7f)
    return true
  }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}
