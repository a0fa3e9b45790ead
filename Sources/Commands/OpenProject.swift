import Bytes
import Catalog
import CommandTree
import Connectors
import Contract
import Diagnostics
import LocalMirror
import Machine
import Settings

/// The project that a command works on: its settings, and where its files are.
struct OpenProject {
  let settings: Project
  let root: String

  /// Finds and reads the project's settings.
  init(_ invocation: Invocation, _ console: Console) throws {
    let sink = DiagnosticSink()
    let folder = invocation.value("project") ?? Files.currentFolder
    settings = try Project.load(from: folder, sink: sink)
    if sink.hasErrors {
      throw Failure("", "", exit: .usage, findings: sink.all)
    }
    console.show(sink.all)
    root = settings.root
    let isOld = (try? MirrorStore.needsUpgrade(mirrorPath)) ?? false  // whoever reads it tells why
    if isOld {
      // Nothing but this program's newer version can read it then, and nobody may be online.
      _ = try openMirror(console)
      console.note(console.faint("The mirror of an older version was brought up to date."))
    }
  }

  /// A project whose settings have been read.
  init(settings: Project) {
    self.settings = settings
    root = settings.root
  }

  /// A path of the settings, as one that can be opened from anywhere.
  func path(_ relative: String) -> String { Path.join(root, relative) }

  var mirrorPath: String { path(settings.site.mirrorPath) }

  /// The storefront of that name, or the first.
  func storefront(named name: String?) throws -> StorefrontSettings {
    guard let name else {
      guard let first = settings.storefronts.first else { throw Failure.noStorefront }
      return first
    }
    if let found = settings.storefronts.first(where: { $0.name == name }) { return found }
    let near = Suggestion.nearest(to: name, among: settings.storefronts.map(\.name))
    throw Failure(
      "config.no-storefront", "there is no storefront \"\(name)\"",
      help: near.map { "did you mean `\($0)`?" }, exit: .usage)
  }

  /// The storefronts of these names, or all; never none.
  func storefronts(named names: [String]) throws -> [StorefrontSettings] {
    guard names.isEmpty else { return try names.map { try storefront(named: $0) } }
    guard !settings.storefronts.isEmpty else { throw Failure.noStorefront }
    return settings.storefronts
  }

  /// The bearer token: from TRUMEAU_TOKEN or from the file that the settings name.
  func token() throws -> String {
    if let token = Environment.value("TRUMEAU_TOKEN") { return token }
    let file = path(settings.site.tokenFile)
    let text: String
    do {
      text = try Files.readText(file)
    } catch {
      throw Failure(
        "sign-in.no-token", "there is no token: \(settings.site.tokenFile) cannot be read",
        help: "put a token of the commerce API into that file (mode 600), or into TRUMEAU_TOKEN",
        exit: .signInNeeded)
    }
    let token = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    guard !token.isEmpty else {
      throw Failure(
        "sign-in.no-token", "the token file \(settings.site.tokenFile) is empty",
        help: "put a token of the commerce API into it", exit: .signInNeeded)
    }
    return token
  }

  /// The time that pages are made for: `--at`, or now.
  func instant(_ invocation: Invocation) throws -> Instant {
    try instant("at", invocation) ?? SystemTime().now
  }

  /// The time that an option names: an instant, or a time by the clocks of the site or of a zone of its
  /// own. Nil where the option is not given.
  func instant(_ name: String, _ invocation: Invocation) throws -> Instant? {
    try Self.instant(name, invocation, zone: settings.site.timeZone)
  }

  /// The same by the clocks of a zone, without a project.
  static func instant(_ name: String, _ invocation: Invocation, zone: String) throws -> Instant? {
    guard let text = invocation.value(name) else { return nil }
    if CivilDate(text) != nil { return AuthoredTime(text, zone: "UTC")?.instant(.opening) }
    if let time = AuthoredTime(text, zone: zone) { return time.instant(.opening) }
    throw UsageError(
      "--\(name) takes a time such as 2026-12-01T09:00 (by the clocks of \(zone)), "
        + "2026-12-01T09:00:00Z, \"2026-12-01T09:00 Asia/Tokyo\", or a date, not \"\(text)\"",
      path: invocation.path)
  }

  /// Seconds of an option that is a span of time; nil where it is not given.
  static func seconds(_ name: String, _ invocation: Invocation) throws -> Int64? {
    guard let text = invocation.value(name) else { return nil }
    if let seconds = AuthoredSpan.seconds(text) { return seconds }
    throw UsageError(
      "--\(name) takes a span of time such as 30m, 6h or 2d, not \"\(text)\"", path: invocation.path
    )
  }
}

extension OpenProject {
  /// The platform that the settings name, ready to be read and written.
  func makeSource(pageSize: Int) throws -> any CatalogTarget {
    let site = settings.site
    switch site.connector {
    case .native:
      return NativeConnector(url: site.apiURL, token: try token(), snapshotPage: pageSize)
    case .oscar:
      var configuration = OscarConnector.Configuration()
      configuration.country = site.oscar.country
      configuration.timeZone = site.oscar.timeZone
      configuration.locales = site.oscar.locales
      configuration.areTaxesIncluded = site.oscar.pricesIncludeTax
      return OscarConnector(url: site.apiURL, token: try token(), configuration: configuration)
    case .tryton:
      var configuration = TrytonConnector.Configuration()
      configuration.database = site.tryton.database
      configuration.company = site.tryton.company
      configuration.unit = site.tryton.unit
      configuration.country = site.tryton.country
      configuration.timeZone = site.tryton.timeZone
      configuration.locales = site.tryton.locales
      configuration.areTaxesIncluded = site.tryton.pricesIncludeTax
      return TrytonConnector(url: site.apiURL, token: try token(), configuration: configuration)
    }
  }
}

extension Failure {
  /// A command needs pages, and nothing says which.
  static var noStorefront: Failure {
    Failure(
      "config.no-storefront", "the project has no storefront",
      help: "write storefronts/main.yaml", exit: .usage)
  }
}
