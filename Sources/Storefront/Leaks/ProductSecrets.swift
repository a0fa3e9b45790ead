import Bytes
public import Catalog
import Diagnostics

/// Sorts the values of a product into what a root may show and what it must not.
public enum ProductSecrets {
  /// Notes the values of a product for a root whose views show `shown` of it, none where it is
  /// hidden in all of them; `elsewhere` is what the views of the other roots show. Titles are
  /// looked for in all `locales`.
  public static func note(
    _ bundle: ProductBundle, shown: [ProductView], elsewhere: [ProductView], locales: [String],
    context: CatalogContext?, in book: inout SecretBook
  ) {
    let record = RecordReference(type: "product", id: bundle.product.id)
    let product = bundle.product
    if shown.isEmpty {
      // Its old address is redirected, or said to be gone.
      let handles = [product.handle] + translatedHandles(bundle, locales)
      if let context, wasPublic(product, in: context) {
        for handle in handles { book.addPublic(handle) }
      } else {
        for handle in handles { book.addSecret(handle, .handle, of: record) }
      }
      for title in titles(bundle, locales) { book.addSecret(title, .title, of: record) }
    } else {
      makePublic(bundle, shown, locales, &book)
    }
    noteImages(bundle, shown, record, &book)
    noteVariants(bundle, shown, &book)
    notePrices(bundle, shown, elsewhere, locales, &book)
  }

  /// Whether everybody knows the address of a product that no view shows: it is archived, and neither a
  /// gate nor an entitlement says that only some could see it before.
  private static func wasPublic(_ product: ProductRecord, in context: CatalogContext) -> Bool {
    guard product.status == .archived else { return false }
    let resource = ResourceReference(type: "product", id: product.id)
    return context.gates(of: resource).isEmpty && context.entitlements(to: resource).isEmpty
  }

  private static func noteImages(
    _ bundle: ProductBundle, _ shown: [ProductView], _ record: RecordReference,
    _ book: inout SecretBook
  ) {
    // Most products show all their pictures in each view, and then there is nothing to compare.
    if bundle.variantMedia.isEmpty, let view = shown.first,
      view.media.count == bundle.media.count
    {
      return
    }
    let images = Set(
      shown.flatMap { view in
        view.media.map(\.source) + view.variants.compactMap { $0.image?.source }
      })
    let media = bundle.media + bundle.variantMedia.values.flatMap(\.self)
    for url in Set(media.map(\.url)).sorted() where !images.contains(url) {
      book.addSecretImage(url, of: record)
    }
  }

  private static func noteVariants(
    _ bundle: ProductBundle, _ shown: [ProductView], _ book: inout SecretBook
  ) {
    if shown.contains(where: { $0.variants.count == bundle.variants.count }) { return }
    let seen = Set(shown.flatMap(\.variants).map(\.record.id))
    for variant in bundle.variants where !seen.contains(variant.id) {
      let record = RecordReference(type: "variant", id: variant.id)
      book.addSecret(variant.sku, .sku, of: record)
      if let gtin = variant.gtin { book.addSecret(gtin, .sku, of: record) }
      if let mpn = variant.mpn { book.addSecret(mpn, .sku, of: record) }
    }
  }

  private static func makePublic(
    _ bundle: ProductBundle, _ shown: [ProductView], _ locales: [String],
    _ book: inout SecretBook
  ) {
    for view in shown {
      book.addPublic(view.title)
      if let type = view.type { book.addPublic(type) }
      if let type = view.sourceType { book.addPublic(type) }
      if let vendor = view.vendor { book.addPublic(vendor) }
      for option in view.options {
        book.addPublic(option.name)
        for value in option.values { book.addPublic(value) }
      }
      for tag in view.tags { book.addPublic(tag) }
      for media in view.media { book.addPublic(media.source) }
      for variant in view.variants {
        // The product's own pictures are among its media.
        if let image = variant.image, image != view.images.first { book.addPublic(image.source) }
      }
    }
    book.addPublic(bundle.product.handle)
    for handle in translatedHandles(bundle, locales) { book.addPublic(handle) }
    book.addPublic(bundle.product.title)
    for (index, view) in shown.enumerated() {
      for variant in view.variants {
        // The first view that shows it has told its codes.
        if shown[..<index].contains(where: { $0.variants.count == bundle.variants.count }) {
          break
        }
        book.addPublic(variant.record.sku)
        if let gtin = variant.record.gtin { book.addPublic(gtin) }
        if let mpn = variant.record.mpn { book.addPublic(mpn) }
      }
    }
  }

  /// Every price of the product that no view of the root shows is private: as a list states it and
  /// as a view of another root shows it.
  private static func notePrices(
    _ bundle: ProductBundle, _ shown: [ProductView], _ elsewhere: [ProductView],
    _ locales: [String], _ book: inout SecretBook
  ) {
    // A product has few different amounts, so a list is searched faster than a set.
    var open: [Money] = []
    for view in shown {
      for variant in view.variants {
        variant.forEachAmount { money in
          if open.contains(money) { return }
          open.append(money)
          book.addPublicPrice(minor: money.minor, exponent: money.currency.exponent)
        }
      }
    }
    var resolved: [String: Set<Money>] = [:]
    for view in elsewhere {
      for variant in view.variants {
        variant.forEachAmount { resolved[variant.record.id, default: []].insert($0) }
      }
    }
    for variant in bundle.variants {
      var kept = resolved[variant.id] ?? []
      for price in bundle.prices[variant.id] ?? [] where !open.contains(price.amount) {
        kept.insert(price.amount)
      }
      for money in open where !kept.isEmpty { kept.remove(money) }
      if kept.isEmpty { continue }
      let record = RecordReference(type: "variant", id: variant.id)
      let anchors = [variant.sku, bundle.product.handle] + translatedHandles(bundle, locales)
      for money in kept.sorted(by: { $0.minor < $1.minor }) {
        book.addSecretPrice(
          minor: money.minor, exponent: money.currency.exponent,
          near: anchors, of: record)
      }
    }
  }

  /// Its handles in other languages, where it has such.
  private static func translatedHandles(_ bundle: ProductBundle, _ locales: [String]) -> [String] {
    guard bundle.translations.hasHandles else { return [] }
    var handles: [String] = []
    for locale in locales {
      if let handle = bundle.handle(in: locale), handle != bundle.product.handle,
        !handles.contains(handle)
      {
        handles.append(handle)
      }
    }
    return handles
  }

  /// Its title in every language.
  private static func titles(_ bundle: ProductBundle, _ locales: [String]) -> [String] {
    var titles = [bundle.product.title]
    for locale in locales {
      if let title = bundle.translation("title", in: locale), !titles.contains(title) {
        titles.append(title)
      }
    }
    return titles
  }
}

extension VariantView {
  /// Calls `body` with every amount that it shows.
  fileprivate func forEachAmount(_ body: (Money) -> Void) {
    if let price { body(price) }
    if let compareAt { body(compareAt) }
    if let memberPrice { body(memberPrice.amount) }
  }
}
