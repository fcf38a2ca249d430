import CLI

// What needs the network is another program's work: enroll and sync.

extension Client {
  func enroll() throws {
    let name = arguments.value("name").map { ["--name", $0] } ?? []
    try runAgent(["enroll"] + name + ["--", try operand(0), try operand(1)])
  }

  func sync() throws {
    if arguments.has("dry-run") { return try runAgent(["sync", "--dry-run"]) }
    try runAgent([arguments.has("watch") ? "watch" : "sync"])
  }

  /// Hands over to the agent on the same data in the same language; its exit
  /// code becomes ours. The home screen waits for it and goes on.
  func runAgent(_ words: [String]) throws {
    var options = ["--data", directory.path, "--lang", streams.language.rawValue]
    if isJSON { options.append("--json") }
    let start = isAtHome ? surroundings.runAgent : surroundings.becomeAgent
    guard let code = start([words[0]] + options + words.dropFirst()) else {
      throw Failure(.agentMissing, code: .failure)
    }
    // What went wrong was said by the agent.
    if code != 0 { throw Failure([], code: ExitCode(rawValue: code) ?? .failure) }
  }
}
