public import Bytes
import Formats

/// A feed of articles as RFC 4287 wants it.
public struct AtomFeed: Sendable {
  /// One article.
  public struct Entry: Sendable {
    /// Absolute URL of the page, which is the entry's id too.
    public var url: String
    /// Its title.
    public var title: String
    /// When it was first published.
    public var published: Instant
    /// When its words last changed.
    public var updated: Instant
    /// Who wrote it, if not the house.
    public var author: String?
    /// A sentence or two in plain text.
    public var summary: String?
    /// The whole article in HTML; relative links in it are resolved against `url`.
    public var html: String?
    /// Words by which it is filed.
    public var tags: [String]

    /// Describes an article.
    public init(
      url: String, title: String, published: Instant, updated: Instant, author: String? = nil,
      summary: String? = nil, html: String? = nil, tags: [String] = []
    ) {
      self.url = url
      self.title = title
      self.published = published
      self.updated = updated
      self.author = author
      self.summary = summary
      self.html = html
      self.tags = tags
    }
  }

  /// What the feed is called.
  public var title: String
  /// A line below the title.
  public var subtitle: String?
  /// Absolute URL of the feed itself, which is its id too.
  public var url: String
  /// Absolute URL of the page that lists the articles.
  public var page: String
  /// Language of the texts, such as `fr`.
  public var language: String
  /// Who answers for entries without an author.
  public var author: String
  /// The articles, in any order.
  public var entries: [Entry]

  /// Describes a feed.
  public init(
    title: String, subtitle: String? = nil, url: String, page: String, language: String,
    author: String, entries: [Entry]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.url = url
    self.page = page
    self.language = language
    self.author = author
    self.entries = entries
  }

  /// The document with the newest `limit` articles, newest first. The feed's own date is that of
  /// its newest change, so equal articles give equal bytes; without articles it is the epoch.
  public func xml(limit: Int = 50) -> ByteBuffer {
    let newest = entries.sorted { ($1.published, $0.url) < ($0.published, $1.url) }.prefix(limit)
    let updated = newest.map(\.updated).max() ?? Instant(seconds: 0)
    var xml = XMLWriter(capacity: 1 << 14)
    xml.declaration()
    xml.start("feed")
    xml.attribute("xmlns", "http://www.w3.org/2005/Atom")
    xml.attribute("xml:lang", language)
    xml.element("id", url)
    xml.element("title", title)
    xml.element("subtitle", subtitle)
    xml.element("updated", updated.rfc3339)
    Self.link(&xml, "self", url, type: "application/atom+xml")
    Self.link(&xml, "alternate", page, type: "text/html")
    xml.start("author")
    xml.element("name", author)
    xml.end()
    for entry in newest { Self.append(entry, to: &xml) }
    return xml.finish()
  }

  private static func append(_ entry: Entry, to xml: inout XMLWriter) {
    xml.start("entry")
    xml.element("id", entry.url)
    xml.element("title", entry.title)
    link(&xml, "alternate", entry.url, type: "text/html")
    xml.element("published", entry.published.rfc3339)
    xml.element("updated", entry.updated.rfc3339)
    if let author = entry.author {
      xml.start("author")
      xml.element("name", author)
      xml.end()
    }
    for tag in entry.tags {
      xml.start("category")
      xml.attribute("term", tag)
      xml.end()
    }
    xml.element("summary", entry.summary)
    if let html = entry.html {
      xml.start("content")
      xml.attribute("type", "html")
      xml.attribute("xml:base", entry.url)
      xml.text(html)
      xml.end()
    }
    xml.end()
  }

  private static func link(
    _ xml: inout XMLWriter, _ relation: String, _ url: String, type: String
  ) {
    xml.start("link")
    xml.attribute("rel", relation)
    xml.attribute("type", type)
    xml.attribute("href", url)
    xml.end()
  }
}
