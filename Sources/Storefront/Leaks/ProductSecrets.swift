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
    in book: inout SecretBook
  ) {
    let record = RecordReference(type: "product", id: bundle.product.id)
    let product = bundle.product
    if shown.isEmpty {
      book.addSecret(product.handle, .handle, of: record)
      for title in titles(bundle, locales) { book.addSecret(title, .title, of: record) }
    } else {
      makePublic(bundle, shown, &book)
    }
    let images = Set(
      shown.flatMap { view in
        view.media.map(\.source) + view.variants.compactMap { $0.image?.source }
      })
    let media = bundle.media + bundle.variantMedia.values.flatMap(\.self)
    for url in Set(media.map(\.url)).sorted() where !images.contains(url) {
      book.addSecretImage(url, of: record)
    }
    let seen = Set(shown.flatMap(\.variants).map(\.record.id))
    for variant in bundle.variants where !seen.contains(variant.id) {
      let record = RecordReference(type: "variant", id: variant.id)
      book.addSecret(variant.sku, .sku, of: record)
      if let gtin = variant.gtin { book.addSecret(gtin, .sku, of: record) }
      if let mpn = variant.mpn { book.addSecret(mpn, .sku, of: record) }
    }
    notePrices(bundle, shown, elsewhere, &book)
  }

  private static func makePublic(
    _ bundle: ProductBundle, _ shown: [ProductView], _ book: inout SecretBook
  ) {
    for view in shown {
      book.addPublic(view.title)
      for text in [view.type, view.sourceType, view.vendor] { text.map { book.addPublic($0) } }
      for option in view.options {
        book.addPublic(option.name)
        for value in option.values { book.addPublic(value) }
      }
      for tag in view.tags { book.addPublic(tag) }
      for media in view.media { book.addPublic(media.source) }
      for variant in view.variants {
        if let image = variant.image { book.addPublic(image.source) }
      }
    }
    book.addPublic(bundle.product.handle)
    book.addPublic(bundle.product.title)
    for variant in shown.flatMap(\.variants) {
      book.addPublic(variant.record.sku)
      if let gtin = variant.record.gtin { book.addPublic(gtin) }
      if let mpn = variant.record.mpn { book.addPublic(mpn) }
    }
  }

  /// Every price of the product that no view of the root shows is private: as a list states it and
  /// as a view of another root shows it.
  private static func notePrices(
    _ bundle: ProductBundle, _ shown: [ProductView], _ elsewhere: [ProductView],
    _ book: inout SecretBook
  ) {
    var open: Set<Money> = []
    for variant in shown.flatMap(\.variants) {
      for money in variant.amounts where open.insert(money).inserted {
        book.addPublicPrice(minor: money.minor, exponent: money.currency.exponent)
      }
    }
    var resolved: [String: Set<Money>] = [:]
    for variant in elsewhere.flatMap(\.variants) {
      resolved[variant.record.id, default: []].formUnion(variant.amounts)
    }
    for variant in bundle.variants {
      let record = RecordReference(type: "variant", id: variant.id)
      let stated = (bundle.prices[variant.id] ?? []).map(\.amount)
      let kept = (resolved[variant.id] ?? []).union(stated).subtracting(open)
      for money in kept.sorted(by: { $0.minor < $1.minor }) {
        book.addSecretPrice(
          minor: money.minor, exponent: money.currency.exponent,
          near: [variant.sku, bundle.product.handle], of: record)
      }
    }
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
  /// Every amount that it shows.
  fileprivate var amounts: [Money] {
    [price, compareAt, memberPrice?.amount].compactMap(\.self)
  }
}
