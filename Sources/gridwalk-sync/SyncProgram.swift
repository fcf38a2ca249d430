import CLI
import FieldCore
import Glibc
import SyncProtocol

/// The agent as a program: its commands over one data directory.
struct SyncProgram {
  let streams: Streams
  let arguments: ParsedArguments

  /// Seconds between rounds when there is nothing to send.
  private static let restSeconds = 60.0
  /// Seconds between looks at the queue while resting.
  private static let lookSeconds = 2.0

  func run() -> ExitCode {
    do {
      let store = try FieldStore(directory: directory)
      switch arguments.command {
      case ["enroll"]: return enroll(store)
      case ["watch"]: return watch(store)
      default: return once(store)
      }
    } catch {
      streams.tell(SyncWords.sentence(for: error))
      return .failure
    }
  }

  /// `--data`, else `$GRIDWALK_DATA`, else `$XDG_DATA_HOME/gridwalk`.
  private var directory: DataDirectory {
    DataDirectory.chosen(option: arguments.value("data")) { streams.environment[$0] }
  }

  private func enroll(_ store: FieldStore) -> ExitCode {
    let typed = arguments.operand(0) ?? ""
    guard let address = CentreAddress(typed) else {
      streams.tell(.addressNotUnderstood(typed))
      return .usage
    }
    let code = TypedCode.read(arguments.operand(1) ?? "", streams)
    let name = arguments.value("name") ?? Self.hostName()
    if address.scheme == .http, !address.isLoopback { streams.tell(.addressUnencrypted) }
    return withAgent(store, address) { agent in
      do throws(SyncError) {
        let state = try agent.enroll(
          code: code, centre: address.text, name: name)
        reporter.report(enrolled: state, name: name)
      } catch {
        streams.tell(SyncWords.enrolmentSentence(for: error))
        return SyncWords.exitCode(for: error)
      }
      let outcome = agent.run()
      if outcome.error != nil { streams.tell(.enrolledNotSynced) }
      return SyncWords.exitCode(for: outcome)
    }
  }

  private func once(_ store: FieldStore) -> ExitCode {
    withEnrolledAgent(store) { SyncWords.exitCode(for: $0.run(asked: true)) }
  }

  /// Rounds for ever: at once after progress, with backoff after failures, and
  /// soon after the worker saved something. Ends only where a person has to
  /// enrol the device or free the folder first.
  private func watch(_ store: FieldStore) -> ExitCode {
    let stopping = Stopping()
    return withEnrolledAgent(store, through: { StoppableTransport($0, stopping) }) { agent in
      let reporter = reporter
      var backoff = Backoff()
      var random = SystemRandomNumberGenerator()
      while true {
        let end = journalEnd(store)
        let outcome = agent.run()
        if let error = outcome.error, error.endsWatch { return SyncWords.exitCode(for: error) }
        let wait = backoff.wait(after: outcome, using: &random)
        if outcome.error != nil {
          reporter.report(.waiting(seconds: wait, after: outcome.error))
          if stopping.isAsked(within: wait) { return .ok }
        } else if rest(store, atLeast: wait, from: end, stopping) {
          return .ok
        }
      }
    }
  }

  /// Rests, but looks at the journal: what the worker saves goes up within
  /// seconds. What waits for somebody does not wake it. True when the agent is
  /// asked to stop.
  private func rest(
    _ store: FieldStore, atLeast asked: Double, from end: Int64?, _ stopping: Stopping
  ) -> Bool {
    var rested = 0.0
    while rested < max(Self.restSeconds, asked) {
      if stopping.isAsked(within: Self.lookSeconds) { return true }
      rested += Self.lookSeconds
      if rested >= asked, journalEnd(store) != end { return false }
    }
    return false
  }

  /// Nil where the store cannot be read; the next round reports why.
  private func journalEnd(_ store: FieldStore) -> Int64? {
    do throws(FieldError) { return try store.journalEnd() } catch { return nil }
  }

  private func withEnrolledAgent(
    _ store: FieldStore, through wrapped: (any Transport) -> any Transport = { $0 },
    _ body: (SyncAgent) -> ExitCode
  ) -> ExitCode {
    let centre: String?
    do throws(FieldError) { centre = try store.device().centre } catch {
      streams.tell(SyncWords.sentence(for: error))
      return .failure
    }
    guard let centre, let address = CentreAddress(centre) else {
      streams.tell(.notEnrolled)
      return .notPermitted
    }
    return withAgent(store, address, through: wrapped, body)
  }

  private func withAgent(
    _ store: FieldStore, _ address: CentreAddress,
    through wrapped: (any Transport) -> any Transport = { $0 }, _ body: (SyncAgent) -> ExitCode
  ) -> ExitCode {
    guard let transport = Self.transport(to: address) else {
      streams.tell(.tlsMissing)
      return .failure
    }
    let reporter = reporter
    do throws(SyncError) {
      return body(
        try SyncAgent(store: store, transport: wrapped(transport)) { reporter.report($0) })
    } catch {
      streams.tell(SyncWords.sentence(for: error))
      return SyncWords.exitCode(for: error)
    }
  }

  private var reporter: SyncReporter {
    SyncReporter(streams: streams, isJSON: arguments.has("json"))
  }

  private static func transport(to address: CentreAddress) -> (any Transport)? {
    switch address.scheme {
    case .http: SocketTransport(address)
    case .https: CurlTransport(address)
    }
  }

  private static func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "handheld" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
