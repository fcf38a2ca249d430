import CLI
import CentralCore
import Database
import Glibc

// gridwalkd: reads the command line, runs one command, answers the shell.

/// What an error of the layers below is in words, and its exit code.
private func explain(_ error: any Error) -> Admin.Failure {
  switch error {
  case let failure as Admin.Failure: return failure
  case let fault as DatabaseError:
    switch fault.kind {
    case .newerSchema(let found, let known):
      return .init(.databaseNewer(found: found, known: known), code: .failure)
    case .foreignDatabase, .corrupt: return .init(.databaseForeign, code: .failure)
    case .full: return .init(.diskFull, code: .failure)
    default: return .init(.databaseFailed("\(fault.code) \(fault.message)"), code: .failure)
    }
  case BlobFault.inputOutput(let code):
    return .init(
      .directoryUnusable("--data", String(cString: strerror(code))), code: .failure)
  case BlobFault.full: return .init(.diskFull, code: .failure)
  case is StreamFault: return .init([], code: .failure)
  default: return .init(.databaseFailed("\(error)"), code: .failure)
  }
}

private func runProgram() -> ExitCode {
  var streams = Streams.standard()
  let words = Array(CommandLine.arguments.dropFirst())
  if let wanted = Language.chosen(in: words) { streams = streams.speaking(wanted) }
  let table = DaemonTable.table
  do throws(UsageFault) {
    let arguments = try Arguments.parse(words, table)
    if arguments.has("help") {
      let help = Help(table, language: streams.language, width: streams.width)
      return (try? streams.raw(help.text(for: arguments.command))) == nil ? .failure : .ok
    }
    if arguments.has("version") {
      return (try? streams.result("gridwalkd \(table.version)")) == nil ? .failure : .ok
    }
    do { try Admin(streams: streams, arguments: arguments).run() } catch {
      let failure = explain(error)
      for sentence in failure.sentences { streams.tell(sentence) }
      return failure.code
    }
    return .ok
  } catch {
    streams.tell(.usage(error, program: table.program))
    return .usage
  }
}

exit(runProgram().rawValue)
