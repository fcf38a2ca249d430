import CentralCore
import Domain
import HTTP
import SyncProtocol

/// tus 1.0.0 at `/v1/uploads` with its extensions (PROTOCOL.md §6). Clauses of
/// the specification are quoted where they are kept.
struct UploadEndpoint {
  static let version = "1.0.0"
  static let extensions =
    "creation,creation-with-upload,creation-defer-length,expiration,checksum,checksum-trailer,"
    + "termination,concatenation"
  static let contentType = "application/offset+octet-stream"
  /// What comes whole with its creation is taken in memory up to this size: two
  /// seconds of a slow link, so that a centre that is killed costs no more.
  static let inMemoryBytes = Uploads.wholeBytes

  let centre: Centre

  func plan(_ head: RequestHead, id: String?, _ devices: DeviceGate) -> BodyPlan {
    do {
      // "The X-HTTP-Method-Override request header MUST be a string which MUST
      // be interpreted as the request's method by the Server, if the header is
      // presented. The actual method of the request MUST be ignored."
      let method =
        try UploadHeaders.single("X-HTTP-Method-Override", in: head.headers) ?? head.method
      // "The Client SHOULD NOT include the Tus-Resumable header in the request
      // and the Server MUST ignore the header."
      if method == "OPTIONS" { return .respond(options()) }
      try checkVersion(method, head)
      let device = try devices.admit(head)
      if let id { return try existing(method, head, id, device) }
      guard method == "POST" else { return .respond(tus(.notAllowed(["POST", "OPTIONS"]))) }
      return try creation(head, device)
    } catch {
      return .respond(tus(Faults.response(to: error)))
    }
  }

  /// "If the version specified by the Client is not supported by the Server, it
  /// MUST respond with the 412 Precondition Failed status and MUST include the
  /// Tus-Version header into the response. In addition, the Server MUST NOT
  /// process the request." GET is ours, not tus's, and needs no version.
  private func checkVersion(_ method: String, _ head: RequestHead) throws {
    guard method != "GET", head.headers.all("Tus-Resumable") != [Self.version] else { return }
    throw ProblemFault(code: .versionUnsupported, headers: ["Tus-Version": Self.version])
  }

  private func existing(
    _ method: String, _ head: RequestHead, _ id: String, _ device: Device
  ) throws -> BodyPlan {
    guard let id = UniqueID(id) else { throw UploadFault.unknown }
    let upload = try centre.uploads.find(id, of: device.id)
    switch method {
    case "HEAD": return .respond(try standing(of: upload))
    case "PATCH": return append(head, to: upload, device)
    case "DELETE":
      // "… MUST respond with the 204 No Content status confirming that the
      // upload was terminated."
      try centre.uploads.terminate(upload)
      return .respond(tus(Response(status: 204)))
    case "GET": return .respond(tus(try .json(centre.uploads.complete(upload, device: device))))
    default: return .respond(tus(.notAllowed(["HEAD", "PATCH", "DELETE", "GET", "OPTIONS"])))
    }
  }

  /// "A successful response … MUST contain the Tus-Version header. It MAY
  /// include the Tus-Extension and Tus-Max-Size headers." "The
  /// Tus-Checksum-Algorithm header MUST be included in the response to an
  /// OPTIONS request."
  private func options() -> Response {
    tus(
      Response(
        status: 204,
        headers: [
          "Tus-Version": Self.version, "Tus-Extension": Self.extensions,
          "Tus-Checksum-Algorithm": Checksum.algorithms,
          "Tus-Max-Size": String(Limits.photoBytes),
        ]))
  }

  /// "The Server MUST always include the Upload-Offset header in the response
  /// for a HEAD request, even if the offset is 0, or the upload is already
  /// considered completed. If the size of the upload is known, the Server MUST
  /// include the Upload-Length header in the response. … The Server MUST prevent
  /// the client and/or proxies from caching the response".
  private func standing(of upload: Upload) throws -> Response {
    var headers: Headers = [
      "Upload-Offset": String(try centre.uploads.offset(of: upload)),
      "Cache-Control": "no-store",
    ]
    // "As long as the length of the upload is not known, the Server MUST set
    // Upload-Defer-Length: 1 in all responses to HEAD requests."
    if let length = upload.length {
      headers.set("Upload-Length", String(length))
    } else {
      headers.set("Upload-Defer-Length", "1")
    }
    // "… responses to HEAD requests MUST include the Upload-Metadata header and
    // its value as specified by the Client during the creation." "Response to
    // HEAD request against partial or final upload MUST include the
    // Upload-Concat header and its value as received in the upload creation
    // request."
    if !upload.metadata.isEmpty { headers.set("Upload-Metadata", upload.metadata) }
    if let concat = upload.concat { headers.set("Upload-Concat", concat) }
    return tus(Response(status: 200, headers: headers), on: upload)
  }

  private func append(
    _ head: RequestHead, to upload: Upload, _ device: Device
  ) -> BodyPlan {
    do {
      // "The Server MUST respond with the 403 Forbidden status to PATCH requests
      // against a final upload URL and MUST NOT modify the final or its partial
      // uploads."
      guard !upload.isFinal else { throw UploadFault.final }
      let append = try UploadAppend(head)
      guard append.offset <= upload.limit else {
        throw UploadFault.offset(is: try centre.uploads.offset(of: upload))
      }
      if upload.receipt != nil { return .respond(try appendNothing(append, to: upload)) }
      // "Once set the length MUST NOT be changed."
      guard append.length == nil || upload.length == nil || append.length == upload.length,
        append.length ?? append.offset >= append.offset
      else { throw UploadFault.lengthSet }
      let limit = min(append.length ?? upload.limit, upload.limit)
      if let length = append.length, length > upload.limit { throw UploadFault.tooLarge }
      if let length = head.contentLength, length > limit - append.offset {
        let standing = try centre.uploads.offset(of: upload)
        throw standing == append.offset ? UploadFault.tooLarge : .offset(is: standing)
      }
      return .stream(
        UploadSink(
          endpoint: self, upload: upload, device: device, offset: append.offset,
          length: upload.length == nil ? append.length : nil, checksum: append.checksum))
    } catch {
      return .respond(tus(Faults.response(to: error), on: upload))
    }
  }

  /// A complete upload takes nothing more, and says so as often as it is asked.
  private func appendNothing(_ append: UploadAppend, to upload: Upload) throws -> Response {
    guard append.offset == upload.limit else { throw UploadFault.offset(is: upload.limit) }
    return tus(Response(status: 204, headers: ["Upload-Offset": String(append.offset)]))
  }

  /// "The Tus-Resumable header MUST be included in every request and response
  /// except for OPTIONS requests."
  func tus(_ response: Response) -> Response {
    var response = response
    response.headers.set("Tus-Resumable", Self.version)
    return response
  }

  /// "This header MUST be included in every PATCH response if the upload is
  /// going to expire. If the expiration is known at the creation, the
  /// Upload-Expires header MUST be included in the response to the initial POST
  /// request."
  func tus(_ response: Response, on upload: Upload) -> Response {
    var response = tus(response)
    if let seconds = centre.uploads.expires(upload) {
      response.headers.set("Upload-Expires", HTTPDate.text(secondsSince1970: Int(seconds)))
    }
    return response
  }
}
