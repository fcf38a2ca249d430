import Foundation

/// The real binaries, run as a person or a script would run them.
public struct Program: Sendable {
  /// How a finished run ended.
  public struct Ended: Sendable {
    /// The exit status; 128 + the signal when one ended it.
    public let status: Int32
    /// All of stdout.
    public let output: String
    /// All of stderr.
    public let errors: String

    /// Stdout as JSON.
    public func json() throws -> [String: Any] {
      let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
      return value as? [String: Any] ?? [:]
    }
  }

  private let path: String

  /// The program of this name, built beside the tests.
  public init(_ name: String) {
    // The test runner lies in the folder that the programs were built into.
    let runner =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    path =
      URL(fileURLWithPath: runner).deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// Runs to the end and collects what it said.
  @discardableResult
  public func run(
    _ arguments: [String], environment: [String: String] = [:], input: String = ""
  ) throws -> Ended {
    let running = try start(arguments, environment: environment, input: input)
    return running.wait()
  }

  /// Starts and leaves it running. Arguments of JSON and language are the
  /// caller's; the environment is the test's own, without locale or data folder.
  public func start(
    _ arguments: [String], environment: [String: String] = [:], input: String = ""
  ) throws -> RunningProgram {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment.filter {
      !$0.key.hasPrefix("LC_") && !$0.key.hasPrefix("GRIDWALK") && $0.key != "LANG"
    }
    variables["LANG"] = "C.UTF-8"
    process.environment = variables.merging(environment) { $1 }
    return try RunningProgram(process, input: input)
  }
}

/// A program that runs, with its output gathered as it comes.
public final class RunningProgram: @unchecked Sendable {
  // `@unchecked Sendable`: `lock` guards what the reading threads write, and
  // the process itself is Foundation's to synchronise.
  private let process: Process
  private let lock = NSCondition()
  private var output = Data()
  private var errors = Data()
  private var openPipes = 2

  init(_ process: Process, input: String) throws {
    self.process = process
    let outPipe = Pipe()
    let errorPipe = Pipe()
    let inPipe = Pipe()
    process.standardOutput = outPipe
    process.standardError = errorPipe
    process.standardInput = inPipe
    try process.run()
    read(outPipe.fileHandleForReading) { $0.output.append($1) }
    read(errorPipe.fileHandleForReading) { $0.errors.append($1) }
    inPipe.fileHandleForWriting.write(Data(input.utf8))
    try inPipe.fileHandleForWriting.close()
  }

  private func read(
    _ handle: FileHandle, _ keep: @escaping @Sendable (RunningProgram, Data) -> Void
  ) {
    Thread.detachNewThread { [self] in
      while true {
        let data = handle.availableData
        lock.lock()
        if data.isEmpty { openPipes -= 1 } else { keep(self, data) }
        lock.broadcast()
        lock.unlock()
        if data.isEmpty { return }
      }
    }
  }

  /// The process id.
  public var processID: Int32 { process.processIdentifier }

  /// Waits until stdout holds a line for which `found` gives a value.
  public func waitForOutput<T>(
    within seconds: Double = 30, _ found: (String) -> T?
  ) -> T? {
    let deadline = Date(timeIntervalSinceNow: seconds)
    lock.lock()
    defer { lock.unlock() }
    while true {
      for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
        if let value = found(String(line)) { return value }
      }
      if openPipes == 0 || !lock.wait(until: deadline) { return nil }
    }
  }

  /// Whether it has not ended yet.
  public var isRunning: Bool { process.isRunning }

  /// Sends a signal.
  public func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits for the end.
  @discardableResult
  public func wait() -> Program.Ended {
    process.waitUntilExit()
    lock.lock()
    defer { lock.unlock() }
    while openPipes > 0, lock.wait(until: Date(timeIntervalSinceNow: 10)) {}
    let status = process.terminationStatus
    return Program.Ended(
      status: process.terminationReason == .uncaughtSignal ? 128 + status : status,
      output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self))
  }
}
