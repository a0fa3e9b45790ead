public import Bytes

/// Text in several languages.
public struct TranslatedText: Hashable, Sendable {
  /// Text by language, in the record's order.
  public let texts: [String: String]
  /// The language that stands first, which is shown where another has no text.
  public let firstLocale: String?

  init(_ texts: [(key: String, text: String)]) {
    self.texts = Dictionary(
      texts.map { ($0.key, $0.text) }, uniquingKeysWith: { first, _ in first })
    firstLocale = texts.first?.key
  }

  /// The text in `locale`, else in its language without region, else in the first language.
  public func text(in locale: String) -> String? {
    if let text = texts[locale] { return text }
    let language = String(locale.prefix { $0 != "-" && $0 != "_" })
    return texts[language] ?? firstLocale.flatMap { texts[$0] }
  }
}

/// A membership programme. Programmes are siblings, never one ladder.
public struct ProgramRecord: Hashable, Sendable {
  /// How one becomes a member.
  public enum Kind: String, Sendable, CaseIterable {
    /// By buying.
    case earned
    /// For a fee.
    case paid
    /// By invitation.
    case invited
    /// As a business.
    case b2b
  }

  /// Stable id.
  public let id: String
  /// What it is called.
  public let name: String
  /// How one becomes a member.
  public let kind: Kind
  /// The currency of its thresholds.
  public let currency: Currency?

  /// Decodes a record of type `program`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    name = try reader.string("name")
    kind = try reader.word("kind")
    currency = reader.present("currency") == nil ? nil : try reader.currency("currency")
  }
}

/// A step of a programme. Tiers are compared by rank, and only within one programme.
public struct TierRecord: Hashable, Sendable {
  /// What a member must do to reach a tier.
  public struct Qualification: Hashable, Sendable {
    /// What is counted, for example `spend`.
    public let metric: String
    /// How much of it; minor units of the programme's currency where it is money.
    public let threshold: Int64
    /// Within which time, as an ISO 8601 duration, for example `P1Y`.
    public let period: String
  }

  /// Stable id.
  public let id: String
  /// The programme's id.
  public let programID: String
  /// Its name in folders and settings, for example `gold`.
  public let key: String
  /// Higher is better; gaps are allowed.
  public let rank: Int64
  /// What it is called.
  public let name: TranslatedText
  /// How it is reached.
  public let qualify: Qualification?

  /// Decodes a record of type `tier`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    programID = try reader.link("program")
    key = try reader.string("key")
    rank = try reader.integer("rank")
    name = TranslatedText(try reader.texts("name"))
    if let rule = reader.present("qualify") {
      let inner = try RecordReader(object: rule, path: reader.pointer("qualify"))
      qualify = Qualification(
        metric: try inner.string("metric"), threshold: try inner.integer("threshold"),
        period: try inner.optionalString("period") ?? "")
    } else {
      qualify = nil
    }
  }
}

/// Something that members get.
public struct BenefitRecord: Sendable {
  /// What kind of thing it is.
  public enum Kind: String, Sendable, CaseIterable {
    /// Better prices.
    case price
    /// Better delivery.
    case shipping
    /// Things that others do not see.
    case access
    /// Things that others see later.
    case earlyAccess = "early_access"
    /// A service.
    case service
    /// Points.
    case points
  }

  /// Stable id.
  public let id: String
  /// What kind of thing it is.
  public let kind: Kind
  /// Details for programs.
  public let params: TapeValue?
  /// Words for people.
  public let text: TranslatedText

  /// Decodes a record of type `benefit`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    kind = try reader.word("kind")
    params = reader.present("params")
    text = TranslatedText(try reader.texts("text"))
  }
}

/// A right that somebody has, or is denied.
public struct EntitlementRecord: Hashable, Sendable {
  /// Whether it gives or takes.
  public enum Effect: String, Sendable, CaseIterable {
    /// Gives.
    case allow
    /// Takes, whatever else gives.
    case deny
  }

  /// Stable id.
  public let id: String
  /// Who has it: a tier, programme, membership, segment or customer.
  public let subject: ResourceReference
  /// To which benefit, if it is one.
  public let benefitID: String?
  /// To which record, if it is one.
  public let resource: ResourceReference?
  /// Whether it gives or takes.
  public let effect: Effect
  /// When it is in force.
  public let window: Window

  /// Decodes a record of type `entitlement`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    subject = try reader.reference("subject")
    benefitID = try reader.optionalLink("benefit")
    resource = try reader.optionalReference("resource")
    effect = try reader.word("effect")
    window = try reader.window()
    guard (benefitID == nil) != (resource == nil) else {
      throw CatalogError(
        .required, "an entitlement links either a benefit or a resource", at: "/links")
    }
  }
}

/// A condition on who may see or buy a record, and from when.
///
/// `mode` says what the gate keeps from those outside: everything (`hidden`), all but a hint
/// (`teaser`), or buying (`view_only` and `purchase`; the latter is the mode of early access).
/// Inside are the audience within the window, and everybody from `publicFrom` on.
public struct GateRecord: Hashable, Sendable {
  /// What the gate keeps from those outside.
  public enum Mode: String, Sendable, CaseIterable {
    /// They must not learn that it exists.
    case hidden
    /// They see that it exists, and no private value.
    case teaser
    /// They see it and cannot buy it.
    case viewOnly = "view_only"
    /// They see it and cannot buy it yet.
    case purchase
  }

  /// Stable id.
  public let id: String
  /// What it is a gate of.
  public let resource: ResourceReference
  /// What it keeps from those outside.
  public let mode: Mode
  /// Who may pass within the window.
  public let audience: AudienceExpression
  /// When the audience may pass.
  public let window: Window
  /// From when everybody may pass.
  public let publicFrom: Instant?
  /// The drop that it belongs to; nil for a gate of the shop.
  public let drop: String?

  /// Makes a gate of a drop.
  init(
    id: String, resource: ResourceReference, mode: Mode, audience: AudienceExpression,
    window: Window, publicFrom: Instant?, drop: String
  ) {
    self.id = id
    self.resource = resource
    self.mode = mode
    self.audience = audience
    self.window = window
    self.publicFrom = publicFrom
    self.drop = drop
  }

  /// Decodes a record of type `gate`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    resource = try reader.reference("resource")
    mode = try reader.word("mode")
    _ = try reader.required("audience")
    audience = try reader.audience("audience")
    window = try reader.window()
    publicFrom = try reader.optionalInstant("public_from")
    drop = nil
  }
}
