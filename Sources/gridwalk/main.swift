import CLI
import Glibc

// gridwalk: what a grid worker carries. Reads the command line, runs one
// command, answers the shell.

exit(
  Client.run(
    Array(CommandLine.arguments.dropFirst()), streams: .standard(), surroundings: Surroundings()
  ).rawValue)
