import CLI
import Glibc

/// The enrolment code: an operand, or a line of standard input for `-`, since
/// every program of the machine may read a command line.
enum TypedCode {
  /// Far longer than any code.
  private static let byteLimit = 256

  static func read(_ operand: String, _ streams: Streams) -> String {
    guard operand == "-" else { return operand }
    if streams.canAsk { streams.tell(.askCode) }
    var line: [UInt8] = []
    while line.count < byteLimit, let byte = nextByte(), byte != UInt8(ascii: "\n") {
      line.append(byte)
    }
    let blanks = Set("\r\t ".utf8)
    let end = line.lastIndex { !blanks.contains($0) }.map { $0 + 1 } ?? 0
    return String(decoding: line[..<end].drop { blanks.contains($0) }, as: UTF8.self)
  }

  /// Nil at the end of the input, or where it cannot be read.
  private static func nextByte() -> UInt8? {
    var byte: UInt8 = 0
    while true {
      let count = Glibc.read(STDIN_FILENO, &byte, 1)
      if count == 1 { return byte }
      if count == 0 || errno != EINTR { return nil }
    }
  }
}
