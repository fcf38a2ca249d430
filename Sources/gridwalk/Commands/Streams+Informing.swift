import CLI
import Terminal

extension Streams {
  /// Says a sentence to the person; on a terminal its lines break between words
  /// and between characters of Chinese.
  func inform(_ sentence: Sentence) {
    guard isErrorTerminal else {
      tell(sentence)
      return
    }
    for line in DisplayWidth.wrap(DisplayText.lines(sentence.text(in: language)), width: width) {
      tell(raw: line + "\n")
    }
  }
}
