import Foundation

/// One computer: a disk that is a folder, a clock, and the programs that run
/// on it, all under the shim.
final class Machine {
  /// The folder that is its disk.
  let root: String
  let control: Control
  private let scratch: String

  init(_ name: String, in folder: String) throws {
    root = "\(folder)/\(name)"
    scratch = folder
    try FileManager.default.createDirectory(
      atPath: "\(root).fault/pool", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    control = try Control(folder: "\(root).fault")
  }

  /// Starts a program of the house on this machine.
  func start(_ program: String, _ arguments: [String]) throws -> RunningProgram {
    try RunningProgram(
      "\(Programs.folder)/\(program)", arguments,
      environment: [
        "LD_PRELOAD": Programs.shim, "GRIDWALK_FAULT_ROOT": root, "LANG": "C.UTF-8",
        "HOME": root, "PATH": "/usr/bin:/bin", "TZ": "UTC",
      ], scratch: scratch)
  }

  func run(_ program: String, _ arguments: [String], seconds: Double = 60) throws -> Ended {
    try start(program, arguments).wait(seconds: seconds)
  }

  /// The power goes, or went when a kill struck; no process may run any more.
  @discardableResult
  func losePower(_ loss: DiskLog.Loss) throws -> (sectors: Int, names: Int) {
    let log = try DiskLog(root: root)
    defer { control.disarm() }
    let lost = try log.losePower(loss)
    try log.settle()
    return lost
  }

  /// Time passes and the kernel writes everything out; no process may run.
  func settle() throws { try DiskLog(root: root).settle() }

  /// Takes the whole disk away and puts another in its place.
  func replaceDisk(with copy: (String) throws -> Void) throws {
    try FileManager.default.removeItem(atPath: root)
    try copy(root)
    try settle()
  }
}

/// Where the programs lie: beside this one.
enum Programs {
  static let folder: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: own).deletingLastPathComponent().path
  }()
  static let shim = "\(folder)/libFaultShim.so"
  /// The checkout that this was built from.
  static let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  static let smallPhoto = "\(checkout)/script/demo-photo.jpg"
  /// Set once, before any thread starts.
  nonisolated(unsafe) static var isVerbose = false
}
