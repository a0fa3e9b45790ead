import Bytes
import CommandTree
import Diagnostics
import HTTPServer
import LocalMirror
import Locales
import Machine
import Settings
import Site
import Synchronization

/// The work behind `trumeau serve`: what is shown now, what is told to browsers when it changes, and the
/// site that is built behind it.
final class DevServer: Sendable {
  /// What a preview is opened with.
  struct Configuration: Sendable {
    var folder: String
    var storefront: String
    var start: PreviewChoice
    var hosts: HostCheck
    /// Whether the published site is kept up to date.
    var builds: Bool
    /// Threads that answer, and so pages that are made at once.
    var threadCount: Int
  }

  /// What browsers get.
  enum Shown: Sendable {
    /// Nothing yet.
    case loading
    /// Pages.
    case pages(PreviewState)
    /// What is wrong with templates, content or settings.
    case broken([Diagnostic])
  }

  struct State: Sendable {
    var shown = Shown.loading
    var project: Project
    /// States at other instants, the last used at the end.
    var times: [(at: Instant, state: PreviewState)] = []
    /// What the last build found wrong.
    var problems: [Diagnostic] = []
    /// Faults that were told in the terminal since the last change.
    var told: Set<String> = []
    /// Whether files of products wait to be taken in, because somebody else writes the mirror.
    var hasWaitingFiles = false
  }

  let configuration: Configuration
  let console: Console
  let events: LiveEvents
  let preview = SitePreview()
  let state: Mutex<State>
  /// Held while a state at another instant is opened, so that one is opened once.
  let opening = Mutex(())

  /// How many states at other instants are kept.
  private static let timeLimit = 3

  init(_ configuration: Configuration, project: Project, console: Console) {
    self.configuration = configuration
    self.console = console
    events = LiveEvents(session: SystemRandom().sortableID(at: SystemTime().now))
    state = Mutex(State(project: project))
  }

  var project: Project { state.withLock { $0.project } }

  /// The zone in which people type times.
  var zone: TimeZoneTable {
    TimeZoneTable(identifier: project.site.timeZone) ?? .utc
  }

  /// The storefront as the settings have it now.
  func storefront(of project: Project) throws -> StorefrontSettings {
    guard let found = project.storefronts.first(where: { $0.name == configuration.storefront })
    else {
      throw Failure(
        "config.no-storefront", "there is no storefront \"\(configuration.storefront)\" any more",
        help: "write storefronts/\(configuration.storefront).yaml", exit: .usage)
    }
    return found
  }

  // MARK: What is shown

  /// What is shown; waits while nothing is there yet.
  func shown() -> Shown {
    while true {
      let shown = state.withLock { $0.shown }
      guard case .loading = shown else { return shown }
      SystemTime().sleep(milliseconds: 5)
    }
  }

  /// Pages at an instant; nil stands for now.
  func pages(_ present: PreviewState, at instant: Instant?) throws -> PreviewState {
    guard let instant else { return present }
    return try opening.withLock { _ in
      if let known = state.withLock({ $0.times.first { $0.at == instant }?.state }) { return known }
      let project = project
      let opened = try preview.open(
        project, storefront: storefront(of: project), at: instant,
        readers: configuration.threadCount)
      state.withLock { state in
        // What was opened before a change is not shown after it.
        guard opened.mirrorState == present.mirrorState else { return }
        state.times.append((instant, opened))
        if state.times.count > Self.timeLimit { state.times.removeFirst() }
      }
      return opened
    }
  }

  /// Opens the site anew, and tells what browsers should do. Gives what there was before.
  @discardableResult
  func open() -> Shown {
    let project = project
    let new: Shown
    do {
      new = .pages(
        try preview.open(
          project, storefront: storefront(of: project), readers: configuration.threadCount))
    } catch {
      new = .broken(Self.findings(error))
    }
    return show(new)
  }

  @discardableResult
  func show(_ new: Shown) -> Shown {
    state.withLock { state in
      let old = state.shown
      state.shown = new
      state.times = []
      state.told = []
      return old
    }
  }

  /// What stopped something, as findings.
  static func findings(_ error: any Error) -> [Diagnostic] {
    let failure = Failure(error)
    let errors = failure.findings.filter { $0.severity == .error }
    if !errors.isEmpty { return failure.findings }
    return failure.findings + [
      Diagnostic(failure.code, .error, failure.message, help: failure.help)
    ]
  }

  // MARK: Builds

  /// Notes how a build ended.
  func built(_ result: Result<[BuildReport], any Error>) {
    let problems: [Diagnostic]
    switch result {
    case .success(let reports):
      problems = []
      for report in reports { tell(report) }
    case .failure(let error):
      problems = Self.findings(error)
      tell(problems, "The site was not built.")
    }
    let hasChanged = state.withLock { state in
      defer { state.problems = problems }
      return !(state.problems.isEmpty && problems.isEmpty)
    }
    if hasChanged { events.tell(.problems, problems: problems.count { $0.severity == .error }) }
  }

  private func tell(_ report: BuildReport) {
    guard report.extent != .nothing else { return }
    let pages = ProgressLine.grouped(report.renderedCount)
    tell(
      "built \(pages) page\(report.renderedCount == 1 ? "" : "s") in "
        + ProgressLine.took(report.seconds))
  }

  // MARK: Telling

  /// Tells what is wrong, in the terminal; what was told since the last change is not told again.
  func tell(_ findings: [Diagnostic], _ sentence: String) {
    let text = DiagnosticText().render(findings)
    guard state.withLock({ $0.told.insert(text).inserted }) else { return }
    console.show(findings)
    tell(console.bad(sentence))
  }

  /// One line with the time in front.
  func tell(_ text: String) {
    let second = zone.local(SystemTime().now).secondOfDay
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let clock = "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
    console.note("\(console.faint(clock))  \(text)")
  }
}
