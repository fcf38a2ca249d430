import CentralCore
import Domain
import HTTP
import SyncProtocol

/// tus 1.0.0 at `/v1/uploads`: core, creation, creation-with-upload,
/// termination (PROTOCOL.md §6). Clauses of the specification are quoted where
/// they are kept.
struct UploadEndpoint {
  static let version = "1.0.0"
  static let extensions = "creation,creation-with-upload,termination"
  static let contentType = "application/offset+octet-stream"
  /// What comes whole with its creation is taken in memory up to this size: two
  /// seconds of a slow link, so that a centre that is killed costs no more.
  static let inMemoryBytes = Uploads.wholeBytes

  let centre: Centre

  func plan(_ head: RequestHead, id: String?, _ devices: DeviceGate) -> BodyPlan {
    // "The X-HTTP-Method-Override request header MUST be a string which MUST be
    // interpreted as the request's method by the Server."
    let method = head.headers.first("X-HTTP-Method-Override") ?? head.method
    if method == "OPTIONS" { return .respond(options()) }
    // "If the version specified by the Client is not supported by the Server,
    // it MUST respond with the 412 Precondition Failed status and MUST include
    // the Tus-Version header. In addition, the Server MUST NOT process the
    // request." GET is ours, not tus's, and needs no version.
    guard method == "GET" || head.headers.all("Tus-Resumable") == [Self.version] else {
      return .respond(tus(.problem(.versionUnsupported, headers: ["Tus-Version": Self.version])))
    }
    do {
      let device = try devices.admit(head)
      guard let id else {
        guard method == "POST" else { return .respond(tus(.notAllowed(["POST", "OPTIONS"]))) }
        return try creation(head, device)
      }
      return try existing(method, head, id, device)
    } catch {
      return .respond(tus(Faults.response(to: error)))
    }
  }

  private func existing(
    _ method: String, _ head: RequestHead, _ id: String, _ device: Device
  ) throws -> BodyPlan {
    guard let id = UniqueID(id) else { throw UploadFault.unknown }
    let upload = try centre.uploads.find(id, of: device.id)
    switch method {
    case "HEAD": return .respond(tus(try standing(of: upload)))
    case "PATCH": return try append(head, to: upload, device)
    case "DELETE":
      try centre.uploads.terminate(upload)
      return .respond(tus(Response(status: 204)))
    case "GET": return .respond(tus(try .json(centre.uploads.complete(upload, device: device))))
    default: return .respond(tus(.notAllowed(["HEAD", "PATCH", "DELETE", "GET", "OPTIONS"])))
    }
  }

  private func options() -> Response {
    tus(
      Response(
        status: 204,
        headers: [
          "Tus-Version": Self.version, "Tus-Extension": Self.extensions,
          "Tus-Max-Size": String(Limits.photoBytes),
        ]))
  }

  /// "The response MUST include the Upload-Offset header … even if the offset
  /// is 0, or the upload is already considered completed. … The Server MUST
  /// prevent the client and/or proxies from caching the response".
  private func standing(of upload: Upload) throws -> Response {
    var headers: Headers = [
      "Upload-Offset": String(try centre.uploads.offset(of: upload)),
      "Upload-Length": String(upload.length), "Cache-Control": "no-store",
    ]
    if !upload.metadata.isEmpty { headers.set("Upload-Metadata", upload.metadata) }
    return Response(status: 200, headers: headers)
  }

  private func append(
    _ head: RequestHead, to upload: Upload, _ device: Device
  ) throws -> BodyPlan {
    // "If the Server receives a PATCH request without this Content-Type it
    // SHOULD return a 415 Unsupported Media Type status."
    guard head.headers.first("Content-Type") == Self.contentType else {
      throw ProblemCode.contentType.fault
    }
    let offset = try UploadHeaders.number("Upload-Offset", in: head.headers)
    guard offset <= upload.length else {
      throw UploadFault.offset(is: try centre.uploads.offset(of: upload))
    }
    if upload.receipt != nil {
      guard offset == upload.length else { throw UploadFault.offset(is: upload.length) }
      return .respond(tus(Response(status: 204, headers: ["Upload-Offset": String(offset)])))
    }
    return .stream(
      UploadSink(
        endpoint: self, upload: upload, device: device, offset: offset, skipping: 0,
        answer: .appended))
  }

  private func creation(_ head: RequestHead, _ device: Device) throws -> BodyPlan {
    let length = try UploadHeaders.number("Upload-Length", in: head.headers)
    let metadata = try UploadMetadata(head.headers)
    guard length <= Limits.photoBytes else { throw UploadFault.tooLarge }
    guard head.hasBody else {
      let upload = try create(metadata, length, device)
      return .respond(
        tus(try created(upload, offset: centre.uploads.offset(of: upload), nil, device)))
    }
    guard head.headers.first("Content-Type") == Self.contentType else {
      throw ProblemCode.contentType.fault
    }
    if length <= Int64(Self.inMemoryBytes), head.contentLength == length {
      return .stream(WholeSink(endpoint: self, metadata: metadata, length: length, device: device))
    }
    let upload = try create(metadata, length, device)
    let standing = try centre.uploads.offset(of: upload)
    return .stream(
      UploadSink(
        endpoint: self, upload: upload, device: device, offset: standing,
        skipping: standing, answer: .created))
  }

  private func create(
    _ metadata: UploadMetadata, _ length: Int64, _ device: Device
  ) throws -> Upload {
    try centre.uploads.create(
      metadata.content, length: length, metadata: metadata.text, device: device.id)
  }

  /// 201 with the upload's address and, when it is complete, its receipt.
  func created(
    _ upload: Upload, offset: Int64, _ receipt: Receipt?, _ device: Device
  ) throws -> Response {
    var response =
      offset == upload.length
      ? try .json(
        receipt ?? centre.uploads.complete(upload, device: device), status: 201)
      : Response(status: 201)
    response.headers.set("Location", "/v1/uploads/\(upload.id.text)")
    response.headers.set("Upload-Offset", String(offset))
    return response
  }

  /// "The Tus-Resumable header MUST be included in every request and response
  /// except for OPTIONS requests."
  func tus(_ response: Response) -> Response {
    var response = response
    response.headers.set("Tus-Resumable", Self.version)
    return response
  }
}
