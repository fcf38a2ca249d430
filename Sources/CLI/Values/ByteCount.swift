/// Shows numbers of bytes to people.
public enum ByteCount {
  private static let units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"]

  /// The number in the unit that suits it, in powers of 1000 (IEC 80000-13): `412 KB`, `1.5 MB`.
  ///
  /// One decimal below ten, none from ten on, rounded half up; negative numbers show as 0.
  public static func text(_ bytes: Int64) -> String {
    guard bytes >= 1000 else { return "\(max(0, bytes)) B" }
    var unit = 1
    var scale: Int64 = 1000
    // 999.5 of a unit would show as 1000 of it: it is 1.0 of the next.
    while unit < units.count - 1, roundedTenths(bytes, scale) >= 9995 {
      unit += 1
      scale *= 1000
    }
    let tenths = roundedTenths(bytes, scale)
    if tenths < 100 { return "\(tenths / 10).\(tenths % 10) \(units[unit])" }
    return "\((tenths + 5) / 10) \(units[unit])"
  }

  /// The number in tenths of a unit; truncated from ten on, so that it is rounded only once.
  private static func roundedTenths(_ bytes: Int64, _ scale: Int64) -> Int64 {
    let tenth = scale / 10
    let whole = bytes / tenth
    guard whole < 100 else { return whole }
    return whole + (bytes % tenth >= (tenth + 1) / 2 ? 1 : 0)
  }
}
