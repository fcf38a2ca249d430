import Domain
import Foundation
import HTTP
import Support
import SyncProtocol

/// A serving centre, and one input after another against it.
final class Fuzzer {
  struct Unfit: Error { let words: String }

  /// Inputs after which uploads and session are made anew: some were used up.
  private static let renewal: UInt64 = 2000

  let seed: UInt64
  private let district: District
  private var incarnation: UniqueID
  private var enrolled: EnrollAnswer
  private var corpus: Corpus
  private(set) var statuses: [Int: Int] = [:]
  private(set) var resets = 0

  init(seed: UInt64) throws {
    self.seed = seed
    district = try District()
    try district.serve()
    (incarnation, enrolled) = try Self.enroll(district, from: 249)
    corpus = Corpus(
      gifts: .init(
        token: enrolled.token, device: enrolled.device, incarnation: incarnation, cookie: "",
        uploads: [], photo: "", cursor: ""))
    try renew(0)
  }

  /// - Parameter place: each enrolment comes from an address of its own: damaged
  ///   ones have used up what the fuzzer's own may try.
  private static func enroll(
    _ district: District, from place: UInt64
  ) throws -> (UniqueID, EnrollAnswer) {
    var random = SystemRandomNumberGenerator()
    let incarnation = UniqueID.v4(using: &random)
    let request = EnrollRequest(
      code: try district.code(for: "W001"), incarnation: incarnation, name: "fuzz")
    let answer = try send(
      district.port, "POST", "/v1/enroll", ["X-Forwarded-For": "198.51.100.\(place % 250)"],
      try WireJSON.encode(request))
    return (incarnation, try WireJSON.decode(EnrollAnswer.self, from: answer.body))
  }

  /// The bytes of one input, in the pieces they are sent in.
  func input(_ number: UInt64) -> [ArraySlice<UInt8>] {
    var generator = Generator(seed: seed, input: number)
    var bytes: [UInt8] = []
    repeat {
      let good = corpus.request(&generator)
      let request = generator.once(in: 4) ? good : Mutator.damaged(good, &generator)
      bytes += request.bytes()
    } while generator.once(in: 4)
    if generator.once(in: 6) { Mutator.flip(&bytes, &generator) }
    guard generator.once(in: 3), bytes.count > 1 else { return [bytes[...]] }
    let cut = generator.below(bytes.count)
    return [bytes[..<cut], bytes[cut...]]
  }

  /// What is wrong with the answer to an input; nil when nothing is.
  func run(_ number: UInt64) throws -> String? {
    if number > 0, number % Self.renewal == 0 { try renew(number) }
    let pieces = input(number)
    switch Exchange.run(port: district.port, pieces) {
    case .reset:
      resets += 1
      return nil
    case .silent: return "no end of the answer within \(Exchange.limitSeconds) s"
    case .unreachable(let code): return "the centre cannot be reached: errno \(code)"
    case .answered(let bytes):
      var reader = AnswerReader(bytes, to: pieces.flatMap { $0 })
      do {
        let found = try reader.statuses()
        for status in found { statuses[status, default: 0] += 1 }
        // 503 and 507 are fair, and 505 is HTTP's own; any other is a mistake of ours.
        return found.first { $0 >= 500 && ![503, 505, 507].contains($0) }.map { "answered \($0)" }
      } catch let fault as AnswerReader.Fault {
        return fault.words
      }
    }
  }

  /// Whether the centre still does what it is for.
  func examine() throws {
    guard try Self.send(district.port, "GET", "/healthz", [:]).status == 200 else {
      throw Unfit(words: "/healthz is not 200")
    }
  }

  /// Stops the centre, which must end well and find itself whole.
  func finish() throws {
    let ended = district.stop()
    guard ended?.status == 0 else {
      throw Unfit(words: "the centre ended with \(ended?.status ?? -1): \(ended?.errors ?? "")")
    }
    let checked = try district.admin(["check"])
    guard checked.status == 0 else { throw Unfit(words: "check: \(checked.errors)") }
  }

  /// A new device, new uploads and a new session in the place of those that were
  /// used up: a device may leave only so many uploads unfinished.
  private func renew(_ number: UInt64) throws {
    try examine()
    (incarnation, enrolled) = try Self.enroll(district, from: number / Self.renewal)
    let port = district.port
    let authorization: Headers = [
      "Authorization": "Bearer \(enrolled.token)", "Tus-Resumable": "1.0.0",
    ]
    func create(_ body: [UInt8], _ sent: [UInt8]) throws -> String {
      var headers = authorization
      headers.set("Upload-Length", String(body.count))
      headers.set("Content-Type", "application/offset+octet-stream")
      headers.set(
        "Upload-Metadata",
        "kind \(Base64.encode(Array("photo".utf8))),"
          + "sha256 \(Base64.encode(Array(SHA256.hash(body).hex.utf8)))")
      let answer = try Self.send(port, "POST", "/v1/uploads", headers, sent)
      guard answer.status == 201 else { throw Unfit(words: "no upload: \(answer.status)") }
      return answer.headers.first("Location") ?? ""
    }
    var gifts = corpus.gifts
    (gifts.token, gifts.device, gifts.incarnation) =
      (enrolled.token, enrolled.device, incarnation)
    gifts.uploads = try (0..<32).map { place in
      try create(Array("upload \(number) \(place) of a fuzzer".utf8), [])
    }
    let photo = Array("a photo".utf8)
    _ = try create(photo, photo)
    gifts.photo = SHA256.hash(photo).hex
    let page = try Self.send(port, "GET", "/v1/changes", authorization)
    gifts.cursor = try WireJSON.decode(ChangePage.self, from: page.body).cursor
    let password = district.founding["password"] as? String ?? ""
    let signedIn = try Self.send(
      port, "POST", "/console/sign-in",
      ["X-Forwarded-For": "192.0.2.\(number / Self.renewal % 250)"],
      Array("name=admin&password=\(password)".utf8))
    gifts.cookie = String((signedIn.headers.first("Set-Cookie") ?? "").prefix { $0 != ";" })
    corpus = Corpus(gifts: gifts)
  }

  private static func send(
    _ port: Int, _ method: String, _ target: String, _ headers: Headers, _ body: [UInt8] = []
  ) throws -> ClientResponse {
    try HTTPConnection(host: "127.0.0.1", port: port).send(
      ClientRequest(method: method, target: target, headers: headers),
      body: body.isEmpty ? .none : .bytes(body), responseLimit: 16 << 20)
  }
}
