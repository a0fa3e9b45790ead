public import Bytes

/// What a value of an attribute may be: the one description from which validation, the OpenAPI
/// document and the client's quarantine check are made.
public indirect enum AttributeKind: Sendable {
  /// Text of a number of Unicode scalars, of a given shape.
  case text(TextShape, length: ClosedRange<Int>)
  /// A whole number.
  case integer(ClosedRange<Int64>)
  /// A whole number of minor units from 0, or a decimal as text, for example `"0.05"`.
  case figure
  /// True or false.
  case boolean
  /// One of a closed list of whole numbers.
  case number(of: [Int64])
  /// One of a closed list of words.
  case choice([String])
  /// A point in time, RFC 3339.
  case instant
  /// The id of a record of the type; it must exist.
  case reference(ResourceType)
  /// An array.
  case list(AttributeKind, count: ClosedRange<Int>, isUnique: Bool)
  /// An object with these members and no others.
  case object([Attribute])
  /// An object with exactly one of these members.
  case oneOf([Attribute])
  /// An object whose member names are data of a shape.
  case map(TextShape, AttributeKind, count: ClosedRange<Int>)
  /// Whom something is for: see `AudienceSchema`.
  case audience
  /// Any JSON value.
  case anything
  /// The value, or null.
  case nullable(AttributeKind)
}

/// The outward shape of a text.
public enum TextShape: String, Sendable {
  /// Any text.
  case any
  /// One line: no control characters.
  case line
  /// What may stand in a URL path as it is: no capitals of A–Z, spaces or reserved marks.
  case handle
  /// ISO 4217: three capitals.
  case currency
  /// ISO 3166-1: two capitals.
  case country
  /// BCP 47, for example `fr` or `zh-Hant-TW`.
  case locale
  /// An IANA zone, for example `Europe/Paris`.
  case timeZone
  /// A decimal fraction from 0 to 1 as text, for example `0.20`.
  case fraction
  /// A decimal from 0 as text, for example `0.05`.
  case decimal
  /// 8, 12, 13 or 14 digits.
  case gtin
  /// A path below the site's root or an absolute URL.
  case target
  /// A path below the site's root.
  case sitePath
  /// `sha256:` and 64 hexadecimal digits, or any digest of another platform.
  case digest
  /// A name of letters, digits, `_`, `-` and `.`.
  case key

  /// The shape as a regular expression that ECMA-262 and Python understand alike, or nil.
  public var pattern: String? {
    switch self {
    case .any: nil
    case .line: "^[^\\x00-\\x1f\\x7f]*$"
    case .handle:
      "^[^\\x00-\\x20\"#%./<>?A-Z\\[\\\\\\]^`{|}\\x7f][^\\x00-\\x20\"#%/<>?A-Z\\[\\\\\\]^`{|}\\x7f]*$"
    case .currency: "^[A-Z]{3}$"
    case .country: "^[A-Z]{2}$"
    case .locale: "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
    case .timeZone: "^[A-Za-z][A-Za-z0-9_+/-]*$"
    case .fraction: "^(0(\\.[0-9]{1,6})?|1(\\.0{1,6})?)$"
    case .decimal: "^[0-9]{1,12}(\\.[0-9]{1,6})?$"
    case .gtin: "^([0-9]{8}|[0-9]{12,14})$"
    case .target: "^(/|https?://)[^\\x00-\\x20\"<>\\\\^`{|}\\x7f]*$"
    case .sitePath: "^/[^\\x00-\\x20\"<>\\\\^`{|}\\x7f]*$"
    case .digest: "^[^\\x00-\\x20\\x7f]+$"
    case .key: "^[A-Za-z0-9_][A-Za-z0-9_.-]*$"
    }
  }
}

/// One attribute of a type, or one member of an object within it.
public struct Attribute: Sendable {
  /// The name on the wire.
  public let name: String
  /// The name's number in `Symbols.shared`.
  public let key: SymbolID
  /// Whether it must be there.
  public let isRequired: Bool
  /// What its value may be.
  public let kind: AttributeKind
  /// What it means, in one sentence.
  public let meaning: String

  /// Describes an attribute.
  public init(_ name: String, _ kind: AttributeKind, isRequired: Bool = true, _ meaning: String) {
    self.name = name
    key = Symbols.shared.intern(name)
    self.isRequired = isRequired
    self.kind = kind
    self.meaning = meaning
  }

  /// Describes an attribute that may be absent.
  public static func optional(_ name: String, _ kind: AttributeKind, _ meaning: String) -> Attribute
  {
    Attribute(name, kind, isRequired: false, meaning)
  }
}

/// What happens to a record when the record that it links to is deleted.
public enum LinkPolicy: Sendable {
  /// It is deleted too: it is a part of the other.
  case owned
  /// The other cannot be deleted.
  case guarded
}

/// A link from one record to another.
public struct Link: Sendable {
  /// The name on the wire.
  public let name: String
  /// The name's number in `Symbols.shared`.
  public let key: SymbolID
  /// What it may point to. With one type the value is an id, with several `{type, id}`.
  public let targets: [ResourceType]
  /// Whether it must be there.
  public let isRequired: Bool
  /// Whether the value is `{type, id}`.
  public let isTyped: Bool
  /// What happens when the target is deleted.
  public let policy: LinkPolicy

  init(
    _ name: String, _ targets: [ResourceType], isRequired: Bool = true, isTyped: Bool = false,
    _ policy: LinkPolicy = .owned
  ) {
    self.name = name
    key = Symbols.shared.intern(name)
    self.targets = targets
    self.isRequired = isRequired
    self.isTyped = isTyped
    self.policy = policy
  }
}

/// A combination of attributes and links that no two records of a tenant may share.
public struct UniqueKey: Sendable {
  /// The name of the rule, for example `handle`.
  public let name: String
  /// Paths of the parts, each from the record's top, for example `["attributes", "handle"]`.
  public let parts: [[String]]
}

/// The attributes and links of one type: closed, so that what is not named here does not exist.
public struct ResourceSchema: Sendable {
  /// The type described.
  public let type: ResourceType
  /// What a record of the type is, in one sentence.
  public let meaning: String
  /// Its attributes, in the order in which they are documented.
  public let attributes: [Attribute]
  /// Its links.
  public let links: [Link]
  /// The link that names its parent, if it is a part of something.
  public let parentLink: String?
  /// Attributes or links of which exactly one must be there, for example `products` and `rule`.
  public let exactlyOne: [String]
  /// What no two records of a tenant may share, beside the external reference.
  public let uniqueKeys: [UniqueKey]

  /// The description of a type.
  public static func of(_ type: ResourceType) -> ResourceSchema { all[type.rank] }

  /// All descriptions, in the order of the types.
  public static let all: [ResourceSchema] = ResourceType.allCases.map(ResourceSchema.describe)

  /// Whether a record of the type must carry links.
  public var requiresLinks: Bool { links.contains { $0.isRequired } }
}
