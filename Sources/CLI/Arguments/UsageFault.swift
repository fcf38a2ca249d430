/// Why a command line was not understood.
///
/// Names are as the person typed them, so they may hold anything: sanitise
/// them on the way to a terminal (`Streams.tell` does).
public enum UsageFault: Error, Sendable, Equatable {
  /// No such option here; the nearest one that exists, with its dashes.
  case unknownOption(String, suggestion: String?)
  /// No such command here; the nearest one that exists.
  case unknownCommand(String, suggestion: String?)
  /// A command needs one of its subcommands.
  case missingCommand(path: [String], choices: [String])
  /// An option stands at the end without its value.
  case missingValue(option: String, placeholder: String)
  /// A flag was given a value.
  case unexpectedValue(option: String)
  /// A required operand is not there.
  case missingOperand(name: String, path: [String])
  /// One operand more than the command takes.
  case unexpectedOperand(String, path: [String])
}
