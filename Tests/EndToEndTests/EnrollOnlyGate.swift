import HTTP

/// A captive portal that lets the enrolment through and nothing else.
final class EnrollOnlyGate {
  let port: Int
  private let server: HTTPServer

  init(to target: Int) throws {
    server = try HTTPServer(handler: Portal(target: target))
    port = try server.start(host: "127.0.0.1", port: 0)
  }

  deinit { server.stop(graceSeconds: 0) }

  private struct Portal: HTTPHandler {
    let target: Int

    func plan(_ head: RequestHead) -> BodyPlan {
      guard head.path == "/v1/enroll" else {
        return .respond(Response(status: 200, text: "<html>", type: "text/html"))
      }
      return .collect(upTo: 65_536) { request in
        do {
          let answer = try HTTPConnection(host: "127.0.0.1", port: target).send(
            ClientRequest(method: "POST", target: "/v1/enroll"), body: .bytes(request.body),
            responseLimit: 65_536)
          return Response(
            status: answer.status, headers: ["Content-Type": "application/json"],
            body: .bytes(answer.body))
        } catch {
          return Response(status: 502)
        }
      }
    }
  }
}
