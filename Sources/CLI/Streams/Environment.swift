import Glibc

/// The environment variables of a run: the process's own, or a test's.
public struct Environment: Sendable {
  private let lookup: @Sendable (String) -> String?

  /// The variables in a dictionary; nothing else is seen.
  public init(_ variables: [String: String]) {
    lookup = { variables[$0] }
  }

  private init(lookup: @escaping @Sendable (String) -> String?) {
    self.lookup = lookup
  }

  /// The variables of this process, read when asked for.
  public static let process = Environment(lookup: { name in
    getenv(name).map { String(cString: $0) }
  })

  /// The value of a variable, or nil where it is not set.
  public subscript(name: String) -> String? { lookup(name) }

  /// Whether a variable is set to anything but the empty string.
  public func isSet(_ name: String) -> Bool {
    lookup(name).map { !$0.isEmpty } ?? false
  }
}
