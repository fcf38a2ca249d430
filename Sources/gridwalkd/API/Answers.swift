import CentralCore
import Database
import HTTP
import SyncProtocol

/// An error that already knows its problem.
struct ProblemFault: Error {
  let code: ProblemCode
  var headers: Headers = [:]
}

extension ProblemCode {
  var fault: ProblemFault { ProblemFault(code: self) }
}

extension Response {
  /// JSON, never cached.
  static func json(_ value: some Encodable, status: Int = 200) throws -> Response {
    json(bytes: try WireJSON.encode(value), status)
  }

  /// JSON, never cached.
  static func json(_ value: some PlainJSONWritable, status: Int = 200) throws -> Response {
    json(bytes: try WireJSON.encode(value), status)
  }

  private static func json(bytes: [UInt8], _ status: Int) -> Response {
    Response(
      status: status,
      headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
      body: .bytes(bytes))
  }

  /// An RFC 9457 problem.
  static func problem(
    _ code: ProblemCode, expected: Int64? = nil, headers: Headers = [:]
  ) -> Response {
    var headers = headers
    headers.set("Content-Type", Problem.mediaType)
    headers.set("Cache-Control", "no-store")
    if code == .unauthorized { headers.set("WWW-Authenticate", "Bearer") }
    if code.isRetryable, !headers.contains("Retry-After") { headers.set("Retry-After", "5") }
    // Encoding strings and integers cannot fail; an empty body would still
    // carry the right status.
    let body = (try? WireJSON.encode(Problem(code, expected: expected))) ?? []
    return Response(status: code.status, headers: headers, body: .bytes(body))
  }

  static func notAllowed(_ methods: [String]) -> Response {
    .problem(.methodNotAllowed, headers: ["Allow": methods.joined(separator: ", ")])
  }

  /// What the body returns, or the problem its error means.
  static func of(_ body: () throws -> Response) -> Response {
    do { return try body() } catch { return Faults.response(to: error) }
  }
}

/// The one place where the centre's errors become problems.
enum Faults {
  static func response(to error: any Error) -> Response {
    switch error {
    case let fault as ProblemFault: return .problem(fault.code, headers: fault.headers)
    case let fault as Enrollment.Fault: return .problem(code(of: fault))
    case let fault as UploadFault: return response(to: fault)
    case Feed.Fault.cursorExpired: return .problem(.cursorExpired)
    case is DecodingError: return .problem(.malformed)
    case let fault as BlobFault: return .problem(fault == .full ? .storageFull : .failed)
    case let fault as DatabaseError: return .problem(code(of: fault))
    default: return .problem(.failed)
    }
  }

  private static func code(of fault: Enrollment.Fault) -> ProblemCode {
    switch fault {
    case .codeWrong: .codeWrong
    case .codeUsed: .codeUsed
    case .codeExpired: .codeExpired
    case .unauthorized, .workerUnknown: .unauthorized
    case .revoked: .deviceRevoked
    }
  }

  private static func code(of fault: DatabaseError) -> ProblemCode {
    switch fault.kind {
    case .full: .storageFull
    case .busy: .busy
    default: .failed
    }
  }

  private static func response(to fault: UploadFault) -> Response {
    switch fault {
    case .unknown: .problem(.uploadUnknown)
    case .offset(let offset):
      .problem(.offsetMismatch, headers: ["Upload-Offset": String(offset)])
    case .incomplete(let offset):
      .problem(.uploadIncomplete, headers: ["Upload-Offset": String(offset)])
    case .tooLarge: .problem(.tooLarge)
    case .digestMismatch: .problem(.digestMismatch)
    case .segment(let fault): .problem(fault.code, expected: fault.expected)
    case .segmentMalformed(.chainBroken): .problem(.chainBroken)
    case .segmentMalformed: .problem(.segmentMalformed)
    case .preempted: .problem(.offsetMismatch)
    }
  }
}
