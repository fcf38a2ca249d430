import CLI
import CentralCore
import HTTP

/// What stands around every page of a signed-in console.
struct Frame {
  let language: Language
  let session: ConsoleSession

  func page(_ title: Sentence, body: HTML, status: Int = 200) -> Response {
    let heading = title.text(in: language)
    return Page.response(
      language: language, title: heading,
      body: """
        <header>
        <nav aria-label="\(word(.consoleTitle))">
        <strong>\(word(.consoleTitle))</strong>
        <a href="/console/events">\(word(.consoleEvents))</a>
        <a href="/console/devices">\(word(.consoleDevices))</a>
        </nav>
        <form method="post" action="/console/sign-out">
        <input type="hidden" name="form_token" value="\(session.formToken)">
        <span>\(session.account)</span> <button>\(word(.consoleSignOut))</button>
        </form>
        </header>
        <main><h1>\(heading)</h1>
        \(body)
        </main>
        """, status: status)
  }

  func word(_ sentence: Sentence) -> String { sentence.text(in: language) }
}

/// A whole HTML document.
enum Page {
  static func response(
    language: Language, title: String, body: HTML, status: Int = 200
  ) -> Response {
    let html: HTML = """
      <!doctype html>
      <html lang="\(language == .chinese ? "zh-CN" : "en")">
      <head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title) · Gridwalk</title>
      <link rel="stylesheet" href="/console/style.css"></head>
      <body>\(body)</body></html>

      """
    return Response(status: status, text: html.text, type: "text/html; charset=utf-8")
  }
}

/// The page that asks for name and password.
struct SignInPage {
  let language: Language
  let failed: Sentence?

  func response(status: Int = 200) -> Response {
    func word(_ sentence: Sentence) -> String { sentence.text(in: language) }
    let alert: HTML =
      status == 200 ? "" : "<p role=\"alert\">\((failed.map(word)) ?? "")</p>"
    return Page.response(
      language: language, title: word(.consoleSignIn),
      body: """
        <main class="narrow"><h1>\(word(.consoleTitle))</h1>
        \(alert)
        <form method="post" action="/console/sign-in">
        <label>\(word(.consoleName)) <input name="name" autocomplete="username" required></label>
        <label>\(word(.consolePassword))
        <input name="password" type="password" autocomplete="current-password" required></label>
        <button>\(word(.consoleSignIn))</button>
        </form></main>
        """, status: status)
  }
}

/// The console's one style sheet.
enum StyleSheet {
  static let text = """
    :root { color-scheme: light dark; }
    body { margin: 0; font: 16px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; }
    header { display: flex; flex-wrap: wrap; gap: 1rem; justify-content: space-between;
      padding: .5rem 1rem; border-bottom: 1px solid #8888; }
    nav { display: flex; gap: 1rem; }
    main { padding: 1rem; max-width: 72rem; margin: auto; }
    main.narrow { max-width: 22rem; }
    label { display: block; margin: .5rem 0; }
    input { font: inherit; width: 100%; box-sizing: border-box; padding: .3rem; }
    header input { width: auto; }
    button { font: inherit; padding: .3rem 1rem; }
    table { border-collapse: collapse; width: 100%; }
    th, td { text-align: start; padding: .4rem .6rem; border-bottom: 1px solid #8884;
      vertical-align: top; }
    img { max-width: 100%; height: auto; }
    td img { width: 8rem; }
    .flag { font-weight: bold; }
    :focus-visible { outline: 3px solid #06c; outline-offset: 2px; }

    """
}
