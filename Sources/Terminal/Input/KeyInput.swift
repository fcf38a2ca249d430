@preconcurrency import Glibc

/// Reads single keys from a terminal, without Enter and without echo.
enum KeyInput {
  /// The other bytes of an escape sequence follow within this time, in milliseconds.
  static let escapeDelay: Int32 = 50
  /// The longest escape sequence that is read to its end, in bytes.
  static let longestSequence = 16

  /// Shows a prompt and waits for one key.
  static func read(
    _ descriptor: Int32, prompt: String, output: Int32
  ) throws(LineReaderEnd) -> Key {
    try TerminalMode.changed(descriptor) { settings in
      settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
      TerminalMode.set(VMIN, to: 1, in: &settings)
      TerminalMode.set(VTIME, to: 0, in: &settings)
      TerminalMode.takeInterruptKey(&settings)
    } _: { () throws(LineReaderEnd) in
      // Only now, or a quick hand's Ctrl-C would still be a signal.
      write(prompt, to: output)
      return try key(startingWith: try byte(descriptor), descriptor)
    }
  }

  /// Writes a prompt; where it cannot be written there is nobody to tell.
  static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        bytes = bytes.dropFirst(count)
      } else if errno != EINTR {
        return
      }
    }
  }

  private static func key(
    startingWith first: UInt8, _ descriptor: Int32
  ) throws(LineReaderEnd) -> Key {
    switch first {
    case ControlKey.interrupt: throw .interrupted
    case ControlKey.endOfInput: throw .endOfInput
    case 0x0A, 0x0D: return .enter
    case 0x09: return .tab
    case 0x08, 0x7F: return .backspace
    case 0x1B: return try escape(descriptor)
    case ..<0x20: return .other
    case ..<0x80: return .character(Character(Unicode.Scalar(first)))
    default: return try multibyte(first, descriptor)
    }
  }

  /// Collects a character of UTF-8 (RFC 3629 §3: the first byte tells the length).
  private static func multibyte(
    _ first: UInt8, _ descriptor: Int32
  ) throws(LineReaderEnd) -> Key {
    let following: Int
    switch first {
    case 0xC2...0xDF: following = 1
    case 0xE0...0xEF: following = 2
    case 0xF0...0xF4: following = 3
    default: return .other
    }
    var bytes = [first]
    for _ in 0..<following { bytes.append(try byte(descriptor)) }
    guard let text = String(validating: bytes, as: UTF8.self), let character = text.first else {
      return .other
    }
    return .character(character)
  }

  /// Escape alone, or a sequence: CSI (ESC [) and SS3 (ESC O) with a final byte from @ to ~.
  private static func escape(_ descriptor: Int32) throws(LineReaderEnd) -> Key {
    guard isMoreWaiting(descriptor) else { return .escape }
    guard [0x5B, 0x4F].contains(try byte(descriptor)) else { return .other }
    for _ in 0..<longestSequence where isMoreWaiting(descriptor) {
      let next = try byte(descriptor)
      switch next {
      case 0x41: return .arrow(.up)
      case 0x42: return .arrow(.down)
      case 0x43: return .arrow(.right)
      case 0x44: return .arrow(.left)
      case 0x40...0x7E: return .other
      default: continue
      }
    }
    return .other
  }

  private static func isMoreWaiting(_ descriptor: Int32) -> Bool {
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&wait, 1, escapeDelay) > 0
  }

  private static func byte(_ descriptor: Int32) throws(LineReaderEnd) -> UInt8 {
    var byte: UInt8 = 0
    while true {
      let count = Glibc.read(descriptor, &byte, 1)
      if count == 1 { return byte }
      if count == 0 { throw .endOfInput }
      let code = errno
      if code == EIO { throw .endOfInput }
      if code != EINTR { throw .failed(code: code) }
    }
  }
}
