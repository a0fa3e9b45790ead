import Bytes
import Diagnostics
import HTTPServer
import Machine
import Settings
import Site
import Synchronization

extension DevServer {
  /// Answers a browser. Runs on the server's threads.
  func respond(to request: Request) -> Response {
    guard configuration.hosts.allows(request) else { return configuration.hosts.refusal(request) }
    guard request.method == "GET" || request.method == "HEAD" else {
      return Response(
        status: 405, headers: ["Allow": "GET, HEAD", "Content-Type": "text/plain; charset=utf-8"],
        body: .bytes(Array("Only GET and HEAD are served here\n".utf8)))
    }
    guard let query = request.query, request.segments != nil else {
      return plain(400, "Malformed address")
    }
    if request.path.hasPrefix("/_trumeau/") { return own(request, query) }
    // Before anything is looked at: a page that is older than its number would never be loaded again.
    let version = events.version
    switch shown() {
    case .loading: return plain(503, "Starting")
    case .broken(let findings):
      // Style sheets and pictures of pages that are open already.
      let name = Path.name(of: request.path)
      if name.contains("."), !name.hasSuffix(".html") { return published(request, as: nil) }
      return brokenPage(findings, version)
    case .pages(let present):
      do {
        return try respond(to: request, query, present, version)
      } catch {
        return brokenPage(Self.findings(error), version)
      }
    }
  }

  /// What is looked at, and the number of the last event when the look began.
  private struct Look {
    let request: Request
    let choice: PreviewChoice
    let pages: PreviewState
    let version: Int
  }

  private func respond(
    to request: Request, _ query: [Request.QueryItem], _ present: PreviewState, _ version: Int
  ) throws -> Response {
    let tiers = present.tiers.map(\.key)
    let choice = PreviewChoice(request, default: configuration.start, tiers: tiers, zone: zone)
    do throws(PreviewChoice.Refusal) {
      if let cookies = try PreviewChoice.cookies(for: query, tiers: tiers, zone: zone) {
        return remember(cookies, request, choice, present)
      }
    } catch {
      return plain(error.status, error.message)
    }
    let path = String(request.path.drop { $0 == "/" || $0 == "\\" })
    if let file = try file(path, request, present) { return file }
    let pages = try pages(present, at: choice.at)
    if path.isEmpty, choice.market != nil || choice.locale != nil,
      let home = pages.home(market: choice.market, locale: choice.locale),
      home != pages.home(market: nil, locale: nil)
    {
      return redirect(to: home)
    }
    return try page(
      "/\(path)", Look(request: request, choice: choice, pages: pages, version: version))
  }

  // MARK: Pages

  private func page(_ path: String, _ look: Look) throws -> Response {
    let (request, choice, pages) = (look.request, look.choice, look.pages)
    switch try pages.look(at: path, as: choice.tier) {
    case .page(let page): return html(page, status: page.kind == "404" ? 404 : 200, look)
    case .broken(let findings): return brokenPage(findings, look.version, on: path)
    case .moved(let target): return redirect(to: target)
    case .gone: return try notFound(path, status: 410, look)
    case .nothing: break
    }
    // A page of the preview is as new as the mirror: no file of a build knows better what is in stock.
    if PreviewState.isAvailability(path) { return Response(status: 204, headers: Self.pageHeaders) }
    let name = Path.name(of: path)
    if !path.hasSuffix("/"), case .page = try pages.look(at: "\(path)/", as: choice.tier) {
      // Relative to the path's own folder, so that `//host` cannot send anybody elsewhere.
      let rest = request.rawQuery.map { "?\($0)" } ?? ""
      return Response(
        status: 302, headers: ["Location": "./\(name)/\(rest)", "Cache-Control": "no-store"])
    }
    // Sitemaps, feeds, lists of redirects: what a build writes besides pages.
    if name.contains("."), !name.hasSuffix(".html") {
      let answer = published(request, as: choice.tier)
      if answer.status != 404 { return answer }
    }
    return try notFound(path, status: 404, look)
  }

  private func notFound(_ path: String, status: Int, _ look: Look) throws -> Response {
    let (choice, pages) = (look.choice, look.pages)
    let near = pages.near(path, as: choice.tier)
    switch try pages.notFound(path, as: choice.tier) {
    case .page(let page):
      return html(
        page, status: status, look,
        notice: PreviewBar.Notice(path: path, isGone: status == 410, near: near))
    case .broken(let findings): return brokenPage(findings, look.version, on: path)
    case .moved, .gone, .nothing: return plain(404, "There is nothing at \(path)")
    }
  }

  /// A page with the bar and the script of the preview in it.
  private func html(
    _ page: PreviewPage, status: Int, _ look: Look, notice: PreviewBar.Notice? = nil
  ) -> Response {
    let problems = state.withLock { $0.problems.count { $0.severity == .error } }
    let bar = PreviewBar(
      page: page, choice: look.choice, pages: look.pages, zone: zone, problemCount: problems,
      session: events.session, version: look.version, notice: notice)
    var response = Response(
      status: status, body: .bytes(PreviewBar.insert(bar.html, into: page.bytes)))
    response.headers = Self.pageHeaders
    return response
  }

  static let pageHeaders: Headers = [
    "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache", "Vary": "Cookie",
    "X-Content-Type-Options": "nosniff",
  ]

  private func brokenPage(
    _ findings: [Diagnostic], _ version: Int, on path: String? = nil
  ) -> Response {
    if let path { tell(findings, "\(path) shows what is wrong") }
    let page = ErrorPage(
      findings: findings, path: path, session: events.session, version: version)
    return Response(status: 500, headers: Self.pageHeaders, body: .bytes(Array(page.html.utf8)))
  }

  // MARK: Files

  /// A file that a build wrote.
  private func published(_ request: Request, as tier: String?) -> Response {
    let project = project
    // A storefront that is gone has no files.
    guard let storefront = try? storefront(of: project) else { return plain(404, "Not found") }
    let root = tier.map { storefront.privateOutput(tier: $0) } ?? storefront.output
    let answer = StaticFiles(root: project.path(root)).respond(to: request)
    return answer.status == 404 ? plain(404, "Not found") : answer
  }

  /// A file of the theme, or a picture, as it is on the disk now.
  private func file(_ path: String, _ request: Request, _ pages: PreviewState) throws -> Response? {
    if let bytes = pages.asset(path) {
      return Response(
        headers: [
          "Content-Type": ContentType.of(path), "Cache-Control": "no-cache",
          "X-Content-Type-Options": "nosniff",
        ], body: .bytes(bytes))
    }
    guard let picture = pages.picture("/\(path)") else { return nil }
    return Response.file(
      picture, for: request, contentType: ContentType.of(picture),
      headers: ["Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"])
  }

  /// What belongs to the preview itself.
  private func own(_ request: Request, _ query: [Request.QueryItem]) -> Response {
    func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
    switch request.path {
    case "/_trumeau/events":
      return events.respond(
        session: value("session"), since: value("since").flatMap { Int($0) } ?? -1)
    case "/_trumeau/preview.js": return text(PreviewFiles.script, "text/javascript; charset=utf-8")
    case "/_trumeau/preview.css": return text(PreviewFiles.style, "text/css; charset=utf-8")
    case "/_trumeau/problems":
      let problems = state.withLock { $0.problems }
      let page = ErrorPage(
        findings: problems, path: nil, session: events.session, version: events.version,
        isOfBuild: true)
      return Response(headers: Self.pageHeaders, body: .bytes(Array(page.html.utf8)))
    default: return plain(404, "There is nothing at \(request.path)")
    }
  }

  private func text(_ text: String, _ type: String) -> Response {
    Response(
      headers: [
        "Content-Type": type, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
      ], body: .bytes(Array(text.utf8)))
  }

  private func plain(_ status: Int, _ text: String) -> Response {
    Response(status: status, contentType: "text/plain; charset=utf-8", text: "\(text)\n")
  }

  // MARK: Going elsewhere

  private func redirect(to path: String) -> Response {
    Response(
      status: 302, headers: ["Location": path, "Cache-Control": "no-store", "Vary": "Cookie"])
  }

  /// Keeps a choice in cookies and goes on to the page in that market and language.
  private func remember(
    _ cookies: [(name: String, value: String)], _ request: Request, _ choice: PreviewChoice,
    _ present: PreviewState
  ) -> Response {
    let path = "/" + request.path.drop { $0 == "/" || $0 == "\\" }
    let wanted = Dictionary(cookies.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    var target = path
    if wanted["market"] != nil || wanted["locale"] != nil {
      let tier = wanted["as"].map { $0 == "public" ? nil : $0 } ?? choice.tier
      guard
        let sister = present.sister(
          of: path, market: wanted["market"], locale: wanted["locale"], as: tier)
      else {
        let names = present.views.map { "\($0.market) in \($0.locale)" }
        return plain(
          404,
          "There is no such market or language here; there are \(names.joined(separator: ", ")).")
      }
      target = sister
    }
    let rest = (request.rawQuery ?? "").split(separator: "&").filter { part in
      !PreviewChoice.names.contains { part == $0 || part.hasPrefix("\($0)=") }
    }
    if !rest.isEmpty { target += "?\(rest.joined(separator: "&"))" }
    var response = Response(
      status: 303, headers: ["Location": target, "Cache-Control": "no-store"])
    for cookie in cookies {
      response.headers.add(
        "Set-Cookie",
        "\(PreviewChoice.cookiePrefix)\(cookie.name)=\(cookie.value); Path=/; HttpOnly; SameSite=Lax"
      )
    }
    return response
  }
}
