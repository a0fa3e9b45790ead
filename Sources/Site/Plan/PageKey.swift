import Catalog
import Storefront

/// Names a page whatever market, language and audience it is made for.
enum PageKey: Hashable, Sendable {
  /// The home page.
  case home
  /// The list of collections.
  case collections
  /// A page of a collection, by handle and number.
  case collection(String, page: Int)
  /// A product, by its number in the survey.
  case product(Int)
  /// Membership and its tiers.
  case membership
  /// The list of articles.
  case journal
  /// An article.
  case article(String)
  /// A page of the house.
  case page(String)
  /// What is shown where there is nothing.
  case notFound

  /// The kind of output, as the manifest has it.
  var kind: String {
    switch self {
    case .home: "home"
    case .collections: "collections"
    case .collection: "collection"
    case .product: "product"
    case .membership: "membership"
    case .journal: "journal"
    case .article: "article"
    case .page: "page"
    case .notFound: "404"
    }
  }

  /// All kinds of pages.
  static let kinds: Set<String> = [
    "home", "collections", "collection", "product", "membership", "journal", "article", "page",
    "404",
  ]

  /// Whether search engines may list it.
  var isListed: Bool {
    if case .notFound = self { return false }
    return true
  }
}

/// One output root: its pages in all markets and languages for one audience.
final class RootState: Sendable {
  /// Number among the roots.
  let index: Int
  /// Path below the project.
  let path: String
  /// Whether everybody may read it.
  let isPublic: Bool
  /// Its views, one a row of the table of alternates.
  let states: [ViewState]
  /// Markets and languages.
  let table: AlternatesTable
  /// What may stand in it.
  let scanner: LeakScanner

  private let survey: Survey
  private let content: ContentLibrary
  private let articles: Set<String>
  private let pageSize: Int
  private let hasMembership: Bool

  init(
    index: Int, path: String, isPublic: Bool, states: [ViewState], table: AlternatesTable,
    survey: Survey, content: ContentLibrary, articles: [String], pageSize: Int,
    hasMembership: Bool
  ) {
    self.index = index
    self.path = path
    self.isPublic = isPublic
    self.states = states
    self.table = table
    scanner = survey.scanners[index]
    self.survey = survey
    self.content = content
    self.articles = Set(articles)
    self.pageSize = pageSize
    self.hasMembership = hasMembership
  }

  /// Path of a page below the prefix of a row.
  func suffix(of key: PageKey, row: Int) -> String {
    let view = states[row].view
    let addresses = view.addresses
    let path =
      switch key {
      case .home: addresses.home
      case .collections: addresses.collections
      case .collection(let handle, let page):
        addresses.collection(
          states[row].collection(handle: handle)?.view.pathHandle ?? handle, page: page)
      case .product(let number): addresses.product(survey.handle(of: number, in: view.locale))
      case .membership: addresses.membership
      case .journal: addresses.journal
      case .article(let handle): addresses.article(handle)
      case .page(let handle): addresses.page(handle)
      case .notFound: "\(addresses.prefix)/404.html"
      }
    return String(path.dropFirst(addresses.prefix.count))
  }

  /// Paths of a page below the prefixes of all rows.
  func suffixes(of key: PageKey) -> PageSuffixes {
    let isTranslated =
      switch key {
      case .product(let number):
        !survey.translatedHandles.isEmpty && survey.translatedHandles.has(number)
      case .collection: states.contains { $0.view.context.translations.hasHandles }
      default: false
      }
    return isTranslated
      ? PageSuffixes(rows: states.indices.map { suffix(of: key, row: $0) })
      : PageSuffixes(suffix(of: key, row: 0))
  }

  /// Whether a row has the page.
  func exists(_ key: PageKey, row: Int) -> Bool {
    switch key {
    case .home, .collections, .notFound: return true
    case .collection(let handle, let page):
      guard let collection = states[row].collection(handle: handle) else { return false }
      return page <= Paging.pageCount(of: collection.products.count, size: pageSize)
    case .product(let number): return survey.isVisible(number, in: states[row].index)
    case .membership: return hasMembership
    case .journal: return !articles.isEmpty
    case .article(let handle): return articles.contains(handle)
    case .page(let handle):
      return content.entry(.page, handle, in: states[row].view.locale) != nil
    }
  }

  /// Whether the row's page is in the row's language: only such pages are named as versions of each
  /// other.
  func isReal(_ key: PageKey, row: Int) -> Bool {
    guard exists(key, row: row) else { return false }
    let locale = states[row].view.locale
    switch key {
    case .collections, .journal: return true
    case .notFound: return false
    case .product(let number): return survey.flags[states[row].index][number].isReal
    case .collection(let handle, _):
      return states[row].collection(handle: handle)?.view.isTranslated ?? false
    case .home: return content.entry(.home, "index", in: locale)?.isReal ?? true
    case .membership: return content.entry(.page, "membership", in: locale)?.isReal ?? true
    case .article(let handle): return content.entry(.article, handle, in: locale)?.isReal ?? false
    case .page(let handle): return content.entry(.page, handle, in: locale)?.isReal ?? false
    }
  }

  /// The versions of a page; none outside the public root, which search engines do not see.
  func alternates(_ key: PageKey) -> [Alternate] {
    guard isPublic, key.isListed else { return [] }
    return table.alternates(suffixes(of: key)) { isReal(key, row: $0) }
  }

  /// Every page of a row besides products, in a fixed order.
  func pages(row: Int, content: ContentLibrary) -> [PageKey] {
    var keys: [PageKey] = [.home, .collections]
    for collection in states[row].collections {
      let count = Paging.pageCount(of: collection.products.count, size: pageSize)
      keys += (1...count).map { .collection(collection.view.handle, page: $0) }
    }
    keys += [.membership, .journal]
    keys += content.all(.article).map { .article($0) }
    keys += content.all(.page).filter { $0 != "membership" }.map { .page($0) }
    keys.append(.notFound)
    return keys.filter { exists($0, row: row) }
  }
}
