import Bytes
import CommandTree
import Diagnostics
import LocalMirror
import Machine
import Settings
import Site
import Sync
import Synchronization

/// Looks for changes until it is told to stop, and has everything follow them. Used by one thread.
struct DevWatch {
  private let server: DevServer
  private let builder: BackgroundBuild
  private let isStopped: @Sendable () -> Bool
  private var watch: FileWatch
  private var places: [FileWatch.Place]
  /// Whether a file about a product has a fault: it is looked at again with every change.
  private var hasFileErrors = false
  /// How the mirror was when it was last looked at, and how its files were.
  private var mirrorState: String?
  private var mirrorStamp: [Int64] = []
  /// How often the mirror is looked at again though its files have not changed: a transaction is seen
  /// by others only some time after its last byte was written.
  private var doubts = 0

  /// Milliseconds without a change of templates or settings after which everything is built.
  private static let buildPause = 1_500
  /// Milliseconds after which what had to wait is tried again.
  private static let retryPause = 400
  /// Looks at a mirror after a write, each after twice the time of the one before: 2.5 s in all.
  private static let doubtLimit = 7

  init(
    _ server: DevServer, _ builder: BackgroundBuild, isStopped: @escaping @Sendable () -> Bool
  ) throws {
    self.server = server
    self.builder = builder
    self.isStopped = isStopped
    places = ProjectChange.places(server.project, try? server.storefront(of: server.project))
    watch = try FileWatch(places)
  }

  mutating func run() {
    begin()
    while !isStopped() {
      let change: FileWatch.Change
      do {
        change = try watch.wait(milliseconds: pause)
      } catch {
        server.tell(DevServer.findings(error), "Files are no longer watched.")
        return
      }
      server.events.tick()
      guard !isStopped() else { return }
      follow(sorted(change))
    }
  }

  /// Milliseconds until something is to be done without any change: nothing is looked at in between,
  /// because the kernel tells of files, and a signal ends the wait.
  private var pause: Int {
    let (shown, isWaiting) = server.state.withLock { ($0.shown, $0.hasWaitingFiles) }
    if doubts > 0 { return 20 << (Self.doubtLimit - doubts) }
    if isWaiting { return Self.retryPause }
    let patience = server.events.patience
    guard case .pages(let pages) = shown, let next = pages.nextChange else { return patience }
    let left = (next.microseconds - SystemTime().now.microseconds) / 1_000 + 1
    return Int(min(max(left, 1), Int64(patience)))
  }

  private mutating func begin() {
    let begun = SystemTime.monotonicSeconds
    let findings = takeInFiles()
    _ = mirrorHasChanged()
    if findings.contains(where: { $0.severity == .error }) {
      server.show(.broken(findings))
    } else {
      server.open()
    }
    switch server.shown() {
    case .loading: break
    case .broken(let findings): server.tell(findings, "The site cannot be shown yet.")
    case .pages(let pages):
      server.console.show(pages.findings)
      server.tell("ready in \(Self.took(since: begun))")
      build(afterMilliseconds: 0, isStart: true)
    }
  }

  private func sorted(_ change: FileWatch.Change) -> ProjectChange {
    switch change {
    case .none: return ProjectChange()
    case .everything: return .everything
    case .files(let paths):
      let project = server.project
      return ProjectChange(
        paths, of: project, storefront: try? server.storefront(of: project))
    }
  }

  // MARK: Following

  private mutating func follow(_ change: ProjectChange) {
    var change = change
    let begun = SystemTime.monotonicSeconds
    let (shown, isWaiting) = server.state.withLock { ($0.shown, $0.hasWaitingFiles) }
    if isWaiting { change.hasProducts = true }
    if case .pages(let pages) = shown, let next = pages.nextChange, next <= SystemTime().now {
      server.tell("a window opened or shut")
      change.hasMirror = true
    } else {
      // Readers and builds touch the mirror's file too, which changes nothing that pages show.
      if change.hasMirror || doubts > 0 { change.hasMirror = mirrorHasChanged() }
      guard !change.isEmpty else { return }
    }
    if change.hasSettings, !readSettings() { return }
    // A change of the mirror may be a product whose file is to be written anew.
    let findings = change.hasProducts || change.hasMirror || hasFileErrors ? takeInFiles() : []
    if findings.contains(where: { $0.severity == .error }) {
      server.show(.broken(findings))
    } else {
      server.open()
    }
    if case .pages(let pages) = server.shown() { mirrorState = pages.mirrorState }
    settle(change, before: shown, begun: begun)
  }

  /// Whether the mirror says something else than when it was last looked at.
  private mutating func mirrorHasChanged() -> Bool {
    let project = server.project
    // Opening it makes events too, but changes neither size nor time.
    let stamp = Self.stamp(of: project.path(project.site.mirrorPath))
    if stamp != mirrorStamp { doubts = Self.doubtLimit }
    guard doubts > 0 else { return false }
    doubts -= 1
    mirrorStamp = stamp
    // A mirror that cannot be opened is as good as none; opening the site tells why.
    let now = try? MirrorReader(
      path: project.path(project.site.mirrorPath), tenant: project.site.tenant
    ).stateName
    defer { mirrorState = now }
    return now != mirrorState
  }

  /// Size and time of the mirror's file and of its log; an empty log is as good as none.
  private static func stamp(of path: String) -> [Int64] {
    [path, "\(path)-wal"].flatMap { path -> [Int64] in
      guard let file = Files.information(path), file.size > 0 else { return [0, 0, 0] }
      return [Int64(file.size), file.modified.microseconds, Int64(bitPattern: file.inode)]
    }
  }

  /// Tells browsers and the terminal what became of a change, and has the site built.
  private func settle(_ change: ProjectChange, before: DevServer.Shown, begun: Double) {
    let problems = server.state.withLock { $0.problems.count { $0.severity == .error } }
    let name = Self.words(change)
    switch server.shown() {
    case .loading: break
    case .broken(let findings):
      builder.cancel()
      server.events.tell(.reload, problems: problems)
      server.tell(findings, "\(name): the page shows what is wrong")
    case .pages(let pages):
      if case .pages(let old) = before, change.isStylesOnly,
        let names = Self.styles(old.assetPaths, pages.assetPaths)
      {
        if !names.isEmpty { server.events.tell(.styles(names), problems: problems) }
      } else {
        server.events.tell(.reload, problems: problems)
      }
      let mended = if case .broken = before { "mended, " } else { "" }
      server.tell(
        "\(name)   \(server.console.good("\(mended)shown in \(Self.took(since: begun))"))")
      if case .broken = before { server.console.show(pages.findings) }
      build(afterMilliseconds: change.isSmall ? 0 : Self.buildPause)
    }
  }

  private func build(afterMilliseconds pause: Int, isStart: Bool = false) {
    guard server.configuration.builds else { return }
    let project = server.project
    if isStart, let storefront = try? server.storefront(of: project),
      (try? server.preview.isBuilt(project, storefront: storefront)) == true
    {
      return
    }
    builder.request(project, afterMilliseconds: pause)
  }

  /// New paths of style sheets by their old ones; nil where anything else is new.
  static func styles(_ old: [String: String], _ new: [String: String]) -> [String: String]? {
    guard Set(old.keys) == Set(new.keys) else { return nil }
    var names: [String: String] = [:]
    for (name, path) in new where old[name] != path {
      guard name.hasSuffix(".css"), let before = old[name] else { return nil }
      names["/\(before)"] = "/\(path)"
    }
    return names
  }

  // MARK: Settings and files

  /// Reads the settings; false where they have errors, which are shown then.
  private mutating func readSettings() -> Bool {
    let sink = DiagnosticSink()
    do {
      let project = try Project.load(from: server.configuration.folder, sink: sink)
      guard !sink.hasErrors else {
        return refuse(sink.all)
      }
      server.state.withLock { $0.project = project }
      let new = ProjectChange.places(project, try? server.storefront(of: project))
      if new != places {
        watch = try FileWatch(new)
        places = new
      }
      return true
    } catch {
      return refuse(DevServer.findings(error))
    }
  }

  private func refuse(_ findings: [Diagnostic]) -> Bool {
    let before = server.show(.broken(findings))
    var change = ProjectChange()
    change.hasSettings = true
    settle(change, before: before, begun: SystemTime.monotonicSeconds)
    return false
  }

  /// Takes in what people changed in files of products; gives what is wrong with them.
  private mutating func takeInFiles() -> [Diagnostic] {
    let open = OpenProject(settings: server.project)
    do {
      let report = try open.takeInFilesIfFree(server.console)
      server.state.withLock { $0.hasWaitingFiles = report == nil }
      guard let report else { return [] }
      hasFileErrors = report.hasErrors
      if !report.hasErrors { report.tell(server.console) }
      return report.findings
    } catch {
      return DevServer.findings(error)
    }
  }

  // MARK: Words

  private static func words(_ change: ProjectChange) -> String {
    switch change.names.count {
    case 0: change.hasSettings ? "settings" : "the mirror"
    case 1: change.names[0]
    default: "\(change.names[0]) and \(change.names.count - 1) more"
    }
  }

  private static func took(since begun: Double) -> String {
    let seconds = SystemTime.monotonicSeconds - begun
    return seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : ProgressLine.took(seconds)
  }
}
