import CentralCore
import HTTP
import SyncProtocol

/// A small upload that comes whole with its creation: gathered in memory, and
/// settled by one commit. A torn one keeps its prefix like any other.
final class WholeSink: BodySink {
  let limit: Int64
  private let endpoint: UploadEndpoint
  private let metadata: UploadMetadata
  private let device: Device
  private var bytes: [UInt8] = []

  /// - Parameter length: at most `UploadEndpoint.inMemoryBytes`.
  init(endpoint: UploadEndpoint, metadata: UploadMetadata, length: Int64, device: Device) {
    self.endpoint = endpoint
    self.metadata = metadata
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
        let upload = try endpoint.centre.uploads.takeWhole(
          metadata.content, bytes, metadata: metadata.text, device: device)
        return try endpoint.created(upload, offset: upload.length, upload.receipt, device)
      })
  }

  func failed(_ error: any Error) -> Response {
    torn()
    return endpoint.tus(Faults.response(to: error))
  }

  func torn() {
    guard !bytes.isEmpty else { return }
    // Nobody waits for an answer; what cannot be kept is sent again.
    try? endpoint.centre.uploads.keep(
      prefix: bytes, of: metadata.content, length: limit, metadata: metadata.text,
      device: device.id)
  }
}
