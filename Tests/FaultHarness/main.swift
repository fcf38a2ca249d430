import Foundation

// Runs the real programs under seeded schedules of faults and checks after each
// that nothing was lost, doubled or hidden (see README.md beside this file).

let words = Array(CommandLine.arguments.dropFirst())
if words.first == "victim" { exit(Victim.run(Array(words.dropFirst()))) }
let place =
  FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
let folder = "\(place)/gridwalk-faults-\(getpid())"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: folder) }
if words.first == "prove" {
  let holds = try Proofs.run(in: folder)
  try? FileManager.default.removeItem(atPath: folder)
  exit(holds ? 0 : 1)
}
