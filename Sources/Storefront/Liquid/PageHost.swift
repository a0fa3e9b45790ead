public import Bytes
import Catalog
import Diagnostics
public import Liquid
public import Locales

/// What filters and tags of a page need besides its data: reached through the renderer's host
/// value.
public final class PageHost: Sendable {
  /// The view that the page is rendered for.
  public let view: StorefrontView
  /// Formats, words and files that all pages of the view share.
  public let theme: ThemeServices
  /// The page.
  public let page: PageFrame
  /// The product that the page is about.
  public let product: ProductView?
  /// The schema.org description of that product, where it has one.
  public let productData: [UInt8]?

  /// Describes a page to its filters.
  public init(
    view: StorefrontView, theme: ThemeServices, page: PageFrame, product: ProductView? = nil,
    productData: [UInt8]? = nil
  ) {
    self.view = view
    self.theme = theme
    self.page = page
    self.product = product
    self.productData = productData
  }
}

/// Formats, words and files of a theme in one language and market.
public struct ThemeServices: Sendable {
  /// The words of the theme.
  public let words: ThemeWords
  /// How many forms the language's plural has.
  public let plurals: PluralRules
  /// How money is written.
  public let money: MoneyFormat
  /// How dates are written.
  public let dates: DateFormat
  /// Path of each theme file under its plain name: `theme.css` → `/assets/theme.1f2e3d4c.css`.
  public let assets: [String: String]
  /// Content of each theme file that may be put into a page.
  public let inlineAssets: @Sendable (String) -> [UInt8]?

  /// Joins the services.
  public init(
    words: ThemeWords, plurals: PluralRules, money: MoneyFormat, dates: DateFormat,
    assets: [String: String], inlineAssets: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
  ) {
    self.words = words
    self.plurals = plurals
    self.money = money
    self.dates = dates
    self.assets = assets
    self.inlineAssets = inlineAssets
  }
}

/// A table of pages that templates look into by handle: `collections['silk']`.
public final class LookupTable: LiquidObject {
  private let find: @Sendable (String) -> TapeValue?
  private let all: @Sendable () -> [TapeValue]

  /// Makes a table. `find` gives the entry of a handle, `all` every entry in order; both are asked
  /// only when a template asks.
  public init(
    find: @escaping @Sendable (String) -> TapeValue?,
    all: @escaping @Sendable () -> [TapeValue] = { [] }
  ) {
    self.find = find
    self.all = all
  }

  /// The entry whose handle is the key's name; `all` is the list of all entries.
  public func member(_ key: SymbolID, _ context: inout RenderContext) throws(LiquidError) -> Value?
  {
    entry(Symbols.shared.name(key), &context)
  }

  /// The entry whose handle is the key's text, or the n-th entry.
  public func element(for key: Value, _ context: inout RenderContext) throws(LiquidError) -> Value?
  {
    if let index = key.integer {
      let entries = all()
      let position = index < 0 ? Int(index) + entries.count : Int(index)
      return entries.indices.contains(position) ? context.value(entries[position]) : nil
    }
    return entry(context.string(of: key), &context)
  }

  private func entry(_ handle: String, _ context: inout RenderContext) -> Value? {
    if let found = find(handle) { return context.value(found) }
    switch handle {
    case "all": return context.list(all().map { context.value($0) })
    case "size": return Value(all().count)
    default: return nil
    }
  }

  /// Number of entries.
  public func count(_ context: inout RenderContext) throws(LiquidError) -> Int? { all().count }

  /// The n-th entry.
  public func element(at index: Int, _ context: inout RenderContext) throws(LiquidError) -> Value {
    let entries = all()
    return entries.indices.contains(index) ? context.value(entries[index]) : .null
  }
}
