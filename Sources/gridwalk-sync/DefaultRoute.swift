import Glibc

/// The machine's ways out, as the kernel tells them: another answer than before
/// means that a network came, went or was changed. Reading two small files is
/// cheaper than a netlink socket is long to explain.
struct DefaultRoute {
  private static let limit = 65_536
  /// Routes and addresses change with every network; the table of neighbours
  /// and the counters do not stand in these files.
  private static let paths = ["/proc/net/route", "/proc/net/ipv6_route"]

  private var known: [String]

  init() { known = Self.routes() }

  /// Whether it is another than at the last look.
  mutating func hasChanged() -> Bool {
    let now = Self.routes()
    defer { known = now }
    return now != known
  }

  /// The default routes: destination and mask of zero, `lo` left out.
  private static func routes() -> [String] {
    paths.flatMap { path in
      read(path).split(separator: "\n").compactMap { line -> String? in
        let words = line.split { $0 == "\t" || $0 == " " }
        let isIPv6 = words.count == 10
        let isDefault =
          isIPv6
          ? words[0].allSatisfy { $0 == "0" } && words[1] == "00" && words[9] != "lo"
          : words.count > 7 && words[1] == "00000000" && words[7] == "00000000"
        // Device and gateway; use counters change by themselves.
        return isDefault ? isIPv6 ? "\(words[9]) \(words[4])" : "\(words[0]) \(words[2])" : nil
      }
    }
  }

  /// Empty where the kernel has no such file.
  private static func read(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var text: [UInt8] = []
    while text.count < limit {
      var count = 0
      text += [UInt8](unsafeUninitializedCapacity: 4096) { buffer, filled in
        count = Glibc.read(descriptor, buffer.baseAddress, 4096)
        filled = max(0, count)
      }
      if count <= 0 { break }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
