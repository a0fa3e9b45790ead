import Bytes
import Catalog
import Liquid
import Storefront
import Synchronization

/// What templates of a view may look up besides the subject of their page: collections, products,
/// articles and pages by handle, and programmes. Made when first asked for, once a view.
final class ViewObjects: Sendable {
  let state: ViewState
  let survey: Survey
  let content: ContentLibrary
  let media: MediaFolder
  let pageSize: Int
  /// How many related products a product's page names.
  let relatedCount: Int
  /// Articles that are published, newest first.
  let articles: [String]
  /// Whether templates ask what kinds, makers and tags a collection has: finding out reads all its
  /// products.
  let wantsFacets: Bool
  /// Whether templates show what the product itself puts into the head of a page.
  let wantsHeader: Bool
  private let wholeProducts: WholeProducts

  private let cache = Mutex<[String: Tape]>([:])
  private let facetsCache = Mutex<[String: ProductFacets]>([:])
  private let globalsCache = Mutex<(values: Globals, whole: WholeRecords)?>(nil)
  private let summariesCache = Mutex<[TapeValue]?>(nil)

  init(
    state: ViewState, survey: Survey, content: ContentLibrary, media: MediaFolder, pageSize: Int,
    relatedCount: Int, articles: [String], wantsFacets: Bool, wantsHeader: Bool,
    wholeProducts: WholeProducts
  ) {
    self.state = state
    self.survey = survey
    self.content = content
    self.media = media
    self.pageSize = pageSize
    self.relatedCount = relatedCount
    self.articles = articles
    self.wantsFacets = wantsFacets
    self.wantsHeader = wantsHeader
    self.wholeProducts = wholeProducts
  }

  /// The values that every page of the view sees, and where what lists show in short is whole.
  func globals() -> (values: Globals, whole: WholeRecords) {
    globalsCache.withLock { known in
      if let known { return known }
      let made = makeGlobals()
      known = made
      return made
    }
  }

  private func makeGlobals() -> (values: Globals, whole: WholeRecords) {
    var globals = Globals()
    let collections = LookupTable(
      name: "collections",
      find: { [unowned self] in collection($0)?.value },
      all: { [unowned self] in summaries() })
    globals.set("collections", .object(collections))
    globals.set(
      "all_products",
      .object(
        LookupTable(
          name: "all_products",
          find: { [unowned self] handle in
            survey.number(handle: handle).flatMap {
              survey.cards.card(view: state.index, product: $0)
            }?
            .value
          })))
    globals.set(
      "blogs",
      .object(
        LookupTable(
          find: { [unowned self] in $0 == "journal" ? journal().value : nil },
          all: { [unowned self] in [journal().value] })))
    globals.set(
      "articles",
      .object(LookupTable(find: { [unowned self] in articleSummary($0)?.value })))
    globals.set(
      "pages", .object(LookupTable(find: { [unowned self] in page($0)?.value })))
    globals.set("images", .object(LookupTable(find: { [unowned self] in picture($0)?.value })))
    globals.set("settings", .tape(state.theme.sections.settings.value))
    let programs = state.view.context.programs
    if let first = programs.first {
      globals.set("program", .tape(program(first).value))
    }
    var list = TapeBuilder()
    list.beginArray()
    for record in programs { list.append(record, in: state.view) }
    list.end()
    globals.set("programs", .tape(list.finish().value))
    let products = LookupTable(
      name: "products",
      find: { [unowned self] handle in
        survey.number(handle: handle).flatMap { wholeProducts.product($0, in: state) }?.value
      })
    return (globals, WholeRecords(collections: collections, products: products))
  }

  private func cached(_ key: String, _ make: () -> Tape) -> Tape {
    if let known = cache.withLock({ $0[key] }) { return known }
    let made = make()
    cache.withLock { $0[key] = made }
    return made
  }

  // MARK: Catalogue

  /// The cards of products by number.
  func cards(_ products: some Sequence<Int>) -> [Tape] {
    products.compactMap { survey.cards.card(view: state.index, product: $0) }
  }

  /// Appends the card of a product by number to a tape.
  func appendCard(_ product: Int, to builder: inout TapeBuilder) {
    survey.cards.append(view: state.index, product: product, to: &builder)
  }

  /// A collection with the cards of its first page.
  private func collection(_ handle: String) -> Tape? {
    guard let collection = state.collection(handle: handle) else { return nil }
    return cached("collection \(handle)") {
      var builder = TapeBuilder()
      append(collection, cards: cards(collection.products.prefix(pageSize).map(Int.init)), &builder)
      return builder.finish()
    }
  }

  /// All collections without their products, which `WholeRecords` adds where a template asks for them: so
  /// it is known of which collection a page shows some. A loop asks for the list again in each of its passes.
  private func summaries() -> [TapeValue] {
    if let known = summariesCache.withLock({ $0 }) { return known }
    let made = state.collections.map { collection in
      var builder = TapeBuilder()
      append(collection, cards: nil, &builder)
      return builder.finish().value
    }
    summariesCache.withLock { $0 = made }
    return made
  }

  /// Appends a collection; without a picture of its own it has that of its first product.
  func append(_ collection: CollectionState, cards: [Tape]?, _ builder: inout TapeBuilder) {
    builder.append(
      collection.view, cards: cards, count: collection.products.count,
      image: collection.view.image ?? firstImage(collection), words: facets(of: collection))
  }

  private func facets(of collection: CollectionState) -> ProductFacets? {
    guard wantsFacets else { return nil }
    let handle = collection.view.handle
    if let known = facetsCache.withLock({ $0[handle] }) { return known }
    let made = ProductFacets(
      of: collection.products.lazy.compactMap { [survey, state] in
        survey.cards.card(view: state.index, product: Int($0))
      })
    facetsCache.withLock { $0[handle] = made }
    return made
  }

  /// A picture of the media folder by its name.
  private func picture(_ name: String) -> Tape? {
    let address = media.base + name
    guard media.exists(address) else { return nil }
    return cached("picture \(name)") {
      var builder = TapeBuilder()
      builder.append(media.image(address, alt: "", shop: state.view.shop))
      return builder.finish()
    }
  }

  /// The picture of the first product that has one.
  func firstImage(_ collection: CollectionState) -> ImageView? {
    for product in collection.products.prefix(8) {
      guard
        let image = survey.cards.card(view: state.index, product: Int(product))?
          .value["featured_image"], let source = image["src"]?.string
      else { continue }
      return ImageView(
        source: source, alt: image["alt"]?.string ?? "", width: Int(image["width"]?.integer ?? 0),
        height: Int(image["height"]?.integer ?? 0), shop: state.view.shop)
    }
    return nil
  }

  /// A digest of what a collection of the context shows of its products as a whole, on each of its pages and
  /// in lists: the picture that stands for it where it has none of its own, and the words that they have in
  /// common where templates ask for these. 0 where there is neither, or nobody sees it.
  func pictureDigest(of number: Int) -> UInt64 {
    let id = state.view.context.collections[number].record.id
    guard let collection = state.collection(id: id) else { return 0 }
    var buffer = ByteBuffer(capacity: 1 << 10)
    if collection.view.image == nil, let image = firstImage(collection) {
      for text in [image.source, image.alt, "\(image.width) \(image.height)"] {
        buffer.append(counted: text)
      }
    }
    if let words = facets(of: collection) {
      for list in [words.types, words.vendors, words.tags] {
        buffer.append(number: UInt32(list.count))
        for word in list { buffer.append(counted: word) }
      }
    }
    return buffer.isEmpty ? 0 : buffer.withBytes { Fingerprint(of: $0).low } | 1
  }

  private func program(_ record: ProgramRecord) -> Tape {
    var builder = TapeBuilder()
    builder.append(record, in: state.view)
    return builder.finish()
  }

  // MARK: Content

  /// The journal with its articles, newest first, without their texts.
  func journal() -> Tape {
    cached("journal") {
      var builder = TapeBuilder()
      builder.beginObject()
      builder.key("title")
      builder.append(journalTitle)
      builder.key("handle")
      builder.append("journal")
      builder.key("url")
      builder.append(state.view.addresses.journal)
      builder.key("articles")
      builder.beginArray()
      for handle in articles {
        if let summary = articleSummary(handle) { builder.append(summary.value) }
      }
      builder.end()
      builder.key("articles_count")
      builder.append(articles.count)
      builder.end()
      return builder.finish()
    }
  }

  /// What the journal is called in the view's language.
  var journalTitle: String {
    state.theme.words.entry("journal.title")?.text ?? "Journal"
  }

  private func articleSummary(_ handle: String) -> Tape? {
    guard articles.contains(handle),
      let entry = content.entry(.article, handle, in: state.view.locale)?.entry
    else { return nil }
    return cached("article \(handle)") {
      var builder = TapeBuilder()
      builder.beginObject()
      appendArticleMembers(entry, &builder)
      builder.end()
      return builder.finish()
    }
  }

  /// Appends the members that an article has in lists too.
  func appendArticleMembers(_ entry: ContentEntry, _ builder: inout TapeBuilder) {
    let texts: [(String, String?)] = [
      ("title", entry.title), ("handle", entry.handle),
      ("url", state.view.addresses.article(entry.handle)), ("author", entry.text("author")),
      ("published_at", entry.time("published_at")), ("updated_at", entry.time("updated_at")),
      ("excerpt", entry.text("excerpt") ?? entry.text("description")),
      ("description", entry.text("description")),
    ]
    for (name, text) in texts {
      builder.key(name)
      if let text { builder.append(text) } else { builder.appendNull() }
    }
    builder.key("image")
    builder.append(image(of: entry))
    builder.key("tags")
    builder.beginArray()
    for tag in entry.texts("tags") { builder.append(tag) }
    builder.end()
    builder.key("reading_minutes")
    builder.append(max(1, (entry.wordCount + 110) / 220))
  }

  /// The picture that front matter names.
  func image(of entry: ContentEntry) -> ImageView? {
    media.image(entry.text("image"), alt: "", shop: state.view.shop)
  }

  private func page(_ handle: String) -> Tape? {
    guard let entry = content.entry(.page, handle, in: state.view.locale)?.entry else { return nil }
    return cached("page \(handle)") {
      var builder = TapeBuilder()
      appendPage(entry, &builder)
      return builder.finish()
    }
  }

  /// Appends a page of the house.
  func appendPage(_ entry: ContentEntry, _ builder: inout TapeBuilder) {
    let addresses = state.view.addresses
    builder.beginObject()
    let texts: [(String, String?)] = [
      ("title", entry.title), ("handle", entry.handle), ("url", addresses.page(entry.handle)),
      ("description", entry.text("description")), ("template", entry.text("template")),
      ("updated_at", entry.text("updated_at")),
      ("content", state.links.resolve(inText: entry.html)),
    ]
    for (name, text) in texts {
      builder.key(name)
      if let text { builder.append(text) } else { builder.appendNull() }
    }
    builder.key("image")
    builder.append(image(of: entry))
    builder.end()
  }
}
