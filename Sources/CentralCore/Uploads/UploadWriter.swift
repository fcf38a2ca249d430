import Locks
import SyncProtocol

/// One request's hold on an upload.
///
/// Bytes come from one thread; another may end the hold at any time. The lock
/// decides: a write that began is finished before the hold ends, and none
/// begins after it, so two requests never write to one file.
public final class UploadWriter: Sendable {
  /// The upload in hand.
  public let upload: Upload
  private let onPreempted: @Sendable () -> Void
  private let state = Mutex<State>(State())
  /// The request this one takes over from, until it has ended.
  private let former: Mutex<UploadWriter?>

  private struct State {
    var file: UploadFile?
    var isEnded = false
  }

  init(
    upload: Upload, after former: UploadWriter?, onPreempted: @escaping @Sendable () -> Void
  ) {
    self.upload = upload
    self.former = Mutex(former)
    self.onPreempted = onPreempted
  }

  /// Ends the request before this one. A third request that comes meanwhile
  /// waits for it too: it must not begin while the first one still writes.
  func takeOver() {
    former.withLock { former in
      former?.preempt()
      former = nil
    }
  }

  func begin(_ file: UploadFile, at offset: Int64) throws {
    let size = try file.acknowledge()
    guard size == offset else { throw UploadFault.offset(is: size) }
    state.withLock { $0.file = file }
  }

  /// Appends bytes.
  ///
  /// - Throws: `UploadFault.tooLarge` above the announced length, `.preempted`
  ///   after another request took over, `BlobFault` from the disk.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    try state.withLock { state in
      guard !state.isEnded, let file = state.file else { throw UploadFault.preempted }
      guard file.size + Int64(bytes.count) <= upload.length else { throw UploadFault.tooLarge }
      try file.append(bytes)
    }
  }

  /// Ends the hold; every byte of the file it returns is durable.
  func acknowledge() throws -> UploadFile {
    try state.withLock { state in
      guard !state.isEnded, let file = state.file else { throw UploadFault.preempted }
      state.isEnded = true
      _ = try file.acknowledge()
      return file
    }
  }

  func preempt() {
    takeOver()
    let wasEnded = state.withLock { state in
      defer {
        state.isEnded = true
        state.file = nil
      }
      return state.isEnded
    }
    if !wasEnded { onPreempted() }
  }
}
