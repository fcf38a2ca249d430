/// What a program answers the shell with.
///
/// The numbers are a promise to scripts.
public enum ExitCode: Int32, Sendable, CaseIterable {
  /// Done.
  case ok = 0
  /// Failed for a reason no other code names.
  case failure = 1
  /// The command line was not understood; nothing was done.
  case usage = 2
  /// What was asked for does not exist.
  case notFound = 3
  /// The values given break a rule.
  case invalid = 4
  /// The worker, token or file mode does not allow it.
  case notPermitted = 5
  /// Saved on this device; the centre has not received it yet.
  case offline = 6
  /// Somebody else changed the same thing.
  case conflict = 7
  /// The person pressed Ctrl-C (128 + SIGINT, as shells count).
  case interrupted = 130
}
