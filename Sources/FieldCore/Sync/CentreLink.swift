import SyncProtocol

/// The way to the centre during one round: the transport, and what was learnt
/// on the way about the link and about what stands between.
final class CentreLink {
  private let transport: any Transport
  private let patience: Patience
  private let report: (SyncEvent) -> Void
  /// Whether the centre answered in this round: a link that broke may come back.
  private var hasAnswered = false
  /// Breaks since the link last carried anything.
  private var breaks = 0
  /// Whether PATCH, HEAD and DELETE travel as POST, because something between
  /// does not let them through (tus 1.0.0, X-HTTP-Method-Override).
  private(set) var overridesMethods = false
  /// Whether bodies say their length first, because something between does not
  /// take chunked ones.
  private(set) var saysLengths = false
  /// The most bytes of a body that something between lets through; nil when
  /// nothing was seen to stop any.
  private(set) var bodyLimit: Int64?

  /// Smaller pieces than this are not tried.
  static let smallestPiece: Int64 = 16_384

  init(
    _ transport: any Transport, patience: Patience, report: @escaping (SyncEvent) -> Void
  ) {
    self.transport = transport
    self.patience = patience
    self.report = report
  }

  /// Sends one request as what stands between lets it through.
  func send(_ request: TransportRequest) throws(TransportError) -> TransportResponse {
    var request = request
    if saysLengths { request.endsEarly = nil }
    if overridesMethods, Self.isUnusual(request.method) {
      request.headers.append((name: "X-HTTP-Method-Override", value: request.method))
      request.method = "POST"
    }
    let response = try transport.send(request)
    hasAnswered = true
    return response
  }

  /// Notes that the link carried something.
  func noteProgress() { breaks = 0 }

  /// Waits after a break; false when the link is to be left alone.
  ///
  /// A break after progress is tried again at once, then at growing distances
  /// as long as the round's patience lasts; a round that finds no link ends.
  func waits(after error: TransportError) -> Bool {
    // What broke was there.
    guard hasAnswered || error == .broken, error.isRetryable else { return false }
    breaks += 1
    guard breaks > 1 else { return true }
    guard let seconds = patience.wait(beforeTry: breaks - 1) else { return false }
    if seconds >= 1 { report(.waiting(seconds: seconds, after: .offline(error))) }
    patience.pause(seconds)
    return true
  }

  /// Sends a request that carries nothing up, patiently.
  func sendPatiently(_ request: TransportRequest) throws(TransportError) -> TransportResponse {
    while true {
      do throws(TransportError) {
        let response = try send(request)
        noteProgress()
        return response
      } catch {
        guard waits(after: error) else { throw error }
      }
    }
  }

  /// Whether an unusual method may have been stopped, by an answer that is not
  /// the centre's; from now on they travel as POST. False when they do already.
  func overridesMethods(after response: TransportResponse, to method: String) -> Bool {
    guard Self.isUnusual(method), [400, 403, 404, 405, 501].contains(response.status) else {
      return false
    }
    return giveWay()
  }

  /// Sends unusual methods as POST and bodies with their length; false when
  /// that is done already.
  func giveWay() -> Bool {
    guard !overridesMethods else { return false }
    overridesMethods = true
    saysLengths = true
    return true
  }

  /// Makes pieces smaller than what was stopped; false when they are small
  /// enough.
  func makesPieces(smallerThan bytes: Int64) -> Bool {
    let limit = min(bodyLimit ?? .max, bytes) / 2
    guard limit >= Self.smallestPiece else { return false }
    bodyLimit = limit
    saysLengths = true
    return true
  }

  private static func isUnusual(_ method: String) -> Bool {
    ["PATCH", "HEAD", "DELETE"].contains(method)
  }
}
