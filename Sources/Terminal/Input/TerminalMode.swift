@preconcurrency import Glibc

/// How a terminal hands over keys while something is read from it.
enum TerminalMode {
  /// Runs `body` with changed settings and puts the old ones back, whatever happens.
  ///
  /// Where the descriptor is no terminal, `body` runs without a change.
  static func changed<Result>(
    _ descriptor: Int32, _ change: (inout termios) -> Void,
    _ body: () throws(LineReaderEnd) -> Result
  ) throws(LineReaderEnd) -> Result {
    var before = termios()
    guard tcgetattr(descriptor, &before) == 0 else { return try body() }
    var during = before
    change(&during)
    tcsetattr(descriptor, TCSADRAIN, &during)
    defer { tcsetattr(descriptor, TCSADRAIN, &before) }
    return try body()
  }

  /// Makes Ctrl-C a character like others instead of a signal, so that the one who reads
  /// decides and the terminal is put back in order before the program ends.
  static func takeInterruptKey(_ settings: inout termios) {
    // _POSIX_VDISABLE, a character constant Swift does not import, is NUL on Linux.
    set(VINTR, to: 0, in: &settings)
  }

  /// Sets one of the special characters (termios(3), `c_cc`).
  static func set(_ index: Int32, to character: cc_t, in settings: inout termios) {
    withUnsafeMutableBytes(of: &settings.c_cc) { $0[Int(index)] = character }
  }
}

/// The control characters that end a read.
enum ControlKey {
  /// Ctrl-C, ETX.
  static let interrupt: UInt8 = 0x03
  /// Ctrl-D, EOT.
  static let endOfInput: UInt8 = 0x04
}
