import CLinux

/// Passwords, hashed with yescrypt by libxcrypt (crypt(5)).
public enum Password {
  /// Bytes of a password that are accepted; crypt(3) takes 512.
  public static let byteLimit = 256
  /// Fewest characters of a new password.
  public static let shortest = 8

  /// A fresh hash of a password; nil when the system has no yescrypt, or the
  /// password is too long or has a NUL, which `matches` would refuse.
  public static func hash(_ password: String) -> String? {
    guard isAcceptable(password) else { return nil }
    return withScratch { scratch in
      // A prefix of "$y$", the library's own cost and its own random salt.
      var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
      guard crypt_gensalt_rn("$y$", 0, nil, 0, &setting, Int32(setting.count)) != nil else {
        return nil
      }
      return crypt(password, setting, scratch)
    }
  }

  /// Whether the password has this hash. Takes some 20 ms of a core whatever
  /// the answer, so callers limit the rate.
  public static func matches(_ password: String, hash: String) -> Bool {
    guard isAcceptable(password), hash.hasPrefix("$y$") else { return false }
    guard let computed = compute(password, setting: hash) else { return false }
    let mine = Array(computed.utf8)
    let theirs = Array(hash.utf8)
    guard mine.count == theirs.count else { return false }
    var difference: UInt8 = 0
    for (a, b) in zip(mine, theirs) { difference |= a ^ b }
    return difference == 0
  }

  /// The hash of a password with the setting that another hash begins with; nil
  /// when crypt(3) does not understand it.
  static func compute(_ password: String, setting: String) -> String? {
    withScratch { crypt(password, Array(setting.utf8CString), $0) }
  }

  /// crypt(3) reads to the first NUL only: what follows would not count.
  private static func isAcceptable(_ password: String) -> Bool {
    password.utf8.count <= byteLimit && !password.utf8.contains(0)
  }

  private static func crypt(
    _ password: String, _ setting: [CChar], _ scratch: UnsafeMutablePointer<crypt_data>
  ) -> String? {
    guard let result = crypt_r(password, setting, scratch) else { return nil }
    let text = String(cString: result)
    // crypt(3) reports failure by a text that begins with an asterisk.
    return text.hasPrefix("*") ? nil : text
  }

  /// `crypt_data` is 32 KiB: too large for a worker thread's stack to be sure.
  private static func withScratch<T>(_ body: (UnsafeMutablePointer<crypt_data>) -> T) -> T {
    let scratch = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
    scratch.initialize(to: crypt_data())
    defer {
      scratch.deinitialize(count: 1)
      scratch.deallocate()
    }
    return body(scratch)
  }
}
