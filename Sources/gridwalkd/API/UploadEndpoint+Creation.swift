import CentralCore
import Domain
import HTTP
import SyncProtocol

extension UploadEndpoint {
  func creation(_ head: RequestHead, _ device: Device) throws -> BodyPlan {
    let creation = try UploadCreation(head.headers)
    switch creation.manner {
    case .final(let parts, let concat):
      guard let content = creation.metadata.content, !head.hasBody else {
        throw ProblemCode.malformed.fault
      }
      let upload = try centre.uploads.concatenate(
        parts, to: content, concat: concat, metadata: creation.metadata.text, device: device)
      return .respond(try created(upload, offset: upload.limit, upload.receipt, device))
    case .partial(let length), .whole(let length):
      let announced = Uploads.Announcement(
        creation.metadata.content, length: length, metadata: creation.metadata.text)
      return head.hasBody
        ? try creationWithUpload(announced, head, device)
        : .respond(try creationOnly(announced, device))
    }
  }

  private func creationOnly(
    _ announced: Uploads.Announcement, _ device: Device
  ) throws -> Response {
    let upload = try centre.uploads.create(announced, device: device.id)
    return try created(upload, offset: centre.uploads.offset(of: upload), nil, device)
  }

  /// "The Client MAY include either the entirety or a chunk of the upload data
  /// in the body of the POST request. In this case, similar rules as for the
  /// PATCH request and response apply."
  private func creationWithUpload(
    _ announced: Uploads.Announcement, _ head: RequestHead, _ device: Device
  ) throws -> BodyPlan {
    try UploadHeaders.checkContentType(head.headers)
    let checksum = try AnnouncedChecksum(head)
    let most = announced.length ?? announced.content?.limit ?? Limits.photoBytes
    if let length = head.contentLength, length > most { throw UploadFault.tooLarge }
    if let content = announced.content, let length = announced.length,
      length <= Int64(Self.inMemoryBytes), head.contentLength == length
    {
      return .stream(
        WholeSink(
          endpoint: self, announced: announced, content: content, length: length,
          checksum: checksum, device: device))
    }
    let upload = try centre.uploads.create(announced, device: device.id)
    let standing = try centre.uploads.offset(of: upload)
    return .stream(
      UploadSink(
        endpoint: self, created: upload, device: device, standing: standing, checksum: checksum))
  }

  /// "The Server MUST acknowledge a successful upload creation with the 201
  /// Created status. The Server MUST set the Location header to the URL of the
  /// created resource." With it its offset and, when it is complete, its receipt.
  func created(
    _ upload: Upload, offset: Int64, _ receipt: Receipt?, _ device: Device
  ) throws -> Response {
    var (upload, response) = (upload, Response(status: 201))
    if upload.content != nil, offset == upload.length {
      let receipt = try receipt ?? centre.uploads.complete(upload, device: device)
      response = try .json(receipt, status: 201)
      upload.receipt = receipt
    }
    response.headers.set("Location", "/v1/uploads/\(upload.id.text)")
    response.headers.set("Upload-Offset", String(offset))
    return tus(response, on: upload)
  }
}
