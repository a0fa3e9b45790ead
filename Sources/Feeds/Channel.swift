public import Diagnostics

/// One feed as its settings describe it.
public struct Channel: Sendable {
  /// A tier that the channel was opted in for.
  public struct Loyalty: Hashable, Sendable {
    /// The tier's key.
    public var tier: String
    /// The programme as the channel knows it.
    public var programLabel: String
    /// The tier as the channel knows it; may be left out for a programme of one tier.
    public var tierLabel: String?

    /// Opts in for a tier.
    public init(tier: String, programLabel: String, tierLabel: String? = nil) {
      self.tier = tier
      self.programLabel = programLabel
      self.tierLabel = tierLabel
    }
  }

  /// Name of the settings file.
  public var name: String
  /// Key of the market: `eu`.
  public var market: String
  /// Language of the texts.
  public var locale: String
  /// Name of the file below `public/feeds/`, without ending.
  public var output: String
  /// Whether to write `<output>.xml`.
  public var writesXML: Bool
  /// Whether to write `<output>.xml.gz`.
  public var writesGzip: Bool
  /// What the feed is called.
  public var title: String
  /// A line about it.
  public var description: String
  /// By how many percent the feed may shrink without being asked.
  public var maxShrink: Int
  /// Tiers whose prices may be in the feed; empty unless asked for.
  public var loyalty: [Loyalty]
  /// Products with one of these tags are left out.
  public var excludedTags: [String]
  /// Values of attributes.
  let attributes: [(name: String, source: AttributeSource)]

  /// Describes a channel.
  ///
  /// - Parameter attributes: attribute and source of its value, as `AttributeSource` writes it;
  ///   `id`, `mpn` and `brand` may be set too. What is wrong is reported to `sink` and left out.
  public init(
    name: String, market: String, locale: String, output: String? = nil, writesXML: Bool = false,
    writesGzip: Bool = true, title: String? = nil, description: String? = nil, maxShrink: Int = 20,
    loyalty: [Loyalty] = [], excludedTags: [String] = [],
    attributes: [(name: String, source: String, location: SourceLocation?)] = [],
    sink: DiagnosticSink
  ) {
    self.name = name
    self.market = market
    self.locale = locale
    self.output = output ?? name
    self.writesXML = writesXML
    self.writesGzip = writesGzip
    self.title = title ?? name
    self.description = description ?? title ?? name
    self.maxShrink = maxShrink
    self.loyalty = loyalty
    self.excludedTags = excludedTags
    self.attributes = attributes.compactMap { attribute in
      guard FeedProfile.google.isKnown(attribute.name) else {
        let near = Suggestion.nearest(
          to: attribute.name, among: FeedProfile.google.table.names)
        sink.report(
          Diagnostic(
            "unknown-attribute", .error, "the channel has no attribute \"\(attribute.name)\"",
            at: attribute.location, help: near.map { "did you mean \($0)?" }))
        return nil
      }
      return AttributeSource(attribute.source, at: attribute.location, sink: sink)
        .map { (attribute.name, $0) }
    }
  }
}
