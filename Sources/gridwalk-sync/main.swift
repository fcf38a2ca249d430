import CLI
import Glibc

// gridwalk-sync: reads the command line, runs the agent, answers the shell.

private func runProgram() -> ExitCode {
  var streams = Streams.standard()
  let words = Array(CommandLine.arguments.dropFirst())
  if let wanted = Language.chosen(in: words) { streams = streams.speaking(wanted) }
  let table = SyncTable.table
  do throws(UsageFault) {
    let arguments = try Arguments.parse(words, table)
    if arguments.has("help") {
      let help = Help(table, language: streams.language, width: streams.width)
      return (try? streams.raw(help.text(for: arguments.command))) == nil ? .failure : .ok
    }
    if arguments.has("version") {
      return (try? streams.result("gridwalk-sync \(table.version)")) == nil ? .failure : .ok
    }
    return SyncProgram(streams: streams, arguments: arguments).run()
  } catch {
    streams.tell(.usage(error, program: table.program))
    return .usage
  }
}

exit(runProgram().rawValue)
