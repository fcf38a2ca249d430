import CentralCore
import HTTP
import SyncProtocol

/// The body of a PATCH, or of a creation-with-upload, on its way to the disk.
///
/// A torn body keeps its prefix: the writer's file has every byte that came,
/// and whoever asks for the offset next fsyncs it first.
final class UploadSink: BodySink {
  enum Answer {
    case appended
    case created
  }

  let limit: Int64
  private let endpoint: UploadEndpoint
  private let upload: Upload
  private let device: Device
  private let offset: Int64
  private var skipping: Int64
  private let answer: Answer
  private var writer: UploadWriter?
  private var refusal: (any Error)?

  /// - Parameter skipping: bytes at the body's start that the centre has.
  init(
    endpoint: UploadEndpoint, upload: Upload, device: Device, offset: Int64, skipping: Int64,
    answer: Answer
  ) {
    self.endpoint = endpoint
    self.upload = upload
    self.device = device
    self.offset = offset
    self.skipping = skipping
    self.answer = answer
    limit = upload.length - offset + skipping
  }

  func begin(_ connection: ConnectionHandle) {
    // A complete upload needs no file: its bytes are skipped.
    guard offset < upload.length else { return }
    do {
      writer = try endpoint.centre.uploads.open(upload, at: offset) { connection.close() }
    } catch {
      refusal = error
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    if let refusal { throw refusal }
    let skipped = Int(min(skipping, Int64(bytes.count)))
    skipping -= Int64(skipped)
    let rest = UnsafeRawBufferPointer(rebasing: bytes[skipped...])
    if !rest.isEmpty { try writer?.write(rest) }
  }

  func finish(trailers: Headers) -> Response {
    endpoint.tus(
      .of {
        if let refusal { throw refusal }
        let (reached, receipt) =
          try writer.map { try endpoint.centre.uploads.finish($0, device: device) }
          ?? (offset, nil)
        if answer == .created {
          return try endpoint.created(upload, offset: reached, receipt, device)
        }
        return Response(status: 204, headers: ["Upload-Offset": String(reached)])
      })
  }

  func failed(_ error: any Error) -> Response {
    // What fitted is kept; a full disk may have taken a part.
    torn()
    return endpoint.tus(Faults.response(to: error))
  }

  func torn() {
    guard let writer else { return }
    // Nobody waits for this answer, and the file keeps its bytes: the next
    // request for the offset fsyncs, or reports why it cannot.
    _ = try? endpoint.centre.uploads.finish(writer)
    self.writer = nil
  }
}
