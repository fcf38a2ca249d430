import Domain
import SyncProtocol

/// Good requests of every kind the centre knows, for one device and one
/// signed-in person.
struct Corpus {
  /// What the centre gave out in this run; the inputs do not depend on it.
  struct Gifts {
    var token: String
    var device: UniqueID
    var incarnation: UniqueID
    var cookie: String
    var uploads: [String]
    var photo: String
    var cursor: String
  }

  let gifts: Gifts

  /// One request without a fault.
  func request(_ generator: inout Generator) -> FuzzRequest {
    switch generator.below(20) {
    case 0: return device("GET", "/v1/session?incarnation=\(gifts.incarnation.text)")
    case 1:
      let limit = generator.pick(["1", "500", "0", "-1", "99999999999999999999"])
      return device("GET", "/v1/changes?cursor=\(gifts.cursor)&limit=\(limit)")
    case 2: return device("GET", "/v1/changes")
    case 3: return device(generator.pick(["GET", "HEAD"]), "/v1/photos/\(gifts.photo)")
    case 4, 5: return enrolment(&generator)
    case 6: return FuzzRequest("OPTIONS", "/v1/uploads")
    case 7, 8: return creation(bytes(&generator, 400), kind: "photo", whole: true)
    case 9: return creation(bytes(&generator, 400), kind: "photo", whole: false)
    case 10, 11: return creation(segment(&generator), kind: "segment", whole: true)
    case 12, 13, 14: return existing(&generator)
    case 15, 16: return page(&generator)
    case 17 where generator.once(in: 8): return signIn(&generator)
    case 17: return signOut(&generator)
    case 18:
      return FuzzRequest("GET", generator.pick(["/healthz", "/metrics", "/", "/favicon.ico"]))
    default: return device("GET", "/v1/nothing/\(generator.below(10))")
    }
  }

  private func device(
    _ method: String, _ target: String, _ fields: [(String, String)] = [], body: [UInt8] = []
  ) -> FuzzRequest {
    FuzzRequest(method, target, [("Authorization", "Bearer \(gifts.token)")] + fields, body: body)
  }

  private func tus(
    _ method: String, _ target: String, _ fields: [(String, String)] = [], body: [UInt8] = []
  ) -> FuzzRequest {
    device(method, target, [("Tus-Resumable", "1.0.0")] + fields, body: body)
  }

  private func bytes(_ generator: inout Generator, _ limit: Int) -> [UInt8] {
    (0..<generator.below(limit) + 1).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
  }

  private func enrolment(_ generator: inout Generator) -> FuzzRequest {
    let body = """
      {"code":"\(generator.pick(["AAAA-AAAA", "x", ""]))","incarnation":"\(gifts.incarnation.text)",
      "name":"handheld","schema":\(generator.pick(["1", "2", "1e0", "-1"]))}
      """
    return FuzzRequest(
      "POST", "/v1/enroll",
      [
        ("Content-Type", "application/json"),
        ("X-Forwarded-For", "198.51.100.\(generator.below(250))"),
      ], body: Array(body.utf8))
  }

  private func creation(_ bytes: [UInt8], kind: String, whole: Bool) -> FuzzRequest {
    let metadata =
      "kind \(Base64.encode(Array(kind.utf8))),"
      + "sha256 \(Base64.encode(Array(SHA256.hash(bytes).hex.utf8)))"
    var fields = [("Upload-Length", String(bytes.count)), ("Upload-Metadata", metadata)]
    if whole { fields.append(("Content-Type", "application/offset+octet-stream")) }
    return tus("POST", "/v1/uploads", fields, body: whole ? bytes : [])
  }

  private func existing(_ generator: inout Generator) -> FuzzRequest {
    let upload = generator.pick(gifts.uploads)
    switch generator.below(8) {
    case 0: return tus("HEAD", upload)
    case 1: return tus("GET", upload)
    case 2: return tus("DELETE", upload)
    case 3: return tus("POST", upload, [("X-HTTP-Method-Override", "PATCH")])
    default:
      return tus(
        "PATCH", upload,
        [
          ("Upload-Offset", generator.pick(["0", "0", "0", "1", "7"])),
          ("Content-Type", "application/offset+octet-stream"),
        ], body: bytes(&generator, 60))
    }
  }

  private func page(_ generator: inout Generator) -> FuzzRequest {
    let path = generator.pick([
      "events", "devices", "", "photos/\(gifts.photo)", "events/\(gifts.incarnation.text)",
      "style.css", "sign-in",
    ])
    return FuzzRequest("GET", "/console/\(path)", [("Cookie", gifts.cookie)])
  }

  private func signIn(_ generator: inout Generator) -> FuzzRequest {
    FuzzRequest(
      "POST", "/console/sign-in",
      [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("X-Forwarded-For", "198.51.100.\(generator.below(250))"),
      ], body: Array("name=nobody\(generator.below(100))&password=%E4%B8%AD+x%zz&&=".utf8))
  }

  private func signOut(_ generator: inout Generator) -> FuzzRequest {
    FuzzRequest(
      "POST", "/console/sign-out", [("Cookie", gifts.cookie)],
      body: Array("form_token=\(generator.below(10))".utf8))
  }

  /// A segment whose operations may be anything; the chain is right.
  private func segment(_ generator: inout Generator) -> [UInt8] {
    let first = Int64(generator.pick([1, 1, 1, 2, 9]))
    var lines: [[UInt8]] = []
    for place in 0..<generator.below(3) + 1 {
      lines.append(Array(line(first + Int64(place), &generator).utf8))
    }
    do {
      return try Segment(
        device: gifts.device, incarnation: gifts.incarnation, lane: .normal, first: first,
        previous: JournalChain.genesis(incarnation: gifts.incarnation, lane: .normal),
        lines: lines
      ).bytes()
    } catch {
      return lines.flatMap { $0 + [0x0a] }
    }
  }

  private func line(_ seq: Int64, _ generator: inout Generator) -> String {
    let value = generator.pick([
      "\"x\"", "null", "1e999", "[[[[]]]]", "{\"a\":{\"b\":{}}}", "\"\\ud800\"", "-0", "true",
    ])
    let action = generator.pick(["create", "update", "delete", "act", "x"])
    let id = String(format(generator.next()))
    return """
      {"op":"0198aaaa-0000-7000-8000-\(id)","lane":"normal","seq":\(seq),\
      "record":"0198aaaa-0000-7000-8000-\(id)","element":"diary","kind":"diary",\
      "action":"\(action)","grid":"440399001001001","fields":{"content":\(value)},"base":0,\
      "evidence":{"at":1790000000000}}
      """
  }

  /// Twelve hexadecimal digits.
  private func format(_ number: UInt64) -> Substring {
    ("000000000000" + String(number, radix: 16)).suffix(12)
  }
}
