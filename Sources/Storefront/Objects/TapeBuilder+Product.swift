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
  mutating func member(_ name: String, _ text: String?) {
    key(name)
    append(text)
  }

  /// Appends a member of the object that is being built.
  mutating func member(_ name: String, _ number: Int) {
    key(name)
    append(number)
  }

  /// Appends a member of the object that is being built.
  mutating func member(_ name: String, _ flag: Bool) {
    key(name)
    append(flag)
  }

  /// Appends a member of the object that is being built: minor units.
  mutating func member(_ name: String, _ money: Money?) {
    key(name)
    append(money)
  }

  /// Appends a member of the object that is being built: the HTML of a long text.
  mutating func member(_ name: String, htmlOf text: RichText?) {
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

  /// Appends a member price, or null where there is none.
  mutating func append(_ price: MemberPrice?) {
    guard let price else { return appendNull() }
    beginObject()
    member("tier", price.tier)
    member("tier_name", price.tierName)
    member("amount", price.amount)
    end()
  }

  /// Appends the members that cards and pages of a product share.
  private mutating func productMembers(_ product: ProductView) {
    member("id", product.id)
    member("title", product.title)
    member("handle", product.handle)
    member("url", product.url)
    member("type", product.type)
    member("vendor", product.vendor)
    key("tags")
    beginArray()
    for tag in product.tags { append(tag) }
    end()
    let range = product.priceRange
    member("price", range?.lowest)
    member("price_min", range?.lowest)
    member("price_max", range?.highest)
    member("price_varies", range.map { $0.lowest != $0.highest } ?? false)
    let cheapest = product.cheapestVariant
    member("compare_at_price", cheapest?.compareAt)
    let compared = product.variants.compactMap(\.compareAt).sorted { $0.minor < $1.minor }
    member("compare_at_price_min", compared.first)
    member("compare_at_price_max", compared.last)
    member("compare_at_price_varies", compared.first != compared.last)
    key("member_price")
    append(cheapest?.memberPrice)
    member("available", product.isAvailable)
    member("availability", Availability.best(of: product.variants.map(\.availability)).rawValue)
    member("visibility", product.visibility.word)
    member("teaser", product.isTeaser)
    key("featured_image")
    append(product.images.first)
  }

  /// Appends a product as listings show it.
  public mutating func appendCard(_ product: ProductView) {
    beginObject()
    productMembers(product)
    key("images")
    beginArray()
    for image in product.images.prefix(2) { append(image) }
    end()
    end()
  }

  /// Appends a product as its own page shows it.
  public mutating func append(
    _ product: ProductView, story: ProductStory, collections: [PageLink], related: [Tape]
  ) {
    beginObject()
    productMembers(product)
    member("description", htmlOf: product.description)
    member("plain_description", product.plainDescription)
    pictures(product)
    optionMembers(product)
    variantMembers(product)
    key("collections")
    beginArray()
    for link in collections {
      beginObject()
      member("title", link.title)
      member("handle", link.handle)
      member("url", link.url)
      end()
    }
    end()
    metafieldMembers(product)
    gateMembers(product)
    key("seo")
    beginObject()
    member("title", story.seoTitle ?? product.seoTitle)
    member("description", story.seoDescription ?? product.seoDescription)
    end()
    member("story", product.isTeaser ? nil : story.storyHTML)
    member("care", product.isTeaser ? nil : story.care)
    key("related")
    beginArray()
    for card in related { append(card.value) }
    end()
    end()
  }

  private mutating func pictures(_ product: ProductView) {
    key("images")
    beginArray()
    for image in product.images { append(image) }
    end()
    key("media")
    beginArray()
    for media in product.media {
      switch media {
      case .image(let image): append(image)
      case .video(let video): append(video)
      }
    }
    end()
    key("featured_media")
    append(product.images.first)
  }

  private mutating func optionMembers(_ product: ProductView) {
    key("options")
    beginArray()
    for option in product.options { append(option.name) }
    end()
    key("options_with_values")
    beginArray()
    for (index, option) in product.options.enumerated() {
      beginObject()
      member("name", option.name)
      member("position", index + 1)
      let selected = product.leadVariant?.options ?? []
      member("selected_value", selected.indices.contains(index) ? selected[index] : nil)
      key("values")
      beginArray()
      for value in option.values { append(value) }
      end()
      end()
    }
    end()
    member("has_only_default_variant", product.options.isEmpty && product.variants.count <= 1)
  }

  private mutating func variantMembers(_ product: ProductView) {
    key("variants")
    beginArray()
    for variant in product.variants { append(variant) }
    end()
    let available = product.variants.first(where: \.isAvailable)
    for (name, variant) in [
      ("first_available_variant", available),
      ("selected_or_first_available_variant", product.leadVariant),
    ] {
      key(name)
      if let variant { append(variant) } else { appendNull() }
    }
  }

  /// Appends a variant.
  mutating func append(_ variant: VariantView) {
    beginObject()
    member("id", variant.record.id)
    member("title", variant.title)
    member("sku", variant.record.sku)
    member("barcode", variant.record.gtin)
    member("price", variant.price)
    member("compare_at_price", variant.compareAt)
    key("member_price")
    append(variant.memberPrice)
    member("available", variant.isAvailable)
    member("availability", variant.availability.rawValue)
    for index in 0..<3 {
      member(
        "option\(index + 1)", variant.options.indices.contains(index) ? variant.options[index] : nil
      )
    }
    key("options")
    beginArray()
    for value in variant.options { append(value) }
    end()
    member("url", variant.url)
    for name in ["image", "featured_image", "featured_media"] {
      key(name)
      append(variant.image)
    }
    key("weight")
    if let weight = variant.record.weightG { append(weight) } else { appendNull() }
    member("weight_unit", "g")
    key("inventory_quantity")
    append(variant.stock.reduce(0) { $0 + $1.available })
    member("inventory_policy", variant.availability == .backorder ? "continue" : "deny")
    key("inventory")
    beginArray()
    for stock in variant.stock {
      beginObject()
      member("location", stock.location.name)
      key("available")
      append(stock.available)
      end()
    }
    end()
    end()
  }

  private mutating func metafieldMembers(_ product: ProductView) {
    key("metafields")
    beginObject()
    for (namespace, fields) in product.metafields {
      key(namespace)
      beginObject()
      for field in fields {
        key(field.key)
        beginObject()
        member("type", MetafieldKind(field.value).rawValue)
        key("value")
        if let text = field.translated { append(text) } else { append(field.value) }
        end()
      }
      end()
    }
    end()
  }

  private mutating func gateMembers(_ product: ProductView) {
    key("gate")
    if let gate = product.gate {
      beginObject()
      member("tier_name", gate.tierName)
      key("until")
      append(gate.publicFrom)
      end()
    } else {
      appendNull()
    }
    key("early_access")
    if let early = product.earlyAccess {
      beginObject()
      member("tier_name", early.tierName)
      key("public_from")
      append(early.publicFrom)
      end()
    } else {
      appendNull()
    }
  }
}
