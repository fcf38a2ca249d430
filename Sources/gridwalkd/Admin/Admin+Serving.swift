import CLI
import CentralCore
import Domain
import Glibc
import HTTP

extension Admin {
  static let defaultAddress = "127.0.0.1:8470"
  /// Most threads wait for the next commit, which is theirs together: the more wait,
  /// the more one fsync serves.
  private static let workers = 24

  /// Serves until SIGTERM or SIGINT, then finishes or parks what is in flight.
  func serve() throws {
    let address = try listenAddress()
    let grace = try positive("grace", default: 10)
    let lock = try ServeLock(directory: directory)
    DescriptorLimit.raise()
    defer { lock.release() }
    // Blocked before any thread starts, so that every thread inherits it and
    // the signal waits for `sigtimedwait` below.
    let signals = SignalWait(SIGTERM, SIGINT)
    let centre = try centre()
    _ = try centre.uploads.collectExpired()
    let upkeepSeconds = 3600
    let metrics = Metrics(startedAt: centre.now())
    var limits = ServerLimits()
    limits.connections = min(limits.connections, OpenFiles.connections(of: OpenFiles.raise()))
    let server = try HTTPServer(
      handler: Router(centre: centre, metrics: metrics), limits: limits, workers: Self.workers)
    metrics.watch(server)
    let port: Int
    do { port = try server.start(host: address.host, port: address.port) } catch {
      throw Failure(Self.words(error, "\(address.host):\(address.port)"), code: .failure)
    }
    let bound = "\(address.host.contains(":") ? "[\(address.host)]" : address.host):\(port)"
    try say(.listening(bound), json: ["listening": .text(bound)])
    while !signals.wait(seconds: upkeepSeconds) { dropExpired(in: centre) }
    if !isJSON { streams.tell(.stopping) }
    server.stop(graceSeconds: Double(grace))
    // Requests that did not end within the grace were torn: their bytes so far
    // are in their files, and the devices go on from there.
    centre.uploads.park()
    if !isJSON { streams.tell(.stopped) }
  }

  /// Drops uploads that nobody finished in time. What fails now is tried again
  /// in an hour; the centre goes on serving.
  private func dropExpired(in centre: Centre) {
    do { _ = try centre.uploads.collectExpired() } catch {
      streams.tell(.upkeepFailed("\(error)"))
    }
  }

  private static func words(_ error: SocketError, _ address: String) -> Sentence {
    switch error.code {
    case EADDRINUSE: .portTaken(address)
    case EADDRNOTAVAIL: .addressForeign(address)
    default: .listenFailed(address, detail: String(cString: strerror(error.code)))
    }
  }

  private func listenAddress() throws -> (host: String, port: Int) {
    let text = arguments.value("listen") ?? Self.defaultAddress
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(port), colon != text.startIndex
    else { throw Failure(.addressMalformed(text), code: .usage) }
    let host = text[..<colon].drop { $0 == "[" }
    return (String(host.hasSuffix("]") ? host.dropLast() : host), port)
  }
}

/// Waits for signals on the calling thread.
struct SignalWait {
  private var set = sigset_t()

  init(_ signals: Int32...) {
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// True when one came, false after so many seconds or an interruption.
  func wait(seconds: Int) -> Bool {
    var set = set
    var limit = timespec(tv_sec: seconds, tv_nsec: 0)
    return sigtimedwait(&set, nil, &limit) > 0
  }
}

/// One server to a directory: two would hand out the same upload twice. The
/// kernel lets go of the lock whatever way the process ends.
struct ServeLock {
  private let descriptor: Int32

  init(directory: String) throws {
    descriptor = open("\(directory)/serve.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Admin.Failure(.centreMissing(directory), code: .notFound)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw Admin.Failure(.centreRunning(directory), code: .conflict)
    }
  }

  func release() {
    close(descriptor)
  }
}

/// Every connection is a file, and a shell gives a process 1,024 of them where the
/// system would allow many more.
enum DescriptorLimit {
  /// More than all connections, photos and databases a centre has open at once.
  private static let wanted: rlim_t = 65_536

  /// Raises the limit as far as the system allows. What it refuses is met later, by
  /// a listener that pauses (`EventLoop`).
  static func raise() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < wanted else { return }
    limit.rlim_cur = min(limit.rlim_max, wanted)
    _ = setrlimit(resource, &limit)
  }
}
