import Bytes
import Catalog
import Diagnostics
import Liquid
import Storefront

/// Makes what templates see of each page of a view.
struct PageMaker: Sendable {
  let root: RootState
  let objects: ViewObjects
  let content: ContentLibrary

  private var state: ViewState { objects.state }
  private var view: StorefrontView { state.view }

  /// The frame of a page.
  func frame(
    _ key: PageKey, template: String, title: String, description: String = "",
    image: ImageView? = nil, paging: Paging? = nil, handle: String? = nil
  ) -> PageFrame {
    let suffixes = root.suffixes(of: key)
    let row = root.table.canonical(state.row) { root.isReal(key, row: $0) }
    return PageFrame(
      template: template, path: view.addresses.prefix + suffixes[state.row],
      title: trimmed(title), description: description,
      canonicalURL: root.table.url(row, suffixes),
      alternates: root.isReal(key, row: state.row) ? root.alternates(key) : [],
      markets: root.table.markets(from: state.row, suffixes) { root.exists(key, row: $0) },
      languages: root.table.languages(from: state.row, suffixes) {
        root.exists(key, row: $0)
      },
      image: image, isUnlisted: !root.isPublic || !key.isListed, paging: paging, handle: handle)
  }

  /// A title without the shop's name at its end, which the theme adds itself.
  private func trimmed(_ title: String) -> String {
    for mark in [" | ", " — ", " – ", " - "] where title.hasSuffix(mark + view.shop.name) {
      return String(title.dropLast(mark.count + view.shop.name.count))
    }
    return title
  }

  /// The values of a page: the frame's, and what `body` writes.
  private func tape(_ frame: PageFrame, _ body: (inout TapeBuilder) -> Void) -> Tape {
    var builder = TapeBuilder(textCapacity: 1 << 13)
    builder.beginObject()
    builder.appendFrame(frame, state.frame, view)
    body(&builder)
    builder.end()
    return builder.finish()
  }

  private func breadcrumbs(_ steps: [(String, String?)]) -> [UInt8] {
    let all = [(view.shop.name, Optional(view.addresses.absolute(view.addresses.home)))] + steps
    return ProductJSONLD.breadcrumbs(all.map { (name: $0.0, url: $0.1) }).array
  }

  // MARK: Products

  /// The page of a product.
  func product(_ product: ProductView, number: Int) -> MadePage {
    let entry = content.product(product.id, in: view.locale)
    let story = story(entry)
    let collections = state.collections(of: product)
    let related =
      collections.first?.neighbours(of: number, count: objects.relatedCount) ?? []
    let links = collections.map {
      PageLink(title: $0.view.title, handle: $0.view.handle, url: $0.view.url)
    }
    let isOpen = !product.isTeaser
    // Asked for first, because the words come with it from one parse.
    _ = product.descriptionHTML
    let description =
      (isOpen ? story.seoDescription ?? product.seoDescription : nil)
      ?? Self.excerpt(product.plainDescription)
    let frame = frame(
      .product(number), template: "product",
      title: (isOpen ? story.seoTitle ?? product.seoTitle : nil) ?? product.title,
      description: description, image: product.images.first, handle: product.handle)
    var span: TapeSpan?
    let tape = tape(frame) { builder in
      let start = builder.extent
      builder.key("product")
      builder.append(product, story: story, collections: links) { builder in
        for other in related { objects.appendCard(other, to: &builder) }
      }
      span = builder.span(since: start)
    }
    var page = MadePage(
      key: .product(number), template: "product", frame: frame, tape: tape, subject: "product",
      product: product,
      record: RecordReference(type: "product", id: product.id, title: product.title),
      nextChange: product.nextChange)
    page.subjectSpan = span
    page.productData = ProductJSONLD.text(product, in: view)?.array
    if objects.wantsHeader {
      let steps =
        links.first.map { [($0.title, Optional(view.addresses.absolute($0.url)))] } ?? []
      page.structuredData.append(breadcrumbs(steps + [(product.title, nil)]))
    }
    page.images = product.images.map(\.raster)
    return page
  }

  private func story(_ entry: ContentEntry?) -> ProductStory {
    guard let entry else { return ProductStory() }
    let body = entry.html.isEmpty ? nil : state.links.resolve(inText: entry.html)
    return ProductStory(
      storyHTML: body
        ?? entry.text("story").map { story in
          var text = ByteBuffer()
          text.append("<p>")
          text.append(escapingMarkup: story)
          text.append("</p>")
          return text.string
        },
      care: entry.text("care"), seoTitle: entry.fields["seo"]?["title"]?.string,
      seoDescription: entry.fields["seo"]?["description"]?.string)
  }

  /// The beginning of a text, cut between words at about 160 characters.
  static func excerpt(_ text: String) -> String {
    var copy = text
    let quick = copy.withUTF8 { plainExcerpt($0) }
    if let quick { return quick }
    let line = text.utf8.firstIndex(of: 0x0A).map { text[..<$0] } ?? text[...]
    let cut = line.prefix(160)
    guard cut.endIndex < line.endIndex else { return String(line) }
    let end = cut.lastIndex(of: " ") ?? cut.endIndex
    return cut[..<end].trimmingSuffix(while: { ",;:.".contains($0) }) + "…"
  }

  /// The same for a first line that is short, or whose first characters are plainly one byte each:
  /// nil for any other.
  private static func plainExcerpt(_ text: UnsafeBufferPointer<UInt8>) -> String? {
    let line = text.prefix { $0 != 0x0A }
    if line.count <= 160 { return String(decoding: line, as: UTF8.self) }
    guard line.prefix(161).allSatisfy({ $0 < 0x80 && $0 != 0x0D }) else { return nil }
    let cut = line.prefix(160)
    var end = cut.lastIndex(of: 0x20) ?? cut.endIndex
    while end > 0, [0x2C, 0x3B, 0x3A, 0x2E].contains(cut[end - 1]) { end -= 1 }
    return String(decoding: cut[..<end], as: UTF8.self) + "…"
  }

  // MARK: Listings

  /// A page that is not a product's.
  func page(_ key: PageKey) -> MadePage? {
    switch key {
    case .home: home()
    case .collections: collections()
    case .collection(let handle, let number): collection(handle, number)
    case .membership: membership()
    case .journal: journal()
    case .article(let handle): article(handle)
    case .page(let handle): housePage(handle)
    case .notFound: notFound()
    case .product: nil
    }
  }

  private func collections() -> MadePage {
    let title = state.theme.words.entry("collection.all")?.text ?? "Collections"
    let image = state.collections.lazy.compactMap { $0.view.image ?? objects.firstImage($0) }.first
    let frame = frame(.collections, template: "collections", title: title, image: image)
    return MadePage(
      key: .collections, template: "collections", frame: frame, tape: tape(frame) { _ in },
      subject: "page_title", structuredData: [breadcrumbs([(title, nil)])])
  }

  private func collection(_ handle: String, _ number: Int) -> MadePage? {
    guard let collection = state.collection(handle: handle) else { return nil }
    let paging = Paging(
      page: number, pageSize: objects.pageSize, itemCount: collection.products.count
    ) { view.addresses.collection(collection.view.pathHandle, page: $0) }
    let cards = objects.cards(collection.products[paging.range].map(Int.init))
    let image = collection.view.image ?? objects.firstImage(collection)
    let frame = frame(
      .collection(handle, page: number), template: "collection", title: collection.view.title,
      description: Self.excerpt(collection.view.plainDescription), image: image, paging: paging,
      handle: handle)
    var span: TapeSpan?
    let tape = tape(frame) { builder in
      let start = builder.extent
      builder.key("collection")
      objects.append(collection, cards: cards, &builder)
      span = builder.span(since: start)
    }
    let title = state.theme.words.entry("collection.all")?.text ?? "Collections"
    return MadePage(
      key: .collection(handle, page: number), template: "collection", frame: frame, tape: tape,
      subject: "collection", subjectSpan: span,
      structuredData: [
        breadcrumbs([
          (title, view.addresses.absolute(view.addresses.collections)),
          (collection.view.title, nil),
        ])
      ],
      record: RecordReference(
        type: "collection", id: collection.view.id, title: collection.view.title),
      nextChange: collection.view.nextChange,
      images: number == 1 ? image.map { [view.addresses.absolute($0.raster)] } ?? [] : [])
  }
}

extension Substring {
  /// The text without the characters at its end for which `condition` holds.
  fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> Substring {
    var text = self
    while let last = text.last, condition(last) { text.removeLast() }
    return text
  }
}
