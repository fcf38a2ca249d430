// swift-tools-version: 6.1
// The house of Gridwalk, in reading order: values first, then what keeps and
// carries them, then the two ends, then the three programs. No packages; the
// arrows below are the only ones allowed (script/lint compares them with the
// `import` lines).
import PackageDescription

let package = Package(
  name: "gridwalk",
  products: [
    // Preloaded into the programs by fault-harness; linked into nothing.
    .library(name: "FaultShim", type: .dynamic, targets: ["FaultShim"])
  ],
  targets: [
    // What the machine gives: module maps and shims only.
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CReadline", providers: [.apt(["libreadline-dev"])]),
    .systemLibrary(name: "CLinux", providers: [.apt(["libcrypt-dev"])]),
    .systemLibrary(name: "CCurl"),

    // SHA-256 with the processor's own instructions.
    .target(name: "CSHA256"),

    // A mutex that ThreadSanitizer understands.
    .target(name: "Locks"),

    // Values and rules: no I/O, no clock, no randomness.
    .target(name: "Domain"),

    // What each of these knows, it knows alone.
    .target(name: "FormEngine", dependencies: ["Domain"]),
    .target(name: "SyncProtocol", dependencies: ["Domain", "CSHA256"]),
    .target(name: "Database", dependencies: ["CSQLite"]),
    .target(name: "HTTP", dependencies: ["CLinux"]),
    .target(name: "Terminal", dependencies: ["CReadline"]),
    .target(name: "CLI", dependencies: ["Locks"]),

    // The two ends. They never import each other.
    .target(
      name: "FieldCore", dependencies: ["Domain", "FormEngine", "SyncProtocol", "Database"]),
    .target(
      name: "CentralCore",
      dependencies: ["Domain", "FormEngine", "SyncProtocol", "Database", "CLinux", "Locks"]),

    // The three programs.
    .executableTarget(
      name: "gridwalk",
      dependencies: ["CLI", "Terminal", "FieldCore", "Domain", "FormEngine", "SyncProtocol"]),
    .executableTarget(
      name: "gridwalk-sync",
      dependencies: ["CLI", "Terminal", "FieldCore", "HTTP", "CCurl", "SyncProtocol", "Domain"]),
    .executableTarget(
      name: "gridwalkd",
      dependencies: [
        "CLI", "CentralCore", "HTTP", "Domain", "FormEngine", "SyncProtocol", "Database", "Locks",
      ]),

    // The proofs.
    .target(name: "Support", dependencies: ["HTTP", "Locks"], path: "Tests/Support"),
    .executableTarget(name: "faulty-proxy", dependencies: ["Support"], path: "Tests/FaultyProxy"),
    .executableTarget(name: "form-fuzz", dependencies: ["FormEngine"], path: "Tests/FormFuzz"),
    .executableTarget(
      name: "http-fuzz", dependencies: ["Support", "HTTP", "SyncProtocol", "Domain"],
      path: "Tests/HTTPFuzz"),
    .target(
      name: "FaultShim", path: "Tests/FaultShim", cSettings: [.define("_GNU_SOURCE")]),
    .executableTarget(
      name: "fault-harness", dependencies: ["Database"], path: "Tests/FaultHarness",
      exclude: ["README.md"]),
    .executableTarget(
      name: "storm", dependencies: ["CentralCore", "SyncProtocol", "Database", "Domain", "CLinux"],
      path: "Tests/Storm", exclude: ["figures.py"]),
    .testTarget(name: "DomainTests", dependencies: ["Domain", "Support"]),
    .testTarget(
      name: "FormEngineTests", dependencies: ["FormEngine", "Support"], exclude: ["Oracle"]),
    .testTarget(name: "SyncProtocolTests", dependencies: ["SyncProtocol", "Support"]),
    .testTarget(name: "DatabaseTests", dependencies: ["Database", "Support"]),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP", "Support"]),
    .testTarget(name: "TerminalTests", dependencies: ["Terminal", "Support"]),
    .testTarget(name: "CLITests", dependencies: ["CLI", "Support"]),
    .testTarget(name: "FieldCoreTests", dependencies: ["FieldCore", "Support", "Locks"]),
    .testTarget(name: "CentralCoreTests", dependencies: ["CentralCore", "Support", "Locks"]),
    // Both ends in one process: the only place that may know the two.
    .testTarget(
      name: "ConvergenceTests",
      dependencies: [
        "FieldCore", "CentralCore", "SyncProtocol", "Domain", "Database", "CSQLite", "Locks",
      ]),
    .testTarget(
      name: "GridwalkTests",
      dependencies: [
        "gridwalk", "CLI", "Terminal", "FieldCore", "Domain", "FormEngine", "SyncProtocol",
      ]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["Support", "SyncProtocol", "Database", "HTTP", "Domain"]),
  ],
  swiftLanguageModes: [.v6]
)
