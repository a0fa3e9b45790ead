public import Diagnostics

/// One node of a YAML document, with the place where it stands.
public struct YAMLNode: Sendable {
  /// What a node is.
  public enum Kind: Sendable {
    /// A plain `null`, `Null`, `NULL`, `~` or nothing.
    case null
    /// Text as written, without its quotes and escapes; `isQuoted` also where a block scalar or the
    /// tag `!!str` says that it is text.
    case scalar(String, isQuoted: Bool)
    /// Nodes in order.
    case sequence([YAMLNode])
    /// Members in order; no key occurs twice.
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  /// What the node is.
  public let kind: Kind
  /// Where it begins, with its line as excerpt.
  public let location: SourceLocation
  /// The bytes of the document that it is written in, comments behind it not included; empty for a
  /// null that is not written. Nil for a node that was not read.
  public let range: Range<Int>?

  /// Makes a node.
  public init(kind: Kind, location: SourceLocation, range: Range<Int>? = nil) {
    self.kind = kind
    self.location = location
    self.range = range
  }

  /// Whether it is a null that is not written out: nothing stands behind the key.
  public var isUnwritten: Bool { isNull && range?.isEmpty == true }

  /// The text of any scalar as it is written: `12` gives "12". Nil for null and containers.
  public var string: String? {
    if case .scalar(let text, _) = kind { text } else { nil }
  }

  /// A plain `true` or `false`, also capitalised or in capitals (YAML 1.2 §10.3.2). `yes`, `no`,
  /// `on` and `off` are text.
  public var boolean: Bool? {
    guard case .scalar(let text, isQuoted: false) = kind else { return nil }
    switch text {
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: return nil
    }
  }

  /// A plain whole number that fits 64 bits: decimal, `0x…` or `0o…`.
  public var integer: Int64? {
    guard case .scalar(let text, isQuoted: false) = kind else { return nil }
    if text.hasPrefix("0x") { return Self.digits(text.dropFirst(2), radix: 16) }
    if text.hasPrefix("0o") { return Self.digits(text.dropFirst(2), radix: 8) }
    return Int64(text)
  }

  /// Whether the node is null.
  public var isNull: Bool {
    if case .null = kind { true } else { false }
  }

  /// The nodes of a sequence.
  public var sequence: [YAMLNode]? {
    if case .sequence(let nodes) = kind { nodes } else { nil }
  }

  /// The members of a mapping.
  public var mapping: [(key: YAMLNode, value: YAMLNode)]? {
    if case .mapping(let members) = kind { members } else { nil }
  }

  /// The value behind the key `name` of a mapping. O(members).
  public subscript(name: String) -> YAMLNode? {
    mapping?.first { $0.key.string == name }?.value
  }

  /// What a person calls this kind of node, for messages.
  public var kindName: String {
    switch kind {
    case .null: "nothing"
    case .scalar(_, let isQuoted):
      isQuoted ? "text" : boolean != nil ? "true or false" : integer != nil ? "a number" : "text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  private static func digits(_ text: Substring, radix: Int) -> Int64? {
    text.first == "-" || text.first == "+" ? nil : Int64(text, radix: radix)
  }
}

/// Why a YAML text cannot be read, as a finding with its place.
public struct YAMLError: Error, Sendable {
  /// Codes: `yaml.syntax`, `yaml.duplicate-key`, `yaml.alias`, `yaml.tag`, `yaml.depth`,
  /// `yaml.several-documents`, `yaml.key`.
  public let diagnostic: Diagnostic

  /// Wraps a finding.
  public init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }
}
