import Bytes
import Catalog
public import Diagnostics
import Formats
import Machine
import Storefront

/// Compares the items of a feed with what the built pages say, to the cent: price, currency and
/// availability of the JSON-LD that search engines read.
///
/// Both come from one price function, so a difference means that one of the two is older, or that
/// somebody changed a file.
public struct PageConsistency: Sendable {
  /// Folder of the built pages.
  public let folder: String
  /// Scheme and host of the pages, without a final slash.
  public let baseURL: String

  /// What was compared.
  public struct Result: Sendable {
    /// Items compared.
    public var itemCount = 0
    /// Differences: `price-page-mismatch` and `jsonld-feed-mismatch`.
    public var findings: [Diagnostic] = []
  }

  /// Makes the comparison of feeds with the pages below `folder`.
  public init(folder: String, baseURL: String) {
    self.folder = folder
    self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
  }

  /// Compares every item of a feed with its page. Variants of a product stand together, so each
  /// page is read once. O(feed + pages).
  /// - Throws: `MachineError` or `FormatError` where the feed cannot be read.
  public func check(feed path: String) throws -> Result {
    let comparison = PageComparison(self, feed: path)
    let document = FeedDocument(onItem: { comparison.check($0) }, onFault: { _ in })
    try XMLReader.read(file: path) { event, position in document.handle(event, position) }
    return comparison.result
  }
}

/// One run of a comparison: remembers the page read last.
private final class PageComparison {
  var result = PageConsistency.Result()
  private let pages: PageConsistency
  private let feed: String
  private var page = ""
  private var offers: [PageOffer]?

  init(_ pages: PageConsistency, feed: String) {
    self.pages = pages
    self.feed = feed
  }

  func check(_ item: RawItem) {
    result.itemCount += 1
    let id = item.value("id") ?? "number \(item.number)"
    func find(_ code: String, _ message: String, _ attribute: String) {
      let position = item.first(attribute)?.position ?? item.position
      result.findings.append(
        Diagnostic(
          code, .error, message,
          at: SourceLocation(file: feed, line: position.line, column: position.column),
          record: RecordReference(type: "item", id: id, title: item.value("title")),
          help: "build pages and feeds from the same mirror: trumeau build && trumeau feed build"))
    }
    guard let link = item.value("link"), link.hasPrefix(pages.baseURL + "/") else {
      return find("url-domain", "the item's page is not below \(pages.baseURL)", "link")
    }
    guard let offers = offers(behind: link) else {
      return find("jsonld-feed-mismatch", "the page of the item was not built", "link")
    }
    guard
      let offer = offers.first(where: { $0.sku == id || $0.url == link })
        ?? (offers.count == 1 ? offers.first : nil)
    else {
      return find("jsonld-feed-mismatch", "the page offers nothing that is this item", "link")
    }
    let active = item.value("sale_price") ?? item.value("price") ?? ""
    if offer.price.map(\.description) != Self.normal(active) {
      find(
        "price-page-mismatch",
        "the feed says \(active), the page \(offer.price?.description ?? "no price")",
        item.first("sale_price") == nil ? "price" : "sale_price")
    }
    let expected = Self.schemaWord(item.value("availability") ?? "")
    if offer.availability != expected {
      find(
        "jsonld-feed-mismatch",
        "the feed says \(item.value("availability") ?? "nothing"), the page "
          + (offer.availability ?? "nothing"), "availability")
    }
  }

  private func offers(behind link: String) -> [PageOffer]? {
    let path = String(
      link.dropFirst(pages.baseURL.count).prefix { $0 != "?" && $0 != "#" })
    if path == page { return offers }
    page = path
    let file = Addresses.file(of: path)
    guard Path.staysBeneath(file), let html = try? Files.read("\(pages.folder)/\(file)") else {
      offers = nil  // reported as a page that was not built
      return nil
    }
    offers = StructuredData.offers(inHTML: html)
    return offers
  }

  /// The price in one form: `1850 EUR` and `1850.00 EUR` are the same.
  private static func normal(_ text: String) -> String {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let currency = Currency(String(parts[1])),
      let money = try? Money(decimal: parts[0], currency: currency)
    else { return text }
    return money.description
  }

  private static func schemaWord(_ availability: String) -> String {
    switch availability {
    case "in_stock": "InStock"
    case "out_of_stock": "OutOfStock"
    case "preorder": "PreOrder"
    case "backorder": "BackOrder"
    default: availability
    }
  }
}
