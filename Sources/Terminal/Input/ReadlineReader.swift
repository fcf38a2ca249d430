// GNU readline on a terminal: editing, history in memory, Tab. Nothing typed
// is written to disk. readline is one global machine, so there is one reader
// at a time and it is used from the main thread only.

@preconcurrency import CReadline
@preconcurrency import Glibc

/// A reader that lets the person edit the line with GNU readline.
public final class ReadlineReader: LineReader {
  /// How many lines the history keeps.
  public static let longestHistory = 500

  private let input: Int32
  private let output: Int32
  private let inputFile: UnsafeMutablePointer<FILE>
  private let outputFile: UnsafeMutablePointer<FILE>
  private let hiddenReader: PlainReader

  /// Reads keys from one terminal descriptor and draws on another; both stay the caller's.
  ///
  /// - Throws: `failed` when the descriptors cannot be used.
  public init(
    input: Int32 = STDIN_FILENO, output: Int32 = STDERR_FILENO
  ) throws(LineReaderEnd) {
    guard let inputFile = Self.open(input, "r") else { throw .failed(code: errno) }
    guard let outputFile = Self.open(output, "w") else {
      let code = errno
      fclose(inputFile)
      throw .failed(code: code)
    }
    self.input = input
    self.output = output
    self.inputFile = inputFile
    self.outputFile = outputFile
    hiddenReader = PlainReader(input: input, output: output)
    Self.useUTF8()
    rl_instream = inputFile
    rl_outstream = outputFile
    ReadlineSettings.apply()
  }

  deinit {
    rl_instream = stdin
    rl_outstream = stdout
    fclose(inputFile)
    fclose(outputFile)
  }

  /// Asks with readline; hidden lines are read without it.
  public func read(_ question: LineQuestion) throws(LineReaderEnd) -> String {
    if question.isHidden { return try hiddenReader.read(question) }
    ReadlineSettings.question = question
    ReadlineSettings.isInterrupted = false
    let answer = CReadline.readline(DisplayText.line(question.prompt))
    defer { free(answer) }
    if ReadlineSettings.isInterrupted { throw .interrupted }
    guard let answer else { throw .endOfInput }
    guard strlen(answer) <= LineQuestion.longestLine else {
      throw .tooLong(limit: LineQuestion.longestLine)
    }
    let line = String(cString: answer)
    if question.isRemembered, !line.isEmpty { add_history(answer) }
    // A bracketed paste may hold line ends.
    return String(line.map { $0.isNewline ? " " : $0 })
  }

  /// Shows the prompt and waits for one key.
  public func readKey(prompt: String) throws(LineReaderEnd) -> Key {
    try KeyInput.read(input, prompt: DisplayText.line(prompt), output: output)
  }

  private static func open(_ descriptor: Int32, _ mode: String) -> UnsafeMutablePointer<FILE>? {
    let copy = dup(descriptor)
    guard copy >= 0 else { return nil }
    guard let file = fdopen(copy, mode) else {
      let code = errno
      close(copy)
      errno = code
      return nil
    }
    return file
  }

  /// readline measures through the C locale's multibyte functions: in the plain C locale every
  /// byte of 张 would be a character, so UTF-8 is asked for by name there.
  private static func useUTF8() {
    setlocale(LC_CTYPE, "")
    if String(cString: nl_langinfo(Int32(CODESET))) != "UTF-8" { setlocale(LC_CTYPE, "C.UTF-8") }
  }
}
