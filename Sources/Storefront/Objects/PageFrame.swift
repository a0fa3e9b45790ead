public import Bytes
import Catalog

/// A link of a menu, in the page's language.
public struct MenuLink: Hashable, Sendable {
  /// What it is called.
  public var title: String
  /// Path or URL.
  public var url: String
  /// Links below it.
  public var links: [MenuLink]
  /// Its title as a handle: made once, for every page writes it.
  let handle: String

  /// Describes a link.
  public init(title: String, url: String, links: [MenuLink] = []) {
    self.title = title
    self.url = url
    handle = Handle.make(title)
    self.links = links
  }
}

/// A menu.
public struct Menu: Hashable, Sendable {
  /// Name that templates ask for: `main`, `footer`.
  public var handle: String
  /// What it is called.
  public var title: String
  /// Its links.
  public var links: [MenuLink]

  /// Describes a menu.
  public init(handle: String, title: String, links: [MenuLink]) {
    self.handle = handle
    self.title = title
    self.links = links
  }
}

/// A version of a page in another language or market.
public struct Alternate: Hashable, Sendable {
  /// Value of `hreflang`.
  public var hreflang: String
  /// Absolute address.
  public var url: String

  /// Describes a version.
  public init(hreflang: String, url: String) {
    self.hreflang = hreflang
    self.url = url
  }
}

/// Where a person can go on from a page: the same page in another market or language if there is
/// one, else its home page.
public struct Choice: Hashable, Sendable {
  /// Key of the market, or language.
  public var key: String
  /// What it is called.
  public var name: String
  /// Currency of a market.
  public var currency: String?
  /// Path.
  public var url: String
  /// Whether it is the page's own.
  public var isCurrent: Bool

  /// Describes a choice.
  public init(key: String, name: String, currency: String? = nil, url: String, isCurrent: Bool) {
    self.key = key
    self.name = name
    self.currency = currency
    self.url = url
    self.isCurrent = isCurrent
  }
}

/// What all pages of a view have in common besides the catalogue.
public struct SiteFrame: Sendable {
  /// What the shop says of itself, by the names that templates use: `description`, `email`,
  /// `tagline` …
  public var shopTexts: [(name: String, text: String)]
  /// Menus.
  public var menus: [Menu]
  /// Name of the market in the view's language.
  public var marketName: String
  /// Words on tax, for beside a price.
  public var taxText: String
  /// Name of the language in itself.
  public var languageName: String
  /// The instant that prices and stock were last known to be right.
  public var asOf: Instant
  /// Names the state of the mirror that all pages and feeds of a build come from.
  public var snapshotID: String

  /// Describes a site.
  public init(
    shopTexts: [(name: String, text: String)], menus: [Menu], marketName: String, taxText: String,
    languageName: String, asOf: Instant, snapshotID: String
  ) {
    self.shopTexts = shopTexts
    self.menus = menus
    self.marketName = marketName
    self.taxText = taxText
    self.languageName = languageName
    self.asOf = asOf
    self.snapshotID = snapshotID
  }
}

/// What one page is, besides its own subject.
public struct PageFrame: Sendable {
  /// Its template: `product`, `collection`, `index` …
  public var template: String
  /// Its path.
  public var path: String
  /// Title for window and result list.
  public var title: String
  /// Description for result lists; "" where there is none.
  public var description: String
  /// The one absolute address under which the page should be known.
  public var canonicalURL: String
  /// All versions of the page, this one included; empty where it has no other.
  public var alternates: [Alternate]
  /// Markets to go on to.
  public var markets: [Choice]
  /// Languages to go on to.
  public var languages: [Choice]
  /// The picture that stands for the page.
  public var image: ImageView?
  /// Whether search engines shall keep it out.
  public var isUnlisted: Bool
  /// Page numbers of a listing, if it is one.
  public var paging: Paging?
  /// Handle of what the page is about; nil where that has none.
  public var handle: String?

  /// Describes a page.
  public init(
    template: String, path: String, title: String, description: String = "",
    canonicalURL: String, alternates: [Alternate] = [], markets: [Choice] = [],
    languages: [Choice] = [], image: ImageView? = nil, isUnlisted: Bool = false,
    paging: Paging? = nil, handle: String? = nil
  ) {
    self.template = template
    self.path = path
    self.title = title
    self.description = description
    self.canonicalURL = canonicalURL
    self.alternates = alternates
    self.markets = markets
    self.languages = languages
    self.image = image
    self.isUnlisted = isUnlisted
    self.paging = paging
    self.handle = handle
  }
}

extension TapeBuilder {
  /// Appends the members that every page has to the object that is being built.
  public mutating func appendFrame(_ page: PageFrame, _ site: SiteFrame, _ view: StorefrontView) {
    shop(site, view)
    member(Key.pageTitle, page.title)
    member(Key.pageDescription, page.description)
    member(Key.canonicalUrl, page.canonicalURL)
    member(Key.template, page.template)
    key(Key.request)
    beginObject()
    member(Key.path, page.path)
    member(Key.locale, view.locale)
    member(Key.pageType, page.template)
    member(Key.host, view.host)
    member(Key.origin, view.shop.baseURL)
    end()
    member(Key.handle, page.handle)
    member(Key.currentPage, page.paging?.page ?? 1)
    key(Key.currentTags)
    beginArray()
    end()
    localization(page, site, view)
    routes(view.addresses)
    key(Key.alternates)
    beginArray()
    for alternate in page.alternates {
      beginObject()
      member(Key.hreflang, alternate.hreflang)
      member(Key.href, alternate.url)
      end()
    }
    end()
    key(Key.viewer)
    beginObject()
    key(Key.tier)
    if let tier = view.viewer.tier {
      beginObject()
      member(Key.key, tier.key)
      member(Key.name, view.name(of: tier))
      key(Key.rank)
      append(tier.rank)
      end()
    } else {
      appendNull()
    }
    end()
    key(Key.asOf)
    appendText { $0.append(rfc3339: site.asOf) }
    member(Key.snapshotId, site.snapshotID)
    menus(site.menus, path: page.path)
    if let paging = page.paging {
      key(Key.paginate)
      append(paging)
    }
  }

  private mutating func shop(_ site: SiteFrame, _ view: StorefrontView) {
    key(Key.shop)
    beginObject()
    member(Key.name, view.shop.name)
    member(Key.url, view.shop.baseURL)
    member(Key.domain, view.host)
    member(Key.currency, view.market.currency.code)
    member(Key.locale, view.locale)
    for (name, text) in site.shopTexts {
      key(name)
      append(text)
    }
    end()
  }

  private mutating func localization(
    _ page: PageFrame, _ site: SiteFrame, _ view: StorefrontView
  ) {
    key(Key.localization)
    beginObject()
    key(Key.market)
    beginObject()
    member(Key.handle, view.marketKey)
    member(Key.name, site.marketName)
    member(Key.currency, view.market.currency.code)
    member(Key.taxText, site.taxText)
    member(Key.country, view.market.countries.first)
    end()
    key(Key.language)
    beginObject()
    member(Key.isoCode, view.locale)
    member(Key.name, site.languageName)
    end()
    key(Key.availableMarkets)
    beginArray()
    for choice in page.markets {
      beginObject()
      member(Key.handle, choice.key)
      member(Key.name, choice.name)
      member(Key.currency, choice.currency)
      member(Key.url, choice.url)
      member(Key.current, choice.isCurrent)
      end()
    }
    end()
    key(Key.availableLanguages)
    beginArray()
    for choice in page.languages {
      beginObject()
      member(Key.isoCode, choice.key)
      member(Key.name, choice.name)
      member(Key.url, choice.url)
      member(Key.current, choice.isCurrent)
      end()
    }
    end()
    end()
  }

  private mutating func routes(_ addresses: Addresses) {
    key(Key.routes)
    beginObject()
    member(Key.rootUrl, addresses.home)
    member(Key.collectionsUrl, addresses.collections)
    member(Key.journalUrl, addresses.journal)
    member(Key.membershipUrl, addresses.membership)
    member(Key.aboutUrl, addresses.page("about"))
    end()
  }

  private mutating func menus(_ menus: [Menu], path: String) {
    key(Key.linklists)
    beginObject()
    for menu in menus {
      key(menu.handle)
      beginObject()
      member(Key.title, menu.title)
      member(Key.handle, menu.handle)
      member(Key.levels, Self.levels(menu.links))
      links(menu.links, path: path)
      end()
    }
    end()
  }

  /// How deep links stand in links.
  private static func levels(_ links: [MenuLink]) -> Int {
    links.isEmpty ? 0 : 1 + (links.map { levels($0.links) }.max() ?? 0)
  }

  private static func holds(_ link: MenuLink, _ path: String) -> Bool {
    link.links.contains { $0.url == path || holds($0, path) }
  }

  private mutating func links(_ links: [MenuLink], path: String) {
    key(Key.links)
    beginArray()
    for link in links {
      beginObject()
      member(Key.title, link.title)
      member(Key.url, link.url)
      member(Key.handle, link.handle)
      member(Key.active, link.url == path)
      member(Key.current, link.url == path)
      member(Key.childActive, Self.holds(link, path))
      member(Key.childCurrent, Self.holds(link, path))
      member(Key.levels, Self.levels(link.links))
      self.links(link.links, path: path)
      end()
    }
    end()
  }
}
