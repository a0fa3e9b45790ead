public import Diagnostics
import Formats

/// What `channels/<name>.yaml` says.
public struct ChannelSettings: Sendable {
  /// A tier whose prices may be told.
  public struct Loyalty: Sendable, Equatable {
    /// Key of the tier.
    public var tier: String
    /// The programme's label at the channel.
    public var programLabel: String
    /// The tier's label at the channel; the tier's key where nobody said.
    public var tierLabel: String?
  }

  /// Name of the file without its ending.
  public var name: String
  /// What it is for, as `google_merchant`.
  public var kind: String
  /// Name of the storefront.
  public var storefront: String
  /// Key of the market.
  public var market: String
  /// Language of the items.
  public var locale: String
  /// Name of the files that are written.
  public var output: String
  /// `gz` and `xml`.
  public var formats: [String]
  /// Title of the feed.
  public var title: String?
  /// Description of the feed.
  public var description: String?
  /// Share in per cent of the items that may vanish at once; nil: the site's.
  public var maxShrink: Int?
  /// Tiers whose prices may be told.
  public var loyalty: [Loyalty]
  /// Where attributes come from, in the order of the file.
  public var attributes: [(name: String, source: String, location: SourceLocation)]
  /// Products with one of these tags stay out.
  public var excludeTags: [String]
  /// Where the file is.
  public var location: SourceLocation

  init?(_ reader: SettingsReader, name: String) {
    guard let node = reader.node, let kind = reader.text("kind"),
      let storefront = reader.text("storefront"), let market = reader.text("market"),
      let locale = reader.text("locale")
    else { return nil }
    self.name = name
    self.kind = kind
    self.storefront = storefront
    self.market = market
    self.locale = locale
    location = node.location
    output = reader.text("output") ?? name
    formats = reader.find("formats")?.sequence?.compactMap(\.string) ?? ["gz"]
    title = reader.text("title")
    description = reader.text("description")
    maxShrink = reader.text("max_shrink").flatMap(Percent.parse)
    excludeTags = reader.find("exclude_tags")?.sequence?.compactMap(\.string) ?? []
    loyalty = (reader.find("loyalty")?.sequence ?? []).compactMap { entry in
      guard let tier = entry["tier"]?.string, let label = entry["program_label"]?.string else {
        return nil
      }
      return Loyalty(tier: tier, programLabel: label, tierLabel: entry["tier_label"]?.string)
    }
    attributes = (reader.find("attributes")?.mapping ?? []).compactMap { member in
      guard let name = member.key.string, let source = member.value.string else { return nil }
      return (name, source, member.value.location)
    }
  }
}
