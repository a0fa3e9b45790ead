import Catalog
import Storefront

/// The one table of languages and markets that head, sitemap and language switch are made from.
struct AlternatesTable: Sendable {
  /// One language of one market.
  struct Row: Sendable {
    var addresses: Addresses
    var locale: String
    var marketKey: String
    var marketName: String
    var languageName: String
    var currency: String
    /// Values of `hreflang` of its pages.
    var codes: [String]
    /// Whether it is the language that a market's visitors meet first.
    var isMarketDefault: Bool
    /// Whether it is the first of the storefront: `x-default`.
    var isDefault: Bool
  }

  /// All languages of all markets, in order of the settings.
  let rows: [Row]

  /// Values of `hreflang` for a language of a market. The default market's pages are for the whole
  /// language, the others' for their countries, so that no value stands for two pages.
  static func codes(locale: String, countries: [String], isDefaultMarket: Bool) -> [String] {
    if isDefaultMarket || locale.contains("-") { return [locale] }
    return countries.map { "\(locale)-\($0)" }
  }

  /// The versions of a page that is at `suffixes` below the prefixes of the rows; those for which
  /// `isReal` is false are not listed. Empty where there is only one.
  func alternates(_ suffixes: PageSuffixes, isReal: (Int) -> Bool) -> [Alternate] {
    let real = rows.indices.filter(isReal)
    guard real.count > 1 else { return [] }
    var list: [Alternate] = []
    var seen: Set<String> = []
    for index in real {
      let row = rows[index]
      let url = url(index, suffixes)
      for code in row.codes where seen.insert(code).inserted {
        list.append(Alternate(hreflang: code, url: url))
      }
    }
    let fallback = real.first { rows[$0].isDefault } ?? real[0]
    list.append(Alternate(hreflang: "x-default", url: url(fallback, suffixes)))
    return list
  }

  /// The whole address of a row's version of a page.
  func url(_ row: Int, _ suffixes: PageSuffixes) -> String {
    rows[row].addresses.base + rows[row].addresses.prefix + suffixes[row]
  }

  /// The row whose page should be known where the one of `index` is no real translation: the same
  /// market in the shop's language, else the first real one.
  func canonical(_ index: Int, isReal: (Int) -> Bool) -> Int {
    if isReal(index) { return index }
    let real = rows.indices.filter(isReal)
    return real.first { rows[$0].marketKey == rows[index].marketKey } ?? real.first ?? index
  }

  /// Markets to go on to from a page of the row `index`: the same page in the same language if the
  /// market has it, else in the market's first, else that market's home page.
  func markets(from index: Int, _ suffixes: PageSuffixes, exists: (Int) -> Bool) -> [Choice] {
    var choices: [Choice] = []
    var seen: Set<String> = []
    for row in rows where seen.insert(row.marketKey).inserted {
      let same = rows.firstIndex {
        $0.marketKey == row.marketKey && $0.locale == rows[index].locale
      }
      let first = rows.firstIndex { $0.marketKey == row.marketKey && $0.isMarketDefault }
      guard let target = same ?? first else { continue }
      choices.append(
        Choice(
          key: row.marketKey, name: rows[target].marketName, currency: row.currency,
          url: address(target, suffixes, exists),
          isCurrent: row.marketKey == rows[index].marketKey))
    }
    return choices
  }

  /// Languages of the market of the row `index`.
  func languages(from index: Int, _ suffixes: PageSuffixes, exists: (Int) -> Bool) -> [Choice] {
    rows.indices.filter { rows[$0].marketKey == rows[index].marketKey }.map { target in
      Choice(
        key: rows[target].locale, name: rows[target].languageName,
        url: address(target, suffixes, exists), isCurrent: target == index)
    }
  }

  private func address(_ row: Int, _ suffixes: PageSuffixes, _ exists: (Int) -> Bool) -> String {
    exists(row) ? rows[row].addresses.prefix + suffixes[row] : rows[row].addresses.home
  }
}
