import CLI
import FieldCore
import Glibc
import SyncProtocol

/// Rounds for ever: at once after progress, with backoff after failures, soon
/// after the worker saved something and when another network comes. Ends only
/// where a person has to enrol the device or free the folder first.
struct Watch {
  let store: FieldStore
  let agent: SyncAgent
  let stopping: Stopping
  var service: ServiceNotifier
  let report: (SyncEvent) -> Void

  /// Seconds between rounds when there is nothing to send.
  private static let restSeconds = 60.0
  /// Seconds between looks at the queue and the network while resting.
  private static let lookSeconds = 2.0
  /// Seconds among which a street of handhelds spreads when one mast comes back.
  private static let spreadSeconds = 3.0

  private enum End {
    case over
    case networkChanged
    case stopped
  }

  /// Until it is asked to stop, or a round ends for good.
  func run() -> ExitCode {
    var backoff = Backoff()
    var random = SystemRandomNumberGenerator()
    while true {
      let journal = journalEnd()
      let outcome = agent.run()
      if let error = outcome.error, error.endsWatch { return SyncWords.exitCode(for: error) }
      let wait = backoff.wait(after: outcome, using: &random)
      if outcome.error != nil { report(.waiting(seconds: wait, after: outcome.error)) }
      let asked = Double(outcome.error?.retryAfter ?? 0)
      let end =
        outcome.error == nil
        ? rest(atLeast: wait, whileUnchanged: journal) : sleep(wait, atLeast: asked)
      switch end {
      case .over: break
      case .stopped: return .ok
      case .networkChanged:
        backoff.networkChanged()
        if stopping.isAsked(within: .random(in: 0...Self.spreadSeconds)) { return .ok }
      }
    }
  }

  /// Waits out a failure; another network ends the wait, but not what the
  /// centre asked for.
  private func sleep(_ seconds: Double, atLeast asked: Double) -> End {
    var slept = 0.0
    var route = DefaultRoute()
    while slept < seconds {
      let part = min(Self.lookSeconds, seconds - slept)
      if stopping.isAsked(within: part) { return .stopped }
      slept += part
      tellAlive()
      if slept >= asked, route.hasChanged() { return .networkChanged }
    }
    return .over
  }

  /// Rests, but looks at the journal: what the worker saves goes up within
  /// seconds. What waits for somebody does not wake it.
  private func rest(atLeast asked: Double, whileUnchanged journal: Int64?) -> End {
    var rested = 0.0
    while rested < max(Self.restSeconds, asked) {
      if stopping.isAsked(within: Self.lookSeconds) { return .stopped }
      rested += Self.lookSeconds
      tellAlive()
      if rested >= asked, journalEnd() != journal { return .over }
    }
    return .over
  }

  private func tellAlive() { service.alive("resting") }

  /// Nil where the store cannot be read; the next round reports why.
  private func journalEnd() -> Int64? {
    do throws(FieldError) { return try store.journalEnd() } catch { return nil }
  }
}
