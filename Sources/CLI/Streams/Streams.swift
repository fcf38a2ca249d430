// Results go to stdout, words for people to stderr (DESIGN §7). What kind of
// things these are — terminal or not, how wide, coloured or not — is decided
// here once and injected, so that a command never asks the process itself.

import Glibc

/// The three standard streams of a run and what is known about them.
public struct Streams: Sendable {
  /// The width assumed where nobody says, in columns.
  public static let defaultWidth = 80
  /// Narrower answers than this are not believed, in columns.
  public static let leastWidth = 20
  /// Wider answers than this are not believed, in columns.
  public static let greatestWidth = 1000
  /// Results are gathered up to this size before they are written, in bytes.
  static let batchSize = 64 * 1024

  /// Where results go.
  public let output: any Outlet
  /// Where words for people go.
  public let errors: any Outlet
  /// Whether a person may be typing.
  public let isInputTerminal: Bool
  /// Whether results are read by a person.
  public let isOutputTerminal: Bool
  /// Whether words for people are read on a terminal.
  public let isErrorTerminal: Bool
  /// The variables of the run.
  public let environment: Environment
  /// The language of the words.
  public let language: Language
  private let measuredWidth: @Sendable () -> Int?

  /// Puts streams together; tests give buffers and facts of their own.
  public init(
    output: any Outlet, errors: any Outlet, isInputTerminal: Bool = false,
    isOutputTerminal: Bool = false, isErrorTerminal: Bool = false,
    environment: Environment = Environment([:]), language: Language = .english,
    measuredWidth: @escaping @Sendable () -> Int? = { nil }
  ) {
    self.output = output
    self.errors = errors
    self.isInputTerminal = isInputTerminal
    self.isOutputTerminal = isOutputTerminal
    self.isErrorTerminal = isErrorTerminal
    self.environment = environment
    self.language = language
    self.measuredWidth = measuredWidth
  }

  /// The streams of this process, in the language its locale asks for.
  ///
  /// From now on SIGPIPE is ignored, so that a closed pipe is an answer and not
  /// the end of the process. A spawned program inherits that: reset it there
  /// (`posix_spawnattr_setsigdefault`).
  public static func standard() -> Streams {
    signal(SIGPIPE, SIG_IGN)
    return Streams(
      output: DescriptorOutlet(descriptor: STDOUT_FILENO),
      errors: DescriptorOutlet(descriptor: STDERR_FILENO),
      isInputTerminal: isatty(STDIN_FILENO) == 1,
      isOutputTerminal: isatty(STDOUT_FILENO) == 1,
      isErrorTerminal: isatty(STDERR_FILENO) == 1,
      environment: .process,
      language: .chosen(option: nil, environment: .process),
      measuredWidth: {
        TerminalSize.columns(STDOUT_FILENO) ?? TerminalSize.columns(STDERR_FILENO)
      })
  }

  /// The same streams speaking another language, for `--lang`.
  public func speaking(_ language: Language) -> Streams {
    Streams(
      output: output, errors: errors, isInputTerminal: isInputTerminal,
      isOutputTerminal: isOutputTerminal, isErrorTerminal: isErrorTerminal,
      environment: environment, language: language, measuredWidth: measuredWidth)
  }

  /// The width to lay out for, in columns: `COLUMNS`, else what the terminal says now, else 80.
  public var width: Int {
    let believed = Self.leastWidth...Self.greatestWidth
    if let columns = environment["COLUMNS"].flatMap({ Int($0) }), believed.contains(columns) {
      return columns
    }
    if let columns = measuredWidth(), believed.contains(columns) { return columns }
    return Self.defaultWidth
  }

  /// Whether the terminal can neither move the cursor nor show colour.
  public var isDumb: Bool { environment["TERM"] == "dumb" }

  /// Whether results may be coloured (no-color.org; CLICOLOR_FORCE of bixense.com/clicolors).
  public var isOutputColoured: Bool { isColoured(isOutputTerminal) }

  /// Whether words for people may be coloured.
  public var areErrorsColoured: Bool { isColoured(isErrorTerminal) }

  private func isColoured(_ isTerminal: Bool) -> Bool {
    if environment.isSet("NO_COLOR") { return false }
    if let force = environment["CLICOLOR_FORCE"], !force.isEmpty, force != "0" { return true }
    return isTerminal && !isDumb
  }

  /// Whether a person can be asked: words reach a terminal and keys come from one.
  public var canAsk: Bool { isInputTerminal && isErrorTerminal }
}

/// What the kernel knows about a terminal.
enum TerminalSize {
  /// The columns of the terminal behind a descriptor; nil where there is none or it says 0.
  static func columns(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
