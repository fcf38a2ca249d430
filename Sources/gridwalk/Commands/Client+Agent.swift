import CLI

// What needs the network is another program's work: enroll and sync.

extension Client {
  func enroll() throws {
    let name = arguments.value("name").map { ["--name", $0] } ?? []
    try runAgent(["enroll"] + name + ["--", try operand(0), try operand(1)])
  }

  func sync() throws {
    try runAgent([arguments.has("watch") ? "watch" : "sync"])
  }

  /// Runs the agent on the same data in the same language; its exit code becomes ours.
  func runAgent(_ words: [String]) throws {
    var options = ["--data", directory.path, "--lang", streams.language.rawValue]
    if isJSON { options.append("--json") }
    guard let code = surroundings.runAgent([words[0]] + options + words.dropFirst()) else {
      throw Failure(.agentMissing, code: .failure)
    }
    // What went wrong was said by the agent.
    if code != 0 { throw Failure([], code: ExitCode(rawValue: code) ?? .failure) }
  }
}
