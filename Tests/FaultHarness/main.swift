import Foundation

// Runs the real programs under seeded schedules of faults and checks after each
// that nothing was lost, doubled or hidden (README.md beside this file).

signal(SIGPIPE, SIG_IGN)
let words = Array(CommandLine.arguments.dropFirst())
if words.first == "victim" { exit(Victim.run(Array(words.dropFirst()))) }
guard let options = Options(words) else {
  FileHandle.standardError.write(Data(Options.usage.utf8))
  exit(2)
}
Programs.isVerbose = options.isVerbose
try FileManager.default.createDirectory(
  atPath: options.folder, withIntermediateDirectories: true)
let holds =
  if options.isProof {
    try Proofs.run(in: options.folder)
  } else if options.isCases {
    try Cases.run(in: options.folder)
  } else {
    Campaign(options).run()
  }
try? FileManager.default.removeItem(atPath: options.folder)
exit(holds ? 0 : 1)
