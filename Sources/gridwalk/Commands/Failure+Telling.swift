import CLI
import Domain
import SyncProtocol

extension Client.Failure {
  /// Says why the command failed: in words, or to a program as one line of JSON.
  func tell(on streams: Streams, isJSON: Bool) {
    guard isJSON else {
      for sentence in sentences { streams.inform(sentence) }
      return
    }
    guard code != .ok, !sentences.isEmpty else { return }
    let message = sentences.map { $0.text(in: streams.language) }.joined(separator: "\n")
    var line: [String: FieldValue] = [
      "error": .text(code.word), "message": .text(message), "exit": .integer(Int64(code.rawValue)),
    ]
    if !refusals.isEmpty {
      line["faults"] = .array(refusals.map { $0.json(in: streams.language) })
    }
    do {
      streams.tell(raw: String(decoding: try WireJSON.encode(line), as: UTF8.self) + "\n")
    } catch {
      for sentence in sentences { streams.inform(sentence) }
    }
  }
}

extension ExitCode {
  /// The code as a word for programs.
  fileprivate var word: String {
    switch self {
    case .ok: "ok"
    case .failure: "failure"
    case .usage: "usage"
    case .notFound: "not-found"
    case .invalid: "invalid"
    case .notPermitted: "not-permitted"
    case .offline: "offline"
    case .conflict: "conflict"
    case .interrupted: "interrupted"
    }
  }
}
