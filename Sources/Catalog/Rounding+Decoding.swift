public import Bytes
import Formats

extension Rounding {
  /// Decodes `{mode, step, ending | endings, floor, ceiling, bands, categories}`.
  ///
  /// A figure given as a number is in minor units, as text it is a decimal amount of major units
  /// (`".95"` as well as `"0.95"`). `mode` is one of the words of `Mode`, or `half-up`, which is another
  /// word for `nearest`; or `cash`, which is the published rule for cash in the currency and has no step.
  /// `bands` is a list of `{from, step, ending | endings}`; `categories` one of rules, each with
  /// `product_type`, `tag` or `google_category`.
  public init(_ value: TapeValue, currency: Currency, at path: String) throws(CatalogError) {
    let reader = try RecordReader(object: value, path: path)
    try self.init(reader, currency, isInner: false)
  }

  private init(_ reader: RecordReader, _ currency: Currency, isInner: Bool) throws(CatalogError) {
    let word = try reader.string("mode").replacing("_", with: "-")
    let floor = try Self.amount(reader, "floor", currency)
    let ceiling = try Self.amount(reader, "ceiling", currency)
    let mode: Mode
    let bands: [Band]
    if word == "cash" {
      for name in ["step", "ending", "endings", "bands"] where reader.present(name) != nil {
        throw CatalogError(
          .value, "the mode cash has its own step; leave \(name) out", at: reader.pointer(name))
      }
      let cash = CashRounding.rule(for: currency)
      (mode, bands) = (cash.mode, cash.bands)
    } else {
      mode = try Self.mode(word, reader)
      bands = try Self.bands(reader, currency)
    }
    let categories = isInner ? [] : try Self.categories(reader, currency)
    self.init(mode: mode, bands: bands, floor: floor, ceiling: ceiling, categories: categories)
    if let floor, let ceiling, ceiling < floor {
      throw CatalogError(.range, "ceiling is below floor", at: reader.pointer("ceiling"))
    }
    if neighbours(of: 1, over: 1) == nil {
      throw CatalogError(.range, "no price lies between floor and ceiling", at: reader.path)
    }
  }

  private static func mode(_ word: String, _ reader: RecordReader) throws(CatalogError) -> Mode {
    if word == "half-up" { return .nearest }
    guard let mode = Mode(rawValue: word) else {
      let known = (Mode.allCases.map(\.rawValue) + ["half-up", "cash"]).joined(separator: ", ")
      throw CatalogError(
        .value, "mode is \"\(word)\"; it must be one of \(known)", at: reader.pointer("mode"))
    }
    return mode
  }

  private static func bands(_ reader: RecordReader, _ currency: Currency) throws(CatalogError)
    -> [Band]
  {
    guard let list = reader.present("bands") else {
      return [try band(reader, currency, from: 0)]
    }
    for name in ["step", "ending", "endings"] where reader.present(name) != nil {
      throw CatalogError(
        .value, "\(name) stands in each band where there are bands", at: reader.pointer(name))
    }
    var bands: [Band] = []
    for (index, child) in try elements(list, reader, "bands").enumerated() {
      let inner = try RecordReader(object: child, path: "\(reader.pointer("bands"))/\(index)")
      let from = try amount(inner, "from", currency) ?? 0
      guard from >= 0, from <= PriceRecord.largest else {
        throw CatalogError(.range, "from is out of range", at: inner.pointer("from"))
      }
      if bands.contains(where: { $0.from == from }) {
        throw CatalogError(.value, "two bands begin at one amount", at: inner.pointer("from"))
      }
      bands.append(try band(inner, currency, from: from))
    }
    guard bands.contains(where: { $0.from == 0 }) else {
      throw CatalogError(.value, "one band must begin at 0", at: reader.pointer("bands"))
    }
    return bands
  }

  private static func band(_ reader: RecordReader, _ currency: Currency, from: Int64)
    throws(CatalogError) -> Band
  {
    guard let step = try amount(reader, "step", currency) else {
      throw CatalogError(.required, "step is missing", at: reader.pointer("step"))
    }
    guard step >= 1, step <= PriceRecord.largest else {
      throw CatalogError(.range, "step is out of range", at: reader.pointer("step"))
    }
    var endings: [Int64] = []
    if let ending = try amount(reader, "ending", currency) { endings.append(ending) }
    if let list = reader.present("endings") {
      guard endings.isEmpty else {
        throw CatalogError(
          .value, "give either ending or endings", at: reader.pointer("endings"))
      }
      for (index, child) in try elements(list, reader, "endings").enumerated() {
        endings.append(
          try amount(child, currency, at: "\(reader.pointer("endings"))/\(index)"))
      }
    }
    guard endings.allSatisfy({ $0 >= 0 && $0 < step }) else {
      let name = reader.present("endings") == nil ? "ending" : "endings"
      throw CatalogError(.range, "\(name) must be below step", at: reader.pointer(name))
    }
    return Band(from: from, step: step, endings: endings.isEmpty ? [0] : endings)
  }

  private static func categories(_ reader: RecordReader, _ currency: Currency)
    throws(CatalogError) -> [Category]
  {
    guard let list = reader.present("categories") else { return [] }
    var categories: [Category] = []
    for (index, child) in try elements(list, reader, "categories").enumerated() {
      let path = "\(reader.pointer("categories"))/\(index)"
      let inner = try RecordReader(object: child, path: path)
      let named = Category.Field.allCases.filter { inner.present($0.rawValue) != nil }
      guard named.count == 1, let field = named.first else {
        let known = Category.Field.allCases.map(\.rawValue).joined(separator: ", ")
        throw CatalogError(.required, "a category names one of \(known)", at: path)
      }
      categories.append(
        Category(
          field: field, value: try inner.string(field.rawValue),
          rule: try Rounding(inner, currency, isInner: true)))
    }
    return categories
  }

  private static func elements(_ value: TapeValue, _ reader: RecordReader, _ name: String)
    throws(CatalogError) -> [TapeValue]
  {
    guard value.kind == .array, value.count > 0 else {
      throw CatalogError(.type, "\(name) must be a list", at: reader.pointer(name))
    }
    return Array(value.children)
  }

  private static func amount(_ reader: RecordReader, _ name: String, _ currency: Currency)
    throws(CatalogError) -> Int64?
  {
    guard let found = reader.present(name) else { return nil }
    return try amount(found, currency, at: reader.pointer(name))
  }

  private static func amount(_ value: TapeValue, _ currency: Currency, at path: String)
    throws(CatalogError) -> Int64
  {
    guard let text = value.string else {
      guard let minor = value.integer else {
        throw CatalogError(.type, "must be a whole number or a decimal as text", at: path)
      }
      return minor
    }
    do {
      return try Money(decimal: text.hasPrefix(".") ? "0\(text)" : text, currency: currency).minor
    } catch { throw error.at(path) }
  }
}

/// A rounding rule as somebody wrote it, to be read once its market's currency is known.
public struct RoundingText: Hashable, Sendable {
  /// The rule as JSON.
  public let json: String

  /// Keeps a rule.
  public init(json: String) { self.json = json }

  /// Reads the rule. - Throws: `CatalogError` with the place within the rule.
  public func rule(in currency: Currency) throws(CatalogError) -> Rounding {
    guard let parsed = try? JSON.parse(json) else {
      throw CatalogError(.format, "a rounding rule is no JSON")
    }
    return try Rounding(parsed.value, currency: currency, at: "")
  }
}
