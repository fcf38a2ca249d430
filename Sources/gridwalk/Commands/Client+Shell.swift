import CLI

extension Client {
  func writeCompletion() throws {
    let name = try operand(0)
    guard let shell = Shell(rawValue: name) else {
      throw Failure(.shellUnknown(name, known: Shell.allCases.map(\.rawValue)), code: .usage)
    }
    try streams.raw(
      CompletionScript.text(ClientTable.table, shell: shell, language: streams.language))
  }
}
