public import Bytes
import Catalog
public import Diagnostics
import LocalMirror
import Liquid
import Machine
import Settings
public import Storefront
import Synchronization

/// A storefront at one state of its templates, content and mirror and at one instant, whose pages can
/// be asked for in any market, language and tier, from any thread.
public final class PreviewState: Sendable {
  /// A tier that pages can be looked at as.
  public struct Tier: Sendable, Hashable {
    /// Its key: `gold`.
    public var key: String
    /// What it is called in the shop's language.
    public var name: String
  }

  /// The instant that windows are looked at from.
  public let instant: Instant
  /// Whether that is the clock's.
  public let isPresent: Bool
  /// The next instant at which a page can be different without any change.
  public let nextChange: Instant?
  /// What the mirror's file is called inside, its revision and when it was last filled: where these
  /// are equal, so is what it says.
  public let mirrorState: String
  /// Tiers, in the order of the settings.
  public let tiers: [Tier]
  /// What is worth knowing of theme, content and settings.
  public let findings: [Diagnostic]

  let plan: StorefrontBuild.Plan
  let makers: [PageMaker]
  private let context: CatalogContext
  private let assets: [String: ThemeAssets.File]
  private let media: MediaFolder
  private let slots: Mutex<[Slot]>
  private let redirects = Mutex<[Int: RedirectFiles]>([:])

  /// What one thread needs to make pages.
  ///
  /// `@unchecked Sendable`: it is taken out of the list by one thread and put back when it is done.
  private struct Slot: @unchecked Sendable {
    let reader: MirrorReader
    let worker: PageWorker
  }

  init(
    build: StorefrontBuild, plan: StorefrontBuild.Plan, inputs: StorefrontBuild.Inputs,
    workers: [PageWorker], isPresent: Bool
  ) {
    instant = inputs.instant
    self.isPresent = isPresent
    self.plan = plan
    context = inputs.context
    findings = build.sink.all
    let reader = inputs.readers[0]
    mirrorState = reader.stateName
    makers = plan.objects.map { objects in
      PageMaker(root: plan.roots[objects.state.root], objects: objects, content: inputs.content)
    }
    assets = Dictionary(
      inputs.theme.assets.files.values.map { ($0.path, $0) },
      uniquingKeysWith: { first, _ in first })
    media = inputs.media
    tiers = build.storefront.tiers.map { key in
      Tier(
        key: key,
        name: inputs.context.tier(key: key).map { plan.roots[0].states[0].view.name(of: $0) } ?? key
      )
    }
    nextChange = build.nextChange(inputs, traces: plan.survey.traces)
    slots = Mutex(
      zip(inputs.readers, workers).map { Slot(reader: $0, worker: $1) })
  }

  // MARK: Files

  /// A file of the theme by its path below the root: `assets/theme.1f2e.css`.
  public func asset(_ path: String) -> [UInt8]? { assets[path]?.bytes }

  /// Whether an address is of the files by which scripts bring what is in stock up to date.
  public static func isAvailability(_ path: String) -> Bool {
    path == "/\(SnapshotFile.path)" || path.hasPrefix("/\(AvailabilityFiles.folder)/")
  }

  /// Paths of the theme's files by their plain names.
  public var assetPaths: [String: String] {
    plan.objects.first.map { $0.state.theme.assets.mapValues { String($0.dropFirst()) } } ?? [:]
  }

  /// The file on the disk behind the address of a picture.
  public func picture(_ address: String) -> String? {
    guard let path = media.source(of: address), let file = Files.information(path), !file.isFolder
    else { return nil }
    return path
  }

  // MARK: Pages

  /// What stands at the path of an address for an audience.
  ///
  /// - Parameter tier: the tier's key; nil for everybody.
  public func look(at path: String, as tier: String?) throws -> PreviewAnswer {
    guard let root = root(of: tier) else { return .nothing }
    let file = Addresses.file(of: path)
    if let (maker, key) = place(of: file, in: root) { return try make(key, maker) }
    let table = try redirectFiles(root)
    let plain = path.hasSuffix("/") ? path : "\(path)/"
    let names = [path, plain, String(plain.dropLast())]
    if let move = table.moves.first(where: { names.contains($0.from) }) {
      return .moved(to: move.to)
    }
    if table.gone.contains(where: { names.contains($0) }) { return .gone }
    return .nothing
  }

  /// The page for what is not there, in the language and market that the address is nearest to.
  public func notFound(_ path: String, as tier: String?) throws -> PreviewAnswer {
    guard let root = root(of: tier) else { return .nothing }
    let file = Addresses.file(of: path)
    let state = root.states.first { file.hasPrefix("\($0.pathPrefix)/") } ?? root.states[0]
    return try make(.notFound, makers[state.index])
  }

  /// Addresses of pages that are written much like one that is not there, at most five.
  public func near(_ path: String, as tier: String?) -> [String] {
    guard let root = root(of: tier) else { return [] }
    let file = Addresses.file(of: path)
    let state = root.states.first { file.hasPrefix("\($0.pathPrefix)/") } ?? root.states[0]
    guard let word = path.split(separator: "/").last.map(String.init) else { return [] }
    let addresses = state.view.addresses
    let survey = plan.survey
    let products = survey.handles.indices.lazy.filter { survey.isVisible($0, in: state.index) }
      .map { survey.handle(of: $0, in: state.view.locale) }
    var found: [String] = []
    func add(_ handle: String?, _ address: (String) -> String) {
      if let handle { found.append(address(handle)) }
    }
    // A word that is right may only stand in the wrong place.
    if products.contains(word) { found.append(addresses.product(word)) }
    if state.collection(at: word) != nil { found.append(addresses.collection(word)) }
    add(Suggestion.nearest(to: word, among: products)) { addresses.product($0) }
    add(Suggestion.nearest(to: word, among: state.collections.map(\.view.pathHandle))) {
      addresses.collection($0)
    }
    let content = makers[state.index].content
    add(Suggestion.nearest(to: word, among: content.all(.page))) { addresses.page($0) }
    add(Suggestion.nearest(to: word, among: plan.articles)) { addresses.article($0) }
    return Array(found.prefix(5))
  }

  /// The home page of a market and language; nil where the storefront has no such.
  public func home(market: String?, locale: String?) -> String? {
    let rows = plan.roots[0].states
    let fits = rows.filter { state in
      (market.map { $0 == state.view.marketKey } ?? true)
        && (locale.map { $0 == state.view.locale } ?? true)
    }
    return fits.first?.view.addresses.home
  }

  /// The same page in another market or language, or that market's home page where it lacks the page.
  public func sister(of path: String, market: String?, locale: String?, as tier: String?) -> String?
  {
    guard let root = root(of: tier) else { return nil }
    let file = Addresses.file(of: path)
    let current = root.states.first { file.hasPrefix("\($0.pathPrefix)/") } ?? root.states[0]
    let wantedMarket = market ?? current.view.marketKey
    let wantedLocale = locale ?? current.view.locale
    let inMarket = root.states.filter { $0.view.marketKey == wantedMarket }
    guard
      let target = inMarket.first(where: { $0.view.locale == wantedLocale })
        ?? (locale == nil ? inMarket.first : nil)
    else { return nil }
    guard let (_, key) = place(of: file, in: root), root.exists(key, row: target.row) else {
      return target.view.addresses.home
    }
    return target.view.addresses.prefix + root.suffix(of: key, row: target.row)
  }

  /// Markets and languages, the default first.
  public var views: [(market: String, locale: String)] {
    plan.roots[0].states.map { ($0.view.marketKey, $0.view.locale) }
  }

  private func root(of tier: String?) -> RootState? {
    guard let tier else { return plan.roots.first }
    guard let index = tiers.firstIndex(where: { $0.key == tier }) else { return nil }
    return plan.roots[index + 1]
  }

  // MARK: Finding

  /// The page whose file stands at a path below a root.
  private func place(of file: String, in root: RootState) -> (PageMaker, PageKey)? {
    let state =
      root.states.first { file.hasPrefix("\($0.pathPrefix)/") }
      // Pages of the first language of the default market are also at `/`.
      ?? root.states.first(where: \.isDefault)
    guard let state else { return nil }
    let prefix = "\(state.pathPrefix)/"
    let inner = file.hasPrefix(prefix) ? String(file.dropFirst(prefix.count)) : file
    guard let key = key(of: inner, in: state), root.exists(key, row: state.row),
      Addresses.file(of: root.suffix(of: key, row: state.row)) == inner
    else { return nil }
    return (makers[state.index], key)
  }

  private func key(of file: String, in state: ViewState) -> PageKey? {
    if file == "404.html" { return .notFound }
    var parts = file.split(separator: "/").map(String.init)
    guard parts.popLast() == "index.html" else { return nil }
    func collection(page: Int) -> PageKey? {
      state.collection(at: parts[1]).map { .collection($0.view.handle, page: page) }
    }
    switch (parts.first, parts.count) {
    case (nil, _): return .home
    case ("collections", 1): return .collections
    case ("collections", 2): return collection(page: 1)
    case ("collections", 4): return Int(parts[3]).flatMap { $0 > 1 ? collection(page: $0) : nil }
    case ("products", 2):
      return plan.survey.number(handle: parts[1], in: state.view.locale).map { .product($0) }
    case ("membership", 1): return .membership
    case ("journal", 1): return .journal
    case ("journal", 2): return .article(parts[1])
    default: return .page(parts.joined(separator: "/"))
    }
  }

  private func redirectFiles(_ root: RootState) throws -> RedirectFiles {
    if let known = redirects.withLock({ $0[root.index] }) { return known }
    let made = try withSlot { slot in
      RedirectFiles(
        context.redirects, root: root, survey: plan.survey,
        former: try FormerHandles(slot.reader, plan.survey, context.redirects)
      ) { place(of: $0, in: root) != nil }
    }
    redirects.withLock { $0[root.index] = made }
    return made
  }

  // MARK: Making

  private func withSlot<Result>(_ body: (Slot) throws -> Result) throws -> Result {
    var taken = slots.withLock { $0.popLast() }
    // As many as threads that answer, so this does not happen but by mistake.
    while taken == nil {
      SystemTime().sleep(milliseconds: 1)
      taken = slots.withLock { $0.popLast() }
    }
    guard let slot = taken else { throw CancellationError() }
    defer { slots.withLock { $0.append(slot) } }
    return try body(slot)
  }

  private func make(_ key: PageKey, _ maker: PageMaker) throws -> PreviewAnswer {
    try withSlot { slot in
      guard let page = try page(key, maker, slot.reader) else { return .nothing }
      defer { _ = slot.worker.takeLookups() }
      do throws(LiquidError) {
        try slot.worker.render(page, in: maker.objects)
      } catch {
        let warnings = slot.worker.takeWarnings()
        return .broken(findings(warnings + [error.diagnostic], on: page))
      }
      if let failure = plan.failure { throw failure }
      var answer = PreviewPage(
        bytes: [], path: page.frame.path, kind: key.kind, record: page.record,
        market: maker.objects.state.view.marketKey, locale: maker.objects.state.view.locale,
        markets: page.frame.markets, languages: page.frame.languages,
        warnings: findings(slot.worker.takeWarnings(), on: page))
      try slot.worker.withPage { bytes, _ in answer.bytes = Array(bytes) }
      return .page(answer)
    }
  }

  private func page(_ key: PageKey, _ maker: PageMaker, _ reader: MirrorReader) throws -> MadePage?
  {
    guard case .product(let number) = key else { return maker.page(key) }
    let survey = plan.survey
    let index = SurveyUpdate.index(of: [survey.ids[number]], survey.members, survey.ids, context)
    guard let bundle = try reader.product(survey.ids[number], in: index),
      let product = maker.objects.state.view.product(bundle)
    else { return nil }
    return maker.product(product, number: number)
  }

  private func findings(_ found: [Diagnostic], on page: MadePage) -> [Diagnostic] {
    let notes = RenderFindings()
    for finding in found { notes.note(finding, on: page) }
    return notes.all
  }
}

/// What stands at an address.
public enum PreviewAnswer: Sendable {
  /// A page.
  case page(PreviewPage)
  /// A page that moved, to a path.
  case moved(to: String)
  /// A page that is gone for good.
  case gone
  /// A page whose template has an error.
  case broken([Diagnostic])
  /// Nothing.
  case nothing
}

/// A page as a build would publish it, with what a preview tells about it.
public struct PreviewPage: Sendable {
  /// Its bytes.
  public var bytes: [UInt8]
  /// Its path, with language and market.
  public var path: String
  /// What it is: `product`, `collection` …
  public var kind: String
  /// The record or file that it is about.
  public var record: RecordReference?
  /// The market's key.
  public var market: String
  /// Its language.
  public var locale: String
  /// The same page in other markets.
  public var markets: [Choice]
  /// The same page in other languages.
  public var languages: [Choice]
  /// What templates said while it was made.
  public var warnings: [Diagnostic]
}
