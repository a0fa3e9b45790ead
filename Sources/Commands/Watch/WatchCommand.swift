import Bytes
import CommandTree
import Contract
import Diagnostics
import Feeds
import HTTPServer
import LocalMirror
import Machine
import Site
import Sync

/// `trumeau watch`: keeps mirror, pages and feeds up to date until it is stopped.
enum WatchCommand {
  static let command = Command(
    "watch", "keep mirror, pages and feeds up to date until Ctrl-C",
    discussion: """
      Pulls at once and then at intervals, builds pages and feeds where something changed or a window
      opened or closed, and goes on when the shop is away. With --listen it also takes the shop's
      webhooks at /webhook, as hints to pull now, and tells a monitor how it is at /healthz and
      /metrics. A hint is only believed when its signature is right, and what changed is always what
      the shop's change feed says.
      """,
    examples: [
      Example("trumeau watch", "pull every 5 minutes, build what changed"),
      Example(
        "trumeau watch --listen 8088 --secret-file .trumeau/webhook-secret",
        "pull as soon as the shop says that something changed"),
    ],
    options: [
      .value("interval", "TIME", "between pulls, such as 30s, 5m or 1h (default 5m)"),
      .value("rounds", "N", "end after so many rounds"),
      .flag("no-build", "only pull"),
      .value("listen", "[ADDRESS:]PORT", "take webhooks and tell figures here; 0 is any free port"),
      .value(
        "secret-file", "FILE", "the webhook secrets, one a line; several while one is replaced"),
      .value(
        "scheme", "NAME", "how webhooks are signed (default standard)",
        choices: ["standard", "shopify", "saleor"]),
      .value("address-file", "FILE", "write the address to a file, for scripts"),
    ],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    Signals.collect()
    let project = try OpenProject(invocation, console)
    let builds = !invocation.flag("no-build")
    if builds { _ = try project.storefronts(named: []) }
    let seconds = try interval(invocation)
    let rounds = try invocation.integer("rounds", in: 1...1_000_000)
    let state = WatchState()
    let server = try listen(invocation, console, project, state, staleSeconds: seconds * 3)
    defer { server?.stop() }
    if let server {
      console.json(Document("watch") { $0.field("address", server.baseURL) }.text)
    } else {
      console.json(Document("watch") { $0.field("address", nil) }.text)
    }
    let work = WatchWork(project: project, console: console, state: state)
    let loop = WatchLoop(
      intervalMs: seconds * 1000, settleMs: 300, time: SystemTime(), state: state,
      isStopped: { Signals.isInterrupted }, pull: work.pull,
      build: { builds ? work.build() : nil })
    try loop.run(rounds: rounds)
    return Signals.isInterrupted ? .interrupted : .done
  }

  private static func interval(_ invocation: Invocation) throws -> Int {
    guard let text = invocation.value("interval") else { return 300 }
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
    guard let last = text.last, let unit = units[last], let number = Int(text.dropLast()),
      (1...86_400).contains(number)
    else {
      throw UsageError(
        "--interval takes a time such as 30s, 5m or 1h, not \"\(text)\"", path: invocation.path)
    }
    return number * unit
  }

  private static func listen(
    _ invocation: Invocation, _ console: Console, _ project: OpenProject, _ state: WatchState,
    staleSeconds: Int
  ) throws -> HTTPServer? {
    guard let place = invocation.value("listen") else {
      for name in ["secret-file", "scheme", "address-file"]
      where invocation.value(name) != nil {
        throw UsageError("--\(name) goes with --listen", path: invocation.path)
      }
      return nil
    }
    var configuration = HTTPServer.Configuration()
    let parts = place.split(separator: ":", omittingEmptySubsequences: false)
    guard let port = Int(parts.last ?? ""), (0...65_535).contains(port) else {
      throw UsageError(
        "--listen takes a port such as 8088 or an address and a port, not \"\(place)\"",
        path: invocation.path)
    }
    if parts.count > 1 { configuration.host = parts.dropLast().joined(separator: ":") }
    configuration.port = port
    configuration.threadCount = 1
    configuration.bodyLimit = 1 << 20
    let watch = WatchServer(
      state: state, verifier: try verifier(invocation, project), time: SystemTime(),
      staleSeconds: Int64(staleSeconds))
    let server = try HTTPServer(configuration) { watch.respond(to: $0) }
    console.note("Listening at \(server.baseURL): /webhook, /healthz, /metrics")
    if let file = invocation.value("address-file") { try Files.write(server.baseURL, to: file) }
    return server
  }

  private static func verifier(
    _ invocation: Invocation, _ project: OpenProject
  ) throws -> WebhookVerifier? {
    guard let file = invocation.value("secret-file") else { return nil }
    let secrets = try Files.readText(Path.join(Files.currentFolder, file))
      .split(whereSeparator: \.isWhitespace).map(String.init)
    let scheme: WebhookVerifier.Scheme =
      switch invocation.value("scheme") {
      case "shopify": .shopify
      case "saleor": .saleor
      default: .standard
      }
    do throws(WebhookRefusal) {
      return try WebhookVerifier(scheme, secrets: secrets)
    } catch {
      throw Failure(
        "watch.secret", "the webhook secrets in \(file) cannot be used: \(error)",
        help: "write the secret that the shop showed into the file, one a line", exit: .usage)
    }
  }
}

/// What a round of a watch does.
struct WatchWork {
  let project: OpenProject
  let console: Console
  let state: WatchState

  /// Pulls. What fails for the moment is told and tried again at the next round; a token that is not
  /// accepted ends the watch, because waiting does not mend it.
  func pull() throws -> WatchLoop.Round {
    let report: PullReport
    do {
      let mirror = try project.openMirror(console)
      report = try PullCommand.pull(project, mirror, Pull.Options(), console)
    } catch let error as PullError where error.code != .unauthenticated && error.code != .forbidden
    {
      return missed(error.message)
    } catch let error as MirrorError where error.code == .inUse {
      return missed(error.message)
    }
    state.note { figures in
      figures.pulls += 1
      figures.lastPull = SystemTime().now
      figures.records = report.streams.reduce(0) { $0 + $1.count }
      figures.lastFailure = report.faults.first
    }
    let changed = report.streams.reduce(0) { $0 + $1.inserted + $1.updated + $1.deleted }
    say(changed == 0 ? "nothing new" : "\(ProgressLine.grouped(changed)) changes")
    for fault in report.faults { say("not proven: \(fault)") }
    return report.hasChanges ? .changed : .unchanged
  }

  private func missed(_ reason: String) -> WatchLoop.Round {
    state.note { figures in
      figures.failedPulls += 1
      figures.lastFailure = reason
    }
    say("\(reason); the next round tries again")
    return .failed
  }

  /// Builds pages and feeds; where that fails the old ones stay, and the reason is told.
  func build() -> Instant? {
    do {
      let reports = try SiteBuild(project: project.settings, options: SiteBuild.Options()).run()
      let pages = reports.reduce(0) { $0 + $1.pageCount }
      let sink = DiagnosticSink()
      let feeds = try ProductFeeds(project.settings).build(
        [], at: SystemTime().now, isShrinkAllowed: false, sink: sink)
      console.show(sink.all)
      state.note { $0.builds += 1 }
      say("built \(ProgressLine.grouped(pages)) pages, \(feeds.count) feeds")
      return reports.compactMap(\.nextWake).min()
    } catch {
      let failure = Failure(error)
      state.note { figures in
        figures.failedBuilds += 1
        figures.lastFailure = failure.message
      }
      console.show(failure.findings)
      say("the build failed, the old site stays: \(failure.message)")
      // A window that has opened must not be forgotten with the build that failed.
      return SystemTime().now.adding(seconds: 60)
    }
  }

  private func say(_ text: String) {
    console.report("\(SystemTime().now.rfc3339)  \(text)")
  }
}
