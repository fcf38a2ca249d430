import CCurl
import Glibc

/// The few functions of libcurl.so.4 that are used, found at run time.
struct CurlLibrary {
  private typealias Make = @convention(c) () -> UnsafeMutableRawPointer?
  private typealias Perform = @convention(c) (UnsafeMutableRawPointer) -> Int32
  private typealias Release = @convention(c) (UnsafeMutableRawPointer?) -> Void
  private typealias Append =
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>) -> UnsafeMutableRawPointer?

  private let easyInit: Make
  private let easyPerform: Perform
  private let easyReset: Release
  private let easyCleanup: Release
  private let listAppend: Append
  private let listFree: Release
  private let setopt: UnsafeMutableRawPointer
  private let getinfo: UnsafeMutableRawPointer

  /// Nil when the library or one of the functions is not there.
  static func load() -> CurlLibrary? {
    // Kept open for good: the process ends with it.
    guard let library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL) else { return nil }
    func find(_ name: String) -> UnsafeMutableRawPointer? { dlsym(library, name) }
    guard let make = find("curl_easy_init"), let perform = find("curl_easy_perform"),
      let reset = find("curl_easy_reset"), let cleanup = find("curl_easy_cleanup"),
      let append = find("curl_slist_append"), let free = find("curl_slist_free_all"),
      let setopt = find("curl_easy_setopt"), let getinfo = find("curl_easy_getinfo")
    else { return nil }
    return CurlLibrary(
      easyInit: unsafeBitCast(make, to: Make.self),
      easyPerform: unsafeBitCast(perform, to: Perform.self),
      easyReset: unsafeBitCast(reset, to: Release.self),
      easyCleanup: unsafeBitCast(cleanup, to: Release.self),
      listAppend: unsafeBitCast(append, to: Append.self),
      listFree: unsafeBitCast(free, to: Release.self), setopt: setopt, getinfo: getinfo)
  }

  func make() -> UnsafeMutableRawPointer? { easyInit() }
  func perform(_ handle: UnsafeMutableRawPointer) -> Int32 { easyPerform(handle) }
  func reset(_ handle: UnsafeMutableRawPointer) { easyReset(handle) }
  func cleanup(_ handle: UnsafeMutableRawPointer) { easyCleanup(handle) }

  func status(of handle: UnsafeMutableRawPointer) -> Int {
    var status = 0
    _ = ccurl_get_long(getinfo, handle, Int32(CCURL_RESPONSE_CODE), &status)
    return status
  }

  // Setting an option with a well-formed value fails only for want of memory,
  // and the request then fails with it.

  func set(_ handle: UnsafeMutableRawPointer, _ option: some BinaryInteger, _ value: Int) {
    _ = ccurl_set_long(setopt, handle, Int32(option), value)
  }
  func set(_ handle: UnsafeMutableRawPointer, _ option: some BinaryInteger, _ value: UInt32) {
    set(handle, option, Int(value))
  }
  func set(_ handle: UnsafeMutableRawPointer, offset option: some BinaryInteger, _ value: Int64) {
    _ = ccurl_set_offset(setopt, handle, Int32(option), value)
  }
  func set(_ handle: UnsafeMutableRawPointer, _ option: some BinaryInteger, _ value: String) {
    _ = ccurl_set_text(setopt, handle, Int32(option), value)
  }
  func set(
    _ handle: UnsafeMutableRawPointer, _ option: some BinaryInteger,
    _ value: UnsafeMutableRawPointer?
  ) {
    _ = ccurl_set_pointer(setopt, handle, Int32(option), value)
  }
  func set(
    _ handle: UnsafeMutableRawPointer, _ option: some BinaryInteger,
    _ value: @escaping ccurl_transfer
  ) {
    _ = ccurl_set_transfer(setopt, handle, Int32(option), value)
  }
  func set(
    _ handle: UnsafeMutableRawPointer, _ option: some BinaryInteger,
    _ value: @escaping ccurl_prepare
  ) {
    _ = ccurl_set_prepare(setopt, handle, Int32(option), value)
  }

  func append(_ line: String, to list: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    listAppend(list, line) ?? list
  }
  func free(_ list: UnsafeMutableRawPointer?) { listFree(list) }
}

/// Header fields as libcurl's list, freed with this object.
final class CurlHeaders {
  private(set) var list: UnsafeMutableRawPointer?
  private let library: CurlLibrary

  init(_ headers: [(name: String, value: String)], _ library: CurlLibrary) {
    self.library = library
    // No wait for a 100: one round trip less, and early answers are seen.
    list = library.append("Expect:", to: nil)
    for (name, value) in headers { list = library.append("\(name): \(value)", to: list) }
  }

  deinit { library.free(list) }
}
