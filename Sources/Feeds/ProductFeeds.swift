public import Bytes
public import Diagnostics
import Formats
import Machine
public import Settings
import Storefront

/// The feeds of a project, as its settings describe them.
public struct ProductFeeds: Sendable {
  private let project: Project

  /// Names the feeds of a project.
  public init(_ project: Project) { self.project = project }

  /// Names of the channels.
  public var names: [String] { project.channels.map(\.name) }

  /// Builds and publishes the feeds of all channels, or of those named, and removes files of
  /// channels that are gone.
  ///
  /// - Parameters:
  ///   - names: channels to build; all where empty.
  ///   - isShrinkAllowed: publish although far fewer items are in a feed than last time.
  ///   - progress: called with the channel's name, products done and products in all.
  /// - Throws: what `FeedBuild.run` throws, for the first channel that fails; feeds that were
  ///   published before it stay published.
  public func build(
    _ names: [String] = [], at instant: Instant, isShrinkAllowed: Bool = false,
    sink: DiagnosticSink, progress: (String, Int, Int) -> Void = { _, _, _ in }
  ) throws -> [FeedReport] {
    let wanted = try names.isEmpty ? project.channels : names.map { try channel($0) }
    var reports: [FeedReport] = []
    for settings in wanted {
      let (storefront, market) = try place(of: settings)
      let build = FeedBuild(
        folder: folder(storefront), stateFolder: project.path(".trumeau/feeds"))
      let shop = ShopFacts(
        name: storefront.shop.name, baseURL: storefront.baseURL,
        sourceLocale: project.sourceLocale(of: storefront), mediaBase: project.site.media.base,
        rasterExtension: project.site.media.raster ?? "svg")
      reports.append(
        try build.run(
          channel(settings, storefront, sink), shop: shop,
          mirror: project.path(project.site.mirrorPath), tenant: project.site.tenant,
          marketID: market.marketID, terms: storefront.terms, at: instant,
          isShrinkAllowed: isShrinkAllowed, sink: sink
        ) { done, total in progress(settings.name, done, total) })
    }
    if names.isEmpty { try removeStale() }
    return reports
  }

  /// Checks a file of a channel by the channel's settings, or any file by the general rules.
  ///
  /// - Parameter name: the channel that the file is for, if it is one of the project's.
  public func validate(
    file path: String, as name: String? = nil, taxonomyFile: String? = nil, at instant: Instant
  ) throws -> ValidationReport {
    var options = FeedValidator.Options(now: instant)
    options.taxonomyFile = taxonomyFile
    if let name {
      let settings = try channel(name)
      let (storefront, _) = try place(of: settings)
      options.host = FeedURL(storefront.baseURL)?.host
      options.loyaltyLabels = settings.loyalty.map { ($0.programLabel, $0.tierLabel ?? $0.tier) }
      let told = Set(settings.loyalty.map(\.tier))
      options.privateTierLabels = storefront.tiers.filter { !told.contains($0) }
    }
    return try FeedValidator(options).validate(file: path)
  }

  /// The published files of a channel that exist, the plain one first.
  public func files(of name: String) throws -> [String] {
    let settings = try channel(name)
    let (storefront, _) = try place(of: settings)
    return ["xml", "xml.gz"].map { "\(folder(storefront))/\(settings.output).\($0)" }
      .filter(Files.exists)
  }

  /// Compares the feeds of all channels, or of those named, with the built pages.
  public func checkConsistency(_ names: [String] = []) throws -> PageConsistency.Result {
    var result = PageConsistency.Result()
    for name in names.isEmpty ? self.names : names {
      let (storefront, _) = try place(of: try channel(name))
      guard let file = try files(of: name).first else { continue }
      let part = try PageConsistency(
        folder: project.path(storefront.output), baseURL: storefront.baseURL
      ).check(feed: file)
      result.itemCount += part.itemCount
      result.findings += part.findings
      if let finding = otherSnapshot(try channel(name), storefront) {
        result.findings.append(finding)
      }
    }
    return result
  }

  /// Says that a feed and the pages come from two states of the catalogue, where they do.
  private func otherSnapshot(_ settings: ChannelSettings, _ storefront: StorefrontSettings)
    -> Diagnostic?
  {
    let path = "\(storefront.output)/snapshot.json"
    guard
      let feed = FeedState(folder: project.path(".trumeau/feeds"), output: settings.output),
      let bytes = try? Files.read(project.path(path)),  // pages of an older version have none
      let site = (try? JSON.parse(bytes))?.value["snapshot_id"]?.string, site != feed.snapshotID
    else { return nil }
    return Diagnostic(
      "snapshot-mismatch", .warning,
      "the feed \(settings.name) is of the snapshot \(feed.snapshotID.prefix(12)), the pages are of "
        + "\(site.prefix(12))", help: "run `trumeau build && trumeau feed build`")
  }

  // MARK: settings

  private func folder(_ storefront: StorefrontSettings) -> String {
    project.path("\(storefront.output)/feeds")
  }

  private func channel(_ name: String) throws(FeedError) -> ChannelSettings {
    guard let found = project.channels.first(where: { $0.name == name }) else {
      let near = Suggestion.nearest(to: name, among: names)
      throw FeedError(
        .settings, "there is no channel \"\(name)\"",
        help: near.map { "did you mean \($0)?" } ?? "channels: \(names.joined(separator: ", "))")
    }
    return found
  }

  private func place(
    of settings: ChannelSettings
  ) throws(FeedError) -> (StorefrontSettings, MarketSettings) {
    guard settings.kind == "google_merchant" else {
      throw FeedError(
        .settings, "the channel \(settings.name) is of the kind \"\(settings.kind)\"",
        help: "the kind that is known is google_merchant")
    }
    guard let storefront = project.storefronts.first(where: { $0.name == settings.storefront })
    else {
      throw FeedError(
        .settings,
        "the channel \(settings.name) names the storefront \"\(settings.storefront)\", "
          + "which does not exist",
        help: "storefronts: \(project.storefronts.map(\.name).joined(separator: ", "))")
    }
    guard let market = storefront.markets.first(where: { $0.key == settings.market }) else {
      throw FeedError(
        .settings,
        "the channel \(settings.name) names the market \"\(settings.market)\", which "
          + "the storefront \(storefront.name) has not",
        help: "markets: \(storefront.markets.map(\.key).joined(separator: ", "))")
    }
    guard market.locales.contains(settings.locale) else {
      throw FeedError(
        .settings,
        "the channel \(settings.name) is in \"\(settings.locale)\", which the market "
          + "\(market.key) has not", help: "locales: \(market.locales.joined(separator: ", "))")
    }
    return (storefront, market)
  }

  private func channel(
    _ settings: ChannelSettings, _ storefront: StorefrontSettings, _ sink: DiagnosticSink
  ) -> Channel {
    Channel(
      name: settings.name, market: settings.market, locale: settings.locale,
      output: settings.output, writesXML: settings.formats.contains("xml"),
      writesGzip: settings.formats.contains("gz"),
      title: settings.title ?? "\(storefront.shop.name) \(settings.market.uppercased())",
      description: settings.description
        ?? storefront.shop.description.text(in: settings.locale),
      maxShrink: settings.maxShrink ?? project.site.maxShrink,
      loyalty: settings.loyalty.map {
        Channel.Loyalty(
          tier: $0.tier, programLabel: $0.programLabel, tierLabel: $0.tierLabel ?? $0.tier)
      },
      excludedTags: settings.excludeTags,
      attributes: settings.attributes.map { ($0.name, $0.source, $0.location) }, sink: sink)
  }

  /// Removes feed files that no channel of the project writes any more.
  private func removeStale() throws {
    for storefront in project.storefronts {
      let folder = folder(storefront)
      guard Files.isFolder(folder) else { continue }
      let own = Set(
        project.channels.filter { $0.storefront == storefront.name }.flatMap { channel in
          ["\(channel.output).xml", "\(channel.output).xml.gz"]
        })
      for file in try Files.list(folder)
      where !own.contains(file) && (file.hasSuffix(".xml") || file.hasSuffix(".xml.gz")) {
        try Files.remove("\(folder)/\(file)")
      }
    }
  }
}
