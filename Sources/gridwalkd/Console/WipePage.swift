import CLI
import CentralCore
import Domain
import HTTP
import SyncProtocol

/// Where an administrator orders that a lost device wipes itself, or takes the
/// order back.
struct WipePage {
  let centre: Centre
  let frame: Frame

  func response(id: String) throws -> Response {
    let device = try UniqueID(id).flatMap { id in try centre.store.read { try $0.device(id) } }
    guard let device else { return frame.page(.consoleNotFound, body: "", status: 404) }
    let word = frame.word
    return frame.page(
      .consoleWipe,
      body: """
        <p>\(device.name) · \(device.worker) · <code>\(device.id.text)</code></p>
        <p class="flag">\(word(.consoleWipeAsk))</p>
        <form method="post" action="/console/devices/\(device.id.text)/wipe">
        <input type="hidden" name="form_token" value="\(frame.session.formToken)">
        \(choice(.send, .consoleWipeSend, isChosen: device.revokedAt == nil))
        \(choice(.drop, .consoleWipeDrop, isChosen: device.revokedAt != nil))
        <button>\(word(.consoleWipeConfirm))</button>
        </form>
        """)
  }

  private func choice(
    _ unsent: WipeOrder.Unsent, _ sentence: Sentence, isChosen: Bool
  ) -> HTML {
    """
    <label><input type="radio" name="unsent" value="\(unsent.rawValue)" required\
    \(isChosen ? " checked" : "")> \(frame.word(sentence))</label>
    """
  }

  /// Does what a form of this page or the list of devices asks for.
  func take(_ action: String, id: String, _ form: FormBody) throws -> Response {
    guard let device = UniqueID(id) else { throw ProblemCode.notFound.fault }
    let account = frame.session.account
    do {
      switch action {
      case "keep": try centre.wipes.withdraw(device, by: account)
      case "wipe":
        guard let unsent = WipeOrder.Unsent(rawValue: form["unsent"] ?? "") else {
          throw ProblemCode.malformed.fault
        }
        try centre.wipes.order(device, unsent: unsent, by: account)
      default: throw ProblemCode.notFound.fault
      }
    } catch let fault as Wipes.Fault {
      let why: HTML = "<p>\(frame.word(fault.sentence(id)))</p>"
      return frame.page(.consoleWipeRefused, body: why, status: 409)
    }
    return .seeOther("/console/devices")
  }
}
