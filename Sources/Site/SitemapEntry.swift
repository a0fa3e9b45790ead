public import Bytes

/// One page as a sitemap lists it.
public struct SitemapEntry: Sendable, Hashable {
  /// The same page in another language or market.
  public struct Alternate: Sendable, Hashable {
    /// Language and region, such as `fr` or `en-GB`, or `x-default`.
    public let hreflang: String
    /// Absolute URL.
    public let href: String

    /// Names an alternate.
    public init(hreflang: String, href: String) {
      self.hreflang = hreflang
      self.href = href
    }
  }

  /// Absolute URL of the page, percent-encoded.
  public let location: String
  /// When its content last changed, or nil where that is not known.
  public let lastModified: Instant?
  /// All versions of the page including itself and `x-default`; empty where it has no other.
  public let alternates: [Alternate]
  /// Absolute URLs of the pictures that the page shows; at most 1,000 are listed.
  public let images: [String]

  /// Describes a page.
  public init(
    location: String, lastModified: Instant? = nil, alternates: [Alternate] = [],
    images: [String] = []
  ) {
    self.location = location
    self.lastModified = lastModified
    self.alternates = alternates
    self.images = images
  }
}

/// One finished sitemap file.
public struct SitemapFile: Sendable, Hashable {
  /// Path below the output root: `sitemaps/en-eu-1.xml`.
  public let path: String
  /// How many pages it lists.
  public let urlCount: Int
  /// Its size, uncompressed.
  public let byteCount: Int
  /// The newest change of the pages that it lists.
  public let lastModified: Instant?
}

/// What one sitemap file may hold (sitemaps.org).
public struct SitemapLimits: Sendable, Hashable {
  /// Most pages.
  public var urlCount: Int
  /// Most bytes, uncompressed.
  public var byteCount: Int

  /// The limits of the protocol: 50,000 pages and 50 MiB.
  public static let standard = SitemapLimits(urlCount: 50_000, byteCount: 52_428_800)
  /// What a build writes: a file is in memory as a whole, and one changed page changes it.
  public static let small = SitemapLimits(urlCount: 5_000, byteCount: 10_485_760)

  /// Sets limits.
  public init(urlCount: Int, byteCount: Int) {
    self.urlCount = urlCount
    self.byteCount = byteCount
  }
}
