import Foundation

/// A centre with the demo district and its handhelds, as real programs in a
/// folder of their own.
public final class District {
  /// The folder everything lies in; removed with the district.
  public let folder: URL
  /// What `gridwalkd init --demo` answered.
  public let founding: [String: Any]
  private var server: RunningProgram?
  /// Where the centre listens while it serves.
  public private(set) var port = 0

  /// Founds the centre; it does not serve yet.
  public init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("gridwalk-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let ended = try Program("gridwalkd").run([
      "init", "--demo", "--json", "--data", folder.appendingPathComponent("centre").path,
      "--forms", Checkout.root.appendingPathComponent("Forms").path,
    ])
    guard ended.status == 0 else { throw Broken(ended) }
    founding = try ended.json()
  }

  deinit {
    server?.signal(SIGKILL)
    server?.wait()
    // What is left behind in the temporary folder does no harm.
    try? FileManager.default.removeItem(at: folder)
  }

  /// A step of the scenario that should have worked.
  public struct Broken: Error {
    /// How it ended.
    public let ended: Program.Ended?
    init(_ ended: Program.Ended?) { self.ended = ended }
  }

  /// The centre's data folder.
  public var centre: String { folder.appendingPathComponent("centre").path }

  /// Serves; the same port every time once it has one.
  public func serve() throws {
    let program = try Program("gridwalkd").start([
      "serve", "--json", "--data", centre, "--listen", "127.0.0.1:\(port)", "--grace", "1",
    ])
    let address = program.waitForOutput { line -> Int? in
      guard let end = line.lastIndex(of: "\""), let colon = line.lastIndex(of: ":") else {
        return nil
      }
      return Int(line[line.index(after: colon)..<end])
    }
    guard let address else { throw Broken(program.wait()) }
    port = address
    server = program
  }

  /// Ends the server: SIGTERM asks, SIGKILL does not.
  @discardableResult
  public func stop(_ signal: Int32 = SIGTERM) -> Program.Ended? {
    server?.signal(signal)
    defer { server = nil }
    return server?.wait()
  }

  /// The server while it serves.
  public var serverProcess: RunningProgram? { server }

  /// Runs `gridwalkd` on this centre.
  @discardableResult
  public func admin(_ arguments: [String]) throws -> Program.Ended {
    try Program("gridwalkd").run(arguments + ["--data", centre])
  }

  /// A fresh enrolment code.
  public func code(for worker: String) throws -> String {
    let ended = try admin(["device", "code", worker, "--json"])
    guard let code = try ended.json()["code"] as? String else { throw Broken(ended) }
    return code
  }

  /// A handheld that is not enrolled yet.
  public func handheld(_ name: String) -> Handheld {
    Handheld(folder: folder.appendingPathComponent(name).path)
  }

  /// A handheld of a worker, enrolled at the serving centre, or at the proxy
  /// that stands before it.
  public func enrolledHandheld(
    _ name: String, worker: String, through proxy: Int? = nil
  ) throws -> Handheld {
    let handheld = handheld(name)
    let ended = try handheld.run(
      ["enroll", "http://127.0.0.1:\(proxy ?? port)", code(for: worker), "--name", name])
    guard ended.status == 0 else { throw Broken(ended) }
    return handheld
  }
}

/// One handheld: a data folder that the real programs work on.
public struct Handheld: Sendable {
  /// Its data folder.
  public let folder: String

  /// A handheld on this folder.
  public init(folder: String) { self.folder = folder }

  /// Runs `gridwalk`.
  @discardableResult
  public func run(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Program.Ended {
    try Program("gridwalk").run(arguments + ["--data", folder], environment: environment)
  }

  /// Runs `gridwalk … --json` and reads its answer.
  public func json(_ arguments: [String]) throws -> [String: Any] {
    let ended = try run(arguments + ["--json"])
    guard ended.status == 0 else { throw District.Broken(ended) }
    return try ended.json()
  }

  /// Runs the agent once.
  @discardableResult
  public func sync() throws -> Program.Ended {
    try Program("gridwalk-sync").run(["sync", "--json", "--data", folder])
  }

  /// Starts the agent and leaves it running.
  public func startSync() throws -> RunningProgram {
    try Program("gridwalk-sync").start(["sync", "--json", "--data", folder])
  }
}

/// Where the checkout lies that these tests were built from.
public enum Checkout {
  /// The folder with Package.swift.
  public static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A file of `../shared`, when that folder is there; a test that goes without
  /// says so.
  public static func shared(_ path: String) -> URL? {
    let url = root.deletingLastPathComponent().appendingPathComponent("shared/\(path)")
    guard FileManager.default.fileExists(atPath: url.path) else {
      print("left out: ../shared/\(path) is not here")
      return nil
    }
    return url
  }
}
