public import Bytes
import Catalog
import Markdown

/// What the shop itself adds to a product's page, in the page's language: never sent to the
/// commerce platform.
public struct ProductStory: Sendable {
  /// HTML of the story.
  public var storyHTML: String?
  /// How to care for it.
  public var care: String?
  /// Title for search engines.
  public var seoTitle: String?
  /// Description for search engines.
  public var seoDescription: String?

  /// Describes the shop's words on a product.
  public init(
    storyHTML: String? = nil, care: String? = nil, seoTitle: String? = nil,
    seoDescription: String? = nil
  ) {
    self.storyHTML = storyHTML
    self.care = care
    self.seoTitle = seoTitle
    self.seoDescription = seoDescription
  }
}

/// A link to a page by its title.
public struct PageLink: Hashable, Sendable {
  /// What it is called.
  public var title: String
  /// Last part of its address.
  public var handle: String
  /// Path.
  public var url: String

  /// Describes a link.
  public init(title: String, handle: String, url: String) {
    self.title = title
    self.handle = handle
    self.url = url
  }
}

extension TapeBuilder {
  /// Appends text, or null where there is none.
  mutating func append(_ text: String?) {
    if let text { append(text) } else { appendNull() }
  }

  /// Appends the minor units of an amount, or null where there is none.
  mutating func append(_ money: Money?) {
    if let money { append(money.minor) } else { appendNull() }
  }

  /// Appends an instant as RFC 3339, or null where there is none.
  mutating func append(_ instant: Instant?) {
    guard let instant else { return appendNull() }
    appendText { $0.append(rfc3339: instant) }
  }

  /// Appends a member of the object that is being built.
  mutating func member(_ name: SymbolID, _ text: String?) {
    key(name)
    append(text)
  }

  /// Appends a member of the object that is being built.
  mutating func member(_ name: SymbolID, _ number: Int) {
    key(name)
    append(number)
  }

  /// Appends a member of the object that is being built.
  mutating func member(_ name: SymbolID, _ flag: Bool) {
    key(name)
    append(flag)
  }

  /// Appends a member of the object that is being built: minor units.
  mutating func member(_ name: SymbolID, _ money: Money?) {
    key(name)
    append(money)
  }

  /// Appends a member of the object that is being built: the HTML of a long text.
  mutating func member(_ name: SymbolID, htmlOf text: RichText?) {
    key(name)
    switch text {
    case nil: append("")
    case .markdown(let source):
      var copy = source
      appendText { buffer in
        copy.withUTF8 {
          Markdown.html(UnsafeRawBufferPointer($0), into: &buffer, allowingRawHTML: false)
        }
      }
    case .html(let source): append(HTMLCleaner.clean(source))
    }
  }

  /// Appends a member of the object that is being built: a value that was appended before.
  private mutating func member(_ name: SymbolID, again value: Cell) {
    key(name)
    append(again: value)
  }

  /// Appends a member price, or null where there is none.
  mutating func append(_ price: MemberPrice?) {
    guard let price else { return appendNull() }
    beginObject()
    member(Key.tier, price.tier)
    member(Key.tierName, price.tierName)
    member(Key.amount, price.amount)
    end()
  }

  /// Appends the members that cards and pages of a product share. Gives its first picture.
  private mutating func productMembers(_ product: ProductView) -> Cell {
    member(Key.id, product.id)
    member(Key.title, product.title)
    member(Key.handle, product.handle)
    member(Key.url, product.url)
    member(Key.type, product.type)
    member(Key.vendor, product.vendor)
    key(Key.tags)
    beginArray()
    for tag in product.tags { append(tag) }
    end()
    let range = product.priceRange
    member(Key.price, range?.lowest)
    member(Key.priceMin, range?.lowest)
    member(Key.priceMax, range?.highest)
    member(Key.priceVaries, range.map { $0.lowest != $0.highest } ?? false)
    let cheapest = product.cheapestVariant
    member(Key.compareAtPrice, cheapest?.compareAt)
    let compared = product.variants.lazy.compactMap(\.compareAt).sorted { $0.minor < $1.minor }
    member(Key.compareAtPriceMin, compared.first)
    member(Key.compareAtPriceMax, compared.last)
    member(Key.compareAtPriceVaries, compared.first != compared.last)
    key(Key.memberPrice)
    append(cheapest?.memberPrice)
    member(Key.available, product.isAvailable)
    member(Key.availability, product.availability.rawValue)
    member(Key.visibility, product.visibility.word)
    member(Key.teaser, product.isTeaser)
    key(Key.featuredImage)
    append(product.images.first)
    return last
  }

  /// Appends a product as listings show it.
  public mutating func appendCard(_ product: ProductView) {
    beginObject()
    let first = productMembers(product)
    key(Key.images)
    beginArray()
    for (index, image) in product.images.prefix(2).enumerated() {
      if index == 0 { append(again: first) } else { append(image) }
    }
    end()
    end()
  }

  /// Appends a product as its own page shows it; `related` appends the cards of others.
  public mutating func append(
    _ product: ProductView, story: ProductStory, collections: [PageLink],
    related: (inout TapeBuilder) -> Void
  ) {
    beginObject()
    let first = productMembers(product)
    member(Key.description, product.descriptionHTML)
    member(Key.plainDescription, product.plainDescription)
    pictures(product, first)
    optionMembers(product)
    variantMembers(product, first)
    key(Key.collections)
    beginArray()
    for link in collections {
      beginObject()
      member(Key.title, link.title)
      member(Key.handle, link.handle)
      member(Key.url, link.url)
      end()
    }
    end()
    metafieldMembers(product)
    gateMembers(product)
    key(Key.seo)
    beginObject()
    member(Key.title, story.seoTitle ?? product.seoTitle)
    member(Key.description, story.seoDescription ?? product.seoDescription)
    end()
    member(Key.story, product.isTeaser ? nil : story.storyHTML)
    member(Key.care, product.isTeaser ? nil : story.care)
    key(Key.related)
    beginArray()
    related(&self)
    end()
    end()
  }

  private mutating func pictures(_ product: ProductView, _ first: Cell) {
    var pictures: [Cell] = []
    key(Key.images)
    beginArray()
    for (index, image) in product.images.enumerated() {
      if index == 0 { append(again: first) } else { append(image) }
      pictures.append(last)
    }
    end()
    var next = 0
    key(Key.media)
    beginArray()
    for media in product.media {
      switch media {
      case .image:
        append(again: pictures[next])
        next += 1
      case .video(let video): append(video)
      }
    }
    end()
    member(Key.featuredMedia, again: first)
  }

  private mutating func optionMembers(_ product: ProductView) {
    key(Key.options)
    beginArray()
    for option in product.options { append(option.name) }
    end()
    key(Key.optionsWithValues)
    beginArray()
    for (index, option) in product.options.enumerated() {
      beginObject()
      member(Key.name, option.name)
      member(Key.position, index + 1)
      let selected = product.leadVariant?.options ?? []
      member(Key.selectedValue, selected.indices.contains(index) ? selected[index] : nil)
      key(Key.values)
      beginArray()
      for value in option.values { append(value) }
      end()
      end()
    }
    end()
    member(Key.hasOnlyDefaultVariant, product.options.isEmpty && product.variants.count <= 1)
  }

  private mutating func variantMembers(_ product: ProductView, _ first: Cell) {
    var cells: [Cell] = []
    key(Key.variants)
    beginArray()
    for variant in product.variants {
      append(variant, first, of: product)
      cells.append(last)
    }
    end()
    let available = product.variants.firstIndex(where: \.isAvailable)
    let lead = available ?? product.variants.indices.first
    for (name, index) in [
      (Key.firstAvailableVariant, available), (Key.selectedOrFirstAvailableVariant, lead),
    ] {
      key(name)
      if let index { append(again: cells[index]) } else { appendNull() }
    }
  }

  private static let optionKeys = [Key.option1, Key.option2, Key.option3]

  /// Appends a variant. `first` is the product's first picture, which most variants show.
  private mutating func append(_ variant: VariantView, _ first: Cell, of product: ProductView) {
    beginObject()
    member(Key.id, variant.record.id)
    member(Key.title, variant.title)
    member(Key.sku, variant.record.sku)
    member(Key.barcode, variant.record.gtin)
    member(Key.price, variant.price)
    member(Key.compareAtPrice, variant.compareAt)
    key(Key.memberPrice)
    append(variant.memberPrice)
    member(Key.available, variant.isAvailable)
    member(Key.availability, variant.availability.rawValue)
    for (index, name) in Self.optionKeys.enumerated() {
      member(name, variant.options.indices.contains(index) ? variant.options[index] : nil)
    }
    key(Key.options)
    beginArray()
    for value in variant.options { append(value) }
    end()
    member(Key.url, variant.url)
    key(Key.image)
    if variant.image == product.images.first { append(again: first) } else { append(variant.image) }
    let image = last
    member(Key.featuredImage, again: image)
    member(Key.featuredMedia, again: image)
    key(Key.weight)
    if let weight = variant.record.weightG { append(weight) } else { appendNull() }
    member(Key.weightUnit, "g")
    key(Key.inventoryQuantity)
    append(variant.stock.reduce(0) { $0 + $1.available })
    member(Key.inventoryPolicy, variant.availability == .backorder ? "continue" : "deny")
    key(Key.inventory)
    beginArray()
    for stock in variant.stock {
      beginObject()
      member(Key.location, stock.location.name)
      key(Key.available)
      append(stock.available)
      end()
    }
    end()
    end()
  }

  private mutating func metafieldMembers(_ product: ProductView) {
    key(Key.metafields)
    beginObject()
    for (namespace, fields) in product.metafields {
      key(namespace)
      beginObject()
      for field in fields {
        key(field.key)
        beginObject()
        member(Key.type, MetafieldKind(field.value).rawValue)
        key(Key.value)
        if let text = field.translated { append(text) } else { append(field.value) }
        end()
      }
      end()
    }
    end()
  }

  private mutating func gateMembers(_ product: ProductView) {
    key(Key.gate)
    if let gate = product.gate {
      beginObject()
      member(Key.tierName, gate.tierName)
      key(Key.until)
      append(gate.publicFrom)
      end()
    } else {
      appendNull()
    }
    key(Key.earlyAccess)
    if let early = product.earlyAccess {
      beginObject()
      member(Key.tierName, early.tierName)
      key(Key.publicFrom)
      append(early.publicFrom)
      end()
    } else {
      appendNull()
    }
  }
}
