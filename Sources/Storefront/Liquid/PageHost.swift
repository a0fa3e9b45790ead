import Catalog
import Diagnostics
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
  /// Further JSON-LD texts of the page's head; an article's own is the first.
  public let structuredData: [[UInt8]]
  /// Told what its templates look up.
  public let lookups: (any LookupLog)?
  /// Where what lists show in short is completed from.
  public let whole: WholeRecords?

  /// Describes a page to its filters.
  public init(
    view: StorefrontView, theme: ThemeServices, page: PageFrame, product: ProductView? = nil,
    productData: [UInt8]? = nil, structuredData: [[UInt8]] = [],
    lookups: (any LookupLog)? = nil, whole: WholeRecords? = nil
  ) {
    self.view = view
    self.theme = theme
    self.page = page
    self.product = product
    self.productData = productData
    self.structuredData = structuredData
    self.lookups = lookups
    self.whole = whole
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
  /// A way of writing money that the shop prefers to that of the locale.
  public let moneyPattern: MoneyPattern?
  /// How dates are written.
  public let dates: DateFormat
  /// Path of each theme file under its plain name: `theme.css` → `/assets/theme.1f2e3d4c.css`.
  public let assets: [String: String]
  /// Content of each theme file that may be put into a page.
  public let inlineAssets: @Sendable (String) -> [UInt8]?
  /// Sections, groups and blocks with their settings.
  public let sections: SectionLibrary
  /// Where forms are sent, by their type.
  public let formActions: [String: String]

  /// The path of a theme file, nothing where there is no such file.
  public func address(of name: String) -> [String] { assets[name].map { [$0] } ?? [] }

  /// Joins the services.
  public init(
    words: ThemeWords, plurals: PluralRules, money: MoneyFormat,
    moneyPattern: MoneyPattern? = nil, dates: DateFormat, assets: [String: String],
    inlineAssets: @escaping @Sendable (String) -> [UInt8]? = { _ in nil },
    sections: SectionLibrary = SectionLibrary(), formActions: [String: String] = [:]
  ) {
    self.words = words
    self.plurals = plurals
    self.money = money
    self.moneyPattern = moneyPattern
    self.dates = dates
    self.assets = assets
    self.inlineAssets = inlineAssets
    self.sections = sections
    self.formActions = formActions
  }
}
