public import Liquid

/// The template language of storefronts: core Liquid with the filters and tags that shop themes use.
public enum StorefrontDialect {
  /// The dialect. Unknown filters and tags are errors; text is escaped by the template, as shop
  /// themes do.
  public static func make() -> Dialect {
    var dialect = Dialect.core
    MoneyFilters.add(to: &dialect)
    TextFilters.add(to: &dialect)
    DateFilters.add(to: &dialect)
    MediaFilters.add(to: &dialect)
    ImageFilters.add(to: &dialect)
    VideoFilters.add(to: &dialect)
    LinkFilters.add(to: &dialect)
    MetafieldFilters.add(to: &dialect)
    AddressFilters.add(to: &dialect)
    PlaceholderFilter.add(to: &dialect)
    ColorFilters.add(to: &dialect)
    EncodingFilters.add(to: &dialect)
    DataFilters.add(to: &dialect)
    StorefrontTags.add(to: &dialect)
    SectionTags.add(to: &dialect)
    FormTag.add(to: &dialect)
    dialect.completion = { context, record, key in
      (context.host as? PageHost)?.whole?.member(key, of: record, &context)
    }
    return dialect
  }

  /// The page that is being rendered.
  static func host(_ context: inout RenderContext) throws(LiquidError) -> PageHost {
    guard let host = context.host as? PageHost else {
      throw LiquidError(.argument, "this filter needs a storefront page")
    }
    return host
  }
}
