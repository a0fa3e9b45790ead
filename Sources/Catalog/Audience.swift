public import Bytes

/// A condition on people: whom a price list or gate is for.
public indirect enum AudienceExpression: Hashable, Sendable {
  /// Everybody, with or without membership.
  case everyone
  /// Who holds the tier with this id or a higher one of the same programme.
  case tierAtLeast(String)
  /// Members of the programme with this id, whatever their tier.
  case program(String)
  /// Who buys from this country (ISO 3166-1 alpha-2).
  case country(String)
  /// Whom at least one of these is for. Without any: nobody.
  case any([AudienceExpression])
  /// Whom each of these is for.
  case all([AudienceExpression])
  /// Whom this is not for.
  case not(AudienceExpression)

  /// Decodes `"public"`, `{"tier_at_least": id}`, `{"program": id}`, `{"country": code}`,
  /// `{"any": […]}`, `{"all": […]}` or `{"not": …}`.
  public init(_ value: TapeValue, at path: String = "") throws(CatalogError) {
    try self.init(value, at: path, depth: 0)
  }

  private init(_ value: TapeValue, at path: String, depth: Int) throws(CatalogError) {
    guard depth < 16 else {
      throw CatalogError(.range, "an audience is nested more than 16 deep", at: path)
    }
    if let word = value.string {
      guard word == "public" else {
        throw CatalogError(.value, "\"\(word)\" is no audience; did you mean public?", at: path)
      }
      self = .everyone
      return
    }
    guard value.kind == .object, value.count == 1, let (name, inner) = value.members.first else {
      throw CatalogError(
        .type, "an audience is \"public\" or an object with one condition", at: path)
    }
    let place = "\(path)/\(name)"
    switch name {
    case "tier_at_least": self = .tierAtLeast(try Self.text(inner, at: place))
    case "program": self = .program(try Self.text(inner, at: place))
    case "country": self = .country(try Self.text(inner, at: place))
    case "any": self = .any(try Self.list(inner, at: place, depth: depth))
    case "all": self = .all(try Self.list(inner, at: place, depth: depth))
    case "not": self = .not(try AudienceExpression(inner, at: place, depth: depth + 1))
    default: throw CatalogError(.value, "\(name) is no condition on an audience", at: place)
    }
  }

  private static func text(_ value: TapeValue, at path: String) throws(CatalogError) -> String {
    guard let text = value.string, !text.isEmpty else {
      throw CatalogError(.type, "must be text", at: path)
    }
    return text
  }

  private static func list(_ value: TapeValue, at path: String, depth: Int) throws(CatalogError)
    -> [AudienceExpression]
  {
    guard value.kind == .array else { throw CatalogError(.type, "must be a list", at: path) }
    var result: [AudienceExpression] = []
    for (index, child) in value.children.enumerated() {
      result.append(try AudienceExpression(child, at: "\(path)/\(index)", depth: depth + 1))
    }
    return result
  }

  /// Whether it is for *every* person whom the viewer stands for.
  ///
  /// A page of a market is read from all its countries, so a condition on a country holds only for
  /// a market that has no other.
  public func includes(_ viewer: Viewer) -> Bool {
    viewer.countries.isEmpty
      ? holds(for: viewer, in: nil)
      : viewer.countries.allSatisfy { holds(for: viewer, in: $0) }
  }

  /// Whether it is for *at least one* person whom the viewer stands for. O(terms × countries).
  public func touches(_ viewer: Viewer) -> Bool {
    viewer.countries.isEmpty
      ? holds(for: viewer, in: nil)
      : viewer.countries.contains { holds(for: viewer, in: $0) }
  }

  private func holds(for viewer: Viewer, in country: String?) -> Bool {
    switch self {
    case .everyone: true
    case .tierAtLeast(let id): viewer.heldTierIDs.contains(id)
    case .program(let id): viewer.tier?.programID == id
    case .country(let code): country == code
    case .any(let terms): terms.contains { $0.holds(for: viewer, in: country) }
    case .all(let terms): terms.allSatisfy { $0.holds(for: viewer, in: country) }
    case .not(let term): !term.holds(for: viewer, in: country)
    }
  }

  /// The first tier that it names, for words such as "for Gold members".
  public var namedTierID: String? {
    switch self {
    case .tierAtLeast(let id): id
    case .any(let terms), .all(let terms): terms.lazy.compactMap(\.namedTierID).first
    default: nil
    }
  }

  /// How narrow the audience is; of two price lists for a viewer the one with the higher number
  /// wins. Everyone 0, `not` 50, country 100, programme 200, a tier 300 and its place in the ladder;
  /// `all` is narrower than its narrowest term, `any` is as wide as its widest.
  func specificity(in context: CatalogContext) -> Int {
    switch self {
    case .everyone: return 0
    case .not: return 50
    case .country: return 100
    case .program: return 200
    case .tierAtLeast(let id): return 300 + context.ladderPosition(ofTier: id)
    case .any(let terms): return terms.map { $0.specificity(in: context) }.min() ?? 0
    case .all(let terms):
      let each = terms.map { $0.specificity(in: context) }.filter { $0 > 0 }
      return (each.max() ?? 0) + max(each.count - 1, 0) * 1_000
    }
  }
}

extension AudienceExpression: CustomStringConvertible {
  /// The condition in words, for explanations.
  public var description: String {
    switch self {
    case .everyone: "everyone"
    case .tierAtLeast(let id): "tier \(id) or higher"
    case .program(let id): "members of \(id)"
    case .country(let code): "country \(code)"
    case .any(let terms): "(" + terms.map(\.description).joined(separator: " or ") + ")"
    case .all(let terms): "(" + terms.map(\.description).joined(separator: " and ") + ")"
    case .not(let term): "not \(term)"
    }
  }
}
