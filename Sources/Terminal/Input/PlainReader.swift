// Lines as the terminal driver gives them: no editing keys of our own, no
// cursor movement. For TERM=dumb, screen readers and hidden input. It may also
// read from what is no terminal, but only who asks for that gets it: a command
// without a terminal must name the missing option instead (DESIGN §7).

@preconcurrency import Glibc

/// A reader of plain lines from a descriptor.
public final class PlainReader: LineReader {
  private let input: Int32
  private let output: Int32
  private var buffer: [UInt8] = []
  private static let chunkSize = 4096

  /// Reads from one open descriptor and writes prompts to another; both stay the caller's.
  public init(input: Int32 = STDIN_FILENO, output: Int32 = STDERR_FILENO) {
    self.input = input
    self.output = output
  }

  /// Shows the prompt and waits for a line; completions and initial text are not offered.
  ///
  /// On a terminal Ctrl-C throws `interrupted`. What follows a line already
  /// read stays for the next question.
  public func read(_ question: LineQuestion) throws(LineReaderEnd) -> String {
    let line = try TerminalMode.changed(input) { settings in
      TerminalMode.takeInterruptKey(&settings)
      // In canonical mode a line reaches us only at its end: let Ctrl-C be one.
      TerminalMode.set(VEOL, to: ControlKey.interrupt, in: &settings)
      if question.isHidden { settings.c_lflag &= ~tcflag_t(ECHO) }
    } _: { () throws(LineReaderEnd) in
      // Only now, or a quick hand's first keys would still be echoed or be signals.
      write(DisplayText.line(question.prompt))
      return try nextLine()
    }
    if question.isHidden { write("\n") }
    return line
  }

  /// Waits for a line and takes its first character.
  public func readKey(prompt: String) throws(LineReaderEnd) -> Key {
    try read(LineQuestion(prompt)).first.map { .character($0) } ?? .enter
  }

  private func nextLine() throws(LineReaderEnd) -> String {
    let ends: Set<UInt8> = isatty(input) == 1 ? [0x0A, ControlKey.interrupt] : [0x0A]
    var searched = 0
    while true {
      if let end = buffer[searched...].firstIndex(where: ends.contains) {
        return try takeLine(upTo: end)
      }
      searched = buffer.count
      if buffer.count > LineQuestion.longestLine {
        buffer = []
        throw .tooLong(limit: LineQuestion.longestLine)
      }
      if try !fill() {
        guard !buffer.isEmpty else { throw .endOfInput }
        defer { buffer = [] }
        return String(decoding: buffer, as: UTF8.self)
      }
    }
  }

  private func takeLine(upTo end: Int) throws(LineReaderEnd) -> String {
    let isInterrupt = buffer[end] == ControlKey.interrupt
    var line = buffer[..<end]
    if line.last == 0x0D { line.removeLast() }
    let text = String(decoding: line, as: UTF8.self)
    let length = line.count
    buffer.removeSubrange(...end)
    if isInterrupt { throw .interrupted }
    guard length <= LineQuestion.longestLine else {
      throw .tooLong(limit: LineQuestion.longestLine)
    }
    return text
  }

  /// Reads what is there into the buffer; false at the end of the input.
  private func fill() throws(LineReaderEnd) -> Bool {
    var chunk = [UInt8](repeating: 0, count: Self.chunkSize)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(input, $0.baseAddress, $0.count) }
      if count > 0 {
        buffer += chunk[..<count]
        return true
      }
      if count == 0 { return false }
      let code = errno
      // A terminal that was hung up answers EIO.
      if code == EIO { return false }
      if code != EINTR { throw .failed(code: code) }
    }
  }

  private func write(_ text: String) {
    KeyInput.write(text, to: output)
  }
}
