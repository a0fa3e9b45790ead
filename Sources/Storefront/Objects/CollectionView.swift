public import Bytes
public import Catalog
import Markdown

/// A collection as one audience may see it.
public struct CollectionView: Sendable {
  /// Stable id.
  public let id: String
  /// The name by which settings and look-ups know it, the same in all languages.
  public let handle: String
  /// Last part of its address: its handle in the view's language, or its own.
  public let pathHandle: String
  /// Path of its first page.
  public let url: String
  /// What it is called, in the view's language.
  public let title: String
  /// Long text in the view's language.
  public let description: RichText?
  /// Its own picture.
  public let image: ImageView?
  /// Ids of its products in order, whether or not this audience may see them.
  public let memberIDs: [String]
  /// Whether title and long text exist in the view's language.
  public let isTranslated: Bool
  /// The next instant at which its gate can change.
  public let nextChange: Instant?
}

extension StorefrontView {
  /// The collection as this view's audience may see it, or nil where it may not.
  public func collection(_ resolved: ResolvedCollection) -> CollectionView? {
    let record = resolved.record
    let reference = ResourceReference(type: "collection", id: record.id)
    let access = Gatekeeper.access(to: reference, for: viewer, in: context, at: instant)
    guard access.visibility > .teaser else { return nil }
    let title = translation("title", of: reference)
    let text = translation("description", of: reference)
    let shown = title ?? record.title
    let media = context.collectionMedia[record.id] ?? []
    let pathHandle =
      (context.translations.hasHandles
        ? translation(TranslationTable.handleKey, of: reference) : nil) ?? record.handle
    return CollectionView(
      id: record.id, handle: record.handle, pathHandle: pathHandle,
      url: addresses.collection(pathHandle), title: shown,
      description: text.map { text in
        if case .html = record.description { .html(text) } else { .markdown(text) }
      } ?? record.description,
      image: images(media, translations: context.translations, title: shown).first,
      memberIDs: resolved.productIDs,
      isTranslated: isSourceLocale
        || (title != nil && (record.description == nil || text != nil)),
      nextChange: access.nextChange)
  }

  private func translation(_ key: String, of reference: ResourceReference) -> String? {
    isSourceLocale ? nil : context.translations.text(locale, of: reference, key)
  }
}

extension CollectionView {
  /// The long text without markup, "" where there is none.
  public var plainDescription: String { DescriptionOnce.words(of: description) }
}

/// What the products of a collection have in common: each word once, in byte order.
public struct ProductFacets: Sendable {
  /// Kinds.
  public private(set) var types: [String] = []
  /// Makers.
  public private(set) var vendors: [String] = []
  /// Tags.
  public private(set) var tags: [String] = []

  /// Gathers the words of products by their cards.
  public init(of cards: some Sequence<Tape>) {
    var types: Set<String> = []
    var vendors: Set<String> = []
    var tags: Set<String> = []
    for card in cards {
      if let type = card.value["type"]?.string { types.insert(type) }
      if let vendor = card.value["vendor"]?.string { vendors.insert(vendor) }
      for tag in card.value["tags"]?.children ?? [] { tag.string.map { _ = tags.insert($0) } }
    }
    self.types = types.sorted()
    self.vendors = vendors.sorted()
    self.tags = tags.sorted()
  }
}

extension TapeBuilder {
  /// Appends a collection with the cards of one of its pages, or in short, without any.
  ///
  /// `count` is the number of products that the view's audience may see; `image` stands in where
  /// the collection has no picture of its own.
  public mutating func append(
    _ collection: CollectionView, cards: [Tape]?, count: Int, image: ImageView?,
    words: ProductFacets? = nil
  ) {
    beginObject()
    member(Key.id, collection.id)
    member(Key.handle, collection.handle)
    member(Key.title, collection.title)
    member(Key.description, htmlOf: collection.description)
    member(Key.url, collection.url)
    key(Key.image)
    append(collection.image ?? image)
    let picture = last
    key(Key.featuredImage)
    append(again: picture)
    if let cards { member(Key.productsCount, cards.count) }
    member(Key.allProductsCount, count)
    if let words {
      for (name, list) in [
        ("all_types", words.types), ("all_vendors", words.vendors), ("all_tags", words.tags),
      ] {
        key(name)
        beginArray()
        for word in list { append(word) }
        end()
      }
    }
    if let cards {
      key(Key.products)
      beginArray()
      for card in cards { append(whole: card) }
      end()
    }
    end()
  }
}
