extension Streams {
  /// Writes one line of results.
  public func result(_ line: String) throws(StreamFault) {
    try output.write(Array((line + "\n").utf8))
  }

  /// Writes lines of results in batches of 64 KiB; for long listings.
  public func results(_ lines: some Sequence<String>) throws(StreamFault) {
    var batch: [UInt8] = []
    for line in lines {
      batch += line.utf8
      batch.append(0x0A)
      if batch.count >= Self.batchSize {
        try output.write(batch)
        batch.removeAll(keepingCapacity: true)
      }
    }
    if !batch.isEmpty { try output.write(batch) }
  }

  /// Writes text to stdout as it is, control sequences included: screens, completion scripts.
  public func raw(_ text: String) throws(StreamFault) {
    try output.write(Array(text.utf8))
  }

  /// Says a sentence to the person, on stderr and on a line of its own.
  ///
  /// Control characters except line ends are shown as U+FFFD, because a
  /// sentence may quote what came from outside. The answer says whether it
  /// was written; most callers have nowhere left to complain.
  @discardableResult
  public func tell(_ sentence: Sentence) -> StreamFault? {
    tell(raw: Self.harmless(sentence.text(in: language)) + "\n")
  }

  /// Writes text to stderr as it is, control sequences included: prompts, progress lines.
  @discardableResult
  public func tell(raw text: String) -> StreamFault? {
    do throws(StreamFault) {
      try errors.write(Array(text.utf8))
      return nil
    } catch {
      return error
    }
  }

  /// A text from outside on one line, for a result that a terminal may show:
  /// control characters, tabs and line ends as U+FFFD.
  public static func harmlessLine(_ text: String) -> String {
    String(harmless(text).map { $0 == "\n" ? "\u{FFFD}" : $0 })
  }

  /// C0 without LF, DEL and C1 (ECMA-48 control functions) must not reach a terminal as they are.
  private static func harmless(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A: result.append(scalar)
      case 0..<0x20, 0x7F..<0xA0: result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
