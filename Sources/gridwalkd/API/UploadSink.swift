import CentralCore
import HTTP
import SyncProtocol

/// The body of a PATCH, or of a creation-with-upload, on its way to the disk.
///
/// A torn body keeps its prefix: the writer's file has every byte that came,
/// and whoever asks for the offset next fsyncs it first. One with a checksum is
/// kept aside first, and leaves nothing when it is torn.
final class UploadSink: BodySink {
  private enum Answer {
    case appended
    case created
  }

  /// The writer counts: its answer carries the headers of tus.
  let limit = Int64.max
  private let endpoint: UploadEndpoint
  private let upload: Upload
  private let device: Device
  private let offset: Int64
  private let length: Int64?
  private let checksum: AnnouncedChecksum
  private var skipping: Int64
  private let answer: Answer
  private var writer: UploadWriter?
  private var chunk: UploadChunk?
  private var kept: Int64 = 0
  private var refusal: (any Error)?

  /// The body of a PATCH at this offset.
  ///
  /// - Parameter length: a deferred length that this request sets.
  init(
    endpoint: UploadEndpoint, upload: Upload, device: Device, offset: Int64, length: Int64?,
    checksum: AnnouncedChecksum
  ) {
    self.endpoint = endpoint
    self.upload = upload
    self.device = device
    self.offset = offset
    self.length = length
    self.checksum = checksum
    skipping = 0
    answer = .appended
  }

  /// The body of a creation.
  ///
  /// - Parameter standing: bytes of it that the centre has already.
  init(
    endpoint: UploadEndpoint, created upload: Upload, device: Device, standing: Int64,
    checksum: AnnouncedChecksum
  ) {
    self.endpoint = endpoint
    self.upload = upload
    self.device = device
    offset = standing
    length = nil
    self.checksum = checksum
    skipping = standing
    answer = .created
  }

  func begin(_ connection: ConnectionHandle) {
    do {
      // A complete upload needs no file: its bytes are skipped.
      if offset != upload.length {
        writer = try endpoint.centre.uploads.open(upload, at: offset, length: length) {
          connection.close()
        }
      }
      if checksum.isAwaited { chunk = try endpoint.centre.uploads.makeChunk() }
    } catch {
      refusal = error
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    if let refusal { throw refusal }
    if let chunk {
      kept += Int64(bytes.count)
      guard kept <= (length ?? upload.limit) - offset + skipping else {
        throw UploadFault.tooLarge
      }
      return try chunk.write(bytes)
    }
    let skipped = Int(min(skipping, Int64(bytes.count)))
    skipping -= Int64(skipped)
    let rest = UnsafeRawBufferPointer(rebasing: bytes[skipped...])
    if !rest.isEmpty { try writer?.write(rest) }
  }

  func finish(trailers: Headers) -> Response {
    do {
      return try finished(trailers)
    } catch {
      return failed(error)
    }
  }

  private func finished(_ trailers: Headers) throws -> Response {
    if let refusal { throw refusal }
    if let chunk, let sum = try checksum.value(trailers) {
      try chunk.release(sum, from: skipping, to: writer)
    }
    let uploads = endpoint.centre.uploads
    let (reached, receipt) =
      try writer.map { try uploads.finish($0, device: device) } ?? (offset, nil)
    if answer == .created {
      return try endpoint.created(upload, offset: reached, receipt, device)
    }
    var upload = upload
    upload.receipt = receipt
    // "The Server MUST acknowledge successful PATCH requests with the 204 No
    // Content status. It MUST include the Upload-Offset header containing the
    // new offset."
    return endpoint.tus(
      Response(status: 204, headers: ["Upload-Offset": String(reached)]), on: upload)
  }

  func failed(_ error: any Error) -> Response {
    // What fitted is kept; a full disk may have taken a part.
    torn()
    return endpoint.tus(Faults.response(to: error), on: upload)
  }

  func torn() {
    guard let writer else { return }
    // Nobody waits for this answer, and the file keeps its bytes: the next
    // request for the offset fsyncs, or reports why it cannot.
    _ = try? endpoint.centre.uploads.finish(writer)
    self.writer = nil
  }
}
