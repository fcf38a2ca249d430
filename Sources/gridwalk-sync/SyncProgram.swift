import CLI
import FieldCore
import Glibc
import SyncProtocol

/// The agent as a program: its commands over one data directory.
struct SyncProgram {
  let streams: Streams
  let arguments: ParsedArguments

  func run() -> ExitCode {
    do {
      let store = try FieldStore(directory: directory)
      switch arguments.command {
      case ["enroll"]: return enroll(store)
      case ["watch"]: return watch(store)
      default: return arguments.has("dry-run") ? plan(store) : once(store)
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
    Interruption.watch(streams)
    return withEnrolledAgent(store) { SyncWords.exitCode(for: $0.run(asked: true)) }
  }

  private func watch(_ store: FieldStore) -> ExitCode {
    let stopping = Stopping()
    let reporter = reporter
    return withEnrolledAgent(store, through: { StoppableTransport($0, stopping) }) { agent in
      let service = ServiceNotifier { streams.environment[$0] }
      service.ready()
      defer { service.stopping() }
      return Watch(store: store, agent: agent, stopping: stopping, service: service) {
        reporter.report($0)
      }.run()
    }
  }

  /// Tells what a round would send, without a connection.
  private func plan(_ store: FieldStore) -> ExitCode {
    do throws(FieldError) {
      reporter.report(plan: try store.syncPlan())
      return .ok
    } catch {
      streams.tell(SyncWords.sentence(for: error))
      return .failure
    }
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
      if tellWipe(store) { return .notPermitted }
      streams.tell(.notEnrolled)
      return .notPermitted
    }
    return withAgent(store, address, through: wrapped, body)
  }

  /// Says that the device was wiped, to the worker and, if it has not heard of
  /// it, to the centre. False when it was not.
  private func tellWipe(_ store: FieldStore) -> Bool {
    let note: WipeNote?
    do throws(FieldError) { note = try store.wipeNote() } catch {
      streams.tell(SyncWords.sentence(for: error))
      return true
    }
    guard let note else { return false }
    streams.tell(.deviceWiped(LocalTime.dateAndTime(note.wipedAt), by: note.by))
    if !note.isReported, let address = CentreAddress(note.centre),
      let transport = Self.transport(to: address)
    {
      do throws(SyncError) { try store.reportWipe(through: transport) } catch {
        streams.tell(.wipeUnreported)
      }
    }
    return true
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
    var service = ServiceNotifier { streams.environment[$0] }
    do throws(SyncError) {
      return body(
        try SyncAgent(store: store, transport: wrapped(transport), patience: patience) {
          service.alive(during: $0)
          reporter.report($0)
        })
    } catch {
      streams.tell(SyncWords.sentence(for: error))
      return SyncWords.exitCode(for: error)
    }
  }

  private var patience: Patience {
    Patience(
      random: {
        var random = SystemRandomNumberGenerator()
        return random.next()
      }, pause: { usleep(UInt32($0 * 1_000_000)) })
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
