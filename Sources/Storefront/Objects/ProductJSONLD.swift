public import Bytes
import Catalog
import Synchronization

/// Writes schema.org descriptions of products as JSON-LD, safe inside a script element.
///
/// One variant makes a `Product` with its offer, several a `ProductGroup`. The active price has
/// neither a type nor a tier; a higher one to compare with is a price specification of type
/// strikethrough; a members' price names its tier, and appears only where the view's audience may
/// see it. Amounts are the page's own, from the one price function.
/// https://developers.google.com/search/docs/appearance/structured-data/product-variants
public enum ProductJSONLD {
  /// The description of a product for a page of `view`, or nil for a teaser, which offers nothing.
  public static func text(_ product: ProductView, in view: StorefrontView) -> ByteBuffer? {
    guard !product.isTeaser else { return nil }
    var json = ScriptJSON()
    if product.variants.count == 1, let variant = product.variants.first {
      let properties = product.options.map { property($0.name) }
      json.object {
        $0.member("@context", word: "https://schema.org")
        self.product(variant, of: product, view, properties, isAlone: true, &$0)
      }
    } else {
      json.object { group(product, view, &$0) }
    }
    return json.finish()
  }

  private static func group(
    _ product: ProductView, _ view: StorefrontView, _ json: inout ScriptJSON
  ) {
    json.member("@context", word: "https://schema.org")
    json.member("@type", word: "ProductGroup")
    json.member("name", product.title)
    address("url", product.url, view, &json)
    json.member("productGroupID", product.id)
    let properties = product.options.map { property($0.name) }
    common(product, view, hasOwnMaterial: false, &json)
    let known = properties.compactMap(\.self)
    if !known.isEmpty {
      json.key("variesBy")
      json.array(known) { $0.value("https://schema.org/", $1) }
    }
    if !product.variants.isEmpty {
      json.key("hasVariant")
      json.array(product.variants) { json, variant in
        json.object {
          self.product(variant, of: product, view, properties, isAlone: false, &$0)
        }
      }
    }
  }

  private static func product(
    _ variant: VariantView, of product: ProductView, _ view: StorefrontView,
    _ properties: [String?], isAlone: Bool, _ json: inout ScriptJSON
  ) {
    json.member("@type", word: "Product")
    if product.options.isEmpty || variant.title == product.title {
      json.member("name", product.title)
    } else {
      json.key("name")
      json.value(product.title, ", ", variant.title)
    }
    json.member("sku", variant.record.sku)
    if let gtin = variant.record.gtin, !gtin.isEmpty { json.member("gtin", gtin) }
    if let mpn = variant.record.mpn { json.member("mpn", mpn) }
    let own = zip(properties, variant.options).filter { !$1.isEmpty }
    if isAlone {
      // A name may occur once: what is chosen says more than what all are made of.
      common(product, view, hasOwnMaterial: own.contains { $0.0 == "material" }, &json)
      address("url", product.url, view, &json)
    } else {
      if let image = variant.image ?? product.images.first {
        address("image", image.raster, view, &json)
      }
      address("url", variant.url, view, &json)
    }
    for (property, value) in own {
      if let property { json.member(named: property, value) }
    }
    offer(variant, product, view, url: isAlone ? product.url : variant.url, &json)
  }

  private static func common(
    _ product: ProductView, _ view: StorefrontView, hasOwnMaterial: Bool, _ json: inout ScriptJSON
  ) {
    let text = product.plainDescription
    if !text.isEmpty { json.member("description", text) }
    if let vendor = product.vendor {
      json.key("brand")
      json.object {
        $0.member("@type", word: "Brand")
        $0.member("name", vendor)
      }
    }
    if let type = product.type { json.member("category", type) }
    if !product.images.isEmpty {
      json.key("image")
      json.array(product.images) { $0.value(view.addresses.origin(of: $1.raster), $1.raster) }
    }
    let materials = product.metafields.lazy.flatMap(\.fields).filter { $0.key == "material" }
      .compactMap { $0.translated ?? $0.value.string }
    if !hasOwnMaterial, let text = materials.first { json.member("material", text) }
  }

  /// An offer needs a price; what cannot be bought at all, or whose price is not shown, offers
  /// nothing.
  private static func offer(
    _ variant: VariantView, _ product: ProductView, _ view: StorefrontView, url: String,
    _ json: inout ScriptJSON
  ) {
    guard let price = variant.price, product.visibility == .purchasable else { return }
    json.key("offers")
    json.object { json in
      json.member("@type", word: "Offer")
      address("url", url, view, &json)
      json.member("priceCurrency", price.currency.code)
      json.member("price", price.decimal)
      json.member("availability", "https://schema.org/", availability(variant.availability))
      json.member("itemCondition", word: "https://schema.org/NewCondition")
      guard variant.compareAt != nil || variant.memberPrice != nil else { return }
      json.key("priceSpecification")
      json.array(specifications(variant, price, view)) { json, specification in
        json.object { specification(&$0) }
      }
    }
  }

  private static func specifications(
    _ variant: VariantView, _ price: Money, _ view: StorefrontView
  ) -> [(inout ScriptJSON) -> Void] {
    func amount(_ money: Money, _ json: inout ScriptJSON) {
      json.member("@type", word: "UnitPriceSpecification")
      json.member("priceCurrency", money.currency.code)
      json.member("price", money.decimal)
    }
    var list: [(inout ScriptJSON) -> Void] = [{ amount(price, &$0) }]
    if let compareAt = variant.compareAt {
      list.append {
        amount(compareAt, &$0)
        $0.member("priceType", word: "https://schema.org/StrikethroughPrice")
      }
    }
    if let member = variant.memberPrice {
      list.append {
        amount(member.amount, &$0)
        $0.key("validForMemberTier")
        $0.object { json in
          json.member("@type", word: "MemberProgramTier")
          json.member(
            "@id", "\(view.addresses.absolute(view.addresses.membership))#\(member.tier)")
          json.member("name", member.tierName)
        }
      }
    }
    return list
  }

  private static func availability(_ availability: Availability) -> String {
    switch availability {
    case .inStock: "InStock"
    case .outOfStock: "OutOfStock"
    case .backorder: "BackOrder"
    case .preorder: "PreOrder"
    }
  }

  private static func address(
    _ name: StaticString, _ path: String, _ view: StorefrontView, _ json: inout ScriptJSON
  ) {
    json.member(name, view.addresses.origin(of: path), path)
  }

  /// The schema.org property that an option is about. Few names occur, and telling what one means
  /// takes as long as writing a variant, so answers are kept.
  private static func property(_ option: String) -> String? {
    known.withLock { known in
      if let found = known[option] { return found }
      let found = knowledge(of: option)
      if known.count < 1000 { known[option] = .some(found) }
      return found
    }
  }

  private static let known = Mutex<[String: String?]>([:])

  /// The schema.org property by the option's name in English or French.
  private static func knowledge(of option: String) -> String? {
    switch Handle.make(option) {
    case "color", "colour", "couleur", "coloris": "color"
    case "size", "taille", "pointure": "size"
    case "material", "matiere", "materiau", "metal": "material"
    case "pattern", "motif", "dessin": "pattern"
    default: nil
    }
  }

  /// The way from the home page to a page, as `BreadcrumbList`; the last step has no address.
  public static func breadcrumbs(_ steps: [(name: String, url: String?)]) -> ByteBuffer {
    var json = ScriptJSON()
    json.object {
      $0.member("@context", word: "https://schema.org")
      $0.member("@type", word: "BreadcrumbList")
      $0.key("itemListElement")
      $0.array(Array(steps.enumerated())) { json, step in
        json.object {
          $0.member("@type", word: "ListItem")
          $0.key("position")
          $0.value(step.offset + 1)
          $0.member("name", step.element.name)
          if let url = step.element.url { $0.member("item", url) }
        }
      }
    }
    return json.finish()
  }
}
