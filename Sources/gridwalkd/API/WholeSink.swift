import CentralCore
import HTTP
import SyncProtocol

/// A small upload that comes whole with its creation: gathered in memory, and
/// settled by one commit. A torn one keeps its prefix like any other, unless
/// there was a checksum to come.
final class WholeSink: BodySink {
  let limit: Int64
  private let endpoint: UploadEndpoint
  private let announced: Uploads.Announcement
  private let content: Upload.Content
  private let checksum: AnnouncedChecksum
  private let device: Device
  private var bytes: [UInt8] = []

  /// - Parameter length: at most `UploadEndpoint.inMemoryBytes`.
  init(
    endpoint: UploadEndpoint, announced: Uploads.Announcement, content: Upload.Content,
    length: Int64, checksum: AnnouncedChecksum, device: Device
  ) {
    self.endpoint = endpoint
    self.announced = announced
    self.content = content
    self.checksum = checksum
    self.device = device
    limit = length
    bytes.reserveCapacity(Int(length))
  }

  func write(_ slice: UnsafeRawBufferPointer) throws {
    bytes.append(contentsOf: slice)
  }

  func finish(trailers: Headers) -> Response {
    endpoint.tus(
      .of {
        if let sum = try checksum.value(trailers), !sum.fits(bytes) {
          throw UploadFault.checksumMismatch
        }
        let upload = try endpoint.centre.uploads.takeWhole(
          content, bytes, metadata: announced.metadata, device: device)
        return try endpoint.created(upload, offset: upload.limit, upload.receipt, device)
      })
  }

  func failed(_ error: any Error) -> Response {
    torn()
    return endpoint.tus(Faults.response(to: error))
  }

  func torn() {
    guard !bytes.isEmpty, !checksum.isAwaited else { return }
    // Nobody waits for an answer; what cannot be kept is sent again.
    try? endpoint.centre.uploads.keep(prefix: bytes, announced, device: device.id)
  }
}
