import Bytes
import Catalog
import Diagnostics
import Liquid
import Locales
import LocalMirror
import Machine
import Settings
import Storefront

extension StorefrontBuild {
  /// Opens readers of the mirror that all see the same state.
  func openReaders(_ count: Int) throws -> [MirrorReader] {
    let site = project.site
    return try MirrorReader.open(
      path: project.path(site.mirrorPath), tenant: site.tenant, count: count)
  }

  /// Readers for all workers that see what the known ones see, or, where the mirror has been written to
  /// since, what it holds now.
  private func readers(beside known: [MirrorReader]) throws -> [MirrorReader] {
    let count = build.options.workers + 1
    if let first = known.first {
      if known.count >= count { return Array(known.prefix(count)) }
      if let others = try first.companions(count - known.count) { return known + others }
    }
    return try openReaders(count)
  }

  /// Reads everything but products, with readers that are open already and further ones.
  func read(at instant: Instant, with known: [MirrorReader] = []) throws -> Inputs {
    try read(readers(beside: known), at: instant) { reader in
      try reader.context(
        at: instant, pricesOfMarket: storefront.defaultMarket.marketID, terms: storefront.terms)
    }
  }

  /// Reads everything but products, with a context that `makeContext` makes.
  func read(
    _ readers: [MirrorReader], at instant: Instant,
    _ makeContext: (MirrorReader) throws -> CatalogContext
  ) throws -> Inputs {
    let site = project.site
    guard let asOf = readers[0].lastPull else {
      throw SiteError(.mirrorEmpty, "the mirror has never been filled", help: "run `trumeau pull`")
    }
    var theme = try ThemeFolder(
      folder: project.path(storefront.theme), shownFolder: storefront.theme, sink: sink)
    let set = TemplateSet(dialect: dialect, loader: theme)
    let library = checkTheme(theme, set)
    theme.assets.add(Self.gatheredStyles, library.styles)
    theme.assets.add(Self.gatheredScripts, library.scripts)
    for (drop, name) in try readers[0].unknownNames(in: storefront.drops) {
      sink.report(
        Diagnostic(
          "catalogue.drop-unknown", .warning,
          "the drop \(drop) names \"\(name)\", which the catalogue does not have",
          help: "correct it in drops/\(drop).yaml, unless it is still to come"))
    }
    let content = try ContentLibrary(
      folder: project.path(storefront.content), shownFolder: storefront.content, locales: locales,
      sourceLocale: sourceLocale,
      renderings: ProductRenderings(
        paths: try readers[0].fileLedger.renderings(in: storefront.content),
        isSEOLocal: site.fieldOwners["product.seo"] == .local), zone: site.timeZone, sink: sink)
    return Inputs(
      readers: readers, sharedReader: SharedReader(readers[readers.count - 1]),
      context: try makeContext(readers[0]), instant: instant, asOf: asOf,
      content: content,
      theme: theme, set: set, library: library,
      media: MediaFolder(path: project.path(site.media.folder), base: site.media.base))
  }

  /// The language of the shop's own texts.
  var sourceLocale: String { project.sourceLocale(of: storefront) }

  /// All languages: the shop's own first, whether a market has it or not.
  var locales: [String] {
    var list = [sourceLocale]
    for locale in storefront.markets.flatMap(\.locales) where !list.contains(locale) {
      list.append(locale)
    }
    return list
  }

  /// Markets with the default one first.
  var markets: [MarketSettings] {
    let first = storefront.defaultMarket
    return [first] + storefront.markets.filter { $0.key != first.key }
  }

  /// All views of a storefront.
  struct Views {
    var all: [StorefrontView] = []
    /// Number of the root of each.
    var roots: [Int] = []
    /// The tier of each root; nil for the public one.
    var audiences: [TierRecord?] = []
  }

  /// Lays out every root, view and page.
  func plan(_ inputs: Inputs) throws -> Plan {
    let views = try makeViews(inputs)
    let survey = try surveyor(views, inputs).run(
      readers: Array(inputs.readers.prefix(build.options.workers)),
      base: commonBooks(
        views, in: views.audiences.map { _ in SecretBook(folder: "\(project.root)/.trumeau") }),
      progress: reporter(.survey))
    checkHandles(survey)
    checkHandles(ofCollections: inputs.context, views)
    try checkSourceLocale(inputs.readers[0])
    return makePlan(inputs, views, survey)
  }

  /// What looks at products.
  func surveyor(_ views: Views, _ inputs: Inputs) -> Surveyor {
    Surveyor(
      views: views.all, rootOfView: views.roots, rootCount: views.audiences.count,
      locales: locales, collections: CollectionIndex(inputs.context),
      folder: "\(project.root)/.trumeau", sink: sink)
  }

  /// One view for each root, market and language.
  func makeViews(_ inputs: Inputs) throws -> Views {
    let records = try marketRecords(inputs.context)
    let tiers = try storefront.tiers.map { try tier($0, inputs.context) }
    let shop = ShopFacts(
      name: storefront.shop.name, baseURL: storefront.baseURL,
      sourceLocale: sourceLocale, mediaBase: project.site.media.base,
      rasterExtension: project.site.media.raster ?? "svg", imagePattern: imagePattern)
    var views = Views(audiences: [nil] + tiers.map(Optional.some))
    for (root, tier) in views.audiences.enumerated() {
      for (settings, record) in records {
        for locale in settings.locales {
          views.all.append(
            StorefrontView(
              shop: shop, context: inputs.context, market: record, marketKey: settings.key,
              locale: locale, tier: tier, at: inputs.instant))
          views.roots.append(root)
        }
      }
    }
    return views
  }

  func makePlan(_ inputs: Inputs, _ all: Views, _ survey: Survey) -> Plan {
    let (views, audiences) = (all.all, all.audiences)
    let articles = publishedArticles(inputs)
    let services = themeServices(views, inputs)
    let wantsFacets = inputs.theme.mentions(["all_types", "all_vendors", "all_tags"])
    let rowCount = views.count / max(audiences.count, 1)
    let table = AlternatesTable(rows: views.prefix(rowCount).map { row($0) })
    let wantsHeader = inputs.theme.mentions([PageWorker.headerVariable])
    let wholeProducts = WholeProducts(inputs.sharedReader, ids: survey.ids)
    var roots: [RootState] = []
    var objects: [ViewObjects] = []
    for (index, tier) in audiences.enumerated() {
      var states: [ViewState] = []
      for row in 0..<rowCount {
        let view = views[index * rowCount + row]
        let state = ViewState(
          index: index * rowCount + row, root: index, row: row, view: view,
          frame: frame(
            view, inputs,
            ContentLinks(view: view, index: index * rowCount + row, survey: survey)),
          theme: services[row], isDefault: row == 0, survey: survey)
        states.append(state)
        objects.append(
          ViewObjects(
            state: state, survey: survey, content: inputs.content, media: inputs.media,
            pageSize: storefront.pageSize, relatedCount: storefront.relatedCount,
            articles: articles, wantsFacets: wantsFacets, wantsHeader: wantsHeader,
            wholeProducts: wholeProducts))
      }
      roots.append(
        RootState(
          index: index,
          path: tier.map { storefront.privateOutput(tier: $0.key) } ?? storefront.output,
          isPublic: tier == nil, states: states, table: table, survey: survey,
          content: inputs.content, articles: articles, pageSize: storefront.pageSize,
          hasMembership: !inputs.context.programs.isEmpty
            || inputs.content.all(.page).contains("membership")))
    }
    return Plan(
      roots: roots, objects: objects, survey: survey, articles: articles,
      wholeProducts: wholeProducts)
  }

  // MARK: Records behind the settings

  private func marketRecords(_ context: CatalogContext) throws
    -> [(MarketSettings, MarketRecord)]
  {
    try markets.map { settings in
      guard let record = context.market(settings.marketID) else {
        throw SiteError(
          .diagnostics, "the shop has no market \(settings.marketID)",
          help: "storefront \(storefront.name) names it under `markets`; known are "
            + context.markets.map(\.id).joined(separator: ", "))
      }
      return (settings, record)
    }
  }

  private func tier(_ key: String, _ context: CatalogContext) throws -> TierRecord {
    guard let tier = context.tier(key: key) else {
      throw SiteError(
        .diagnostics, "the shop has no tier \(key)",
        help: "storefront \(storefront.name) names it under `tiers`; known are "
          + context.tiersByLadder.map(\.key).joined(separator: ", "))
    }
    return tier
  }

  /// Who has translated into the language that the texts are taken to be in already means another one.
  private func checkSourceLocale(_ reader: MirrorReader) throws {
    let count = try reader.translationCount(into: sourceLocale)
    guard count > 0 else { return }
    let language = LanguageNames.name(of: sourceLocale, in: "en")
    sink.report(
      Diagnostic(
        "catalogue.source-locale", .warning,
        "the shop has \(count) translated \(count == 1 ? "text" : "texts") in \(language), which no page "
          + "shows, because \(language) is taken for the language of its own texts",
        help: "say in trumeau.yaml which one they are in, as `source_locale: en`"))
  }

  /// Articles that are not drafts and whose day has come, newest first.
  private func publishedArticles(_ inputs: Inputs) -> [String] {
    inputs.content.all(.article).compactMap { handle -> (String, Instant)? in
      guard let entry = inputs.content.entry(.article, handle, in: storefront.defaultLocale)?.entry,
        entry.fields["draft"]?.boolean != true
      else { return nil }
      let date = entry.instant("published_at") ?? Instant(seconds: 0)
      return date <= inputs.instant ? (handle, date) : nil
    }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map(\.0)
  }

  // MARK: Words and formats

  private func themeServices(_ views: [StorefrontView], _ inputs: Inputs) -> [ThemeServices] {
    let theme = inputs.theme
    let zone = TimeZoneTable(identifier: project.site.timeZone) ?? .utc
    let contents = theme.assets.files.mapValues(\.bytes)
    let rowCount = views.firstIndex { $0.viewer.tier != nil } ?? views.count
    return views.prefix(rowCount).map { view in
      ThemeServices(
        words: words(theme, view.locale), plurals: PluralRules(locale: view.locale),
        money: MoneyFormat(locale: view.locale, currency: view.market.currency.code),
        moneyPattern: moneyPattern(view.marketKey),
        dates: DateFormat(locale: view.locale, zone: zone), assets: theme.assets.addresses,
        inlineAssets: { contents[$0] }, sections: inputs.library, formActions: storefront.forms)
    }
  }

  private func words(_ theme: ThemeFolder, _ locale: String) -> ThemeWords {
    let language = String(locale.prefix { $0 != "-" })
    let own = theme.words[locale] ?? theme.words[language]
    let fallback = theme.words[storefront.defaultLocale] ?? theme.words["en"]
    return ThemeWords(own ?? fallback ?? .null, fallback: fallback)
  }

  private func row(_ view: StorefrontView) -> AlternatesTable.Row {
    let market = markets.first { $0.key == view.marketKey }
    let isDefaultMarket = view.marketKey == storefront.defaultMarket.key
    return AlternatesTable.Row(
      addresses: view.addresses, locale: view.locale, marketKey: view.marketKey,
      marketName: marketName(view),
      languageName: LanguageNames.name(of: view.locale, in: view.locale),
      currency: view.market.currency.code,
      codes: AlternatesTable.codes(
        locale: view.locale, countries: view.market.countries, isDefaultMarket: isDefaultMarket),
      isMarketDefault: market?.locales.first == view.locale,
      isDefault: isDefaultMarket && view.locale == storefront.defaultLocale)
  }

  /// The market's name in the view's language: its translation, its country's, or its own.
  private func marketName(_ view: StorefrontView) -> String {
    let record = view.market
    let reference = ResourceReference(type: "market", id: record.id)
    if let text = view.context.translations.text(view.locale, of: reference, "name") { return text }
    if record.countries.count == 1, let country = record.countries.first {
      return CountryNames.name(of: country, in: view.locale)
    }
    return record.name
  }

  private func frame(_ view: StorefrontView, _ inputs: Inputs, _ targets: ContentLinks) -> SiteFrame
  {
    let shop = storefront.shop
    var texts = [
      (name: "email", text: shop.email), ("tagline", shop.tagline.text(in: view.locale)),
      ("description", shop.description.text(in: view.locale)),
    ]
    if let format = markets.first(where: { $0.key == view.marketKey })?.moneyFormat {
      texts.append(("money_format", format))
      texts.append(("money_with_currency_format", "\(format) \(view.market.currency.code)"))
    }
    return SiteFrame(
      shopTexts: texts,
      menus: storefront.menus.map { menu in
        Menu(
          handle: menu.handle, title: menu.title.text(in: view.locale),
          links: links(menu.links, view, targets))
      },
      marketName: marketName(view), taxText: view.taxText,
      languageName: LanguageNames.name(of: view.locale, in: view.locale), asOf: inputs.asOf,
      snapshotID: inputs.readers[0].snapshotID)
  }

  private func links(_ links: [LinkSettings], _ view: StorefrontView, _ targets: ContentLinks)
    -> [MenuLink]
  {
    links.map { link in
      MenuLink(
        title: link.title.text(in: view.locale), url: targets.resolve(link.url),
        links: self.links(link.links, view, targets))
    }
  }

  // MARK: What is public besides products

  /// What is known of each root before products: names of tiers, markets, menus and collections.
  func commonBooks(_ views: Views, in books: [SecretBook]) -> [SecretBook] {
    books.enumerated().map { root, empty in
      var book = empty
      let own = views.all.indices.filter { views.roots[$0] == root }.map { views.all[$0] }
      for view in own {
        for tier in view.context.tiers { book.addPublic(view.name(of: tier)) }
        for program in view.context.programs { book.addPublic(program.name) }
        for benefit in view.context.benefits {
          if let text = benefit.text.text(in: view.locale) { book.addPublic(text) }
        }
        book.addPublic(view.market.name)
      }
      book.addPublic(storefront.shop.name)
      book.addPublic(storefront.baseURL)
      guard let context = own.first?.context else { return book }
      for resolved in context.collections { note(resolved, own, context, &book) }
      return book
    }
  }

  private func note(
    _ resolved: ResolvedCollection, _ views: [StorefrontView], _ context: CatalogContext,
    _ book: inout SecretBook
  ) {
    let record = resolved.record
    let shown = views.compactMap { $0.collection(resolved) }
    let reference = RecordReference(type: "collection", id: record.id)
    if shown.isEmpty {
      book.addSecret(record.handle, .handle, of: reference)
      for handle in translatedHandles(of: resolved, context) {
        book.addSecret(handle, .handle, of: reference)
      }
      var titles: [String] = [record.title]
      for locale in locales {
        let source = ResourceReference(type: "collection", id: record.id)
        if let text = context.translations.text(locale, of: source, "title"), !titles.contains(text)
        {
          titles.append(text)
        }
      }
      for title in titles { book.addSecret(title, .title, of: reference) }
      for media in context.collectionMedia[record.id] ?? [] {
        book.addSecretImage(media.url, of: reference)
      }
    } else {
      book.addPublic(record.handle)
      for handle in translatedHandles(of: resolved, context) { book.addPublic(handle) }
      book.addPublic(record.title)
      for collection in shown { book.addPublic(collection.title) }
      for media in context.collectionMedia[record.id] ?? [] { book.addPublic(media.url) }
    }
  }
}
