/// What a channel says about its attributes, as data.
public struct AttributeTable: Sendable {
  /// The form of a value.
  public indirect enum Kind: Sendable {
    /// Text of at most so many Unicode scalars.
    case text(Int)
    /// An absolute URL, at most 2,000 characters.
    case url
    /// An absolute URL of a picture.
    case image
    /// Digits, a point, digits, a space and a currency.
    case price
    /// One of these words.
    case word([String])
    /// `yes` or `no`.
    case flag
    /// A whole number within bounds.
    case integer(ClosedRange<Int>)
    /// A number within bounds, with decimals.
    case decimal(ClosedRange<Double>)
    /// A date or date and time of ISO 8601.
    case date
    /// Two of them.
    case dates
    /// A number and one of these units.
    case measure([String])
    /// A country of ISO 3166-1, two capital letters.
    case country
    /// A trade item number.
    case gtin
    /// Attributes within.
    case group(AttributeTable)
  }

  /// One attribute.
  public struct Rule: Sendable {
    /// Its name without prefix.
    public let name: String
    /// How often it may occur.
    public let most: Int
    /// Whether it must occur.
    public let isRequired: Bool
    /// The form of its value.
    public let kind: Kind
  }

  /// The attributes in order.
  public let rules: [Rule]
  private let index: [String: Int]

  /// The names in order.
  public var names: [String] { rules.map(\.name) }

  /// The rule of an attribute.
  public subscript(name: String) -> Rule? { index[name].map { rules[$0] } }

  init(_ rules: [Rule]) {
    self.rules = rules
    index = Dictionary(
      rules.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Reads a table: a line an attribute, `name how-often form`; attributes within another are
  /// indented below it. How often: `1` must, `?` may, `*` or `*10` may repeatedly.
  ///
  /// The text is a constant of the program, so a line that cannot be read is our own mistake.
  init(_ text: StaticString) {
    var outer: [Rule] = []
    var group: (name: String, most: Int, isRequired: Bool)?
    var inner: [Rule] = []
    func closeGroup() {
      if let open = group {
        outer.append(
          Rule(
            name: open.name, most: open.most, isRequired: open.isRequired,
            kind: .group(AttributeTable(inner))))
      }
      group = nil
      inner = []
    }
    for line in "\(text)".split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      precondition(words.count >= 3, "a line of the table has a name, a count and a form: \(line)")
      let isInner = line.hasPrefix(" ")
      if !isInner { closeGroup() }
      let most = words[1].hasPrefix("*") ? Int(words[1].dropFirst()) ?? .max : 1
      let isRequired = words[1] == "1"
      if words[2] == "group" {
        group = (words[0], most, isRequired)
        continue
      }
      let rule = Rule(
        name: words[0], most: most, isRequired: isRequired, kind: Self.kind(Array(words[2...])))
      if isInner { inner.append(rule) } else { outer.append(rule) }
    }
    closeGroup()
    self.init(outer)
  }

  private static func kind(_ words: [String]) -> Kind {
    let argument = words.count > 1 ? words[1] : ""
    switch words[0] {
    case "text": return .text(Int(argument) ?? .max)
    case "url": return .url
    case "image": return .image
    case "price": return .price
    case "word": return .word(argument.split(separator: "|").map(String.init))
    case "flag": return .flag
    case "integer":
      let bounds = argument.split(separator: "-").compactMap { Int($0) }
      return .integer(bounds.count == 2 ? bounds[0]...bounds[1] : 0...Int.max)
    case "decimal":
      let bounds = argument.split(separator: "-").compactMap { Double($0) }
      return .decimal(
        bounds.count == 2 ? bounds[0]...bounds[1] : 0...Double.greatestFiniteMagnitude)
    case "date": return .date
    case "dates": return .dates
    case "measure": return .measure(argument.split(separator: "|").map(String.init))
    case "country": return .country
    case "gtin": return .gtin
    default: preconditionFailure("unknown form \(words[0])")
    }
  }
}
