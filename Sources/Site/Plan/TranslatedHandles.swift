import Bytes

/// The handles that products have in other languages than the shop's own: of those alone that have one and
/// that a view in the language shows, so that a shop without any pays nothing.
struct TranslatedHandles: Sendable, Equatable {
  /// A product's handle in a language.
  struct Entry: Sendable, Equatable {
    var locale: String
    var product: Int32
    var handle: String
  }

  /// The handles of one language.
  private struct Language: Sendable, Equatable {
    let locale: String
    /// Numbers of the products, rising.
    var products: [Int32] = []
    /// Their handles in the same order.
    var handles = TextTable()

    mutating func append(_ product: Int32, _ handle: String) {
      products.append(product)
      handles.append(handle)
    }

    /// Where a product stands in it. O(log products).
    func place(of product: Int32) -> Int? {
      var low = 0
      var high = products.count
      while low < high {
        let middle = (low + high) / 2
        if products[middle] < product { low = middle + 1 } else { high = middle }
      }
      return low < products.count && products[low] == product ? low : nil
    }
  }

  private var languages: [Language] = []

  /// No product has one.
  init() {}

  /// Puts entries in order; there is at most one of a product and language.
  init(_ entries: [Entry]) {
    for entry in entries.sorted(by: { ($0.locale, $0.product) < ($1.locale, $1.product) }) {
      if languages.last?.locale != entry.locale {
        languages.append(Language(locale: entry.locale))
      }
      languages[languages.count - 1].append(entry.product, entry.handle)
    }
  }

  /// Whether no product has one.
  var isEmpty: Bool { languages.isEmpty }

  /// The languages in which some product has one.
  var locales: [String] { languages.map(\.locale) }

  private func language(_ locale: String) -> Language? {
    languages.first { $0.locale == locale }
  }

  /// A product's handle in a language; nil where its own stands in addresses.
  func handle(of product: Int, in locale: String) -> String? {
    guard let language = language(locale) else { return nil }
    return language.place(of: Int32(product)).map { language.handles[$0] }
  }

  /// Whether a product has one in any language.
  func has(_ product: Int) -> Bool {
    languages.contains { $0.place(of: Int32(product)) != nil }
  }

  /// Whether a product has one in any language that is this text.
  func has(_ product: Int, handle: String) -> Bool {
    languages.contains { language in
      language.place(of: Int32(product)).map { language.handles[$0] } == handle
    }
  }

  /// Products that have this handle in any language. O(bytes).
  func products(_ handle: String) -> [Int] {
    languages.flatMap { language in
      language.handles.indices(of: handle).map { Int(language.products[$0]) }
    }
  }

  /// The product that has a handle in a language. O(bytes).
  func product(_ handle: String, in locale: String) -> Int? {
    guard let language = language(locale) else { return nil }
    return language.handles.indices(of: handle).first.map { Int(language.products[$0]) }
  }

  /// All of a language, by rising numbers of products.
  func entries(in locale: String) -> [Entry] {
    guard let language = language(locale) else { return [] }
    return zip(language.products, language.handles).map {
      Entry(locale: locale, product: $0, handle: $1)
    }
  }

  /// Those of one product.
  func entries(of product: Int) -> [Entry] {
    languages.compactMap { language in
      language.place(of: Int32(product)).map {
        Entry(locale: language.locale, product: Int32(product), handle: language.handles[$0])
      }
    }
  }

  /// The same by other numbers; those of products that have none any more are left out.
  func renumbered(_ number: (Int32) -> Int32?) -> TranslatedHandles {
    if isEmpty { return self }
    return TranslatedHandles(
      locales.flatMap { entries(in: $0) }.compactMap { entry in
        number(entry.product).map {
          Entry(locale: entry.locale, product: $0, handle: entry.handle)
        }
      })
  }

  /// The same with those of further products.
  func adding(_ entries: [Entry]) -> TranslatedHandles {
    entries.isEmpty
      ? self : TranslatedHandles(locales.flatMap { self.entries(in: $0) } + entries)
  }

  // MARK: Keeping

  /// Appends the table.
  func append(to buffer: inout ByteBuffer) {
    buffer.append(number: UInt32(languages.count))
    for language in languages {
      buffer.append(counted: language.locale)
      buffer.append(array: language.products)
      language.handles.append(to: &buffer)
    }
  }

  /// Reads what `append(to:)` wrote.
  init(reading reader: inout ByteReader) {
    languages = (0..<reader.count(ofSize: 16)).map { _ in
      Language(
        locale: reader.text(), products: reader.array(), handles: TextTable(reading: &reader))
    }
  }
}

/// The paths of a page below the prefixes of the rows of the table of alternates: mostly one and the same,
/// unless its product has other handles in other languages.
struct PageSuffixes: Sendable {
  private let common: String
  private let own: [String]

  /// A page that stands at the same place below each prefix.
  init(_ common: String) {
    self.common = common
    own = []
  }

  /// A page that stands at a place of its own in each row.
  init(rows: [String]) {
    common = ""
    own = rows
  }

  subscript(row: Int) -> String { own.isEmpty ? common : own[row] }
}
