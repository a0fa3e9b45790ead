import Bytes
import Contract
import Formats
import HTTPServer
import Machine

/// The watch's own small web server: takes webhooks as hints, and tells a monitor how things are.
struct WatchServer: Sendable {
  let state: WatchState
  /// Checks who sends a hint; nil takes none.
  let verifier: WebhookVerifier?
  let time: any TimeSource
  /// Seconds after the last good pull from which on the watch is no longer well.
  let staleSeconds: Int64

  /// Answers a request.
  func respond(to request: Request) -> Response {
    switch (request.method, request.path) {
    case ("POST", "/webhook"): webhook(request)
    case ("GET", "/healthz"): health()
    case ("GET", "/metrics"):
      Response(status: 200, contentType: "text/plain; version=0.0.4", text: metrics())
    case (_, "/webhook"), (_, "/healthz"), (_, "/metrics"):
      Response(
        status: 405, headers: ["Allow": request.path == "/webhook" ? "POST" : "GET"])
    default: Response(status: 404, contentType: "text/plain", text: "not found\n")
    }
  }

  private func webhook(_ request: Request) -> Response {
    guard let verifier else {
      return Response(
        status: 404, contentType: "text/plain", text: "this watch takes no webhooks\n")
    }
    do throws(WebhookRefusal) {
      _ = try verifier.verify(
        headers: { request.headers[$0] }, body: request.body, now: time.now)
    } catch {
      state.note { $0.refusedHints += 1 }
      return Response(status: 401, contentType: "text/plain", text: "not believed: \(error)\n")
    }
    // What the message says is not looked at: the change feed is the truth.
    state.note { $0.hints += 1 }
    state.hint()
    return Response(status: 202)
  }

  private func health() -> Response {
    let figures = state.now
    let age = figures.lastPull.map { (time.now.microseconds - $0.microseconds) / 1_000_000 }
    let isWell = age.map { $0 <= staleSeconds } ?? false
    var json = JSONWriter()
    json.beginObject()
    json.key("ok"); json.value(isWell)
    json.key("last_pull"); json.value(figures.lastPull)
    json.key("seconds_since_last_pull"); json.value(age)
    json.key("last_failure"); json.value(figures.lastFailure)
    json.end()
    return Response(
      status: isWell ? 200 : 503, contentType: "application/json", buffer: json.finish())
  }

  /// The figures in the text format of Prometheus (exposition format 0.0.4).
  private func metrics() -> String {
    let figures = state.now
    let last = (figures.lastPull?.microseconds ?? 0) / 1_000_000
    let rows: [(String, String, String, Int64)] = [
      ("pulls_total", "counter", "Pulls that ended well.", Int64(figures.pulls)),
      ("failed_pulls_total", "counter", "Pulls that failed.", Int64(figures.failedPulls)),
      ("builds_total", "counter", "Builds that ended well.", Int64(figures.builds)),
      ("failed_builds_total", "counter", "Builds that failed.", Int64(figures.failedBuilds)),
      ("webhooks_total", "counter", "Webhooks that were believed.", Int64(figures.hints)),
      (
        "refused_webhooks_total", "counter", "Webhooks that were not believed.",
        Int64(figures.refusedHints)
      ),
      ("records", "gauge", "Records in the mirror.", Int64(figures.records)),
      ("last_pull_timestamp_seconds", "gauge", "When the last good pull ended.", last),
    ]
    return rows.map { name, kind, help, value in
      """
      # HELP trumeau_\(name) \(help)
      # TYPE trumeau_\(name) \(kind)
      trumeau_\(name) \(value)

      """
    }.joined()
  }
}
