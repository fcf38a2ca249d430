/// The addresses by which a machine reaches itself.
public enum Loopback {
  /// Whether a numeric address is one of them.
  public static func contains(_ address: String) -> Bool {
    address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
  }
}
