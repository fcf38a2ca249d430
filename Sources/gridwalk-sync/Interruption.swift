import CLI
import Glibc

/// Ctrl-C in a round that a person asked for: says that nothing is lost, and
/// ends. Every step is on the disk before the next request, so there is nothing
/// to undo wherever it happens.
enum Interruption {
  /// From now on a thread of its own waits for SIGINT. Without one, SIGINT ends
  /// the program as ever.
  static func watch(_ streams: Streams) {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let box = Unmanaged.passRetained(Box(streams))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Interruption.wait(Unmanaged<Box>.fromOpaque(argument)) }
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      return
    }
    pthread_detach(thread)
  }

  private final class Box {
    let streams: Streams
    init(_ streams: Streams) { self.streams = streams }
  }

  private static func wait(_ box: Unmanaged<Box>) {
    let streams = box.takeRetainedValue().streams
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    var number: Int32 = 0
    guard sigwait(&signals, &number) == 0 else { return }
    // Off the progress line.
    if streams.isErrorTerminal { streams.tell(raw: "\n") }
    streams.tell(.syncInterrupted)
    _exit(ExitCode.interrupted.rawValue)
  }
}
