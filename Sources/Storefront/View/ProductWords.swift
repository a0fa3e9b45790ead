import Bytes
import Catalog

/// The texts of a product in the view's language, with the record's own where there is none.
struct ProductWords {
  let view: StorefrontView
  let bundle: ProductBundle

  /// The text of a field in the view's language, or nil where it has not been translated.
  func translated(_ key: @autoclosure () -> String) -> String? {
    view.isSourceLocale ? nil : bundle.translation(key(), in: view.locale)
  }

  /// The last part of its page's address.
  var handle: String {
    (view.isSourceLocale ? nil : bundle.handle(in: view.locale)) ?? bundle.product.handle
  }

  var title: String { translated("title") ?? bundle.product.title }

  var type: String? { translated("product_type") ?? bundle.product.productType }

  /// A translated long text has the format of the record's own.
  var description: RichText? {
    guard let own = bundle.product.description else { return nil }
    guard let text = translated("description") else { return own }
    if case .html = own { return .html(text) }
    return .markdown(text)
  }

  var seoTitle: String? { translated("seo.title") ?? own(bundle.product.seoTitle) }

  var seoDescription: String? {
    translated("seo.description") ?? own(bundle.product.seoDescription)
  }

  /// The record's text for search engines is shown only in its own language: a result list in
  /// another language is better served by the translated title.
  private func own(_ text: String?) -> String? { view.isSourceLocale ? text : nil }

  /// Whether a reader of the language finds title and long text in it.
  var isTranslated: Bool {
    view.isSourceLocale
      || (translated("title") != nil
        && (bundle.product.description == nil || translated("description") != nil))
  }

  var options: [ProductView.Option] {
    bundle.product.options.map { option in
      ProductView.Option(
        name: translated("options.\(option.name)") ?? option.name,
        values: view.isSourceLocale ? option.values : option.values.map { value(option.name, $0) })
    }
  }

  /// The variant's value of each option of the product; empty where it has none.
  func values(of variant: VariantRecord) -> [String] {
    bundle.product.options.map { option in
      variant.options.first { $0.name == option.name }.map { value(option.name, $0.value) } ?? ""
    }
  }

  private func value(_ option: String, _ value: String) -> String {
    translated("options.\(option).\(value)") ?? value
  }

  var metafields: [(namespace: String, fields: [ProductView.Metafield])] {
    guard let all = bundle.product.metafields else { return [] }
    return all.members.map { namespace, fields in
      (
        namespace,
        fields.members.map { key, value in
          ProductView.Metafield(
            key: key, value: value, translated: translated("metafields.\(namespace).\(key)"))
        }
      )
    }
  }
}
