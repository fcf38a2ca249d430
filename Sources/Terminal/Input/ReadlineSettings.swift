// What readline is told once, and the callbacks it calls in the middle of a
// read. C functions carry no context, hence the two static variables.

@preconcurrency import CReadline
@preconcurrency import Glibc

enum ReadlineSettings {
  /// Tab offers no more candidates than this at once.
  static let mostCandidates = 200

  // Only touched by the one thread that is inside readline, which is itself one global machine.
  nonisolated(unsafe) static var question = LineQuestion("")
  // The same.
  nonisolated(unsafe) static var isInterrupted = false
  // A C string readline keeps for good: an empty list of word breaks, so Tab completes the line.
  nonisolated(unsafe) private static let noWordBreaks: UnsafeMutablePointer<CChar>? = strdup("")

  static func apply() {
    // Signals belong to the program. Ctrl-C arrives as a key (see `prepareTerminal`).
    rl_catch_signals = 0
    // readline would set COLUMNS, and the width would be frozen for everybody else.
    rl_change_environment = 0
    rl_num_chars_to_read = Int32(LineQuestion.longestLine) + 1
    rl_prep_term_function = prepareTerminal
    rl_startup_hook = insertInitialText
    rl_attempted_completion_function = complete
    rl_completer_word_break_characters = UnsafePointer(noWordBreaks)
    rl_basic_word_break_characters = UnsafePointer(noWordBreaks)
    // readline's own questions are English: never ask, never page.
    rl_completion_query_items = -1
    stifle_history(Int32(ReadlineReader.longestHistory))
    rl_initialize()
    rl_variable_bind("page-completions", "off")
    // One Tab and not three shows what there is.
    rl_variable_bind("show-all-if-ambiguous", "on")
    let interrupt = Int32(ControlKey.interrupt)
    for map in ["emacs", "vi-insert", "vi-command"] {
      rl_bind_key_in_map(interrupt, interruptLine, rl_get_keymap_by_name(map))
    }
  }
}

private func prepareTerminal(_ hasMetaKey: Int32) {
  rl_prep_terminal(hasMetaKey)
  let descriptor = fileno(rl_instream)
  var settings = termios()
  guard tcgetattr(descriptor, &settings) == 0 else { return }
  TerminalMode.takeInterruptKey(&settings)
  tcsetattr(descriptor, TCSADRAIN, &settings)
}

private func interruptLine(_ count: Int32, _ key: Int32) -> Int32 {
  ReadlineSettings.isInterrupted = true
  return rl_newline(count, key)
}

private func insertInitialText() -> Int32 {
  let text = ReadlineSettings.question.initial
  if !text.isEmpty { rl_insert_text(text) }
  return 0
}

/// Answers Tab: an array of C strings that readline frees, its first element the text to insert.
private func complete(
  _ text: UnsafePointer<CChar>?, _ start: Int32, _ end: Int32
) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
  // No file names when nothing fits.
  rl_attempted_completion_over = 1
  // No blank behind the word; readline wants to be told at every Tab.
  rl_completion_append_character = 0
  let typed = text.map { String(cString: $0) } ?? ""
  guard let words = LineCompletion.words(for: typed, in: ReadlineSettings.question),
    let list = calloc(words.count + 1, MemoryLayout<UnsafeMutablePointer<CChar>?>.stride)
  else { return nil }
  let strings = list.bindMemory(to: UnsafeMutablePointer<CChar>?.self, capacity: words.count + 1)
  for (position, word) in words.enumerated() { strings[position] = strdup(word) }
  return strings
}

/// What Tab does to a line.
enum LineCompletion {
  /// The text to put in the line, followed by the candidates when there are several.
  ///
  /// Candidates that begin with what was typed count first, those that hold it
  /// next. On an empty line the suggestion alone.
  static func words(for typed: String, in question: LineQuestion) -> [String]? {
    if typed.isEmpty, !question.suggestion.isEmpty { return [question.suggestion] }
    var found = question.completions.filter { $0.hasPrefix(typed) }
    let isPrefix = !found.isEmpty
    if !isPrefix { found = question.completions.filter { $0.contains(typed) } }
    guard let first = found.first else { return nil }
    if found.count == 1 { return [first] }
    let common = found.dropFirst().reduce(first) { shared, next in
      String(zip(shared, next).prefix { $0 == $1 }.map { $0.0 })
    }
    return [isPrefix ? common : typed] + found.prefix(ReadlineSettings.mostCandidates)
  }
}
